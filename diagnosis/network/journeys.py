"""Where on its way is traffic stopped? The components that a flow passes, with what blocks it in its place."""

from __future__ import annotations

from collections.abc import Sequence

from diagnosis.exhibits import Hop, Journey
from diagnosis.reachability import Blocker

_GUARDS = {"security-group": "eni-", "network-acl": "subnet-", "route-table": "subnet-", "route": "subnet-"}
"""What stands at a component of its own on the way: its type, and the beginning of that component's id."""


def journey(title: str, source: str, route: Sequence[str], destination: str, blockers: Sequence[Blocker]) -> Journey:
    """The way from `source` to `destination` over the components of `route`, blockers marked where they stand.

    What guards a component stands before it where traffic arrives, behind it where traffic leaves; what is part of the
    way is marked itself. Anything else stands at the end, as far as traffic gets.
    """
    ends = [name for name in (source,) if name and name not in route]
    hops = [Hop(name) for name in (*ends, *route)]
    if destination and destination not in route:
        hops.append(Hop(destination))
    for blocker in blockers:
        _mark(hops, blocker)
    return Journey(title, tuple(hops))


def _mark(hops: list[Hop], blocker: Blocker) -> None:
    name, said = blocker.id, blocker.detail or str(blocker.code)
    if blocker.direction == "return":
        said = f"replies: {said}"
    for at, hop in enumerate(hops):
        if hop.name == name:
            hops[at] = Hop(name, said)
            return
    hops.insert(_place_of(hops, blocker), Hop(name, said))


def _place_of(hops: Sequence[Hop], blocker: Blocker) -> int:
    """The index where a guard stands; before the last hop, which traffic does not reach, for anything else."""
    guarded = _GUARDS.get(blocker.type, "?")
    places = [at for at, hop in enumerate(hops) if hop.name.startswith(guarded)]
    if not places:
        return max(len(hops) - 1, 1)
    return places[0] + 1 if blocker.direction == "egress" else places[-1]
