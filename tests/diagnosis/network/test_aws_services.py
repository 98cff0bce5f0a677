"""Does a call to an AWS service go through the endpoint where its name leads there, and outside where not?"""

from __future__ import annotations

from typing import Any

import pytest

from diagnosis.network.aws_services import endpoints_of, way_out, ways_to_service
from diagnosis.network.description import NetworkDescription
from diagnosis.network.internet_addresses import examples_of, internet_examples
from diagnosis.network.paths import Side, Way, spot_of
from diagnosis.network.preserved_clients import refusal_of_clients
from diagnosis.reachability import UndescribedError
from diagnosis.reachability.addresses import parse_prefix
from tests.diagnosis.network.test_broken_paths import OUT, TASK, group, interface, network, table, tcp

SOURCE = Side("checkout", (spot_of("eni-task", "10.0.1.9"),))
ENDPOINT = {
    "VpcEndpointId": "vpce-1",
    "VpcEndpointType": "Interface",
    "VpcId": "vpc-1",
    "ServiceName": "com.amazonaws.eu-west-1.logs",
    "State": "available",
    "PrivateDnsEnabled": True,
    "NetworkInterfaceIds": ["eni-vpce"],
}
NODE = interface("eni-vpce", 2, 8, "sg-task", InterfaceType="vpc_endpoint")


def described(
    endpoint: dict[str, Any] | None = None, *, support: bool = True, hostnames: bool = True, **more: Any
) -> NetworkDescription:
    switches = {"EnableDnsSupport": {"Value": support}, "EnableDnsHostnames": {"Value": hostnames}}
    attributes = [{"VpcId": "vpc-1"} | switches]
    endpoints = [] if endpoint is None else [endpoint]
    return network(TASK, NODE, VpcEndpoints=endpoints, VpcAttributes=attributes, **more)


def ends(ways: list[Way]) -> list[str]:
    """Where the ways lead: ids of interfaces, or the kind of address."""
    return [s.endpoint.id or s.endpoint.type for way in ways for s in way.destination.spots if s.endpoint]


@pytest.mark.parametrize(
    ("changes", "led"),
    [
        ({}, ["eni-vpce"]),
        ({"State": "Available"}, ["eni-vpce"]),
        ({"State": "pending"}, ["internet"]),
        ({"PrivateDnsEnabled": False}, ["internet"]),
        ({"VpcEndpointType": "Gateway"}, ["internet"]),
        ({"ServiceName": "com.amazonaws.eu-west-2.logs"}, ["internet"]),
        ({"ServiceName": "com.amazonaws.eu-west-1.airlogs"}, ["internet"]),
        ({"VpcId": "vpc-2"}, ["internet"]),
    ],
)
def test_where_the_name_of_a_service_leads(changes: dict[str, Any], led: list[str]) -> None:
    ways = ways_to_service(SOURCE, "vpc-1", "logs", described(ENDPOINT | changes))
    assert ends(ways) == led
    assert {(way.port, way.protocol, way.must) for way in ways} == {(443, "tcp", "exist")}


def test_a_name_that_leads_past_an_endpoint_says_which() -> None:
    named = [
        described(ENDPOINT),
        described(ENDPOINT | {"PrivateDnsEnabled": False}),
        described(ENDPOINT, hostnames=False),
        described(ENDPOINT | {"VpcEndpointType": "Gateway"}),
        described(),
    ]
    passed = [ways_to_service(SOURCE, "vpc-1", "logs", one)[0].destination.passes_by for one in named]
    assert passed == ["", "vpce-1", "vpce-1", "", ""]


def test_without_an_endpoint_the_call_leaves() -> None:
    assert ends(ways_to_service(SOURCE, "vpc-1", "logs", described())) == ["internet"]
    assert list(endpoints_of("vpc-1", "logs", described())) == []


def test_a_bucket_is_reached_at_an_address_of_its_prefix_list() -> None:
    listed = [
        {"PrefixListName": "com.amazonaws.eu-west-2.s3", "PrefixListId": "pl-9", "Cidrs": ["198.18.0.0/24"]},
        {
            "PrefixListName": "com.amazonaws.eu-west-1.s3",
            "PrefixListId": "pl-1",
            "Cidrs": ["2a05::/32", "52.218.0.0/17"],
        },
    ]
    [way] = ways_to_service(SOURCE, "vpc-1", "s3", described(PrefixLists=listed))
    assert [spot.endpoint.ip for spot in way.destination.spots if spot.endpoint] == ["52.218.0.1"]
    [other] = ways_to_service(SOURCE, "vpc-1", "logs", described(PrefixLists=listed))
    assert [spot.endpoint.ip for spot in other.destination.spots if spot.endpoint] == [None]


def test_the_way_out_follows_the_default_route() -> None:
    assert way_out(SOURCE, TASK, network(TASK)) is not None
    assert way_out(SOURCE, TASK, network(TASK, RouteTables=[table("rtb-1", main=True)])) is None
    ipv6 = {"DestinationIpv6CidrBlock": "::/0", "GatewayId": "igw-1", "State": "active"}
    assert way_out(SOURCE, TASK, network(TASK, RouteTables=[table("rtb-1", ipv6, main=True)])) is None
    own = [table("rtb-1", OUT, main=True), table("rtb-2", subnets=("subnet-1",))]
    assert way_out(SOURCE, TASK, network(TASK, RouteTables=own)) is None


@pytest.mark.parametrize(
    ("egress", "port", "address"),
    [
        ((tcp(443, cidr="0.0.0.0/0"),), 443, None),
        ((tcp(80, cidr="0.0.0.0/0"), tcp(443, cidr="0.0.0.0/0")), 443, None),
        ((tcp(5671, cidr="0.0.0.0/0"),), 5671, None),
        ((tcp(443, cidr="52.94.0.0/24"),), 443, "52.94.0.0"),
    ],
)
def test_the_way_out_is_one_that_the_groups_allow(egress: tuple[Any, ...], port: int, address: str | None) -> None:
    way = way_out(SOURCE, TASK, network(TASK, SecurityGroups=[group("sg-task", egress=egress)]))
    assert way is not None
    assert way.port == port
    assert [spot.endpoint.ip for spot in way.destination.spots if spot.endpoint] == [address]


@pytest.mark.parametrize("egress", [(), (tcp(443, cidr="10.0.0.0/8"),), (tcp(5432, group="sg-db"),)])
def test_groups_that_let_nothing_out_mean_it(egress: tuple[Any, ...]) -> None:
    assert way_out(SOURCE, TASK, network(TASK, SecurityGroups=[group("sg-task", egress=egress)])) is None


def test_groups_that_are_not_described_do_not_hide_the_way_out() -> None:
    way = way_out(SOURCE, TASK, network(TASK, unread={"SecurityGroups": "missing ec2:DescribeSecurityGroups"}))
    assert way is not None
    assert (way.destination.block, way.port) == ("internet", 443)


def test_one_address_of_each_part_of_the_internet_that_rules_tell_apart() -> None:
    groups = [group("sg-task", tcp(443, cidr="52.94.0.0/24"), tcp(443, cidr="10.0.0.0/8"))]
    found = internet_examples(network(TASK, SecurityGroups=groups).model)
    assert {"52.94.0.0", "52.94.1.0"} <= set(found)
    assert not any(address.startswith("10.") for address in found)
    assert len(found) == len(set(found))


def test_parts_beyond_counting_are_not_asked_for_one_by_one() -> None:
    many = [tcp(443, cidr=f"52.{n // 128}.{n % 128 * 2}.0/24") for n in range(2100)]
    crowded = network(TASK, SecurityGroups=[group("sg-task", *many)])
    with pytest.raises(UndescribedError, match="ranges of addresses are told apart, more than can be asked for"):
        internet_examples(crowded.model)
    assert examples_of(crowded.model, parse_prefix("192.0.2.0/24").intervals) == ["192.0.2.0"]


WIRE = interface("eni-wire", 1, 5, "sg-wire")


@pytest.mark.parametrize(
    ("ingress", "refused"),
    [
        ((), True),
        ((tcp(443, cidr="10.0.0.0/8"),), True),
        ((tcp(80, cidr="0.0.0.0/0"),), True),
        ((tcp(443, cidr="0.0.0.0/0"),), False),
        ((tcp(443, cidr="52.94.0.0/24"),), False),
        ((tcp(443, group="sg-wire"),), False),
        ((tcp(443, group="sg-else"),), True),
        (({"IpProtocol": "tcp", "FromPort": 443, "ToPort": 443, "PrefixListIds": [{"PrefixListId": "pl-1"}]},), False),
    ],
)
def test_clients_that_keep_their_addresses_are_refused_where_no_address_out_there_is_admitted(
    ingress: tuple[Any, ...], refused: bool
) -> None:
    held = network(TASK, WIRE, SecurityGroups=[group("sg-task", *ingress), group("sg-wire")])
    blocker = refusal_of_clients(held, TASK, WIRE, "tcp", 443)
    assert (blocker is not None) is refused


def test_of_groups_that_are_not_described_nothing_is_said() -> None:
    assert refusal_of_clients(network(TASK, WIRE, SecurityGroups=[]), TASK, WIRE, "tcp", 443) is None
    assert refusal_of_clients(network(TASK, WIRE), TASK | {"Groups": []}, WIRE, "tcp", 443) is None


def test_the_protocol_of_the_clients_counts() -> None:
    held = network(TASK, WIRE, SecurityGroups=[group("sg-task", tcp(443, cidr="0.0.0.0/0")), group("sg-wire")])
    blocker = refusal_of_clients(held, TASK, WIRE, "udp", 443)
    assert blocker is not None
    assert (blocker.id, blocker.remedy) == (
        "sg-task",
        "add an ingress rule for udp/443 from the clients' addresses to sg-task",
    )


@pytest.mark.parametrize(("support", "hostnames"), [(False, True), (True, False), (False, False)])
def test_where_the_vpc_does_not_resolve_the_name_is_public(support: bool, hostnames: bool) -> None:
    held = described(ENDPOINT, support=support, hostnames=hostnames)
    assert ends(ways_to_service(SOURCE, "vpc-1", "logs", held)) == ["internet"]


def test_where_nobody_knows_where_the_name_leads_it_may_be_either() -> None:
    held = network(TASK, NODE, VpcEndpoints=[ENDPOINT], unread={"VpcAttributes": "missing ec2:DescribeVpcAttribute"})
    [way] = ways_to_service(SOURCE, "vpc-1", "logs", held)
    assert ends([way]) == ["eni-vpce", "internet"]
    assert way.destination.one_of


def test_what_access_lists_and_routes_tell_apart_counts() -> None:
    entry = {"RuleNumber": 100, "Protocol": "-1", "RuleAction": "deny", "Egress": True, "CidrBlock": "52.95.0.0/24"}
    acl = {"NetworkAclId": "acl-1", "VpcId": "vpc-1", "Associations": [{"SubnetId": "subnet-1"}], "Entries": [entry]}
    dead = {"DestinationCidrBlock": "52.96.0.0/24", "NatGatewayId": "nat-1", "State": "blackhole"}
    told_apart = network(TASK, NetworkAcls=[acl], RouteTables=[table("rtb-1", OUT, dead, main=True)])
    assert {"52.95.0.0", "52.95.1.0", "52.96.0.0", "52.96.1.0"} <= set(internet_examples(told_apart.model))
