"""How do packets leave a VPC for the internet? Internet, egress-only and NAT gateways, and Block Public Access.

https://docs.aws.amazon.com/vpc/latest/userguide/VPC_Internet_Gateway.html,
https://docs.aws.amazon.com/vpc/latest/userguide/vpc-nat-gateway.html,
https://docs.aws.amazon.com/vpc/latest/userguide/security-vpc-bpa.html
"""

from collections.abc import Mapping
from dataclasses import dataclass

from diagnosis.reachability.addresses import (
    INTERNET,
    IPV6_BASE,
    NAT64,
    PRIVATE_IPV6,
    RFC1918,
    RFC6598,
    format_address,
    is_ipv6,
    parse_address,
)
from diagnosis.reachability.answers import Code
from diagnosis.reachability.descriptions import Descriptions, Place, Raw
from diagnosis.reachability.intervals import contains
from diagnosis.reachability.packets import ICMP, TCP, UDP

_ATTACHED = ("attached", "available")
_EXCLUDED_STATES = ("create-complete", "update-complete", "update-in-progress")


@dataclass(frozen=True, slots=True)
class InternetGateway:
    """An internet gateway, or (with `egress_only`) an egress-only one, and the VPCs it is attached to."""

    id: str
    vpc_ids: tuple[str, ...]
    egress_only: bool = False

    def refuses_destination(self, address: int) -> tuple[Code, str] | None:
        """Why no packet to this address leaves, where the gateway refuses it."""
        kind = _unrouted(address)
        if kind is None:
            return None
        shared, private = _CODES_OF_DESTINATION
        why = f"{self.id} sends nothing to {kind} addresses such as {format_address(address)}"
        return (shared if kind == "shared" else private), why

    def refuses_source(self, address: int) -> tuple[Code, str] | None:
        """Why no packet from this address enters, where the gateway refuses it."""
        kind = _unrouted(address)
        if kind is None:
            return None
        shared, private = _CODES_OF_SOURCE
        why = f"{self.id} accepts nothing from {kind} addresses such as {format_address(address)}"
        return (shared if kind == "shared" else private), why


_CODES_OF_DESTINATION = (
    Code.IGW_DESTINATION_ADDRESS_NOT_IN_RFC6598_EGRESS,
    Code.IGW_DESTINATION_ADDRESS_NOT_IN_RFC1918_EGRESS,
)
_CODES_OF_SOURCE = Code.IGW_SOURCE_ADDRESS_NOT_IN_RFC6598_INGRESS, Code.IGW_SOURCE_ADDRESS_NOT_IN_RFC1918_INGRESS


def _unrouted(address: int) -> str | None:
    """What kind of address this is, where the internet does not route it."""
    if contains(INTERNET, address):
        return None
    if contains(RFC6598, address):
        return "shared"
    return "private" if contains(RFC1918, address) or address in PRIVATE_IPV6 else "special"


@dataclass(frozen=True, slots=True)
class NatGateway:
    """A NAT gateway; `addresses` are its private ones, the primary first. A regional one has no subnet."""

    id: str
    vpc_id: str
    subnet_id: str
    state: str
    is_public: bool
    addresses: tuple[int, ...]
    interface_ids: tuple[str, ...]

    @classmethod
    def from_raw(cls, raw: Raw) -> "NatGateway":
        """The gateway of one object of DescribeNatGateways."""
        entries = sorted(raw.get("NatGatewayAddresses", ()), key=lambda entry: not entry.get("IsPrimary", False))
        return cls(
            raw["NatGatewayId"],
            raw.get("VpcId", ""),
            raw.get("SubnetId", ""),
            raw.get("State", "available"),
            raw.get("ConnectivityType", "public") == "public",
            tuple(parse_address(entry["PrivateIp"]) for entry in entries if entry.get("PrivateIp")),
            tuple(entry["NetworkInterfaceId"] for entry in entries if entry.get("NetworkInterfaceId")),
        )

    def carries(self, protocol: int) -> bool:
        """Whether the gateway translates this protocol: TCP, UDP and ICMP only."""
        return protocol in (TCP, UDP, ICMP)

    def translated_destination(self, address: int) -> int | None:
        """The IPv4 destination: itself, or that of NAT64's well-known prefix; None for other IPv6."""
        if not is_ipv6(address):
            return address
        return (address - IPV6_BASE) & 0xFFFFFFFF if address in NAT64 else None


@dataclass(frozen=True)
class BlockPublicAccess:
    """VPC Block Public Access of each account and region, with its exclusions."""

    modes: Mapping[Place, str]
    exclusions: Mapping[str, str]
    """VPC or subnet id to its mode: allow-bidirectional or allow-egress."""
    undecided: frozenset[Place]
    """Places whose options or exclusions were denied."""

    def refusal(self, place: Place, vpc_id: str, subnet_id: str, *, inbound: bool, from_nat: bool) -> str | None:
        """The mode that blocks a connection between a subnet and the internet, or None.

        `inbound` is a connection from the internet; `from_nat` one that a NAT or egress-only gateway opened.
        Raises KeyError where the options of the place were denied.
        """
        if place in self.undecided:
            raise KeyError(place)
        mode = self.modes.get(place, "off")
        if mode == "off":
            return None
        exclusion = self.exclusions.get(subnet_id) or self.exclusions.get(vpc_id)
        if exclusion == "allow-bidirectional":
            return None
        outbound_only = mode == "block-ingress" or exclusion == "allow-egress"
        if outbound_only and from_nat and not inbound:
            return None
        return f"{mode}, exclusion {exclusion}" if exclusion else mode


def read_internet_gateways(descriptions: Descriptions) -> Mapping[str, InternetGateway]:
    """Every internet and egress-only gateway by id."""
    gateways: dict[str, InternetGateway] = {}
    for key, id_key, egress_only in (
        ("InternetGateways", "InternetGatewayId", False),
        ("EgressOnlyInternetGateways", "EgressOnlyInternetGatewayId", True),
    ):
        for _, raw in descriptions.objects(key):
            attached = [entry for entry in raw.get("Attachments", ()) if entry.get("State") in _ATTACHED]
            vpcs = tuple(entry["VpcId"] for entry in attached)
            gateways.setdefault(raw[id_key], InternetGateway(raw[id_key], vpcs, egress_only))
    return gateways


def read_nat_gateways(descriptions: Descriptions) -> Mapping[str, NatGateway]:
    """Every NAT gateway by id, deleted ones that are still described included."""
    return {raw["NatGatewayId"]: NatGateway.from_raw(raw) for _, raw in descriptions.objects("NatGateways")}


def read_block_public_access(descriptions: Descriptions) -> BlockPublicAccess:
    """The mode of each place (off where it was not collected) and the exclusions that stand."""
    modes = {
        place: raw.get("InternetGatewayBlockMode", "off")
        for place, raw in descriptions.objects("VpcBlockPublicAccessOptions")
    }
    exclusions = {
        raw["ResourceArn"].rsplit("/", 1)[-1]: raw.get("InternetGatewayExclusionMode", "")
        for _, raw in descriptions.objects("VpcBlockPublicAccessExclusions")
        if raw.get("State", "create-complete") in _EXCLUDED_STATES
    }
    keys = ("VpcBlockPublicAccessOptions", "VpcBlockPublicAccessExclusions")
    undecided = frozenset(
        place for place in descriptions.by_place if any(descriptions.is_denied(key, place) for key in keys)
    )
    return BlockPublicAccess(modes, exclusions, undecided)
