"""The two ends of a flow: gone, or without an address of the other's family."""

from __future__ import annotations

import pytest

from diagnosis.reachability import Verdict
from tests.diagnosis.reachability.test_private_links import transit, with_vpn
from tests.diagnosis.reachability.world import OPEN, World, route, told, two_tiers


def test_an_instance_that_was_terminated_blocks_at_either_end():
    world = two_tiers()
    world.add("Reservations", Instances=[{"InstanceId": "i-gone", "State": {"Name": "terminated"}}])
    assert told(world.ask("i-gone", "i-db", 5432)) == [("instance", "i-gone", "egress", "BAD_STATE")]
    assert told(world.ask("i-web", "i-gone")) == [("instance", "i-gone", "ingress", "BAD_STATE")]


@pytest.fixture
def mixed() -> World:
    """`i-four`, `i-six` and `i-both` by the families that each has an address of."""
    world = World()
    world.vpc("vpc-m", "10.8.0.0/16", ipv6="2600:8::/56")
    world.subnet("subnet-m", "vpc-m", "10.8.1.0/24", ipv6="2600:8:0:1::/64")
    world.internet_gateway("igw-m", "vpc-m")
    world.table("rtb-m", "vpc-m", route("::/0", "igw-m"), route("0.0.0.0/0", "igw-m"))
    world.group("sg-m", "vpc-m", OPEN)
    world.instance("four", "subnet-m", "10.8.1.4", "sg-m")
    world.instance("six", "subnet-m", "10.8.1.6", "sg-m", ipv6="2600:8:0:1::6")
    del world.raw["NetworkInterfaces"][-1]["PrivateIpAddress"]
    world.instance("both", "subnet-m", "10.8.1.9", "sg-m", ipv6="2600:8:0:1::9")
    return world


@pytest.mark.parametrize(
    ("source", "destination", "blocker"),
    [
        ("i-six", "i-both", None),
        ("i-both", "i-six", None),
        ("i-six", "internet", None),
        ("internet", "i-six", None),
        ("i-four", "i-six", ("eni-four", "egress")),
        ("i-four", "2a00::7", ("eni-four", "egress")),
        ("i-six", "198.51.100.7", ("eni-six", "egress")),
        ("internet@198.51.100.7", "i-six", ("eni-six", "ingress")),
        ("internet@2a00::7", "i-four", ("eni-four", "ingress")),
    ],
)
def test_both_ends_need_an_address_of_one_family(mixed, source, destination, blocker):
    answer = mixed.ask(source, destination)
    expected = [("network-interface", *blocker, "ENI_ADDRESS_RESTRICTION")] if blocker else []
    assert told(answer) == expected
    assert answer.verdict is (Verdict.BLOCKED if blocker else Verdict.REACHABLE)


def test_an_address_on_premises_comes_by_the_vpn_that_has_a_static_route_to_it():
    assert with_vpn().ask("172.16.0.1", "i-a", 22).path[0] == "vgw-1"
    world = transit()
    world.attach("tgw-attach-v", "tgw-1", "vpn-1", "tgw-rtb-1", resource_type="vpn")
    world.add(
        "VpnConnections", VpnConnectionId="vpn-1", TransitGatewayId="tgw-1", State="available",
        Options={"StaticRoutesOnly": True}, Routes=[{"DestinationCidrBlock": "172.16.0.0/12"}],
    )  # fmt: skip
    assert world.ask("172.16.0.1", "i-a", 22).path[0] == "tgw-1"
    assert world.ask("192.168.0.1", "i-a", 22).verdict is Verdict.UNKNOWN


def test_a_subnet_without_ipv6_takes_none():
    answer = two_tiers().ask("internet@2a00::7", "subnet-web")
    assert told(answer) == [("subnet", "subnet-web", "ingress", "NO_POSSIBLE_DESTINATION")]
