"""Internet, NAT and egress-only gateways, and VPC Block Public Access."""

from __future__ import annotations

import pytest

from diagnosis.reachability import Verdict
from tests.diagnosis.reachability.world import ANY, OPEN, World, route, rule, told, two_tiers


def test_out_by_the_internet_gateway_with_a_public_address():
    answer = two_tiers().ask("i-web", "198.51.100.7")
    assert answer.verdict is Verdict.REACHABLE
    assert answer.path == ("i-web", "subnet-web", "vpc-1", "igw-1", "internet")
    assert answer.return_path == ("internet", "igw-1", "vpc-1", "subnet-web", "i-web")


def test_out_without_a_public_address():
    world = two_tiers()
    world.instance("plain", "subnet-web", "10.0.1.11", "sg-web")
    assert told(world.ask("i-plain", "198.51.100.7")) == [
        ("internet-gateway", "igw-1", "egress", "IGW_PUBLIC_IP_ASSOCIATION_FOR_EGRESS")
    ]


@pytest.mark.parametrize(
    ("address", "kind"),
    [("10.9.0.1", "RFC1918"), ("100.64.3.1", "RFC6598"), ("224.0.0.5", "RFC1918"), ("169.254.5.5", "RFC1918")],
)
def test_private_destinations_are_refused(address, kind):
    answer = two_tiers().ask("i-web", address)
    assert told(answer)[0][3] == f"IGW_DESTINATION_ADDRESS_NOT_IN_{kind}_EGRESS"


def test_in_to_a_public_address():
    world = two_tiers()
    for flow in (("internet", "i-web"), ("internet@198.51.100.7", "203.0.113.10"), ("198.51.100.7", "203.0.113.10")):
        assert world.ask(*flow, 443).verdict is Verdict.REACHABLE
    assert told(world.ask("internet", "203.0.113.10", 80))[0][:3] == ("security-group", "sg-web", "ingress")


@pytest.mark.parametrize("target", ["203.0.113.99", "10.0.2.10", "i-db"])
def test_in_to_what_has_no_public_address(target):
    answer = two_tiers().ask("internet", target, 443)
    assert told(answer) == [("internet-gateway", "igw-1", "ingress", "IGW_PRIVATE_IP_ASSOCIATION_FOR_INGRESS")]


def test_in_from_a_private_source():
    answer = two_tiers().ask("internet@192.168.1.1", "203.0.113.10", 443)
    assert told(answer)[0][3] == "IGW_SOURCE_ADDRESS_NOT_IN_RFC1918_INGRESS"


def test_a_public_address_in_a_subnet_whose_replies_leave_by_nat():
    world = two_tiers()
    world.instance("odd", "subnet-db", "10.0.2.11", "sg-web", public="203.0.113.11")
    answer = world.ask("internet", "i-odd", 443)
    assert (answer.forward, answer.return_) == ("reachable", "blocked")
    assert told(answer) == [
        ("route-table", "rtb-db", "return", "NO_ROUTE_TO_DESTINATION"),
        ("nat-gateway", "nat-1", "return", "NGW_SOURCE_ADDRESS_REASSIGN"),
    ]


def test_a_gateway_that_is_not_attached():
    world = two_tiers()
    world.raw["InternetGateways"][0]["Attachments"] = []
    assert told(world.ask("i-web", "198.51.100.7"))[0] == (
        "internet-gateway", "igw-1", "egress", "BAD_STATE_ATTACHMENT",
    )  # fmt: skip
    assert told(world.ask("internet", "i-web"))[0][:2] == ("vpc", "vpc-1")


def test_a_gateway_that_nobody_described_is_unknown():
    world = two_tiers()
    del world.raw["InternetGateways"]
    assert world.ask("i-web", "198.51.100.7").verdict is Verdict.UNKNOWN
    assert world.ask("internet", "i-web").verdict is Verdict.UNKNOWN


def test_our_own_public_address_is_reached_from_outside():
    world = two_tiers()
    answer = world.ask("i-db", "203.0.113.10", 443)
    assert answer.verdict is Verdict.REACHABLE
    assert answer.path[-1] == "i-web"
    assert answer.path.count("igw-1") == 2, "out and in again"
    world.group("sg-tight", "vpc-1", [rule("tcp", 443, "sg-db")])
    world.instance("tight", "subnet-web", "10.0.1.14", "sg-tight", public="203.0.113.14")
    assert world.ask("i-db", "203.0.113.14", 443).verdict is Verdict.BLOCKED, "references match private addresses"


def test_nat_and_what_it_does_not_carry():
    world = two_tiers()
    answer = world.ask("i-db", "198.51.100.7", 443)
    assert answer.verdict is Verdict.REACHABLE
    assert answer.path == ("i-db", "subnet-db", "vpc-1", "nat-1", "subnet-web", "vpc-1", "igw-1", "internet")
    assert answer.return_path[-2:] == ("subnet-db", "i-db")
    assert told(world.ask("i-db", "198.51.100.7", None, "47")) == [
        ("nat-gateway", "nat-1", "egress", "PROTOCOL_RESTRICTION")
    ]
    assert world.ask("i-db", "198.51.100.7", None, "icmp").verdict is Verdict.REACHABLE


def test_nothing_enters_by_nat():
    answer = two_tiers().ask("internet", "203.0.113.200", 443)
    assert told(answer) == [("nat-gateway", "nat-1", "ingress", "NGW_DEST_ADDRESS_PRESERVATION")]


@pytest.mark.parametrize("state", ["deleted", "failed", "pending"])
def test_a_nat_gateway_that_is_not_available(state):
    world = two_tiers()
    world.raw["NatGateways"][0]["State"] = state
    assert told(world.ask("i-db", "198.51.100.7")) == [("nat-gateway", "nat-1", "egress", "BAD_STATE")]


def test_a_nat_gateway_that_nobody_described_is_unknown():
    world = two_tiers()
    del world.raw["NatGateways"]
    assert world.ask("i-db", "198.51.100.7").verdict is Verdict.UNKNOWN


def test_a_private_nat_gateway_does_not_leave_by_the_internet_gateway():
    world = two_tiers()
    world.nat_gateway("nat-2", "subnet-web", "10.0.1.201")
    world.raw["RouteTables"][1]["Routes"][1] = route(ANY, "nat-2")
    answer = world.ask("i-db", "198.51.100.7")
    assert told(answer) == [("internet-gateway", "igw-1", "egress", "IGW_PUBLIC_IP_ASSOCIATION_FOR_EGRESS")]


def test_a_nat_gateways_public_address_may_be_told_by_the_gateway_alone():
    world = two_tiers()
    world.interface("eni-nat-1", "subnet-web", "10.0.1.200", InterfaceType="nat_gateway", SourceDestCheck=False)
    assert world.ask("i-db", "internet", 443).verdict is Verdict.REACHABLE


def test_an_appliance_that_may_translate_is_unknown_unless_its_check_is_on():
    world = two_tiers()
    world.group("sg-open", "vpc-1", OPEN)
    world.instance("nat", "subnet-web", "10.0.1.30", "sg-open", public="203.0.113.30", SourceDestCheck=False)
    world.raw["RouteTables"][1]["Routes"][1] = route(ANY, "eni-nat")
    assert world.ask("i-db", "198.51.100.7").verdict is Verdict.UNKNOWN
    world.raw["NetworkInterfaces"][-1]["SourceDestCheck"] = True
    assert told(world.ask("i-db", "198.51.100.7")) == [
        ("network-interface", "eni-nat", "ingress", "ENI_SOURCE_DEST_CHECK_RESTRICTION")
    ]


def six() -> World:
    """A dual-stack VPC: `i-pub` routes ::/0 to the internet gateway, `i-out` to an egress-only one."""
    world = World()
    world.vpc("vpc-6", "10.6.0.0/16", ipv6="2600:6::/56")
    world.subnet("subnet-pub", "vpc-6", "10.6.1.0/24", ipv6="2600:6:0:1::/64")
    world.subnet("subnet-out", "vpc-6", "10.6.2.0/24", ipv6="2600:6:0:2::/64")
    world.internet_gateway("igw-6", "vpc-6")
    world.add(
        "EgressOnlyInternetGateways", EgressOnlyInternetGatewayId="eigw-6",
        Attachments=[{"VpcId": "vpc-6", "State": "attached"}],
    )  # fmt: skip
    world.table("rtb-pub", "vpc-6", route("::/0", "igw-6"), subnets=("subnet-pub",))
    world.table("rtb-out", "vpc-6", route("::/0", "eigw-6"), subnets=("subnet-out",))
    world.group("sg-6", "vpc-6", OPEN)
    world.instance("pub", "subnet-pub", "10.6.1.10", "sg-6", ipv6="2600:6:0:1::10")
    world.instance("out", "subnet-out", "10.6.2.10", "sg-6", ipv6="2600:6:0:2::10")
    return world


def test_ipv6_needs_no_association():
    world = six()
    assert world.ask("i-pub", "2a00::7").verdict is Verdict.REACHABLE
    assert world.ask("internet@2a00::7", "2600:6:0:1::10").verdict is Verdict.REACHABLE
    assert world.ask("i-pub", "198.51.100.7").verdict is Verdict.BLOCKED, "no IPv4 route"


def test_unique_local_addresses_do_not_cross_to_the_internet():
    world = six()
    assert told(world.ask("i-pub", "fd12::7"))[0][:3] == ("internet-gateway", "igw-6", "egress")
    for number, interface in enumerate(world.raw["NetworkInterfaces"]):
        interface["Ipv6Addresses"] = [{"Ipv6Address": f"fd80:6::{number + 1}"}]
    blockers = [told(world.ask(end, "2a00::7"))[0] for end in ("i-pub", "i-out")]
    assert [b[:2] for b in blockers] == [("internet-gateway", "igw-6"), ("egress-only-internet-gateway", "eigw-6")]


def test_an_egress_only_gateway_lets_out_and_answers_back_in():
    world = six()
    answer = world.ask("i-out", "2a00::7")
    assert answer.verdict is Verdict.REACHABLE
    assert answer.path[-2:] == ("eigw-6", "internet")
    answer = world.ask("internet@2a00::7", "2600:6:0:2::10")
    assert told(answer)[0][:3] == ("egress-only-internet-gateway", "eigw-6", "return")
    del world.raw["InternetGateways"]
    world.raw["RouteTables"][0]["Routes"].pop()
    answer = world.ask("internet@2a00::7", "2600:6:0:2::10")
    assert told(answer)[0][:3] == ("egress-only-internet-gateway", "eigw-6", "ingress")


def test_a_nat_gateway_carries_ipv6_to_its_own_prefix_only():
    world = six()
    world.nat_gateway("nat-6", "subnet-pub", "10.6.1.200", "203.0.113.66")
    world.raw["RouteTables"][0]["Routes"].append(route(ANY, "igw-6"))
    world.raw["RouteTables"][1]["Routes"][-1] = route("::/0", "nat-6")
    assert world.ask("i-out@2600:6:0:2::10", "64:ff9b::c633:6407").verdict is Verdict.REACHABLE, "198.51.100.7"
    assert told(world.ask("i-out", "2a00::7")) == [("nat-gateway", "nat-6", "egress", "PROTOCOL_RESTRICTION")]


def test_what_an_egress_only_gateway_opened_to_our_own_address_comes_back():
    world = six()
    world.raw["Vpcs"].append({**world.raw["Vpcs"][0], "VpcId": "vpc-7", "CidrBlock": "10.7.0.0/16"})
    world.raw["Vpcs"][1]["Ipv6CidrBlockAssociationSet"] = [{"Ipv6CidrBlock": "2600:7::/56"}]
    world.raw["Vpcs"][1]["CidrBlockAssociationSet"] = [{"CidrBlock": "10.7.0.0/16"}]
    world.subnet("subnet-7", "vpc-7", "10.7.1.0/24", ipv6="2600:7:0:1::/64")
    world.internet_gateway("igw-7", "vpc-7")
    world.table("rtb-7", "vpc-7", route("::/0", "igw-7"), subnets=("subnet-7",))
    world.group("sg-7", "vpc-7", OPEN)
    world.instance("seven", "subnet-7", "10.7.1.10", "sg-7", ipv6="2600:7:0:1::10")
    del world.raw["InternetGateways"][0]
    world.raw["RouteTables"][0]["Routes"].pop()
    assert world.ask("i-out", "2600:7:0:1::10").verdict is Verdict.REACHABLE
    assert world.ask("i-seven", "2600:6:0:2::10").verdict is Verdict.BLOCKED


@pytest.mark.parametrize(
    ("mode", "exclusion", "inbound", "outbound", "by_nat"),
    [
        ("off", None, "reachable", "reachable", "reachable"),
        ("block-bidirectional", None, "blocked", "blocked", "blocked"),
        ("block-ingress", None, "blocked", "blocked", "reachable"),
        ("block-bidirectional", "allow-bidirectional", "reachable", "reachable", "reachable"),
        ("block-bidirectional", "allow-egress", "blocked", "blocked", "reachable"),
    ],
)
def test_block_public_access(mode, exclusion, inbound, outbound, by_nat):
    world = two_tiers()
    world.add("VpcBlockPublicAccessOptions", InternetGatewayBlockMode=mode)
    if exclusion:
        world.add(
            "VpcBlockPublicAccessExclusions", InternetGatewayExclusionMode=exclusion, State="create-complete",
            ResourceArn="arn:aws:ec2:eu-west-1:111122223333:vpc/vpc-1",
        )  # fmt: skip
    answers = world.ask("internet", "i-web"), world.ask("i-web", "198.51.100.7"), world.ask("i-db", "198.51.100.7")
    assert [answer.verdict for answer in answers] == [inbound, outbound, by_nat]
    if inbound == "blocked":
        assert told(answers[0])[0] == ("internet-gateway", "igw-1", "ingress", "VPC_BLOCK_PUBLIC_ACCESS_ENABLED")


def test_an_exclusion_that_was_deleted_excludes_nothing_and_denied_options_are_unknown():
    world = two_tiers()
    world.raw["VpcBlockPublicAccessOptions"] = {
        "InternetGatewayBlockMode": "block-bidirectional"
    }  # as the CLI prints it
    world.add(
        "VpcBlockPublicAccessExclusions", InternetGatewayExclusionMode="allow-bidirectional", State="delete-complete",
        ResourceArn="arn:aws:ec2:eu-west-1:111122223333:subnet/subnet-web",
    )  # fmt: skip
    assert world.ask("internet", "i-web").verdict is Verdict.BLOCKED
    world.raw["VpcBlockPublicAccessExclusions"][0]["State"] = "create-complete"
    assert world.ask("internet", "i-web").verdict is Verdict.REACHABLE
    assert world.ask("internet", "i-web", denied=("VpcBlockPublicAccessOptions",)).verdict is Verdict.UNKNOWN


def test_a_regional_nat_gateway_leaves_by_the_internet_gateway_of_its_vpc():
    world = two_tiers()
    world.raw["NatGateways"][0] |= {"SubnetId": "", "AvailabilityMode": "regional"}
    answer = world.ask("i-db", "198.51.100.7")
    assert (answer.verdict, answer.path[-3:]) == (Verdict.REACHABLE, ("nat-1", "igw-1", "internet"))


def test_a_nat_gateways_interface_without_its_gateway_takes_nothing():
    world = two_tiers()
    world.interface("eni-left", "subnet-web", "10.0.1.201", InterfaceType="nat_gateway")
    assert told(world.ask("i-web", "10.0.1.201"))[0][:3] == ("nat-gateway", "eni-left", "ingress")


def test_an_elastic_address_that_only_describe_addresses_tells():
    world = two_tiers()
    world.instance("late", "subnet-web", "10.0.1.44", "sg-web")
    world.add("Addresses", PublicIp="203.0.113.44", PrivateIpAddress="10.0.1.44", NetworkInterfaceId="eni-late")
    assert world.ask("internet", "203.0.113.44", 443).verdict is Verdict.REACHABLE


def test_an_elastic_address_of_an_instance_is_its_primary_interfaces():
    world = two_tiers()
    del world.raw["NetworkInterfaces"][0]["Association"]
    world.add("Addresses", PublicIp="203.0.113.9", AllocationId="eipalloc-free")
    world.add("Addresses", PublicIp="203.0.113.10", InstanceId="i-web")
    assert world.ask("internet", "i-web").path[-1] == "i-web"
    assert world.ask("internet", "203.0.113.9").verdict is Verdict.BLOCKED, "of nobody"


def test_an_instance_that_alone_tells_of_its_interface():
    world = two_tiers()
    raw = world.raw["NetworkInterfaces"].pop(0)
    world.raw["Reservations"][0]["Instances"][0] |= {"NetworkInterfaces": [raw], "VpcId": "vpc-1"}
    assert world.ask("internet", "203.0.113.10", 443).verdict is Verdict.REACHABLE
