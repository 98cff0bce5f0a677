"""Where a reply or a request leaves by another way than it should."""

from __future__ import annotations

from diagnosis.reachability import Verdict
from tests.diagnosis.reachability.test_private_links import transit, with_vpn
from tests.diagnosis.reachability.world import ANY, OPEN, World, route, told


def _open_to_the_internet(world: World) -> None:
    world.internet_gateway("igw-a", "vpc-a")
    world.raw["NetworkInterfaces"][0]["Association"] = {"PublicIp": "203.0.113.5"}
    world.raw["SecurityGroups"][0]["IpPermissions"] = OPEN


def test_an_answer_to_the_internet_does_not_go_by_vpn():
    world = with_vpn()
    _open_to_the_internet(world)
    world.raw["VpnConnections"][0]["Routes"].append({"DestinationCidrBlock": ANY, "State": "available"})
    world.raw["RouteTables"][0]["Routes"].append(route(ANY, "vgw-1"))
    answer = world.ask("internet", "i-a", 22)
    assert told(answer) == [("route-table", "rtb-a", "return", "NO_ROUTE_TO_DESTINATION")]
    assert world.ask("i-a", "198.51.100.7", 22).verdict is Verdict.REACHABLE


def test_an_answer_to_the_internet_does_not_go_by_a_transit_gateways_vpn():
    world = transit()
    _open_to_the_internet(world)
    world.attach("tgw-attach-v", "tgw-1", "vpn-1", "tgw-rtb-1", resource_type="vpn")
    world.add(
        "VpnConnections", VpnConnectionId="vpn-1", TransitGatewayId="tgw-1", State="available",
        Options={"StaticRoutesOnly": True},
    )  # fmt: skip
    targets = [{"TransitGatewayAttachmentId": "tgw-attach-v"}]
    world.raw["TransitGatewayStaticRoutes"][0]["Routes"].append(
        {"DestinationCidrBlock": ANY, "Type": "static", "State": "active", "TransitGatewayAttachments": targets}
    )
    world.raw["RouteTables"][0]["Routes"].append(route(ANY, "tgw-1"))
    answer = world.ask("internet", "i-a", 22)
    assert told(answer) == [("route-table", "rtb-a", "return", "NO_ROUTE_TO_DESTINATION")]


def test_an_instance_that_is_sought_on_premises_is_unknown():
    world = with_vpn()
    world.raw["VpnConnections"][0]["Routes"].append({"DestinationCidrBlock": "10.2.0.0/16", "State": "available"})
    answer = world.ask("i-a", "i-b", 22)
    assert answer.verdict is Verdict.UNKNOWN
    assert answer.unknown == ("10.2.1.10 is sent to vgw-1; what holds it there is not described",)
