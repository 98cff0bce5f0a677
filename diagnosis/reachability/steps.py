"""What happens to a packet next? The steps of a walk as plain data, and where a walk can end."""

from dataclasses import dataclass

from diagnosis.reachability.gateways import InternetGateway
from diagnosis.reachability.network_interfaces import NetworkInterface
from diagnosis.reachability.packets import Packet
from diagnosis.reachability.route_tables import Route, RouteTable
from diagnosis.reachability.transit_gateways import TransitGatewayAttachment
from diagnosis.reachability.vpcs import Subnet, Vpc
from diagnosis.reachability.vpn_gateways import VpnGateway


@dataclass(frozen=True, slots=True)
class LeaveInterface:
    """The packet is sent by an interface."""

    interface: NetworkInterface


@dataclass(frozen=True, slots=True)
class LeaveSubnet:
    """The packet is in a subnet; `relayed` where it came there from a transit gateway only to be routed on."""

    subnet: Subnet
    relayed: bool = False


@dataclass(frozen=True, slots=True)
class FollowRoute:
    """A route was chosen; `subnet` is where the packet is, None at the edge of the VPC."""

    route: Route
    table: RouteTable
    vpc: Vpc
    subnet: Subnet | None = None


@dataclass(frozen=True, slots=True)
class DeliverLocally:
    """The packet is for an address of this VPC; `came_from` is the subnet it left, if any."""

    vpc: Vpc
    came_from: Subnet | None = None
    over_vpn: bool = False


@dataclass(frozen=True, slots=True)
class Arrive:
    """The packet is at an interface that holds its destination."""

    interface: NetworkInterface


@dataclass(frozen=True, slots=True)
class EnterFromInternet:
    """The packet comes from the internet; `gateway` is the one that a reply's request left by."""

    gateway: InternetGateway | None = None


@dataclass(frozen=True, slots=True)
class EnterFromVpnGateway:
    """The packet comes from a network on premises through a virtual private gateway."""

    gateway: VpnGateway


@dataclass(frozen=True, slots=True)
class EnterTransitGateway:
    """The packet enters a transit gateway by an attachment; `zone_id` is the zone it comes from."""

    attachment: TransitGatewayAttachment
    zone_id: str = ""


@dataclass(frozen=True, slots=True)
class LeaveTransitGateway:
    """The packet enters a VPC by its attachment."""

    attachment: TransitGatewayAttachment
    zone_id: str = ""


@dataclass(frozen=True, slots=True)
class Arrival:
    """The end of a walk: what the packet reached, as it then looked, and where its answer would start.

    `reached` is interface, subnet, internet, endpoint, resolver, vpn-gateway or transit-gateway-attachment.
    """

    reached: str
    id: str
    packet: Packet
    reply_from: "Step | None"
    interface: NetworkInterface | None = None


Step = (
    LeaveInterface
    | LeaveSubnet
    | FollowRoute
    | DeliverLocally
    | Arrive
    | EnterFromInternet
    | EnterFromVpnGateway
    | EnterTransitGateway
    | LeaveTransitGateway
)
