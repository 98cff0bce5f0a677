"""Where does a walk end? Takes a packet's steps one after another until it arrives or gets no further."""

from collections.abc import Callable
from typing import Any

from diagnosis.reachability.answers import Code, Direction, Kind
from diagnosis.reachability.delivering import arrive, deliver_locally
from diagnosis.reachability.internet import enter_from_internet
from diagnosis.reachability.leaving import follow_route, leave_interface, leave_subnet
from diagnosis.reachability.private_links import enter_from_vpn_gateway
from diagnosis.reachability.steps import (
    Arrival,
    Arrive,
    DeliverLocally,
    EnterFromInternet,
    EnterFromVpnGateway,
    EnterTransitGateway,
    FollowRoute,
    LeaveInterface,
    LeaveSubnet,
    LeaveTransitGateway,
    Step,
)
from diagnosis.reachability.transit import enter_transit_gateway, leave_transit_gateway
from diagnosis.reachability.walk import Walk, WalkEndedError

_TIME_TO_LIVE = 64

_HANDLERS: dict[type, Callable[[Walk, Any], Step | Arrival]] = {
    LeaveInterface: leave_interface,
    LeaveSubnet: leave_subnet,
    FollowRoute: follow_route,
    DeliverLocally: deliver_locally,
    Arrive: arrive,
    EnterFromInternet: enter_from_internet,
    EnterFromVpnGateway: enter_from_vpn_gateway,
    EnterTransitGateway: enter_transit_gateway,
    LeaveTransitGateway: leave_transit_gateway,
}


def run(walk: Walk, start: Step) -> Arrival | None:
    """Where the packet arrives, or None where it gets no further; the walk says why."""
    step: Step | Arrival = start
    try:
        for _ in range(_TIME_TO_LIVE):
            if isinstance(step, Arrival):
                return step
            step = _HANDLERS[type(step)](walk, step)
        raise _circling(walk)
    except WalkEndedError:
        return None


def _circling(walk: Walk) -> WalkEndedError:
    circle = " > ".join(walk.path[-6:])
    return walk.stop(
        Kind.ROUTE,
        walk.last_route.id if walk.last_route else "",
        Direction.EGRESS,
        Code.NO_POSSIBLE_DESTINATION,
        f"the routes send {walk.packet} in circles: {circle}",
        "break the circle by a more specific route",
    )
