"""Is a route table red where a route leads nowhere, and only there?"""

from __future__ import annotations

import pytest

from diagnosis.answers import CouldNotTellError
from diagnosis.network.routes import Route, RouteTable, black_holes
from tests.builders import NOW, target

LOCAL = Route("10.0.0.0/16", "local", "active")
DEAD_NAT = Route("0.0.0.0/0", "nat-1", "blackhole")
DEAD_PEER = Route("10.9.0.0/16", "pcx-1", "blackhole")


def table(*routes: Route, subnets: tuple[str, ...] = ("subnet-1",), main: bool = False) -> RouteTable:
    return RouteTable(target("route_table", "rtb-1", "rtb-1"), routes, subnets, main, NOW)


@pytest.mark.parametrize("routes", [(), (LOCAL,), (LOCAL, Route("0.0.0.0/0", "igw-1", "active"))])
def test_active_routes_are_well(routes: tuple[Route, ...]) -> None:
    assert black_holes(table(*routes)) == []


def test_a_route_to_a_nat_gateway_that_is_gone() -> None:
    [found] = black_holes(table(LOCAL, DEAD_NAT, subnets=("subnet-1", "subnet-2")))
    assert found.symptom == "rtb-1: 1 of 2 routes lead nowhere, expected all active"
    assert found.evidence == ("State blackhole: 0.0.0.0/0 → nat-1", "used by subnet-1, subnet-2")
    assert found.why == "0.0.0.0/0 → nat-1: the target is gone, and what matches the route is dropped"
    assert found.remedy == "create a NAT gateway and let 0.0.0.0/0 lead to it"
    assert (found.cause, found.impact, found.proven, found.depends_on) == ("nat", "now", True, ("nat-1",))
    assert found.command == "aws ec2 describe-route-tables --route-table-ids rtb-1"


@pytest.mark.parametrize(
    ("routes", "cause"),
    [((DEAD_NAT,), "nat"), ((DEAD_PEER,), "route"), ((DEAD_NAT, DEAD_PEER), "route")],
)
def test_only_nat_gateways_alone_make_it_a_matter_of_nat(routes: tuple[Route, ...], cause: str) -> None:
    assert black_holes(table(*routes))[0].cause == cause


def test_each_dead_route_has_its_remedy() -> None:
    [found] = black_holes(table(DEAD_NAT, DEAD_PEER, LOCAL))
    assert found.remedy == (
        "create a NAT gateway and let 0.0.0.0/0 lead to it; "
        "point 10.9.0.0/16 at what replaced pcx-1, or delete the route"
    )
    assert found.depends_on == ("nat-1", "pcx-1")


def test_a_route_that_names_no_target_any_more() -> None:
    [found] = black_holes(table(Route("pl-1", "", "blackhole")))
    assert found.evidence[0] == "State blackhole: pl-1 → nothing"
    assert found.depends_on == ()
    assert found.remedy == "point pl-1 at what replaced its target, or delete the route"


@pytest.mark.parametrize(
    ("subnets", "main", "impact", "users"),
    [
        (("subnet-1",), False, "now", "used by subnet-1"),
        ((), True, "now", "the main table of its VPC"),
        (("subnet-1",), True, "now", "used by subnet-1"),
        ((), False, "hygiene", "no subnet uses it"),
    ],
)
def test_a_table_that_nobody_uses_hurts_nobody(subnets: tuple[str, ...], main: bool, impact: str, users: str) -> None:
    [found] = black_holes(table(DEAD_PEER, subnets=subnets, main=main))
    assert (found.impact, found.evidence[1]) == (impact, users)


@pytest.mark.parametrize(("state", "said"), [("", "not given"), ("filtered", "filtered"), ("Active", "Active")])
def test_a_state_that_nobody_knows_is_neither_well_nor_a_black_hole(state: str, said: str) -> None:
    odd = Route("10.9.0.0/16", "tgw-1", state)
    with pytest.raises(CouldNotTellError, match=f"rtb-1: unknown state {said} of the route to 10.9.0.0/16"):
        black_holes(table(LOCAL, odd))
    [found] = black_holes(table(LOCAL, odd, DEAD_NAT))
    assert found.symptom == "rtb-1: 1 of 3 routes lead nowhere, expected all active"
