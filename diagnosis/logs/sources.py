"""What writes to a log group? As far as the group's name says, which AWS and its users choose by convention."""

from __future__ import annotations

import re

from diagnosis.targets import Target

_SOURCES = (
    (re.compile(r"/aws/lambda/([\w-]+)"), "lambda", "function:{0}"),
    (re.compile(r"/(?:aws/)?ecs/([\w-]+)/([\w-]+)"), "ecs", "service/{0}/{1}"),
    (re.compile(r"/aws/rds/instance/([\w-]+)/\w+"), "rds", "db:{0}"),
    (re.compile(r"/aws/rds/cluster/([\w-]+)/\w+"), "rds", "cluster:{0}"),
)


def sources_of(log_group: Target) -> tuple[str, ...]:
    """The ARNs of what logs there: a function, a service of ECS, a database; none where the name does not tell."""
    place = log_group.place
    for pattern, service, resource in _SOURCES:
        found = pattern.fullmatch(log_group.name)
        if found:
            return (place.arn(service, resource.format(*found.groups())),)
    return ()
