"""Route tables, delivery within a VPC, and appliances that traffic is routed through."""

from __future__ import annotations

import pytest

from diagnosis.reachability import Verdict
from tests.diagnosis.reachability.world import ANY, OPEN, World, route, rule, told, two_tiers


def test_no_route_names_the_table():
    world = two_tiers()
    world.raw["RouteTables"][1]["Routes"].pop()
    answer = world.ask("i-db", "198.51.100.7")
    assert told(answer) == [("route-table", "rtb-db", "egress", "NO_ROUTE_TO_DESTINATION")]
    assert answer.path == ("i-db", "subnet-db")


def test_a_black_hole_drops_although_a_wider_route_would_carry():
    world = two_tiers()
    world.raw["RouteTables"][0]["Routes"].append({**route("198.51.100.0/24", "eni-gone"), "State": "blackhole"})
    answer = world.ask("i-web", "198.51.100.7")
    assert told(answer) == [("route", "rtb-web 198.51.100.0/24", "egress", "BAD_STATE_ROUTE")]
    assert world.ask("i-web", "198.51.101.7").verdict is Verdict.REACHABLE


def test_a_subnet_without_a_table_of_its_own_uses_the_main_one():
    world = two_tiers()
    world.subnet("subnet-main", "vpc-1", "10.0.3.0/24")
    world.instance("main", "subnet-main", "10.0.3.10", "sg-web")
    assert world.ask("i-main", "198.51.100.7").verdict is Verdict.UNKNOWN, "no main table is described"
    world.table("rtb-main", "vpc-1")
    assert told(world.ask("i-main", "198.51.100.7"))[0][:2] == ("route-table", "rtb-main")


def test_a_route_for_a_prefix_list_comes_after_a_static_and_before_a_propagated_one():
    world = two_tiers()
    world.raw["RouteTables"][0]["Routes"] += [
        {**route("198.51.100.0/24", "vgw-1"), "Origin": "EnableVgwRoutePropagation"},
        route("pl-1", "igw-1"),
        route("192.0.2.0/24", "igw-1"),
        {**route("pl-2", "vgw-1")},
    ]
    world.add("ManagedPrefixLists", PrefixListId="pl-1", Entries=[{"Cidr": "198.51.100.0/24"}])
    world.add("ManagedPrefixLists", PrefixListId="pl-2", Entries=[{"Cidr": "192.0.2.0/24"}])
    world.add("VpnGateways", VpnGatewayId="vgw-1", VpcAttachments=[{"VpcId": "vpc-1", "State": "attached"}])
    assert "igw-1" in world.ask("i-web", "198.51.100.7").path
    assert "igw-1" in world.ask("i-web", "192.0.2.7").path


def test_a_propagated_route_never_beats_the_local_one():
    world = two_tiers()
    world.raw["RouteTables"][0]["Routes"].append(
        {**route("10.0.2.0/28", "vgw-9"), "Origin": "EnableVgwRoutePropagation"}
    )
    assert world.ask("i-web", "i-db", 5432).verdict is Verdict.REACHABLE


def test_a_list_that_nobody_described_makes_routes_unknown_but_not_the_local_one():
    world = two_tiers()
    world.raw["RouteTables"][0]["Routes"].append(route("pl-9", "vpce-1"))
    assert world.ask("i-web", "198.51.100.7").verdict is Verdict.UNKNOWN
    assert world.ask("i-web", "i-db", 5432).verdict is Verdict.REACHABLE
    assert told(world.ask("i-web", "10.9.0.1"))[0][0] == "internet-gateway", "a service's list has no private addresses"


def test_addresses_of_no_subnet_and_of_no_interface():
    world = two_tiers()
    assert told(world.ask("i-web", "10.0.9.9"))[0] == ("vpc", "vpc-1", "ingress", "NO_POSSIBLE_DESTINATION")
    assert told(world.ask("i-web", "10.0.2.77"))[0] == ("subnet", "subnet-db", "ingress", "NO_POSSIBLE_DESTINATION")


def test_a_secondary_cidr_is_local_even_where_its_route_is_missing():
    world = two_tiers()
    world.raw["Vpcs"][0]["CidrBlockAssociationSet"].append(
        {"CidrBlock": "100.64.0.0/16", "CidrBlockState": {"State": "associated"}}
    )
    world.subnet("subnet-2nd", "vpc-1", "100.64.1.0/24")
    world.table("rtb-2nd", "vpc-1", subnets=("subnet-2nd",))
    world.instance("2nd", "subnet-2nd", "100.64.1.10", "sg-web")
    assert world.ask("i-db", "i-2nd", 443).verdict is Verdict.REACHABLE


def test_a_disassociated_cidr_is_not_the_vpcs_any_more():
    world = two_tiers()
    world.raw["Vpcs"][0]["CidrBlockAssociationSet"].append(
        {"CidrBlock": "10.7.0.0/16", "CidrBlockState": {"State": "disassociated"}}
    )
    answer = world.ask("i-web", "10.7.0.1")
    assert told(answer)[0][3] == "IGW_DESTINATION_ADDRESS_NOT_IN_RFC1918_EGRESS"


def test_a_stopped_instance_blocks_at_either_end():
    world = two_tiers()
    world.instance("off", "subnet-web", "10.0.1.11", "sg-web", state="stopped")
    assert told(world.ask("i-off", "i-db", 5432)) == [("instance", "i-off", "egress", "BAD_STATE")]
    assert ("instance", "i-off", "ingress", "BAD_STATE") in told(world.ask("i-db", "i-off", 443))


def test_a_forged_source_is_dropped():
    world = two_tiers()
    assert told(world.ask("i-web@10.0.1.99", "i-db", 5432))[0][:2] == ("network-interface", "eni-web")


def test_subnets_and_addresses_as_ends():
    world = two_tiers()
    world.group("sg-cidr", "vpc-1", [rule("tcp", 5432, "10.0.1.0/24")])
    world.instance("open", "subnet-db", "10.0.2.20", "sg-cidr")
    assert world.ask("subnet-web", "i-open", 5432).verdict is Verdict.REACHABLE
    assert world.ask("10.0.1.77", "i-open", 5432).verdict is Verdict.REACHABLE
    assert world.ask("10.0.1.10", "i-open", 5432).path[0] == "i-web"
    assert world.ask("i-web", "subnet-db", 5432).verdict is Verdict.REACHABLE
    assert told(world.ask("i-web", "subnet-db@10.0.2.77", 5432))[0][0] == "subnet"


def test_routes_in_a_circle_are_found():
    world = two_tiers()
    world.interface("eni-a", "subnet-web", "10.0.1.50", "sg-web", SourceDestCheck=False)
    world.interface("eni-b", "subnet-db", "10.0.2.50", "sg-web", SourceDestCheck=False)
    world.group("sg-web", "vpc-1", OPEN, OPEN)
    world.raw["RouteTables"][0]["Routes"].append(route("198.51.100.0/24", "eni-b"))
    world.raw["RouteTables"][1]["Routes"].append(route("198.51.100.0/24", "eni-a"))
    answer = world.ask("i-web", "198.51.100.7")
    assert answer.verdict is Verdict.BLOCKED
    assert "circles" in answer.blockers[0].detail


@pytest.fixture
def inspected() -> World:
    """`i-app` and `i-db` in subnets that reach each other through the appliance `i-fw`."""
    world = two_tiers()
    world.subnet("subnet-fw", "vpc-1", "10.0.5.0/24")
    world.table("rtb-fw", "vpc-1", subnets=("subnet-fw",))
    world.group("sg-fw", "vpc-1", OPEN)
    world.instance("fw", "subnet-fw", "10.0.5.10", "sg-fw", SourceDestCheck=False)
    world.raw["RouteTables"][0]["Routes"].append(route("10.0.2.0/24", "eni-fw"))
    world.raw["RouteTables"][1]["Routes"].append(route("10.0.1.0/24", "eni-fw"))
    world.group("sg-cidr", "vpc-1", [rule("tcp", 5432, "10.0.1.0/24")])
    world.instance("open", "subnet-db", "10.0.2.20", "sg-cidr")
    return world


def test_an_appliance_passes_on_what_its_groups_admit(inspected):
    answer = inspected.ask("i-web", "i-open", 5432)
    assert answer.verdict is Verdict.REACHABLE
    assert "i-fw" in answer.path
    assert "i-fw" in answer.return_path


def test_group_references_are_lost_behind_an_appliance(inspected):
    answer = inspected.ask("i-web", "i-db", 5432)
    assert told(answer) == [("security-group", "sg-db", "ingress", "SG_REFERENCES_NOT_PRESERVED")]


def test_the_source_destination_check_of_an_appliance_must_be_off(inspected):
    next(raw for raw in inspected.raw["NetworkInterfaces"] if raw["NetworkInterfaceId"] == "eni-fw")[
        "SourceDestCheck"
    ] = True
    answer = inspected.ask("i-web", "i-open", 5432)
    assert told(answer)[0] == ("network-interface", "eni-fw", "ingress", "ENI_SOURCE_DEST_CHECK_RESTRICTION")


def test_an_appliance_that_sees_the_reply_only_needs_a_rule_for_it(inspected):
    inspected.raw["RouteTables"][0]["Routes"].pop()
    assert inspected.ask("i-web", "i-open", 5432).verdict is Verdict.REACHABLE
    inspected.raw["SecurityGroups"] = [
        {**raw, "IpPermissions": [rule("tcp", 5432, ANY)]} if raw["GroupId"] == "sg-fw" else raw
        for raw in inspected.raw["SecurityGroups"]
    ]
    assert told(inspected.ask("i-web", "i-open", 5432))[0][:3] == ("security-group", "sg-fw", "return")


def test_an_edge_route_table_redirects_what_comes_in(inspected):
    inspected.table("rtb-edge", "vpc-1", route("10.0.1.0/24", "eni-fw"), gateway="igw-1")
    answer = inspected.ask("internet@198.51.100.7", "i-web", 443)
    assert "i-fw" in answer.path
    assert ("network-interface", "eni-fw", "ingress", "INGRESS_RTB_NO_PUBLIC_IP") in told(answer)
    assert ("internet-gateway", "igw-1", "return", "INGRESS_RTB_TRAFFIC_REDIRECTION") in told(answer)


def test_an_edge_route_table_and_a_way_back_through_the_appliance(inspected):
    next(raw for raw in inspected.raw["NetworkInterfaces"] if raw["NetworkInterfaceId"] == "eni-fw")["Association"] = {
        "PublicIp": "203.0.113.5"
    }
    inspected.table("rtb-edge", "vpc-1", route("10.0.1.0/24", "eni-fw"), gateway="igw-1")
    inspected.raw["RouteTables"][0]["Routes"][1] = route(ANY, "eni-fw")
    inspected.raw["RouteTables"][2]["Routes"].append(route(ANY, "igw-1"))
    answer = inspected.ask("internet@198.51.100.7", "i-web", 443)
    assert (answer.verdict, told(answer)) == (Verdict.REACHABLE, [])


def test_the_resolver_and_the_instance_services_ignore_groups_and_acls():
    world = two_tiers()
    world.group("sg-shut", "vpc-1", egress=[])
    world.instance("shut", "subnet-web", "10.0.1.11", "sg-shut")
    for address, port in (("10.0.0.2", 53), ("169.254.169.253", 53), ("169.254.169.254", 80), ("169.254.170.2", 80)):
        assert world.ask("i-shut", address, port, "udp" if port == 53 else "tcp").verdict is Verdict.REACHABLE
    world.add("VpcAttributes", VpcId="vpc-1", EnableDnsSupport={"Value": False})
    answer = world.ask("i-shut", "10.0.0.2", 53, "udp")
    assert told(answer)[0][:2] == ("vpc", "vpc-1")


def test_name_service_says_what_is_guaranteed():
    world = two_tiers()
    world.add("VpcAttributes", VpcId="vpc-1", EnableDnsSupport={"Value": True}, EnableDnsHostnames={"Value": True})
    assert world.network().name_service("vpc-1").private_dns is True
    world.raw["Vpcs"][0]["DhcpOptionsId"] = "dopt-1"
    world.add(
        "DhcpOptions", DhcpOptionsId="dopt-1",
        DhcpConfigurations=[{"Key": "domain-name-servers", "Values": [{"Value": "10.9.9.9"}]}],
    )  # fmt: skip
    assert world.network().name_service("vpc-1").private_dns is None, "custom servers"
    world.raw["VpcAttributes"][0]["EnableDnsHostnames"] = {"Value": False}
    assert world.network().name_service("vpc-1").private_dns is False
    assert world.network("VpcAttributes").name_service("vpc-2") is None
