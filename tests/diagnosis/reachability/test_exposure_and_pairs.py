"""Questions about whole sets: what the internet reaches, and all pairs of interfaces."""

from __future__ import annotations

import random

import pytest

from diagnosis.reachability import Endpoint, Flow, UndescribedError, Verdict
from diagnosis.reachability.addresses import format_address, parse_address
from tests.diagnosis.reachability.test_load_balancers import balanced
from tests.diagnosis.reachability.world import ANY, entry, route, rule, two_tiers


def test_the_ports_that_the_internet_reaches_with_an_example():
    exposed = two_tiers().network().exposure("i-web")
    assert exposed.destination_ports == ((443, 443),)
    example = exposed.example()
    assert example is not None
    assert format_address(example.destination) == "203.0.113.10"
    assert not two_tiers().network().exposure("i-db")


def test_acls_cut_sources_and_ports_out_of_the_set():
    world = two_tiers()
    world.raw["SecurityGroups"][0]["IpPermissions"] = [rule("tcp", (0, 65535), "198.51.0.0/16", "192.0.2.0/24")]
    world.acl(
        "acl-web", "vpc-1", entry(5, "deny", egress=False, protocol="6", cidr="198.51.100.0/24", ports=(22, 22)),
        entry(10, "allow", egress=False), entry(5, "deny", egress=True, cidr="192.0.2.0/24"),
        entry(10, "allow", egress=True), subnets=("subnet-web",),
    )  # fmt: skip
    exposed = world.network().exposure(Endpoint("instance", "i-web"))
    assert exposed.sources == ((parse_address("198.51.0.0"), parse_address("198.51.255.255")),)
    cut = world.network().exposure("i-web", source="198.51.100.0/24")
    assert cut.destination_ports == ((0, 21), (23, 65535))


def test_replies_must_have_a_route_back():
    world = two_tiers()
    world.raw["RouteTables"][0]["Routes"][1:] = [route("198.51.100.0/24", "igw-1")]
    assert world.network().exposure("i-web").sources == (
        (parse_address("198.51.100.0"), parse_address("198.51.100.255")),
    )


def test_a_load_balancer_exposes_its_listeners():
    exposed = balanced().network().exposure("eni-node")
    assert exposed.destination_ports == ((80, 80),)


def test_what_is_not_described_is_named_and_not_in_the_set():
    world = two_tiers()
    world.raw["SecurityGroups"][0]["IpPermissions"].append(rule("tcp", 22, "pl-none"))
    exposed = world.network().exposure("i-web")
    assert exposed.destination_ports == ((443, 443),)
    assert "pl-none" in exposed.unknown[0]
    denied = world.network("VpcBlockPublicAccessOptions").exposure("i-web")
    assert not denied
    assert denied.unknown
    with pytest.raises(UndescribedError):
        world.network().exposure("i-none")


def test_exposure_agrees_with_single_flows():
    world = two_tiers()
    world.raw["SecurityGroups"][0]["IpPermissions"] = [
        rule("tcp", (80, 90), ANY), rule("tcp", (85, 443), "198.0.0.0/8"), rule("-1", None, "192.0.2.0/24"),
    ]  # fmt: skip
    world.acl(
        "acl-web", "vpc-1", entry(5, "deny", egress=False, protocol="6", ports=(88, 100)),
        entry(10, "allow", egress=False), entry(10, "allow", egress=True, cidr="192.0.0.0/3"), subnets=("subnet-web",),
    )  # fmt: skip
    world.raw["RouteTables"][0]["Routes"].append({**route("198.51.100.128/25", "igw-1"), "State": "blackhole"})
    network, chance = world.network(), random.Random(5)
    exposed = network.exposure("i-web")
    for _ in range(300):
        source = chance.choice(["198.51.100.1", "198.51.100.200", "192.0.2.9", "8.8.8.8", "223.255.1.1", "224.0.0.1"])
        port = chance.choice([79, 80, 85, 87, 88, 90, 91, 100, 101, 443, 444])
        flow = Flow(Endpoint("internet", None, source), Endpoint("ip", None, "203.0.113.10"), "tcp", port)
        packet = flow.packet(parse_address(source), parse_address("203.0.113.10"))
        reachable = network.trace(flow).verdict is Verdict.REACHABLE and not source.startswith("224")
        assert (packet in exposed) == reachable, (source, port)


def test_pairs_agree_with_single_flows():
    world = two_tiers()
    world.group("sg-east", "vpc-1", [rule("tcp", 5432, "10.0.1.64/26")])
    world.acl(
        "acl-db", "vpc-1", entry(5, "deny", egress=False, cidr="10.0.1.12/32"), entry(10, "allow", egress=False),
        entry(10, "allow", egress=True), subnets=("subnet-db",),
    )  # fmt: skip
    for number in range(11, 15):
        world.instance(f"w{number}", "subnet-web", f"10.0.1.{number + 55 * (number % 2)}", "sg-web")
        world.instance(f"d{number}", "subnet-db", f"10.0.2.{number}", "sg-db", "sg-east", "sg-web")
    network = world.network()
    pairs = network.pairs("tcp", 5432)
    ids = [i.id for found in pairs.classes for i in found.members if i.type == "interface"]
    assert len(pairs.classes) < len(ids) + 1
    for source in ids:
        for destination in ids:
            if source != destination:
                flow = Flow(
                    Endpoint("network-interface", source), Endpoint("network-interface", destination), "tcp", 5432
                )
                answer = pairs.answer(source, destination)
                assert answer is not None
                assert answer.verdict is network.trace(flow).verdict, (source, destination)
    everything = sum(len(found.members) for found in pairs.classes)
    assert sum(pairs.counts.values()) == everything * (everything - 1)


def test_exposure_to_a_private_network_knows_who_holds_which_address():
    world = two_tiers()
    network = world.network()
    exposed = network.exposure(Endpoint("ip", None, "10.0.2.10"), source="10.0.1.0/28")
    assert exposed.sources == ((parse_address("10.0.1.10"),) * 2,), "sg-web holds that address alone"
    assert exposed.destination_ports == ((5432, 5432),)
    world.raw["SecurityGroups"][1]["IpPermissions"] = [rule("udp", 53, "10.0.1.8/29"), rule("udp", 54, "10.0.0.0/8")]
    exposed = world.network().exposure("i-db", source="10.0.1.0/28", protocol="udp")
    assert exposed.destination_ports == ((53, 54),)
    assert exposed.sources == ((parse_address("10.0.1.0"), parse_address("10.0.1.15")),)


def test_exposure_to_a_network_that_nobody_described_is_unknown():
    exposed = two_tiers().network().exposure("i-db", source="172.16.0.0/30")
    assert not exposed
    assert len(exposed.unknown) == 4


def test_exposure_over_ipv6_counts_its_own_family():
    world = two_tiers()
    world.raw["Vpcs"][0]["Ipv6CidrBlockAssociationSet"] = [{"Ipv6CidrBlock": "2600:1::/56"}]
    world.raw["Subnets"][0]["Ipv6CidrBlockAssociationSet"] = [{"Ipv6CidrBlock": "2600:1::/64"}]
    world.raw["RouteTables"][0]["Routes"] += [route("2600:1::/56", "local"), route("::/0", "igw-1")]
    world.group("sg-6", "vpc-1", [rule("tcp", 8443, "2600::/12")])
    world.instance("six", "subnet-web", "10.0.1.81", "sg-6", ipv6="2600:1::81")
    assert not world.network().exposure("i-six"), "the ACL knows IPv4 only"
    for egress in (False, True):
        world.raw["NetworkAcls"][0]["Entries"].append(entry(101, "allow", egress=egress, cidr="::/0"))
    exposed = world.network().exposure("i-six")
    assert exposed.destination_ports == ((8443, 8443),)
    assert all(format_address(low).startswith("26") for low, _ in exposed.sources)


def test_a_load_balancer_that_nobody_described_is_unknown():
    world = balanced()
    del world.raw["LoadBalancers"]
    exposed = world.network().exposure("eni-node")
    assert not exposed
    assert "load balancer" in exposed.unknown[0]
