"""Can a virtual private gateway or VPN carry a packet to a network on premises?

Static VPN routes are described, BGP routes are not: what only BGP could tell is unknown, unless every tunnel is down.
https://docs.aws.amazon.com/vpn/latest/s2svpn/VPNRoutingTypes.html
"""

from collections.abc import Mapping
from dataclasses import dataclass

from diagnosis.reachability.addresses import Prefix, format_address, parse_prefix
from diagnosis.reachability.answers import Code
from diagnosis.reachability.descriptions import Descriptions, Raw


@dataclass(frozen=True, slots=True)
class VpnConnection:
    """One site-to-site VPN; `tunnels_up` is None where no telemetry is described."""

    id: str
    gateway_id: str
    state: str
    static_only: bool
    prefixes: tuple[Prefix, ...]
    tunnels_up: bool | None

    @classmethod
    def from_raw(cls, raw: Raw) -> "VpnConnection":
        """The connection of one object of DescribeVpnConnections."""
        telemetry = raw.get("VgwTelemetry") or ()
        routes = [route for route in raw.get("Routes", ()) if route.get("State", "available") == "available"]
        return cls(
            raw["VpnConnectionId"],
            raw.get("VpnGatewayId") or raw.get("TransitGatewayId") or "",
            raw.get("State", "available"),
            raw.get("Options", {}).get("StaticRoutesOnly", False),
            tuple(parse_prefix(route["DestinationCidrBlock"]) for route in routes),
            any(tunnel.get("Status") == "UP" for tunnel in telemetry) if telemetry else None,
        )

    @property
    def is_usable(self) -> bool:
        """Whether the connection stands and not every tunnel is down."""
        return self.state == "available" and self.tunnels_up is not False

    @property
    def may_learn_routes(self) -> bool:
        """Whether the connection can have learned routes over BGP that no description holds."""
        return self.is_usable and not self.static_only


@dataclass(frozen=True, slots=True)
class VpnGateway:
    """One virtual private gateway, its VPCs, connections and (`direct_connect`) whether a circuit ends on it."""

    id: str
    vpc_ids: tuple[str, ...]
    connections: tuple[VpnConnection, ...]
    direct_connect: bool | None

    @property
    def prefixes(self) -> tuple[Prefix, ...]:
        """Every static prefix of its connections."""
        return tuple(prefix for connection in self.connections for prefix in connection.prefixes)

    def carries(self, address: int, propagated: tuple[Prefix, ...]) -> tuple[Code, str] | bool:
        """True where the gateway has a way to the address; a code and the reason where it has none.

        `propagated` are prefixes that route tables learned from this gateway. False stands for not known.
        """
        static = [c for c in self.connections if any(address in prefix for prefix in c.prefixes)]
        if any(connection.is_usable for connection in static):
            return True
        if any(address in prefix for prefix in propagated) and not static:
            return True if self._may_have_learned else self._down()
        if static and not self._may_have_learned:
            return Code.BAD_STATE_VPN, f"every tunnel of {static[0].id} is down"
        if self._may_have_learned:
            return False
        return Code.NO_ROUTE_TO_DESTINATION, f"{self.id} has no route to {format_address(address)}"

    @property
    def _may_have_learned(self) -> bool:
        return self.direct_connect is not False or any(c.may_learn_routes for c in self.connections)

    def _down(self) -> tuple[Code, str]:
        return Code.BAD_STATE_VPN, f"no VPN connection or virtual interface of {self.id} is up"


def read_vpn_connections(descriptions: Descriptions) -> Mapping[str, VpnConnection]:
    """Every VPN connection by id."""
    return {raw["VpnConnectionId"]: VpnConnection.from_raw(raw) for _, raw in descriptions.objects("VpnConnections")}


def read_vpn_gateways(descriptions: Descriptions, connections: Mapping[str, VpnConnection]) -> Mapping[str, VpnGateway]:
    """Every virtual private gateway by id."""
    circuits = _direct_connect_gateways(descriptions)
    denied = any(
        descriptions.is_denied(key)
        for key in ("VirtualInterfaces", "DirectConnectGatewayAssociations", "VpnConnections")
    )
    gateways: dict[str, VpnGateway] = {}
    for _, raw in descriptions.objects("VpnGateways"):
        gateway_id = raw["VpnGatewayId"]
        vpcs = [entry["VpcId"] for entry in raw.get("VpcAttachments", ()) if entry.get("State") == "attached"]
        own = tuple(c for c in connections.values() if c.gateway_id == gateway_id and c.state != "deleted")
        circuit = True if gateway_id in circuits else (None if denied else False)
        gateways.setdefault(gateway_id, VpnGateway(gateway_id, tuple(vpcs), own, circuit))
    return gateways


def _direct_connect_gateways(descriptions: Descriptions) -> set[str]:
    """Ids of virtual private gateways on which a private virtual interface ends, or a Direct Connect gateway."""
    found = {
        raw["VirtualGatewayId"]
        for _, raw in descriptions.objects("VirtualInterfaces")
        if raw.get("VirtualGatewayId") and raw.get("VirtualInterfaceState") == "available"
    }
    for _, raw in descriptions.objects("DirectConnectGatewayAssociations"):
        gateway = raw.get("AssociatedGateway", {})
        if raw.get("AssociationState") == "associated":
            found.add(gateway.get("Id") or raw.get("VirtualGatewayId", ""))
    return found
