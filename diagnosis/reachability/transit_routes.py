"""Which route of a transit gateway route table decides?

https://docs.aws.amazon.com/vpc/latest/tgw/how-transit-gateways-work.html (route evaluation order)
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from diagnosis.reachability.addresses import Prefix, PrefixTable, parse_prefix
from diagnosis.reachability.descriptions import Descriptions, Raw
from diagnosis.reachability.prefix_lists import PrefixLists
from diagnosis.reachability.vpcs import Vpc
from diagnosis.reachability.vpn_gateways import VpnConnection

_STATIC, _PREFIX_LIST, _PROPAGATED = range(3)
_PROPAGATED_RANKS = {
    kind: _PROPAGATED + place
    for place, kind in enumerate(("vpc", "direct-connect-gateway", "connect", "vpn", "peering"))
}
"""Of what several attachments propagate alike, that of the first of these kinds wins."""


@dataclass(frozen=True, slots=True)
class TransitGatewayRoute:
    """One route of a transit gateway route table; without an attachment it is a black hole.

    `rank` is its place among routes of the same prefix; the lowest wins.
    """

    prefix: Prefix
    attachment_id: str | None
    rank: int

    @property
    def is_propagated(self) -> bool:
        """Whether an attachment's own prefixes made the route."""
        return self.rank >= _PROPAGATED


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
        """The route that decides: longest prefix, then static, prefix list, propagated (VPCs before the rest)."""
        for found in self.routes.matches(address):
            return min(found, key=lambda route: route.rank)
        return None


class RouteTableReader:
    """Builds route tables out of static routes, propagations and what is known of each attachment's prefixes.

    `resources` tells what is attached, type and id, by attachment and gateway.
    """

    def __init__(
        self,
        descriptions: Descriptions,
        resources: Mapping[tuple[str, str], tuple[str, str]],
        vpcs: Mapping[str, Vpc],
        connections: Mapping[str, VpnConnection],
        lists: PrefixLists,
    ) -> None:
        self._descriptions = descriptions
        self._resources = resources
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
        routes = [*self._described_routes(table_id, gateway_id)]
        seen = {route.attachment_id for route in routes if route.is_propagated}
        unseen: list[str] = []
        for entry in self._propagations.get(table_id, ()):
            attachment_id = entry["TransitGatewayAttachmentId"]
            if entry.get("State", "enabled") != "enabled" or attachment_id in seen:
                continue
            prefixes = self._prefixes_of(attachment_id, gateway_id, entry)
            if prefixes is None:
                unseen.append(attachment_id)
            rank = self._propagated_rank(gateway_id, entry)
            routes += [TransitGatewayRoute(prefix, attachment_id, rank) for prefix in prefixes or ()]
        if self._is_denied():
            unseen.append("denied")
        lists = [r["PrefixListId"] for r in self._static.get(table_id, ()) if _is_undescribed(r, self._lists)]
        table = TransitGatewayRouteTable(table_id, gateway_id, tuple(unseen), tuple(lists))
        for route in routes:
            table.routes.add(route.prefix, route)
        return table

    def _described_routes(self, table_id: str, gateway_id: str) -> Iterator[TransitGatewayRoute]:
        for raw in self._static.get(table_id, ()):
            targets = raw.get("TransitGatewayAttachments") or [{}]
            if raw.get("State") == "blackhole":
                targets = [{}]
            for target in targets:
                rank = _PREFIX_LIST if raw.get("PrefixListId") else _STATIC
                if raw.get("Type") == "propagated":
                    rank = self._propagated_rank(gateway_id, target)
                for cidr in _cidrs_of(raw, self._lists):
                    yield TransitGatewayRoute(cidr, target.get("TransitGatewayAttachmentId"), rank)

    def _propagated_rank(self, gateway_id: str, entry: Raw) -> int:
        """The place of what an attachment propagates among others of its prefix; a kind that nobody knows is last."""
        kind, _ = self._resource_of(entry.get("TransitGatewayAttachmentId", ""), gateway_id, entry)
        return _PROPAGATED_RANKS.get(kind, _PROPAGATED + len(_PROPAGATED_RANKS))

    def _prefixes_of(self, attachment_id: str, gateway_id: str, entry: Raw) -> tuple[Prefix, ...] | None:
        """What an attachment propagates, or None where no description tells."""
        resource_type, resource_id = self._resource_of(attachment_id, gateway_id, entry)
        if resource_type == "vpc" and resource_id in self._vpcs:
            return self._vpcs[resource_id].prefixes
        if resource_type == "vpn" and resource_id in self._connections:
            connection = self._connections[resource_id]
            return None if connection.may_learn_routes else connection.prefixes
        return None

    def _resource_of(self, attachment_id: str, gateway_id: str, entry: Raw) -> tuple[str, str]:
        """The type and id of what is attached, by its own description or by the propagation's."""
        told = entry.get("ResourceType", ""), entry.get("ResourceId", "")
        return self._resources.get((attachment_id, gateway_id), told)

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
