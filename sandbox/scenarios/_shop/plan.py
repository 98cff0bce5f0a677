"""What is the shop called, how large is it, and what may be told about it?"""

from __future__ import annotations

import json
from dataclasses import dataclass

from sandbox.world import World

SERVICES = {"checkout": 4, "catalog": 2}
"""How many tasks each service runs."""
FUNCTIONS = {"thumbnails": 512, "receipts": 256, "stock-sync": 256}
"""How many MB each function may use."""
TASK_PORT = 8080
TAGS = {"service": "shop", "environment": "production"}
_ASSUMED_BY = {"Effect": "Allow", "Action": "sts:AssumeRole"}


def tags(name: str, upper: bool = True) -> list[dict[str, str]]:
    """The shop's tags, with a name, as most services spell them."""
    k, v = ("Key", "Value") if upper else ("key", "value")
    return [{k: key, v: value} for key, value in ({"Name": name} | TAGS).items()]


@dataclass(frozen=True)
class Story:
    """What the shop's history may say besides that all is well."""

    thumbnails_mb: int = 301
    """What the function thumbnails uses of its 512 MB."""
    unreachable: str | None = None
    """A service that the load balancer cannot reach."""
    since: str = "0s"
    """Since when it cannot."""
    traced_until: str = ""
    """How long ago the ordinary requests to checkout ended: a scenario tells of those since."""

    def until(self, service: str) -> str:
        """How long ago a service stopped to be reached."""
        return self.since if service == self.unreachable else "0s"


ORDINARY = Story()


@dataclass(frozen=True)
class Network:
    """The shop's network: ids."""

    vpc: str
    public_subnets: tuple[str, ...]
    private_subnets: tuple[str, ...]
    public_routes: str
    private_routes: tuple[str, ...]
    nat_gateways: tuple[str, ...]
    balancer_group: str
    task_groups: dict[str, str]
    """The security group of each service's tasks."""
    database_group: str


@dataclass(frozen=True)
class Shop:
    """What the shop consists of."""

    network: Network
    balancer: str
    """The ARN of the load balancer."""
    groups: dict[str, str]
    """Target group ARNs by name."""
    balancer_dimension: str
    group_dimensions: dict[str, str]
    """The CloudWatch dimension values of the target groups, by name."""
    topic: str


def make_role(world: World, name: str, service: str) -> str:
    """The ARN of a new role for an AWS service."""
    document = {
        "Version": "2012-10-17",
        "Statement": [_ASSUMED_BY | {"Principal": {"Service": f"{service}.amazonaws.com"}}],
    }
    role = world.client("iam").create_role(RoleName=name, AssumeRolePolicyDocument=json.dumps(document))
    arn: str = role["Role"]["Arn"]
    return arn


def make_log_group(world: World, name: str, days: int = 30) -> None:
    """A log group with a retention."""
    logs = world.client("logs")
    logs.create_log_group(logGroupName=name, tags=TAGS)
    logs.put_retention_policy(logGroupName=name, retentionInDays=days)
