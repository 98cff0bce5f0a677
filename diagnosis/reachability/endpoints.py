"""What does a VPC endpoint carry? Gateway, interface and Gateway Load Balancer endpoints.

Endpoint policies decide about requests, not packets, and are not part of reachability.
https://docs.aws.amazon.com/vpc/latest/privatelink/gateway-endpoints.html
"""

from collections.abc import Mapping
from dataclasses import dataclass

from diagnosis.reachability.descriptions import Descriptions, Raw
from diagnosis.reachability.packets import ICMP, TCP, Packet

_ECHO_REQUEST = 8


@dataclass(frozen=True, slots=True)
class VpcEndpoint:
    """One endpoint; `type` is Gateway, Interface, GatewayLoadBalancer, Resource or ServiceNetwork."""

    id: str
    vpc_id: str
    type: str
    state: str
    interface_ids: tuple[str, ...]
    subnet_ids: tuple[str, ...]

    @classmethod
    def from_raw(cls, raw: Raw) -> "VpcEndpoint":
        """The endpoint of one object of DescribeVpcEndpoints."""
        return cls(
            raw["VpcEndpointId"],
            raw.get("VpcId", ""),
            raw.get("VpcEndpointType", "Gateway"),
            raw.get("State", "available"),
            tuple(raw.get("NetworkInterfaceIds", ())),
            tuple(raw.get("SubnetIds", ())),
        )

    @property
    def is_available(self) -> bool:
        """Whether the endpoint is in service."""
        return self.state.lower() == "available"

    def carries(self, packet: Packet) -> bool:
        """Whether a gateway endpoint takes the packet: TCP, or an ICMP echo request."""
        if packet.protocol == ICMP:
            return packet.destination_ports[0][0] >> 8 == _ECHO_REQUEST
        return packet.protocol == TCP


def read_vpc_endpoints(descriptions: Descriptions) -> Mapping[str, VpcEndpoint]:
    """Every endpoint by id."""
    return {raw["VpcEndpointId"]: VpcEndpoint.from_raw(raw) for _, raw in descriptions.objects("VpcEndpoints")}
