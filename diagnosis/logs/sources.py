"""What writes to a log group, as far as its name says, and which service refused what its lines tell of?"""

from __future__ import annotations

import re
from collections.abc import Iterable

from diagnosis.targets import Target

_SOURCES = (
    (re.compile(r"/aws/lambda/([\w-]+)"), "lambda", "function:{0}"),
    (re.compile(r"/(?:aws/)?ecs/([\w-]+)/([\w-]+)"), "ecs", "service/{0}/{1}"),
    (re.compile(r"/aws/rds/instance/([\w-]+)/\w+"), "rds", "db:{0}"),
    (re.compile(r"/aws/rds/cluster/([\w-]+)/\w+"), "rds", "cluster:{0}"),
)

DYNAMODB = "dynamodb"
"""A table that refuses requests stands behind this name: the refusal itself does not say which one it was."""
_REFUSED_BY_TABLE = re.compile(
    r"ProvisionedThroughputExceeded(?!.{0,200}\bshard)|configured provisioned throughput for the table"
    r"|[Tt]hroughput exceeds the current (?:capacity of your table|throughput limit)",
    re.DOTALL,
)
"""https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Programming.Errors.html; Kinesis names a shard."""


def refusers_of(lines: Iterable[str]) -> tuple[str, ...]:
    """The service that refused what some of these lines tell of; nothing where none says so."""
    return (DYNAMODB,) if any(_REFUSED_BY_TABLE.search(line) for line in lines) else ()


def sources_of(log_group: Target) -> tuple[str, ...]:
    """The ARNs of what logs there: a function, a service of ECS, a database; none where the name does not tell."""
    place = log_group.place
    for pattern, service, resource in _SOURCES:
        found = pattern.fullmatch(log_group.name)
        if found:
            return (place.arn(service, resource.format(*found.groups())),)
    return ()
