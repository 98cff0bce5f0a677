"""Where does a transit gateway send what enters by an attachment?

The attachment's association picks the table; propagation fills tables and is a matter of its own.
https://docs.aws.amazon.com/vpc/latest/tgw/how-transit-gateways-work.html
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from diagnosis.reachability.descriptions import Descriptions, Raw
from diagnosis.reachability.prefix_lists import PrefixLists
from diagnosis.reachability.transit_routes import RouteTableReader, TransitGatewayRouteTable
from diagnosis.reachability.vpcs import Vpc
from diagnosis.reachability.vpn_gateways import VpnConnection


@dataclass(frozen=True, slots=True)
class TransitGateway:
    """One transit gateway; `group_references` is its SecurityGroupReferencingSupport."""

    id: str
    state: str
    group_references: bool

    @property
    def is_available(self) -> bool:
        """Whether the gateway carries traffic."""
        return self.state in ("available", "modifying")

    @classmethod
    def from_raw(cls, raw: Raw) -> "TransitGateway":
        """The gateway of one object of DescribeTransitGateways."""
        support = raw.get("Options", {}).get("SecurityGroupReferencingSupport", "disable")
        return cls(raw["TransitGatewayId"], raw.get("State", "available"), support == "enable")


@dataclass(frozen=True, slots=True)
class TransitGatewayAttachment:
    """One attachment as its transit gateway sees it; `table_id` is the associated route table.

    `subnet_ids` is None for other resources than VPCs, and where no description holds them; `ipv6` is a VPC
    attachment's Ipv6Support, off unless it was turned on.
    """

    id: str
    gateway_id: str
    resource_type: str
    resource_id: str
    state: str
    table_id: str | None
    subnet_ids: tuple[str, ...] | None = None
    group_references: bool = True
    association_known: bool = True
    ipv6: bool = True

    @property
    def is_available(self) -> bool:
        """Whether the attachment carries traffic."""
        return self.state in ("available", "modifying")


@dataclass(frozen=True)
class TransitGateways:
    """All transit gateways with their attachments and route tables."""

    by_id: Mapping[str, TransitGateway]
    attachments: Mapping[tuple[str, str], TransitGatewayAttachment]
    """By attachment id and transit gateway id: a peering attachment has one id at both its ends."""
    tables: Mapping[str, TransitGatewayRouteTable]
    vpc_attachments: Mapping[tuple[str, str], TransitGatewayAttachment]
    """By transit gateway id and VPC id."""

    def of_vpc(self, gateway_id: str, vpc_id: str) -> TransitGatewayAttachment | None:
        """The attachment of a VPC to a transit gateway."""
        return self.vpc_attachments.get((gateway_id, vpc_id))

    def by_attachment_id(self, attachment_id: str) -> list[TransitGatewayAttachment]:
        """The attachment of this id, or both ends of a peering."""
        return [found for (known, _), found in self.attachments.items() if known == attachment_id]


def read_transit_gateways(
    descriptions: Descriptions,
    vpcs: Mapping[str, Vpc],
    connections: Mapping[str, VpnConnection],
    lists: PrefixLists,
) -> TransitGateways:
    """Every transit gateway, attachment and route table of all places."""
    gateways = {
        raw["TransitGatewayId"]: TransitGateway.from_raw(raw) for _, raw in descriptions.objects("TransitGateways")
    }
    attachments = _read_attachments(descriptions)
    resources = {key: (found.resource_type, found.resource_id) for key, found in attachments.items()}
    tables = RouteTableReader(descriptions, resources, vpcs, connections, lists).read()
    by_vpc: dict[tuple[str, str], TransitGatewayAttachment] = {}
    for attachment in attachments.values():
        key = attachment.gateway_id, attachment.resource_id
        if attachment.resource_type == "vpc" and (key not in by_vpc or attachment.is_available):
            by_vpc[key] = attachment
    return TransitGateways(gateways, attachments, tables, by_vpc)


def _read_attachments(descriptions: Descriptions) -> dict[tuple[str, str], TransitGatewayAttachment]:
    attachments: dict[tuple[str, str], TransitGatewayAttachment] = {}
    for place, raw in descriptions.objects("TransitGatewayAttachments"):
        found = _read_attachment(raw, place[0])
        key = found.id, found.gateway_id
        known = attachments.get(key)
        if known is None or (known.table_id is None and (found.table_id or found.association_known)):
            attachments[key] = found
    for _, raw in descriptions.objects("TransitGatewayVpcAttachments"):
        key = raw["TransitGatewayAttachmentId"], raw["TransitGatewayId"]
        known = attachments.get(key) or TransitGatewayAttachment(
            *key, "vpc", raw["VpcId"], raw.get("State", "available"), None, association_known=False
        )
        options = raw.get("Options", {})
        references = options.get("SecurityGroupReferencingSupport", "enable") == "enable"
        ipv6 = options.get("Ipv6Support", "disable") == "enable"
        attachments[key] = replace(
            known, subnet_ids=tuple(raw.get("SubnetIds", ())), group_references=references, ipv6=ipv6
        )
    return attachments


def _read_attachment(raw: Raw, account: str) -> TransitGatewayAttachment:
    """An attachment as an account sees it; only the gateway's owner is told of associations."""
    association = raw.get("Association", {})
    stands = association.get("State", "associated") == "associated"
    return TransitGatewayAttachment(
        raw["TransitGatewayAttachmentId"],
        raw["TransitGatewayId"],
        raw.get("ResourceType", ""),
        raw.get("ResourceId", ""),
        raw.get("State", "available"),
        association.get("TransitGatewayRouteTableId") if stands else None,
        association_known=bool(association) or not account or raw.get("TransitGatewayOwnerId", account) == account,
    )
