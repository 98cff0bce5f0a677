"""Where does a transit gateway send what enters by an attachment?

The attachment's association picks the table; propagation fills tables and is a matter of its own.
https://docs.aws.amazon.com/vpc/latest/tgw/how-transit-gateways-work.html
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from diagnosis.reachability.addresses import Prefix, PrefixTable, parse_prefix
from diagnosis.reachability.descriptions import Descriptions, Raw
from diagnosis.reachability.prefix_lists import PrefixLists
from diagnosis.reachability.vpcs import Vpc
from diagnosis.reachability.vpn_gateways import VpnConnection


@dataclass(frozen=True, slots=True)
class TransitGateway:
    """One transit gateway; `group_references` is its SecurityGroupReferencingSupport."""

    id: str
    state: str
    group_references: bool

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


@dataclass(frozen=True, slots=True)
class TransitGatewayRoute:
    """One route of a transit gateway route table; without an attachment it is a black hole."""

    prefix: Prefix
    attachment_id: str | None
    is_propagated: bool


@dataclass(frozen=True)
class TransitGatewayRouteTable:
    """One route table; `learns_unseen` names attachments whose propagated prefixes no description holds."""

    id: str
    gateway_id: str
    learns_unseen: tuple[str, ...] = ()
    undescribed_lists: tuple[str, ...] = ()
    routes: PrefixTable[TransitGatewayRoute] = field(default_factory=PrefixTable, compare=False)

    @property
    def prefixes(self) -> Iterable[Prefix]:
        """Every prefix that the table has a route for."""
        return self.routes.prefixes()

    def lookup(self, address: int) -> TransitGatewayRoute | None:
        """The route that decides: longest prefix, then static before propagated."""
        for found in self.routes.matches(address):
            return min(found, key=lambda route: route.is_propagated)
        return None


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
    tables = _Tables(descriptions, attachments, vpcs, connections, lists).read()
    by_vpc: dict[tuple[str, str], TransitGatewayAttachment] = {}
    for attachment in attachments.values():
        key = attachment.gateway_id, attachment.resource_id
        if attachment.resource_type == "vpc" and (key not in by_vpc or attachment.is_available):
            by_vpc[key] = attachment
    return TransitGateways(gateways, attachments, tables, by_vpc)


def _read_attachments(descriptions: Descriptions) -> dict[tuple[str, str], TransitGatewayAttachment]:
    attachments: dict[tuple[str, str], TransitGatewayAttachment] = {}
    for _, raw in descriptions.objects("TransitGatewayAttachments"):
        association = raw.get("Association", {})
        stands = association.get("State", "associated") == "associated"
        found = TransitGatewayAttachment(
            raw["TransitGatewayAttachmentId"],
            raw["TransitGatewayId"],
            raw.get("ResourceType", ""),
            raw.get("ResourceId", ""),
            raw.get("State", "available"),
            association.get("TransitGatewayRouteTableId") if stands else None,
        )
        key = found.id, found.gateway_id
        if key not in attachments or attachments[key].table_id is None:
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


class _Tables:
    """Builds route tables out of static routes, propagations and what is known of each attachment's prefixes."""

    def __init__(
        self,
        descriptions: Descriptions,
        attachments: Mapping[tuple[str, str], TransitGatewayAttachment],
        vpcs: Mapping[str, Vpc],
        connections: Mapping[str, VpnConnection],
        lists: PrefixLists,
    ) -> None:
        self._descriptions = descriptions
        self._attachments = attachments
        self._vpcs = vpcs
        self._connections = connections
        self._lists = lists
        self._static = _wrapped(descriptions, "TransitGatewayStaticRoutes", "Routes")
        self._propagations = _wrapped(
            descriptions, "TransitGatewayPropagations", "TransitGatewayRouteTablePropagations"
        )

    def read(self) -> dict[str, TransitGatewayRouteTable]:
        """Every described route table by id."""
        tables: dict[str, TransitGatewayRouteTable] = {}
        for _, raw in self._descriptions.objects("TransitGatewayRouteTables"):
            if raw["TransitGatewayRouteTableId"] not in tables:
                table = self._read_table(raw)
                tables[table.id] = table
        return tables

    def _read_table(self, raw: Raw) -> TransitGatewayRouteTable:
        table_id, gateway_id = raw["TransitGatewayRouteTableId"], raw["TransitGatewayId"]
        routes = [*self._described_routes(table_id)]
        seen = {route.attachment_id for route in routes if route.is_propagated}
        unseen: list[str] = []
        for entry in self._propagations.get(table_id, ()):
            attachment_id = entry["TransitGatewayAttachmentId"]
            if entry.get("State", "enabled") != "enabled" or attachment_id in seen:
                continue
            prefixes = self._prefixes_of(attachment_id, gateway_id, entry)
            if prefixes is None:
                unseen.append(attachment_id)
            routes += [TransitGatewayRoute(prefix, attachment_id, True) for prefix in prefixes or ()]
        if self._is_denied():
            unseen.append("denied")
        lists = [r["PrefixListId"] for r in self._static.get(table_id, ()) if _is_undescribed(r, self._lists)]
        table = TransitGatewayRouteTable(table_id, gateway_id, tuple(unseen), tuple(lists))
        for route in routes:
            table.routes.add(route.prefix, route)
        return table

    def _described_routes(self, table_id: str) -> Iterator[TransitGatewayRoute]:
        for raw in self._static.get(table_id, ()):
            targets = raw.get("TransitGatewayAttachments") or [{}]
            if raw.get("State") == "blackhole":
                targets = [{}]
            for cidr in _cidrs_of(raw, self._lists):
                for target in targets:
                    attachment_id = target.get("TransitGatewayAttachmentId")
                    yield TransitGatewayRoute(cidr, attachment_id, raw.get("Type") == "propagated")

    def _prefixes_of(self, attachment_id: str, gateway_id: str, entry: Raw) -> tuple[Prefix, ...] | None:
        """What an attachment propagates, or None where no description tells."""
        known = self._attachments.get((attachment_id, gateway_id))
        resource_type = known.resource_type if known else entry.get("ResourceType", "")
        resource_id = known.resource_id if known else entry.get("ResourceId", "")
        if resource_type == "vpc" and resource_id in self._vpcs:
            return self._vpcs[resource_id].prefixes
        if resource_type == "vpn" and resource_id in self._connections:
            connection = self._connections[resource_id]
            return None if connection.may_learn_routes else connection.prefixes
        return None

    def _is_denied(self) -> bool:
        keys = ("TransitGatewayStaticRoutes", "TransitGatewayPropagations")
        return any(self._descriptions.is_denied(key) for key in keys)


def _wrapped(descriptions: Descriptions, key: str, inner: str) -> dict[str, Sequence[Raw]]:
    """Lists kept per route table: the inner objects by route table id."""
    found: dict[str, list[Raw]] = {}
    for _, raw in descriptions.objects(key):
        found.setdefault(raw["TransitGatewayRouteTableId"], []).extend(raw.get(inner, ()))
    return dict(found)


def _cidrs_of(raw: Raw, lists: PrefixLists) -> tuple[Prefix, ...]:
    if raw.get("DestinationCidrBlock"):
        return (parse_prefix(raw["DestinationCidrBlock"]),)
    return lists.get(raw.get("PrefixListId", ""), ())


def _is_undescribed(raw: Raw, lists: PrefixLists) -> bool:
    return not raw.get("DestinationCidrBlock") and raw.get("PrefixListId") not in (None, *lists)
