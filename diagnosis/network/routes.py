"""Do routes lead somewhere?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from diagnosis import console
from diagnosis.answers import Blind, CouldNotTellError
from diagnosis.causes import Cause
from diagnosis.commands import aws
from diagnosis.findings import Finding
from diagnosis.targets import Target


@dataclass(frozen=True)
class Route:
    """One route: its destination (CIDR or prefix list), the id it leads to, and EC2's word for its state."""

    destination: str
    via: str
    state: str


@dataclass(frozen=True)
class RouteTable:
    """A route table and the subnets that use it; `main` serves every subnet without a table of its own."""

    target: Target
    routes: tuple[Route, ...]
    subnets: tuple[str, ...]
    main: bool
    as_of: datetime


def black_holes(table: RouteTable) -> list[Finding]:
    """The table, where a route is a black hole: what matches it is dropped, without a fallback to a wider route.

    CouldNotTellError where no route is one but EC2 gives a state that this rule does not know.
    https://docs.aws.amazon.com/vpc/latest/userguide/route-table-options.html
    """
    dead = [route for route in table.routes if route.state == "blackhole"]
    if not dead:
        _refuse_unknown(table)
        return []
    used = bool(table.subnets) or table.main
    name = table.target.name
    listed = ", ".join(f"{route.destination} → {route.via or 'nothing'}" for route in dead)
    return [
        Finding(
            subject=name,
            place=table.target.place,
            cause=_cause(dead),
            impact="now" if used else "hygiene",
            symptom=f"{name}: {len(dead)} of {len(table.routes)} routes lead nowhere, expected all active",
            evidence=(f"State blackhole: {listed}", _users(table)),
            why=f"{listed}: the target is gone, and what matches the route is dropped",
            remedy="; ".join(_remedy(route) for route in dead),
            resource=table.target.arn,
            depends_on=tuple(sorted({route.via for route in dead} - {""})),
            as_of=table.as_of,
            proven=True,
            link=console.vpc(table.target.place, "RouteTableDetails:RouteTableId=", table.target.arn),
            command=aws("ec2", "describe-route-tables", "--route-table-ids", table.target.arn),
        )
    ]


def _refuse_unknown(table: RouteTable) -> None:
    odd = next((route for route in table.routes if route.state != "active"), None)
    if odd:
        reason = f"{table.target.name}: unknown state {odd.state or 'not given'} of the route to {odd.destination}"
        raise CouldNotTellError(Blind("unreadable", reason))


def _cause(dead: Sequence[Route]) -> Cause:
    return "nat" if all(route.via.startswith("nat-") for route in dead) else "route"


def _users(table: RouteTable) -> str:
    if table.subnets:
        return f"used by {', '.join(table.subnets)}"
    return "the main table of its VPC" if table.main else "no subnet uses it"


def _remedy(route: Route) -> str:
    if route.via.startswith("nat-"):
        return f"create a NAT gateway and let {route.destination} lead to it"
    return f"point {route.destination} at what replaced {route.via or 'its target'}, or delete the route"
