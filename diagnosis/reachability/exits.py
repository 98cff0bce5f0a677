"""Does a packet leave by the way it should? A reply goes back by where its request came from."""

from diagnosis.reachability.answers import Code, Direction, Kind
from diagnosis.reachability.steps import FollowRoute
from diagnosis.reachability.walk import Walk, WalkEndedError


def refuse_wrong_exit(walk: Walk, step: FollowRoute, exit_type: str) -> None:
    """Where the route leads elsewhere than to the goal there is, in effect, no route to it."""
    wanted = walk.goal.type
    if exit_type == wanted or (not walk.is_reply and wanted not in ("vpn-gateway", "transit-gateway-attachment")):
        return
    if (
        wanted == "interface"
        and exit_type == "internet"
        and walk.packet.destination in walk.inventory.by_public_address
    ):
        return
    walk.block(
        Kind.ROUTE_TABLE,
        step.table.id,
        Direction.EGRESS,
        Code.NO_ROUTE_TO_DESTINATION,
        f"{step.table.id} sends {walk.destination_text} to {step.route.target} ({step.route.destination}), "
        f"not towards {walk.goal.id or wanted}",
        f"add a route to {walk.destination_text} through {walk.goal.id or wanted} in {step.table.id}",
    )


def wrong_exit(walk: Walk) -> WalkEndedError:
    """A reply to the internet is on a private way out, with a source that its client never asked: for raising."""
    route = walk.last_route
    table_id, destination = (route.table_id, route.destination) if route else ("", "")
    return walk.stop(
        Kind.ROUTE_TABLE,
        table_id,
        Direction.EGRESS,
        Code.NO_ROUTE_TO_DESTINATION,
        f"{table_id} sends {walk.destination_text} to {walk.path[-1]} ({destination}), not back to the internet",
        f"add a route to {walk.destination_text} through the internet gateway in {table_id}",
    )
