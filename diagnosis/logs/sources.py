"""What writes to a log group, as far as its name says, and what do its lines say that was called and failed?"""

from __future__ import annotations

import re
from collections.abc import Iterable

from diagnosis.targets import Target

ANY_CLUSTER = "*"
"""Stands for a cluster that a log group's name leaves out: the console calls the group of a family `/ecs/<family>`."""
_SOURCES = (
    (re.compile(r"/aws/lambda/([\w-]+)"), "lambda", "function:{0}"),
    (re.compile(r"/(?:aws/)?ecs/([\w-]+)/([\w-]+)"), "ecs", "service/{0}/{1}"),
    (re.compile(r"/(?:aws/)?ecs/([\w-]+)"), "ecs", "service/" + ANY_CLUSTER + "/{0}"),
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
_DATABASE = re.compile(
    r"\b([a-z][a-z0-9-]*)\.(?:(?:cluster-(?:ro-)?|proxy-)?[a-z0-9]+)\.[a-z]{2}(?:-[a-z]+)+-\d\.rds\.amazonaws\.com"
)
"""The endpoint of an instance, a cluster or a proxy begins with its name.
https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/Aurora.Overview.Endpoints.html
"""


def refusers_of(lines: Iterable[str]) -> tuple[str, ...]:
    """What some of these lines say that failed them: the service that refused, databases by their endpoints."""
    found: dict[str, None] = {}
    for line in lines:
        found |= dict.fromkeys(_DATABASE.findall(line))
        if _REFUSED_BY_TABLE.search(line):
            found[DYNAMODB] = None
    return tuple(found)


def sources_of(log_group: Target) -> tuple[str, ...]:
    """The ARNs of what logs there: a function, a service of ECS, a database; none where the name does not tell.

    A service whose cluster the name leaves out has ANY_CLUSTER in its place; whoever knows of services fills it in.
    """
    place = log_group.place
    for pattern, service, resource in _SOURCES:
        found = pattern.fullmatch(log_group.name)
        if found:
            return (place.arn(service, resource.format(*found.groups())),)
    return ()
