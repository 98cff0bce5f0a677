"""Are the ends of a path found in flow logs by every address they have, and only by those?"""

from __future__ import annotations

from typing import Any

import pytest

from diagnosis.network.path_addresses import addresses_of, blocks_of, vpcs_of
from diagnosis.network.paths import Side, Spot, Way
from diagnosis.reachability import Endpoint
from tests.builders import HERE
from tests.diagnosis.network.test_broken_paths import DATABASE, TASK, interface, network

BALANCER = HERE.arn("elasticloadbalancing", "loadbalancer/app/shop/2e")
NODE = interface("eni-node", 2, 5, "sg-x", Description="ELB app/shop/2e")
SERVER = interface("eni-server", 2, 40, "sg-x", Attachment={"InstanceId": "i-0a"})
SECOND = {"PrivateIpAddress": "10.0.2.41", "Primary": False}
SERVER["PrivateIpAddresses"] = [*SERVER["PrivateIpAddresses"], SECOND]
SERVER["Ipv6Addresses"] = [{"Ipv6Address": "2001:db8::40"}]
DESCRIBED = network(TASK, DATABASE, NODE, SERVER)


def side(kind: str, identity: str | None = None, ip: str | None = None) -> Side:
    return Side("end", (Spot(Endpoint(kind, identity, ip)),))


@pytest.mark.parametrize(
    ("end", "addresses"),
    [
        (side("network-interface", "eni-task"), {"10.0.1.9"}),
        (side("instance", "i-0a"), {"10.0.2.40", "10.0.2.41", "2001:db8::40"}),
        (side("subnet", "subnet-1"), {"10.0.1.9", "10.0.1.20"}),
        (side("load-balancer", BALANCER), {"10.0.2.5"}),
        (side("ip", ip="10.0.1.9"), {"10.0.1.9"}),
        (side("ip", ip="192.0.2.7"), {"192.0.2.7"}),
        (side("ip", ip="2001:DB8:0::7"), {"2001:db8::7"}),
        (side("internet"), set()),
        (side("vpn-gateway", "vgw-0a"), set()),
        (side("instance", "i-0b"), set()),
        (Side("task", (Spot(None, "subnet-1", ("sg-task",)),)), {"10.0.1.9"}),
        (Side("task", (Spot(None, "subnet-2", ("sg-task",)),)), set()),
        (Side("task", (Spot(None, "subnet-1", ("sg-task", "sg-db")),)), set()),
        (Side("internet", block="internet"), set()),
    ],
)
def test_the_addresses_of_an_end(end: Side, addresses: set[str]) -> None:
    assert addresses_of(end, DESCRIBED) == addresses


@pytest.mark.parametrize(
    ("end", "vpcs"),
    [
        (side("network-interface", "eni-task"), {"vpc-1"}),
        (side("subnet", "subnet-2"), {"vpc-1"}),
        (Side("task", (Spot(None, "subnet-2", ("sg-task",)),)), {"vpc-1"}),
        (side("network-interface", "eni-gone"), set()),
        (side("subnet", "subnet-9"), set()),
        (side("ip", ip="192.0.2.7"), set()),
    ],
)
def test_the_vpcs_of_a_way(end: Side, vpcs: set[str]) -> None:
    far: Any = side("ip", ip="192.0.2.9")
    assert vpcs_of(Way(end, far, port=443), DESCRIBED) == vpcs
    assert vpcs_of(Way(far, end, port=443), DESCRIBED) == vpcs


def test_a_subnet_that_nothing_uses_yet_is_in_its_vpc() -> None:
    assert vpcs_of(Way(side("subnet", "subnet-1"), side("ip", ip="192.0.2.9")), network()) == {"vpc-1"}


@pytest.mark.parametrize(
    ("start", "blocks"),
    [
        (Endpoint("network-interface", "eni-task", "10.0.1.9"), ["10.0.1.9/32"]),
        (Endpoint("network-interface", "eni-task"), ["10.0.1.9/32"]),
        (Endpoint("instance", "i-0a"), ["10.0.2.40/32", "10.0.2.41/32", "2001:db8::40/128"]),
        (Endpoint("ip", ip="192.0.2.7"), ["192.0.2.7/32"]),
        (Endpoint("subnet", "subnet-1"), ["10.0.1.0/24"]),
        (Endpoint("subnet", "subnet-9"), []),
        (Endpoint("vpn-gateway", "vgw-0a"), []),
        (Endpoint("instance", "i-0b"), []),
    ],
)
def test_the_blocks_that_a_source_sends_from(start: Endpoint, blocks: list[str]) -> None:
    assert blocks_of(start, DESCRIBED) == blocks


def test_a_subnet_of_both_families_sends_from_both_blocks() -> None:
    both = {"SubnetId": "subnet-1", "VpcId": "vpc-1", "CidrBlock": "10.0.1.0/24"}
    both |= {"Ipv6CidrBlockAssociationSet": [{"Ipv6CidrBlock": "2001:db8:0:1::/64"}]}
    held = network(Subnets=[both])
    assert blocks_of(Endpoint("subnet", "subnet-1"), held) == ["10.0.1.0/24", "2001:db8:0:1::/64"]
