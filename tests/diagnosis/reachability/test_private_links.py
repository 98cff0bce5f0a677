"""Peering, transit gateways, virtual private gateways and VPC endpoints."""

from __future__ import annotations

import pytest

from diagnosis.reachability import Endpoint, Flow, Network, Verdict
from tests.diagnosis.reachability.world import ANY, OPEN, World, entry, route, rule, told


def two_vpcs(link: str) -> World:
    """`vpc-a` (10.1.0.0/16, zones a and b) and `vpc-b` (10.2.0.0/16, zone a), each routed to the other by a link."""
    world = World()
    world.vpc("vpc-a", "10.1.0.0/16")
    world.vpc("vpc-b", "10.2.0.0/16")
    world.subnet("subnet-a", "vpc-a", "10.1.1.0/24", "a")
    world.subnet("subnet-az", "vpc-a", "10.1.2.0/24", "b")
    world.subnet("subnet-b", "vpc-b", "10.2.1.0/24", "a")
    world.table("rtb-a", "vpc-a", route("10.2.0.0/16", link), subnets=("subnet-a", "subnet-az"))
    world.table("rtb-b", "vpc-b", route("10.1.0.0/16", link), subnets=("subnet-b",))
    world.group("sg-a", "vpc-a", OPEN)
    world.group("sg-b", "vpc-b", [rule("tcp", 443, "sg-a"), rule("tcp", 22, "10.1.0.0/16")])
    world.instance("a", "subnet-a", "10.1.1.10", "sg-a")
    world.instance("az", "subnet-az", "10.1.2.10", "sg-a")
    world.instance("b", "subnet-b", "10.2.1.10", "sg-b")
    return world


def peered(**extra) -> World:
    world = two_vpcs("pcx-1")
    world.peering("pcx-1", "vpc-a", "vpc-b", **extra)
    return world


def test_peering_carries_and_keeps_group_references():
    answer = peered().ask("i-a", "i-b", 443)
    assert answer.verdict is Verdict.REACHABLE
    assert answer.path == ("i-a", "subnet-a", "vpc-a", "pcx-1", "vpc-b", "subnet-b", "i-b")


def test_peering_across_regions_keeps_no_group_references():
    world = peered(regions=("eu-west-1", "us-east-1"))
    assert told(world.ask("i-a", "i-b", 443)) == [("security-group", "sg-b", "ingress", "SG_REFERENCES_NOT_PRESERVED")]
    assert world.ask("i-a", "i-b", 22).verdict is Verdict.REACHABLE


@pytest.mark.parametrize("state", ["pending-acceptance", "deleted", "expired"])
def test_peering_must_be_active(state):
    assert told(peered(state=state).ask("i-a", "i-b", 22))[0] == (
        "vpc-peering-connection", "pcx-1", "egress", "BAD_STATE",
    )  # fmt: skip


def test_peering_is_not_transitive():
    world = peered()
    world.raw["RouteTables"][0]["Routes"].append(route("10.3.0.0/16", "pcx-1"))
    assert told(world.ask("i-a", "10.3.0.1", 22))[0][:2] == ("vpc-peering-connection", "pcx-1")


def test_peering_whose_far_side_or_self_is_not_described_is_unknown():
    world = peered()
    world.raw["Vpcs"].pop()
    assert world.ask("i-a", "10.2.1.10", 22).verdict is Verdict.UNKNOWN
    del world.raw["VpcPeeringConnections"]
    assert world.ask("i-a", "10.2.1.10", 22).verdict is Verdict.UNKNOWN


def test_a_missing_route_back_is_the_return_of_the_far_table():
    world = peered()
    world.raw["RouteTables"][1]["Routes"].pop()
    answer = world.ask("i-a", "i-b", 22)
    assert (answer.forward, answer.return_) == ("reachable", "blocked")
    assert told(answer) == [("route-table", "rtb-b", "return", "NO_ROUTE_TO_DESTINATION")]
    assert answer.blockers[0].remedy == "add a route to 10.1.0.0/16 through pcx-1 in rtb-b"


def test_a_missing_route_back_is_by_where_the_request_came_from():
    world = peered()
    world.peering("pcx-2", "vpc-a", "vpc-b")
    world.raw["RouteTables"][1]["Routes"].pop()
    assert world.ask("i-a", "i-b", 22).blockers[0].remedy == "add a route to 10.1.0.0/16 through pcx-1 in rtb-b"
    world.raw["RouteTables"][0]["Routes"].pop()  # now the request has none, and either connection would do
    assert world.ask("i-a", "i-b", 22).blockers[0].remedy == "add a route to 10.2.1.10 in rtb-a"


def transit(**options) -> World:
    """The two VPCs on one transit gateway and one table; `vpc-a` is attached in zone a only."""
    world = two_vpcs("tgw-1")
    world.add("TransitGateways", TransitGatewayId="tgw-1", State="available", Options=options)
    world.attach("tgw-attach-a", "tgw-1", "vpc-a", "tgw-rtb-1", ("subnet-a",))
    world.attach("tgw-attach-b", "tgw-1", "vpc-b", "tgw-rtb-1", ("subnet-b",))
    world.transit_table("tgw-rtb-1", "tgw-1", propagated=("tgw-attach-a", "tgw-attach-b"))
    return world


def test_a_missing_route_names_the_transit_gateway_that_both_are_attached_to():
    world = transit()
    world.raw["RouteTables"][1]["Routes"].pop()
    assert world.ask("i-a", "i-b", 22).blockers[0].remedy == "add a route to 10.1.0.0/16 through tgw-1 in rtb-b"


def test_a_transit_gateway_carries_both_ways():
    answer = transit().ask("i-a", "i-b", 22)
    assert answer.verdict is Verdict.REACHABLE
    assert answer.path == ("i-a", "subnet-a", "vpc-a", "tgw-1", "vpc-b", "subnet-b", "i-b")


def test_group_references_over_a_transit_gateway_need_its_support():
    assert told(transit().ask("i-a", "i-b", 443))[0][3] == "SG_REFERENCING_SUPPORT"
    assert transit(SecurityGroupReferencingSupport="enable").ask("i-a", "i-b", 443).verdict is Verdict.REACHABLE


def test_a_zone_without_attachment_subnet_drops_requests_and_replies():
    world = transit()
    assert told(world.ask("i-az", "i-b", 22)) == [
        ("transit-gateway-attachment", "tgw-attach-a", "egress", "TGW_ROUTE_AZ_RESTRICTION")
    ]
    answer = world.ask("i-b", "i-az", 22)
    assert (answer.forward, answer.return_) == ("reachable", "blocked")
    assert told(answer)[0][:3] == ("transit-gateway-attachment", "tgw-attach-a", "return")


def test_association_and_propagation_are_two_things():
    world = transit()
    world.raw["TransitGatewayPropagations"][0]["TransitGatewayRouteTablePropagations"].pop(0)
    answer = world.ask("i-a", "i-b", 22)
    assert told(answer) == [
        ("transit-gateway-route-table", "tgw-rtb-1", "return", "TGW_RTB_NO_ROUTE_TO_TGW_ATTACHMENT")
    ]
    world.raw["TransitGatewayAttachments"][0]["Association"] = {}
    assert told(world.ask("i-a", "i-b", 22))[0] == (
        "transit-gateway-attachment", "tgw-attach-a", "egress", "TGW_ATTACH_MISSING_TGW_RTB_ASSOCIATION",
    )  # fmt: skip


def test_static_transit_routes_win_over_propagated_ones_and_black_holes_drop():
    world = transit()
    world.raw["TransitGatewayStaticRoutes"][0]["Routes"].append(
        {"DestinationCidrBlock": "10.2.0.0/16", "State": "blackhole", "Type": "static"}
    )
    assert told(world.ask("i-a", "i-b", 22))[0] == (
        "transit-gateway-route-table", "tgw-rtb-1", "egress", "TGW_RTB_BAD_STATE_ROUTE",
    )  # fmt: skip


def test_of_equal_transit_routes_a_static_one_wins_then_a_list_then_a_vpc():
    world = transit()
    world.attach("tgw-attach-v", "tgw-1", "vpn-1", "tgw-rtb-1", resource_type="vpn")
    world.add(
        "VpnConnections", VpnConnectionId="vpn-1", TransitGatewayId="tgw-1", State="available",
        Routes=[{"DestinationCidrBlock": "10.2.0.0/16"}], Options={"StaticRoutesOnly": True},
    )  # fmt: skip
    learned = world.raw["TransitGatewayPropagations"][0]["TransitGatewayRouteTablePropagations"]
    learned.insert(0, {"TransitGatewayAttachmentId": "tgw-attach-v", "State": "enabled"})
    assert world.ask("i-a", "10.2.1.10", 22).path[-1] == "i-b", "the VPC before the VPN"
    world.add("ManagedPrefixLists", PrefixListId="pl-b", Entries=[{"Cidr": "10.2.0.0/16"}])
    listed = {**_static("", "tgw-attach-v"), "PrefixListId": "pl-b"}
    world.raw["TransitGatewayStaticRoutes"][0]["Routes"].append(listed)
    assert world.ask("i-a", "10.2.1.10", 22).path[-1] == "tgw-attach-v", "the list before the VPC"
    world.raw["TransitGatewayStaticRoutes"][0]["Routes"].append(_static("10.2.0.0/16", "tgw-attach-b"))
    assert world.ask("i-a", "10.2.1.10", 22).path[-1] == "i-b", "the static route before the list"


def test_a_transit_gateway_that_is_being_deleted_carries_nothing():
    world = transit()
    world.raw["TransitGateways"][0]["State"] = "deleting"
    assert told(world.ask("i-a", "i-b", 22)) == [("route", "rtb-a 10.2.0.0/16", "egress", "BAD_STATE_ROUTE")]


def test_the_acl_of_the_attachment_subnet():
    world = transit()
    world.subnet("subnet-tgw", "vpc-a", "10.1.9.0/28", "a")
    world.raw["TransitGatewayVpcAttachments"][0]["SubnetIds"] = ["subnet-tgw"]
    world.table("rtb-tgw", "vpc-a", subnets=("subnet-tgw",))
    for vpc_id in ("vpc-a", "vpc-b"):
        world.open_acl(vpc_id)
    assert world.ask("i-a", "i-b", 22).verdict is Verdict.REACHABLE
    world.acl("acl-tgw", "vpc-a", entry(10, "allow", egress=False, cidr="10.1.0.0/16"), subnets=("subnet-tgw",))
    answer = world.ask("i-a", "i-b", 22)
    assert told(answer) == [("network-acl", "acl-tgw", "return", "SUBNET_ACL_RESTRICTION")], "outbound to the instance"


def test_no_acl_for_what_a_transit_gateway_brings_into_its_own_subnet():
    world = transit()
    for vpc_id in ("vpc-a", "vpc-b"):
        world.open_acl(vpc_id)
    both = entry(10, "allow", egress=False, cidr="10.2.1.0/24"), entry(10, "allow", egress=True)
    world.acl("acl-b", "vpc-b", *both, subnets=("subnet-b",))
    assert world.ask("i-a", "i-b", 22).verdict is Verdict.REACHABLE, "inbound from 10.1.0.0/16 is not judged"


def test_ipv6_over_a_transit_gateway_needs_the_attachments_support():
    world = transit()
    for vpc, block in zip(world.raw["Vpcs"], ("2600:a::/56", "2600:b::/56"), strict=True):
        vpc["Ipv6CidrBlockAssociationSet"] = [{"Ipv6CidrBlock": block}]
    for subnet, block in zip(
        world.raw["Subnets"], ("2600:a:0:1::/64", "2600:a:0:2::/64", "2600:b:0:1::/64"), strict=True
    ):
        subnet["Ipv6CidrBlockAssociationSet"] = [{"Ipv6CidrBlock": block}]
    for table, block in zip(world.raw["RouteTables"], ("2600:b::/56", "2600:a::/56"), strict=True):
        table["Routes"].append(route(block, "tgw-1"))
    world.raw["SecurityGroups"][1]["IpPermissions"] = OPEN
    for interface, address in zip(world.raw["NetworkInterfaces"][::2], ("2600:a:0:1::1", "2600:b:0:1::1"), strict=True):
        interface["Ipv6Addresses"] = [{"Ipv6Address": address}]
    assert told(world.ask("i-a@2600:a:0:1::1", "2600:b:0:1::1", 22))[0] == (
        "transit-gateway-attachment", "tgw-attach-a", "egress", "PROTOCOL_RESTRICTION",
    )  # fmt: skip
    for attachment in world.raw["TransitGatewayVpcAttachments"]:
        attachment["Options"] = {"Ipv6Support": "enable"}
    assert world.ask("i-a@2600:a:0:1::1", "2600:b:0:1::1", 22).verdict is Verdict.REACHABLE


def test_a_peered_transit_gateway_in_another_account_and_region():
    near, far = transit(), World()
    near.raw["TransitGatewayStaticRoutes"][0]["Routes"].append(_static("10.9.0.0/16", "tgw-attach-p"))
    near.attach("tgw-attach-p", "tgw-1", "tgw-9", "tgw-rtb-1", resource_type="peering")
    near.raw["RouteTables"][0]["Routes"].append(route("10.9.0.0/16", "tgw-1"))
    far.vpc("vpc-far", "10.9.0.0/16")
    far.subnet("subnet-far", "vpc-far", "10.9.1.0/24", "a")
    far.table("rtb-far", "vpc-far", route("10.0.0.0/8", "tgw-9"), subnets=("subnet-far",))
    far.group("sg-far", "vpc-far", OPEN)
    far.instance("far", "subnet-far", "10.9.1.10", "sg-far")
    far.add("TransitGateways", TransitGatewayId="tgw-9", State="available")
    far.attach("tgw-attach-far", "tgw-9", "vpc-far", "tgw-rtb-9", ("subnet-far",))
    far.attach("tgw-attach-p", "tgw-9", "tgw-1", "tgw-rtb-9", resource_type="peering")
    far.transit_table("tgw-rtb-9", "tgw-9", propagated=("tgw-attach-far",))
    places = {("1", "eu-west-1"): near.raw, ("2", "us-east-1"): far.raw}
    flow = Flow(Endpoint("instance", "i-a"), Endpoint("instance", "i-far"), "tcp", 22)
    answer = Network.from_descriptions(places).trace(flow)
    assert told(answer)[0][:3] == ("transit-gateway-route-table", "tgw-rtb-9", "return")
    far.raw["TransitGatewayStaticRoutes"][0]["Routes"].append(_static("10.1.0.0/16", "tgw-attach-p"))
    assert Network.from_descriptions(places).trace(flow).verdict is Verdict.REACHABLE
    assert Network.from_descriptions({("1", "eu-west-1"): near.raw}).trace(flow).verdict is Verdict.UNKNOWN


def _static(cidr: str, attachment_id: str) -> dict:
    targets = [{"TransitGatewayAttachmentId": attachment_id}]
    return {"DestinationCidrBlock": cidr, "State": "active", "Type": "static", "TransitGatewayAttachments": targets}


def test_central_egress_through_another_vpcs_nat_gateway():
    world = transit()
    world.subnet("subnet-nat", "vpc-b", "10.2.9.0/24", "a")
    world.internet_gateway("igw-b", "vpc-b")
    world.nat_gateway("nat-b", "subnet-nat", "10.2.9.9", "203.0.113.9")
    world.raw["RouteTables"][0]["Routes"].append(route(ANY, "tgw-1"))
    world.raw["RouteTables"][1]["Routes"].append(route(ANY, "nat-b"))
    world.table("rtb-nat", "vpc-b", route(ANY, "igw-b"), route("10.1.0.0/16", "tgw-1"), subnets=("subnet-nat",))
    world.raw["TransitGatewayStaticRoutes"][0]["Routes"].append(_static(ANY, "tgw-attach-b"))
    answer = world.ask("i-a", "198.51.100.7")
    assert answer.verdict is Verdict.REACHABLE
    assert answer.path[-4:] == ("subnet-nat", "vpc-b", "igw-b", "internet")


def test_routes_that_only_bgp_could_tell_are_unknown_but_decide_nothing_about_attached_vpcs():
    world = transit()
    world.attach("tgw-attach-dx", "tgw-1", "dxgw-1", "tgw-rtb-1", resource_type="direct-connect-gateway")
    world.raw["TransitGatewayPropagations"][0]["TransitGatewayRouteTablePropagations"].append(
        {"TransitGatewayAttachmentId": "tgw-attach-dx", "State": "enabled"}
    )
    world.raw["RouteTables"][0]["Routes"].append(route("172.16.0.0/12", "tgw-1"))
    assert world.ask("i-a", "i-b", 22).verdict is Verdict.REACHABLE
    assert world.ask("i-a", "172.16.0.1", 22).verdict is Verdict.UNKNOWN
    answer = world.ask("tgw-attach-dx@172.16.0.1", "i-a", 22)
    assert (answer.forward, answer.return_) == (Verdict.REACHABLE, Verdict.UNKNOWN)


@pytest.mark.parametrize(("status", "verdict"), [("UP", "reachable"), ("DOWN", "blocked")])
def test_a_static_vpn_on_a_transit_gateway(status, verdict):
    world = transit()
    world.attach("tgw-attach-v", "tgw-1", "vpn-1", "tgw-rtb-1", resource_type="vpn")
    world.add(
        "VpnConnections", VpnConnectionId="vpn-1", TransitGatewayId="tgw-1", State="available",
        Options={"StaticRoutesOnly": True}, VgwTelemetry=[{"Status": status}], Routes=[],
    )  # fmt: skip
    world.raw["TransitGatewayStaticRoutes"][0]["Routes"].append(_static("172.16.0.0/12", "tgw-attach-v"))
    world.raw["RouteTables"][0]["Routes"].append(route("172.16.0.0/12", "tgw-1"))
    answer = world.ask("i-a", "172.16.0.1", 22)
    assert answer.verdict == verdict
    if verdict == "blocked":
        assert told(answer)[0] == ("transit-gateway-attachment", "tgw-attach-v", "egress", "TGW_BAD_STATE_VPN")


def with_vpn(*, static: bool = True, status: str = "UP", origin: str = "CreateRoute") -> World:
    """`vpc-a` alone with a virtual private gateway that leads to 172.16.0.0/12."""
    world = two_vpcs("vgw-1")
    world.add("VpnGateways", VpnGatewayId="vgw-1", VpcAttachments=[{"VpcId": "vpc-a", "State": "attached"}])
    routes = [{"DestinationCidrBlock": "172.16.0.0/12", "State": "available"}] if static else []
    world.add(
        "VpnConnections", VpnConnectionId="vpn-1", VpnGatewayId="vgw-1", State="available", Routes=routes,
        Options={"StaticRoutesOnly": static}, VgwTelemetry=[{"Status": status}, {"Status": "DOWN"}],
    )  # fmt: skip
    world.raw["RouteTables"][0]["Routes"] += [route("172.16.0.0/12", "vgw-1", Origin=origin)]
    return world


def test_a_vpn_with_static_routes():
    world = with_vpn()
    assert world.ask("i-a", "172.16.0.1", 22).path[-1] == "vgw-1"
    assert world.ask("i-a", "172.16.0.1", 22).verdict is Verdict.REACHABLE
    assert world.ask("vgw-1@172.16.0.1", "i-a", 22).verdict is Verdict.REACHABLE
    assert told(world.ask("i-a", "10.2.1.10", 22))[0] == (
        "vpn-gateway", "vgw-1", "egress", "NO_ROUTE_TO_DESTINATION",
    )  # fmt: skip


def test_a_vpn_whose_tunnels_are_down():
    answer = with_vpn(status="DOWN").ask("i-a", "172.16.0.1", 22)
    assert told(answer) == [("vpn-gateway", "vgw-1", "egress", "BAD_STATE_VPN")]


def test_bgp_routes_are_known_only_as_far_as_they_were_propagated():
    assert with_vpn(static=False).ask("i-a", "172.16.0.1", 22).verdict is Verdict.UNKNOWN
    propagated = with_vpn(static=False, origin="EnableVgwRoutePropagation")
    assert propagated.ask("i-a", "172.16.0.1", 22).verdict is Verdict.REACHABLE


def test_what_enters_by_vpn_stays_in_the_vpc():
    world = with_vpn()
    assert told(world.ask("vgw-1@172.16.0.1", "198.51.100.7", 22))[0] == (
        "vpn-gateway", "vgw-1", "ingress", "VGW_PRIVATE_IP_ASSOCIATION_FOR_INGRESS",
    )  # fmt: skip
    assert told(world.ask("vgw-1@172.16.0.1", "10.1.1.99", 22))[0][3] == "VGW_PRIVATE_IP_ASSOCIATION_FOR_INGRESS"


def test_a_reply_that_does_not_lead_back_to_the_vpn():
    world = with_vpn()
    world.internet_gateway("igw-a", "vpc-a")
    world.raw["RouteTables"][0]["Routes"][-1] = route(ANY, "igw-a")
    answer = world.ask("vgw-1@172.16.0.1", "i-a", 22)
    assert told(answer)[0] == ("route-table", "rtb-a", "return", "NO_ROUTE_TO_DESTINATION")


def test_a_gateway_as_the_goal_must_be_the_one_that_is_reached():
    world = with_vpn()
    assert world.ask("i-a", "vgw-1@172.16.0.1", 22).verdict is Verdict.REACHABLE
    assert world.ask("i-a", "vgw-1", 22).verdict is Verdict.REACHABLE, "its static route gives an address"
    world.internet_gateway("igw-a", "vpc-a")
    world.raw["RouteTables"][0]["Routes"][-1] = route(ANY, "igw-a")
    assert told(world.ask("i-a", "vgw-1@172.16.0.1", 22))[0][:3] == ("route-table", "rtb-a", "egress")
    assert told(world.ask("i-a", "vgw-1@10.1.2.10", 22))[0][:3] == ("route-table", "rtb-a", "egress")


def test_an_attachment_as_the_goal_must_be_the_one_that_is_reached():
    world = transit()
    assert world.ask("i-a", "tgw-attach-b@10.2.1.10", 22).forward is Verdict.REACHABLE
    assert world.ask("tgw-attach-a@10.1.1.10", "i-b", 22).verdict is Verdict.REACHABLE
    answer = world.ask("i-a", "tgw-attach-a@10.2.1.10", 22)
    assert told(answer)[0][:2] == ("transit-gateway-route-table", "tgw-rtb-1")


def test_an_endpoint_whose_interfaces_nobody_described_may_hold_the_address():
    world = with_endpoint()
    assert world.ask("i-az", "10.1.1.50").verdict is Verdict.BLOCKED
    world.add(
        "VpcEndpoints", VpcEndpointId="vpce-i", VpcEndpointType="Interface", VpcId="vpc-a", State="available",
        NetworkInterfaceIds=["eni-unseen"], SubnetIds=["subnet-a"],
    )  # fmt: skip
    assert world.ask("i-az", "10.1.1.50").verdict is Verdict.UNKNOWN


def with_endpoint() -> World:
    world = two_vpcs("pcx-1")
    world.add("PrefixLists", PrefixListId="pl-s3", Cidrs=["198.51.100.0/24"])
    world.add(
        "VpcEndpoints", VpcEndpointId="vpce-s3", VpcEndpointType="Gateway", VpcId="vpc-a", State="available",
        ServiceName="com.amazonaws.eu-west-1.s3",
    )  # fmt: skip
    world.raw["RouteTables"][0]["Routes"].append(route("pl-s3", "vpce-s3"))
    return world


def test_a_gateway_endpoint_takes_tcp_and_ping():
    world = with_endpoint()
    answer = world.ask("i-a", "198.51.100.7")
    assert (answer.verdict, answer.path[-1]) == (Verdict.REACHABLE, "vpce-s3")
    assert world.ask("i-a", "198.51.100.7", None, "icmp").verdict is Verdict.REACHABLE
    assert told(world.ask("i-a", "198.51.100.7", 443, "udp")) == [
        ("vpc-endpoint", "vpce-s3", "egress", "VPCE_GATEWAY_PROTOCOL_RESTRICTION")
    ]
    world.raw["VpcEndpoints"][0]["State"] = "deleted"
    assert told(world.ask("i-a", "198.51.100.7"))[0][3] == "BAD_STATE"
    del world.raw["VpcEndpoints"]
    assert world.ask("i-a", "198.51.100.7").verdict is Verdict.UNKNOWN


def test_a_gateway_endpoint_needs_the_reply_let_in():
    world = with_endpoint()
    world.open_acl("vpc-b")
    world.acl("acl-a", "vpc-a", entry(10, "allow", egress=True), subnets=("subnet-a", "subnet-az"))
    assert told(world.ask("i-a", "198.51.100.7"))[0][:3] == ("network-acl", "acl-a", "return")


def test_an_interface_endpoint_is_guarded_by_its_groups():
    world = with_endpoint()
    world.group("sg-e", "vpc-a", [rule("tcp", 443, "10.1.0.0/16")], egress=[])
    world.interface("eni-e", "subnet-a", "10.1.1.50", "sg-e", InterfaceType="vpc_endpoint")
    world.add(
        "VpcEndpoints", VpcEndpointId="vpce-i", VpcEndpointType="Interface", VpcId="vpc-a", State="available",
        NetworkInterfaceIds=["eni-e"],
    )  # fmt: skip
    answer = world.ask("i-az", "10.1.1.50")
    assert (answer.verdict, answer.path[-1]) == (Verdict.REACHABLE, "vpce-i")
    assert told(world.ask("i-az", "10.1.1.50", 80))[0][:3] == ("security-group", "sg-e", "ingress")
    world.raw["VpcEndpoints"][1]["State"] = "pendingAcceptance"
    assert told(world.ask("i-az", "10.1.1.50"))[0][:2] == ("vpc-endpoint", "vpce-i")


def test_what_appliances_behind_an_endpoint_do_is_unknown():
    world = peered()
    world.subnet("subnet-gw", "vpc-a", "10.1.8.0/24")
    world.table("rtb-gw", "vpc-a", route("10.2.0.0/16", "pcx-1"), subnets=("subnet-gw",))
    world.add(
        "VpcEndpoints", VpcEndpointId="vpce-g", VpcEndpointType="GatewayLoadBalancer", VpcId="vpc-a", State="available",
        SubnetIds=["subnet-gw"],
    )  # fmt: skip
    world.raw["RouteTables"][0]["Routes"][1] = route("10.2.0.0/16", "vpce-g")
    assert world.ask("i-a", "i-b", 22).verdict is Verdict.UNKNOWN
    assert world.ask("i-a", "i-b", 23).verdict is Verdict.BLOCKED, "refused whatever the appliances do"


@pytest.mark.parametrize("key", ["VirtualInterfaces", "DirectConnectGatewayAssociations"])
def test_a_circuit_may_carry_what_no_static_route_tells(key):
    world = with_vpn(static=True, status="DOWN")
    if key == "VirtualInterfaces":
        world.add(key, VirtualGatewayId="vgw-1", VirtualInterfaceState="available")
    else:
        world.add(key, AssociatedGateway={"Id": "vgw-1"}, AssociationState="associated")
    assert world.ask("i-a", "172.16.0.1", 22).verdict is Verdict.UNKNOWN
    del world.raw[key]
    assert world.ask("i-a", "172.16.0.1", 22).verdict is Verdict.BLOCKED
    assert world.ask("i-a", "172.16.0.1", 22, denied=(key,)).verdict is Verdict.UNKNOWN


def test_learned_routes_of_a_vpn_whose_tunnels_are_down():
    world = with_vpn(static=False, status="DOWN", origin="EnableVgwRoutePropagation")
    assert told(world.ask("i-a", "172.16.0.1", 22)) == [("vpn-gateway", "vgw-1", "egress", "BAD_STATE_VPN")]


def test_a_virtual_private_gateway_that_is_attached_to_nothing():
    world = with_vpn()
    world.raw["VpnGateways"][0]["VpcAttachments"] = []
    assert told(world.ask("i-a", "172.16.0.1", 22))[0][3] == "BAD_STATE_ATTACHMENT"
    assert told(world.ask("vgw-1@172.16.0.1", "i-a", 22))[0][3] == "BAD_STATE_ATTACHMENT"


def test_a_transit_route_for_a_prefix_list():
    world = transit()
    world.raw["TransitGatewayPropagations"][0]["TransitGatewayRouteTablePropagations"].pop()
    targets = [{"TransitGatewayAttachmentId": "tgw-attach-b"}]
    world.raw["TransitGatewayStaticRoutes"][0]["Routes"].append(
        {"PrefixListId": "pl-b", "State": "active", "TransitGatewayAttachments": targets}
    )
    assert world.ask("i-a", "i-b", 22).verdict is Verdict.UNKNOWN
    world.add("ManagedPrefixLists", PrefixListId="pl-b", Entries=[{"Cidr": "10.2.0.0/16"}])
    assert world.ask("i-a", "i-b", 22).verdict is Verdict.REACHABLE


def test_an_attachment_that_waits_or_is_missing():
    world = transit()
    for key in ("TransitGatewayAttachments", "TransitGatewayVpcAttachments"):
        world.raw[key][1]["State"] = "pendingAcceptance"
    assert told(world.ask("i-a", "i-b", 22))[0] == (
        "transit-gateway-attachment", "tgw-attach-b", "egress", "BAD_STATE_ATTACHMENT",
    )  # fmt: skip
    for key in ("TransitGatewayAttachments", "TransitGatewayVpcAttachments"):
        world.raw[key].pop(0)
    assert told(world.ask("i-a", "i-b", 22))[0][:2] == ("route", "rtb-a 10.2.0.0/16")
    assert world.ask("i-a", "i-b", 22, denied=("TransitGatewayVpcAttachments",)).verdict is Verdict.UNKNOWN


def test_attachments_of_which_too_little_is_described_are_unknown():
    for key in ("TransitGatewayAttachments", "TransitGatewayRouteTables", "TransitGateways", "VpnConnections"):
        world = transit()
        world.raw.pop(key, None)
        if key == "VpnConnections":
            world.attach("tgw-attach-v", "tgw-1", "vpn-1", "tgw-rtb-1", resource_type="vpn")
            world.raw["TransitGatewayStaticRoutes"][0]["Routes"].append(_static("10.2.0.0/24", "tgw-attach-v"))
            world.raw["TransitGatewayStaticRoutes"][0]["Routes"].append(_static("10.2.1.0/24", "tgw-attach-v"))
        assert world.ask("i-a", "i-b", 22).verdict is Verdict.UNKNOWN, key
