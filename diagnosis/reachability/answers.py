"""What comes of a flow? The verdict for request and reply, and each component that blocks it.

Codes are those of AWS's Reachability Analyzer
(https://docs.aws.amazon.com/vpc/latest/reachability/explanation-codes.html).
"""

from dataclasses import dataclass
from enum import StrEnum


class Verdict(StrEnum):
    """Whether traffic gets through; UNKNOWN where the descriptions do not say."""

    REACHABLE = "reachable"
    BLOCKED = "blocked"
    UNKNOWN = "unknown"


class Direction(StrEnum):
    """EGRESS leaves towards the destination, INGRESS arrives, RETURN is any step of the reply."""

    EGRESS = "egress"
    INGRESS = "ingress"
    RETURN = "return"


class Kind(StrEnum):
    """The component types a blocker can have."""

    SECURITY_GROUP = "security-group"
    NETWORK_ACL = "network-acl"
    ROUTE_TABLE = "route-table"
    ROUTE = "route"
    VPC = "vpc"
    SUBNET = "subnet"
    INTERNET_GATEWAY = "internet-gateway"
    EGRESS_ONLY_INTERNET_GATEWAY = "egress-only-internet-gateway"
    NAT_GATEWAY = "nat-gateway"
    VPN_GATEWAY = "vpn-gateway"
    VPC_PEERING_CONNECTION = "vpc-peering-connection"
    TRANSIT_GATEWAY_ROUTE_TABLE = "transit-gateway-route-table"
    TRANSIT_GATEWAY_ATTACHMENT = "transit-gateway-attachment"
    VPC_ENDPOINT = "vpc-endpoint"
    LOAD_BALANCER = "load-balancer"
    NETWORK_INTERFACE = "network-interface"
    INSTANCE = "instance"


class Code(StrEnum):
    """The explanation codes this model gives."""

    BAD_STATE = "BAD_STATE"
    BAD_STATE_ATTACHMENT = "BAD_STATE_ATTACHMENT"
    BAD_STATE_ROUTE = "BAD_STATE_ROUTE"
    BAD_STATE_VPN = "BAD_STATE_VPN"
    ELBV2_LISTENERS_MISMATCH = "ELBV2_LISTENERS_MISMATCH"
    ELBV2_LISTENER_HAS_NO_TG = "ELBV2_LISTENER_HAS_NO_TG"
    ELBV2_SOURCE_ADDRESS_PRESERVATION = "ELBV2_SOURCE_ADDRESS_PRESERVATION"
    ELBV2_NO_TARGETS_IN_AZ = "ELBV2_NO_TARGETS_IN_AZ"
    ENI_ADDRESS_RESTRICTION = "ENI_ADDRESS_RESTRICTION"
    ENI_SG_RULES_MISMATCH = "ENI_SG_RULES_MISMATCH"
    ENI_SOURCE_DEST_CHECK_RESTRICTION = "ENI_SOURCE_DEST_CHECK_RESTRICTION"
    IGW_DESTINATION_ADDRESS_NOT_IN_RFC1918_EGRESS = "IGW_DESTINATION_ADDRESS_NOT_IN_RFC1918_EGRESS"
    IGW_DESTINATION_ADDRESS_NOT_IN_RFC6598_EGRESS = "IGW_DESTINATION_ADDRESS_NOT_IN_RFC6598_EGRESS"
    IGW_PRIVATE_IP_ASSOCIATION_FOR_INGRESS = "IGW_PRIVATE_IP_ASSOCIATION_FOR_INGRESS"
    IGW_PUBLIC_IP_ASSOCIATION_FOR_EGRESS = "IGW_PUBLIC_IP_ASSOCIATION_FOR_EGRESS"
    IGW_SOURCE_ADDRESS_NOT_IN_RFC1918_INGRESS = "IGW_SOURCE_ADDRESS_NOT_IN_RFC1918_INGRESS"
    IGW_SOURCE_ADDRESS_NOT_IN_RFC6598_INGRESS = "IGW_SOURCE_ADDRESS_NOT_IN_RFC6598_INGRESS"
    INGRESS_RTB_NO_PUBLIC_IP = "INGRESS_RTB_NO_PUBLIC_IP"
    INGRESS_RTB_TRAFFIC_REDIRECTION = "INGRESS_RTB_TRAFFIC_REDIRECTION"
    NGW_DEST_ADDRESS_PRESERVATION = "NGW_DEST_ADDRESS_PRESERVATION"
    NGW_SOURCE_ADDRESS_REASSIGN = "NGW_SOURCE_ADDRESS_REASSIGN"
    NO_POSSIBLE_DESTINATION = "NO_POSSIBLE_DESTINATION"
    NO_ROUTE_TO_DESTINATION = "NO_ROUTE_TO_DESTINATION"
    PCX_REQUIRES_ADDRESS_IN_VPC_CIDR = "PCX_REQUIRES_ADDRESS_IN_VPC_CIDR"
    PROTOCOL_RESTRICTION = "PROTOCOL_RESTRICTION"
    SG_REFERENCES_NOT_PRESERVED = "SG_REFERENCES_NOT_PRESERVED"
    SG_REFERENCING_SUPPORT = "SG_REFERENCING_SUPPORT"
    SUBNET_ACL_RESTRICTION = "SUBNET_ACL_RESTRICTION"
    TGW_ATTACH_MISSING_TGW_RTB_ASSOCIATION = "TGW_ATTACH_MISSING_TGW_RTB_ASSOCIATION"
    TGW_BAD_STATE_VPN = "TGW_BAD_STATE_VPN"
    TGW_ROUTE_AZ_RESTRICTION = "TGW_ROUTE_AZ_RESTRICTION"
    TGW_RTB_BAD_STATE_ROUTE = "TGW_RTB_BAD_STATE_ROUTE"
    TGW_RTB_NO_ROUTE_TO_TGW_ATTACHMENT = "TGW_RTB_NO_ROUTE_TO_TGW_ATTACHMENT"
    VGW_PRIVATE_IP_ASSOCIATION_FOR_EGRESS = "VGW_PRIVATE_IP_ASSOCIATION_FOR_EGRESS"
    VGW_PRIVATE_IP_ASSOCIATION_FOR_INGRESS = "VGW_PRIVATE_IP_ASSOCIATION_FOR_INGRESS"
    VPC_BLOCK_PUBLIC_ACCESS_ENABLED = "VPC_BLOCK_PUBLIC_ACCESS_ENABLED"
    VPCE_GATEWAY_EGRESS_SOURCE_ADDRESS_RESTRICTION = "VPCE_GATEWAY_EGRESS_SOURCE_ADDRESS_RESTRICTION"
    VPCE_GATEWAY_PROTOCOL_RESTRICTION = "VPCE_GATEWAY_PROTOCOL_RESTRICTION"


BlockerKey = tuple[str, str, str]
"""Type and id of a component, and the direction that it stops."""


@dataclass(frozen=True, slots=True)
class Blocker:
    """One component that stops the flow.

    `detail` names the rule or route that decided; `remedy` is what to change. `table` is the route table to change,
    where the component itself is in order and the route that leads to it is not.
    """

    type: Kind
    id: str
    direction: Direction
    code: Code
    detail: str
    remedy: str
    table: str = ""

    @property
    def key(self) -> BlockerKey:
        """What tells blockers apart: an ACL that stops a request and its reply stops both."""
        return self.type, self.id, self.direction

    def as_json(self) -> dict[str, str]:
        """The blocker as `python -m diagnosis.reachability` prints it."""
        return {
            "type": self.type,
            "id": self.id,
            "direction": self.direction,
            "code": self.code,
            "detail": self.detail,
            "remedy": self.remedy,
        }


@dataclass(frozen=True, slots=True)
class Answer:
    """What comes of a flow.

    `path` and `return_path` hold component ids in order, as far as the traffic gets; `blockers` is in flow order,
    request first; `unknown` holds the reasons why something could not be decided.
    """

    forward: Verdict
    return_: Verdict
    blockers: tuple[Blocker, ...] = ()
    path: tuple[str, ...] = ()
    return_path: tuple[str, ...] = ()
    unknown: tuple[str, ...] = ()

    @property
    def verdict(self) -> Verdict:
        """Blocked if either way is blocked, else unknown if either is unknown."""
        ways = {self.forward, self.return_}
        for verdict in (Verdict.BLOCKED, Verdict.UNKNOWN):
            if verdict in ways:
                return verdict
        return Verdict.REACHABLE

    def as_json(self) -> dict[str, object]:
        """The answer as `python -m diagnosis.reachability` prints it; `blockers` only where the verdict is blocked."""
        blocked = self.verdict is Verdict.BLOCKED
        line: dict[str, object] = {
            "verdict": self.verdict,
            "forward": self.forward,
            "return": self.return_,
            "blockers": [blocker.as_json() for blocker in self.blockers] if blocked else [],
            "path": list(self.path),
        }
        if self.unknown:
            line["unknown"] = list(self.unknown)
        return line
