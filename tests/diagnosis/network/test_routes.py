"""Is a route table red where a route leads nowhere, and only there?"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from diagnosis.answers import CouldNotTellError
from diagnosis.network.routes import Route, RouteChange, RouteTable, astray, black_holes, lost_default
from tests.builders import NOW, ago, target

LOCAL = Route("10.0.0.0/16", "local", "active")
DEAD_NAT = Route("0.0.0.0/0", "nat-1", "blackhole")
DEAD_PEER = Route("10.9.0.0/16", "pcx-1", "blackhole")
TO_NAT = Route("0.0.0.0/0", "nat-1", "active")
TO_INTERNET = Route("0.0.0.0/0", "igw-1", "active")
DELETED = RouteChange("DeleteRoute", "ada", ago(30))
REPLACED = RouteChange("ReplaceRoute", "ada", ago(30))


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
    assert found.remedy == (
        "create a NAT gateway, or choose one that is available, and let 0.0.0.0/0 of rtb-1 lead to it"
    )
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
        "create a NAT gateway, or choose one that is available, and let 0.0.0.0/0 of rtb-1 lead to it; "
        "create and accept the peering connection again and let 10.9.0.0/16 of rtb-1 lead to it, or delete the route"
    )
    assert found.depends_on == ("nat-1", "pcx-1")


def test_tables_that_led_to_one_target_have_one_trouble() -> None:
    one, other = (black_holes(replace(table(LOCAL, DEAD_PEER), target=target("route_table", t, t)))[0] for t in "ab")
    assert one.resource == other.resource == "pcx-1"
    assert black_holes(table(DEAD_NAT, DEAD_PEER))[0].resource == "rtb-1"


def test_a_route_that_names_no_target_any_more() -> None:
    [found] = black_holes(table(Route("pl-1", "", "blackhole")))
    assert found.evidence[0] == "State blackhole: pl-1 → nothing"
    assert found.depends_on == ()
    assert found.remedy == "let pl-1 of rtb-1 lead to what replaced its target, or delete the route"


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


def private(*routes: Route, **changes: Any) -> RouteTable:
    """A table of private subnets: nothing in them has a public address."""
    return replace(table(LOCAL, *routes), **{"public": False} | changes)


@pytest.mark.parametrize(
    "kept",
    [
        private(TO_NAT, changed=REPLACED, idle_nat_gateways=("nat-2",)),
        private(),
        private(TO_INTERNET),
        private(TO_INTERNET, idle_nat_gateways=("nat-1",)),
        private(TO_INTERNET, changed=REPLACED, public=True),
        private(changed=DELETED, subnets=()),
        private(idle_nat_gateways=("nat-1",), subnets=(), main=True),
        private(Route("0.0.0.0/0", "tgw-1", "active"), changed=REPLACED),
    ],
)
def test_a_table_whose_default_was_not_lost(kept: RouteTable) -> None:
    assert lost_default(kept) == []
    assert astray(kept) == []


def test_a_public_table_gets_its_internet_gateway_back() -> None:
    [found] = lost_default(private(changed=DELETED, public=True, idle_nat_gateways=("nat-1",)))
    assert found.symptom == "rtb-1: default route none, expected one to an internet gateway"
    assert found.remedy == "let 0.0.0.0/0 of rtb-1 lead to the internet gateway of its VPC"


def test_what_was_lost_long_ago_and_nobody_misses_is_hygiene() -> None:
    assert lost_default(private(changed=DELETED, recent=False))[0].impact == "hygiene"


def test_a_default_route_that_was_deleted() -> None:
    [found] = lost_default(private(changed=DELETED))
    assert found.symptom == "rtb-1: default route none, expected one to a NAT gateway"
    assert found.evidence == ("DeleteRoute by ada at 2026-03-04T11:30:00Z", "used by subnet-1")
    assert found.why == "rtb-1 has no default route, and its subnets no way out"
    assert found.remedy == "let 0.0.0.0/0 of rtb-1 lead to a NAT gateway"
    assert (found.cause, found.impact, found.proven, found.onset) == ("route", "now", True, ago(30))
    assert (found.resource, found.needed_by) == ("rtb-1", ("subnet-1",))


def test_a_nat_gateway_to_which_nothing_leads_any_more_tells_that_the_route_was_lost() -> None:
    [found] = lost_default(private(idle_nat_gateways=("nat-1", "nat-2")))
    assert found.evidence == ("no route leads to nat-1, nat-2", "used by subnet-1")
    assert found.remedy == "let 0.0.0.0/0 of rtb-1 lead to nat-1 or nat-2"
    assert found.onset is None


def test_a_default_route_that_private_addresses_cannot_use() -> None:
    [found] = lost_default(private(TO_INTERNET, changed=REPLACED, idle_nat_gateways=("nat-1",)))
    assert found.symptom == (
        "rtb-1: default route to igw-1, which private addresses cannot use, expected one to a NAT gateway"
    )
    assert found.evidence == (
        "ReplaceRoute by ada at 2026-03-04T11:30:00Z",
        "no route leads to nat-1",
        "used by subnet-1",
    )


def test_the_ipv4_default_is_the_one_that_counts() -> None:
    [found] = lost_default(private(Route("::/0", "eigw-1", "active"), changed=DELETED))
    assert found.symptom.startswith("rtb-1: default route none")


def test_a_black_hole_is_told_before_the_default_that_was_lost() -> None:
    [found] = astray(private(DEAD_PEER, changed=DELETED))
    assert found.symptom == "rtb-1: 1 of 2 routes lead nowhere, expected all active"
    [found] = astray(private(changed=DELETED))
    assert found.symptom.startswith("rtb-1: default route none")
