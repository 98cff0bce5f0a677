"""Is what blocks a way drawn where it stands?"""

from __future__ import annotations

import pytest

from diagnosis.network.journeys import journey
from diagnosis.reachability import Blocker
from diagnosis.reachability.answers import Code, Direction, Kind

WAY = ("eni-source", "subnet-source", "vpc-1", "subnet-end", "eni-end")


def blocker(kind: str, id_: str, direction: str) -> Blocker:
    return Blocker(Kind(kind), id_, Direction(direction), Code.ENI_SG_RULES_MISMATCH, "says no", "say yes")


def names(found):
    return [hop.name for hop in found.hops]


@pytest.mark.parametrize(
    ("kind", "direction", "place"),
    [
        ("security-group", "egress", 1),
        ("network-acl", "egress", 2),
        ("route-table", "egress", 2),
        ("network-acl", "ingress", 3),
        ("security-group", "ingress", 4),
        ("vpc", "ingress", 4),
    ],
)
def test_a_guard_stands_on_its_side_of_what_it_guards(kind, direction, place):
    found = journey("way", "", WAY, "", [blocker(kind, "guard", direction)])
    assert names(found) == [*WAY[:place], "guard", *WAY[place:]]
    assert [hop.blocked for hop in found.hops if hop.blocked] == ["says no"]


def test_what_is_part_of_the_way_is_marked_itself():
    found = journey("way", "", WAY, "", [blocker("vpc", "vpc-1", "egress")])
    assert names(found) == list(WAY)
    assert found.hops[2].blocked == "says no"


def test_both_ends_are_on_it_and_replies_are_told_apart():
    found = journey("way", "shop", ("eni-source",), "10.0.1.2", [blocker("route", "rtb-1 0.0.0.0/0", "return")])
    assert names(found) == ["shop", "eni-source", "rtb-1 0.0.0.0/0", "10.0.1.2"]
    assert found.hops[2].blocked == "replies: says no"


def test_a_way_that_has_no_component_still_has_its_ends():
    found = journey("way", "here", (), "there", [blocker("security-group", "sg-1", "egress")])
    assert names(found) == ["here", "sg-1", "there"]
