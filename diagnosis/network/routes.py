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
from diagnosis.reachability.route_tables import revival_of
from diagnosis.targets import Target


@dataclass(frozen=True)
class Route:
    """One route: its destination (CIDR or prefix list), the id it leads to, and EC2's word for its state."""

    destination: str
    via: str
    state: str


@dataclass(frozen=True)
class RouteChange:
    """What CloudTrail says of a table's default route: DeleteRoute, ReplaceRoute, by whom, and when."""

    event: str
    user: str
    at: datetime


@dataclass(frozen=True)
class RouteTable:
    """A route table and the subnets that use it; `main` serves every subnet without a table of its own.

    The last four are known of a table only that looks as if its default route was lost: the last change of that
    route, the NAT gateways in the zones of its subnets to which no table leads, whether something in the subnets has a
    public address, and whether the change is of the window, or those NAT gateways carried something within a day. A
    transit gateway's table has attachments in place of subnets.
    """

    target: Target
    routes: tuple[Route, ...]
    subnets: tuple[str, ...]
    main: bool
    as_of: datetime
    changed: RouteChange | None = None
    idle_nat_gateways: tuple[str, ...] = ()
    public: bool = True
    recent: bool = True

    @property
    def default(self) -> Route | None:
        """The IPv4 default route."""
        return next((route for route in self.routes if route.destination == EVERYWHERE), None)

    @property
    def may_have_lost_its_default(self) -> bool:
        """Whether subnets use it, and their default route is none, or one that private addresses cannot use."""
        return bool(self.subnets) and (self.default is None or self.default.via.startswith("igw-"))


EVERYWHERE = "0.0.0.0/0"


def astray(table: RouteTable) -> list[Finding]:
    """The table, where routes of it lead nowhere, or where its subnets lost their way out."""
    return black_holes(table) or lost_default(table)


def lost_default(table: RouteTable) -> list[Finding]:
    """The table, where private subnets had a default route and have none, or one to an internet gateway.

    That it was lost is known from CloudTrail, or from a NAT gateway in the same zone to which nothing leads any more;
    subnets without a default route are else taken for private on purpose. What was lost long ago, and is missed by
    nobody, is a matter of hygiene.
    """
    lost, changed = table.default is None, table.changed
    wrong = not lost and not table.public and changed is not None
    idle_nats = () if table.public else table.idle_nat_gateways
    if not table.may_have_lost_its_default or not (wrong or (lost and (changed or idle_nats))):
        return []
    name = table.target.name
    gateway = "the internet gateway of its VPC" if table.public else " or ".join(idle_nats) or "a NAT gateway"
    via = "none" if table.default is None else f"to {table.default.via}, which private addresses cannot use"
    wanted = "an internet gateway" if table.public else "a NAT gateway"
    said = f"{changed.event} by {changed.user} at {changed.at:%Y-%m-%dT%H:%M:%SZ}" if changed else ""
    idle = f"no route leads to {', '.join(idle_nats)}" if idle_nats else ""
    return [
        Finding(
            subject=name,
            place=table.target.place,
            cause="route",
            impact="now" if table.recent else "hygiene",
            symptom=f"{name}: default route {via}, expected one to {wanted}",
            evidence=tuple(filter(None, (said, idle, _users(table)))),
            why=f"{name} has {'no default route' if lost else f'its default route {via}'}, and its subnets no way out",
            remedy=f"let {EVERYWHERE} of {name} lead to {gateway}",
            resource=table.target.arn,
            needed_by=table.subnets,
            onset=changed.at if changed else None,
            as_of=table.as_of,
            proven=True,
            link=console.vpc(table.target.place, "RouteTableDetails:RouteTableId=", table.target.arn),
            command=aws("ec2", "describe-route-tables", "--route-table-ids", table.target.arn),
        )
    ]


def black_holes(table: RouteTable) -> list[Finding]:
    """The table, where a route is a black hole: what matches it is dropped, without a fallback to a wider route.

    A target that is gone is the finding's resource: it is one trouble, however many tables led to it.
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
    gone = tuple(sorted({route.via for route in dead} - {""}))
    return [
        Finding(
            subject=name,
            place=table.target.place,
            cause=_cause(dead),
            impact="now" if used else "hygiene",
            symptom=f"{name}: {len(dead)} of {len(table.routes)} routes lead nowhere, expected all active",
            evidence=(f"State blackhole: {listed}", _users(table)),
            why=f"{listed}: the target is gone, and what matches the route is dropped",
            remedy="; ".join(revival_of(name, route.destination, route.via) for route in dead),
            resource=gone[0] if len(gone) == 1 else table.target.arn,
            depends_on=gone,
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
