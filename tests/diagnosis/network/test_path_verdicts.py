"""Is a way judged by all of its flows, and never by none?"""

from __future__ import annotations

from typing import Any, get_args

import pytest

from diagnosis.network.description import NetworkDescription
from diagnosis.network.path_verdicts import outcome_of
from diagnosis.network.paths import Must, Side, Spot, Way, spot_of
from diagnosis.reachability import Endpoint, Verdict
from tests.diagnosis.network.test_broken_paths import DATABASE, PUBLIC_DATABASE, TASK, group, network, tcp

INTERNET = Side("internet", block="internet")
NOTHING = Side("stock")
CHECKOUT = Side("checkout", (spot_of("eni-task", "10.0.1.9"),))
ORDERS = Side("orders", (spot_of("eni-db", "10.0.1.20"),))


def open_to(*cidrs: str, database: dict[str, Any] = DATABASE) -> NetworkDescription:
    """A database whose group admits tcp/5432 from these blocks."""
    groups = [group("sg-task"), group("sg-db", *(tcp(5432, cidr=cidr) for cidr in cidrs))]
    return network(TASK, database, SecurityGroups=groups)


def verdict(way: Way, described: NetworkDescription) -> Verdict:
    return outcome_of(way, described).verdict


@pytest.mark.parametrize("must", get_args(Must))
@pytest.mark.parametrize(
    ("source", "destination", "said"),
    [
        (NOTHING, ORDERS, "nothing described is stock"),
        (CHECKOUT, NOTHING, "nothing described is stock"),
        (Side("10.0.0.0/16", block="10.0.0.0/16"), NOTHING, "nothing described is stock"),
        (INTERNET, NOTHING, "nothing described is stock"),
        (NOTHING, Side("batch"), "nothing described is stock or batch"),
        (INTERNET, INTERNET, "internet and internet are both sets of addresses: name what one of them is"),
        (
            Side("10.0.1.0/24", block="10.0.1.0/24"),
            INTERNET,
            "10.0.1.0/24 and internet are both sets of addresses: name what one of them is",
        ),
    ],
)
def test_where_there_is_no_flow_to_ask_about_nothing_is_known(
    source: Side, destination: Side, said: str, must: Must
) -> None:
    outcome = outcome_of(Way(source, destination, port=443, must=must), network(TASK, DATABASE))
    assert (outcome.verdict, outcome.doubts) == (Verdict.UNKNOWN, (said,))


@pytest.mark.parametrize(
    ("cidrs", "expected"),
    [
        (("10.0.0.0/16",), Verdict.REACHABLE),
        (("10.0.0.0/17", "10.0.128.0/17"), Verdict.REACHABLE),
        (("10.0.2.0/24",), Verdict.REACHABLE),
        (("10.0.2.0/25",), Verdict.BLOCKED),
        ((), Verdict.BLOCKED),
    ],
)
def test_every_address_of_a_block_must_get_through(cidrs: tuple[str, ...], expected: Verdict) -> None:
    block = Side("10.0.2.0/24", block="10.0.2.0/24")
    assert verdict(Way(block, ORDERS, port=5432), open_to(*cidrs)) is expected


@pytest.mark.parametrize(
    ("cidrs", "expected"),
    [(("10.0.2.0/24",), Verdict.REACHABLE), (("10.0.2.7/32",), Verdict.REACHABLE), (("10.0.1.0/24",), Verdict.BLOCKED)],
)
def test_of_a_block_that_must_not_get_through_one_address_is_too_many(
    cidrs: tuple[str, ...], expected: Verdict
) -> None:
    block = Side("10.0.2.0/24", block="10.0.2.0/24")
    assert verdict(Way(block, ORDERS, port=5432, must="not exist"), open_to(*cidrs)) is expected
    assert verdict(Way(block, ORDERS, must="not exist"), open_to(*cidrs)) is expected
    assert verdict(Way(block, ORDERS, port=5433, must="not exist"), open_to(*cidrs)) is Verdict.BLOCKED


@pytest.mark.parametrize(
    ("described", "expected"),
    [
        (open_to("0.0.0.0/0", database=PUBLIC_DATABASE), Verdict.REACHABLE),
        (open_to("10.0.0.0/8", database=PUBLIC_DATABASE), Verdict.BLOCKED),
        (open_to("0.0.0.0/0"), Verdict.BLOCKED),
    ],
)
def test_what_the_internet_reaches_has_a_public_address_and_an_open_group(
    described: NetworkDescription, expected: Verdict
) -> None:
    assert verdict(Way(INTERNET, ORDERS, port=5432, must="not exist"), described) is expected


def test_how_many_addresses_get_through_is_counted() -> None:
    described = open_to("198.18.0.0/15", "8.8.8.0/30", database=PUBLIC_DATABASE)
    outcome = outcome_of(Way(INTERNET, ORDERS, port=5432, must="not exist"), described)
    assert outcome.verdict is Verdict.REACHABLE
    assert outcome.sources % 2**17 == 4
    assert outcome.through.endswith(":5432")


@pytest.mark.parametrize("must", get_args(Must))
@pytest.mark.parametrize("missing", ["SecurityGroups", "NetworkInterfaces"])
def test_without_a_description_that_decides_nothing_is_known(missing: str, must: Must) -> None:
    described = network(TASK, DATABASE, unread={missing: "missing ec2:Describe"})
    assert verdict(Way(CHECKOUT, ORDERS, port=5432, must=must), described) is Verdict.UNKNOWN


@pytest.mark.parametrize("must", get_args(Must))
def test_an_end_that_is_not_described_is_unknown(must: Must) -> None:
    gone = Side("eni-0a", (Spot(Endpoint("network-interface", "eni-0a")),))
    assert verdict(Way(gone, ORDERS, port=5432, must=must), network(TASK, DATABASE)) is Verdict.UNKNOWN


@pytest.mark.parametrize(("port", "expected"), [(5432, Verdict.REACHABLE), (22, Verdict.BLOCKED)])
@pytest.mark.parametrize("must", get_args(Must))
def test_between_two_interfaces_the_port_decides(port: int, expected: Verdict, must: Must) -> None:
    assert verdict(Way(CHECKOUT, ORDERS, port=port, must=must), network(TASK, DATABASE)) is expected


@pytest.mark.parametrize("must", get_args(Must))
def test_the_way_out_needs_a_public_address(must: Must) -> None:
    assert verdict(Way(CHECKOUT, INTERNET, port=443, must=must), network(TASK)) is Verdict.BLOCKED
    public = TASK | {"Association": {"PublicIp": "52.1.2.4"}}
    public["PrivateIpAddresses"] = [
        {"PrivateIpAddress": "10.0.1.9", "Primary": True, "Association": {"PublicIp": "52.1.2.4"}}
    ]
    assert verdict(Way(CHECKOUT, INTERNET, port=443, must=must), network(public)) is Verdict.REACHABLE


SERVER = TASK | {"Attachment": {"InstanceId": "i-0a"}}
STARTS = {
    "interface": Endpoint("network-interface", "eni-task", "10.0.1.9"),
    "interface without its address": Endpoint("network-interface", "eni-task"),
    "instance": Endpoint("instance", "i-0a"),
    "address": Endpoint("ip", ip="10.0.1.9"),
    "subnet": Endpoint("subnet", "subnet-1"),
}
ENDS = {
    "interface": Endpoint("network-interface", "eni-db", "10.0.1.20"),
    "interface without its address": Endpoint("network-interface", "eni-db"),
    "address": Endpoint("ip", ip="10.0.1.20"),
}


@pytest.mark.parametrize("end", ENDS)
@pytest.mark.parametrize("start", STARTS)
def test_one_port_that_is_open_is_a_way_that_must_not_exist(start: str, end: str) -> None:
    source, destination = Side("checkout", (Spot(STARTS[start]),)), Side("orders", (Spot(ENDS[end]),))
    groups = [group("sg-task"), group("sg-else"), group("sg-db", tcp(5432, group="sg-else"))]
    closed = network(SERVER, DATABASE, SecurityGroups=groups)
    for port, expected in ((None, Verdict.REACHABLE), (5432, Verdict.REACHABLE), (22, Verdict.BLOCKED)):
        way = Way(source, destination, port=port, must="not exist")
        assert verdict(way, network(SERVER, DATABASE)) is expected
        assert verdict(way, closed) is Verdict.BLOCKED


@pytest.mark.parametrize("start", STARTS)
def test_one_port_to_the_internet_is_a_way_out(start: str) -> None:
    public = SERVER | {"Association": {"PublicIp": "52.1.2.4"}}
    public["PrivateIpAddresses"] = [
        {"PrivateIpAddress": "10.0.1.9", "Primary": True, "Association": {"PublicIp": "52.1.2.4"}}
    ]
    groups = [group("sg-task", egress=(tcp(443, cidr="52.94.0.0/24"),))]
    way = Way(Side("checkout", (Spot(STARTS[start]),)), INTERNET, must="not exist")
    assert verdict(way, network(public, SecurityGroups=groups)) is Verdict.REACHABLE
    assert verdict(way, network(SERVER, SecurityGroups=groups)) is Verdict.BLOCKED
    assert verdict(way, network(public, SecurityGroups=[group("sg-task", egress=())])) is Verdict.BLOCKED


def test_without_its_addresses_no_source_is_shut_out_of_every_port() -> None:
    gateway = Side("office", (Spot(Endpoint("vpn-gateway", "vgw-0a")),))
    assert verdict(Way(gateway, ORDERS, must="not exist"), network(DATABASE)) is Verdict.UNKNOWN


def test_a_protocol_without_ports_needs_none() -> None:
    ping = {"IpProtocol": "icmp", "FromPort": -1, "ToPort": -1, "UserIdGroupPairs": [{"GroupId": "sg-task"}]}
    way = Way(Side("checkout", (Spot(STARTS["instance"]),)), ORDERS, protocol="icmp", must="not exist")
    assert verdict(way, network(SERVER, DATABASE)) is Verdict.BLOCKED
    admitted = network(SERVER, DATABASE, SecurityGroups=[group("sg-task"), group("sg-db", ping)])
    assert verdict(way, admitted) is Verdict.REACHABLE
