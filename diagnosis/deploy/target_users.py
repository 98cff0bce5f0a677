"""Who stands behind a target group, does its health check ask a port that they have, and do they run at all?"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from diagnosis.answers import Blind
from diagnosis.targets import Target


@dataclass(frozen=True)
class TargetUse:
    """A service of ECS that registers its tasks with a target group, and the ports its containers map.

    `own_interface` says that tasks have addresses of their own, so that these ports are the targets'. `desired` is how
    many tasks the service wants, `running` how many it has.
    """

    service: str
    container: str
    ports: tuple[int, ...]
    own_interface: bool
    desired: int = 1
    running: int = 1


@dataclass(frozen=True)
class TargetUsers:
    """The services behind a target group whose targets look sick; none where it has no service, or looks well."""

    target: Target
    uses: tuple[TargetUse, ...] = ()


def port_mismatch(asked: Collection[int], users: TargetUsers | Blind | None) -> str:
    """What is wrong with the ports that are asked, where no container behind the targets maps one; else empty."""
    if not isinstance(users, TargetUsers) or not users.uses or not all(use.own_interface for use in users.uses):
        return ""
    mapped = {port for use in users.uses for port in use.ports}
    if not asked or not mapped or set(asked) & mapped:
        return ""
    named = ", ".join(sorted({use.service for use in users.uses}))
    ports = ", ".join(map(str, sorted(mapped)))
    return f"the health check asks port {', '.join(map(str, sorted(asked)))}, the containers of {named} map {ports}"


def services_behind(users: TargetUsers | Blind | None) -> tuple[TargetUse, ...]:
    """The services that register targets with the group, where that is known."""
    return users.uses if isinstance(users, TargetUsers) else ()


def few_tasks(uses: Collection[TargetUse]) -> str:
    """How many tasks the services behind a group run of those that they want; empty without a service."""
    return "; ".join(f"{use.service} runs {use.running} of {use.desired} tasks" for use in uses)
