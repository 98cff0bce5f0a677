"""Where does a route table send a packet?

The longest prefix wins; of one prefix a static route comes before a prefix list, and that before a propagated one.
https://docs.aws.amazon.com/vpc/latest/userguide/route-tables-priority.html
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from diagnosis.reachability.addresses import INTERNET, Prefix, PrefixTable, format_address, parse_prefix
from diagnosis.reachability.descriptions import Descriptions, Raw
from diagnosis.reachability.intervals import contains
from diagnosis.reachability.prefix_lists import PrefixLists

_TARGET_KEYS = (
    "GatewayId",
    "NatGatewayId",
    "TransitGatewayId",
    "VpcPeeringConnectionId",
    "NetworkInterfaceId",
    "InstanceId",
    "EgressOnlyInternetGatewayId",
    "LocalGatewayId",
    "CarrierGatewayId",
    "CoreNetworkArn",
)
_STATIC, _PREFIX_LIST, _PROPAGATED = range(3)


@dataclass(frozen=True, slots=True)
class Route:
    """One route: `destination` as AWS prints it, `target_key` the response field that names the target."""

    table_id: str
    destination: str
    prefix_list: str | None
    target_key: str
    target: str
    is_blackhole: bool
    is_propagated: bool

    @classmethod
    def from_raw(cls, table_id: str, raw: Raw) -> "Route":
        """The route of one entry of a route table."""
        prefix_list = raw.get("DestinationPrefixListId")
        destination = raw.get("DestinationCidrBlock") or raw.get("DestinationIpv6CidrBlock") or prefix_list or ""
        key = _target_key(raw)
        return cls(
            table_id,
            destination,
            prefix_list,
            key,
            raw.get(key, ""),
            raw.get("State", "active") == "blackhole",
            raw.get("Origin") == "EnableVgwRoutePropagation",
        )

    @property
    def is_local(self) -> bool:
        """Whether the route delivers within the VPC."""
        return self.target == "local"

    @property
    def id(self) -> str:
        """The route as a blocker names it: table and destination."""
        return f"{self.table_id} {self.destination}"

    def is_broader_than(self, prefix: Prefix) -> bool:
        """Whether the route's CIDR is less specific than a prefix; a route for a prefix list never counts as such."""
        return self.prefix_list is None and parse_prefix(self.destination).host_bits > prefix.host_bits

    def may_hold(self, address: int) -> bool:
        """Whether a list that nobody described can hold an address: a gateway endpoint's has public ones only."""
        return contains(INTERNET, address) or not self.target.startswith("vpce-")

    @property
    def rank(self) -> int:
        """Its place among routes of the same prefix; the lowest wins."""
        if self.is_propagated:
            return _PROPAGATED
        return _STATIC if self.prefix_list is None else _PREFIX_LIST


def _target_key(raw: Raw) -> str:
    return next((key for key in _TARGET_KEYS if raw.get(key)), "")


class UndescribedPrefixListError(LookupError):
    """A route names a prefix list that nobody described, and it may decide."""


@dataclass(frozen=True)
class RouteTable:
    """One route table with its routes ready to be looked up."""

    id: str
    vpc_id: str
    routes: tuple[Route, ...]
    propagating_gateways: tuple[str, ...] = ()
    undescribed: tuple[Route, ...] = ()
    _table: PrefixTable[Route] = field(default_factory=PrefixTable, compare=False)

    @classmethod
    def from_raw(cls, raw: Raw, lists: PrefixLists) -> "RouteTable":
        """The table of one object of DescribeRouteTables."""
        table_id = raw["RouteTableId"]
        routes = tuple(Route.from_raw(table_id, route) for route in raw.get("Routes", ()))
        undescribed = tuple(route for route in routes if route.prefix_list and route.prefix_list not in lists)
        propagating = tuple(entry["GatewayId"] for entry in raw.get("PropagatingVgws", ()))
        table = cls(table_id, raw.get("VpcId", ""), routes, propagating, undescribed)
        for route in sorted(routes, key=lambda route: route.rank):
            for prefix in _prefixes_of(route, lists):
                table._table.add(prefix, route)
        return table

    def lookup(self, address: int) -> Route | None:
        """The route that decides for a destination.

        Raises UndescribedPrefixListError where a list that nobody described could hold a better match.
        """
        best: Route | None = None
        for entries in self._table.matches(address):
            best = best or entries[0]
            if any(route.is_local for route in entries) and (best.is_propagated or best.is_local):
                # Propagated routes never beat the local one, however specific they are.
                return next(route for route in entries if route.is_local)
        unknown = [route for route in self.undescribed if route.may_hold(address)]
        if unknown and not (best and best.is_local):
            raise UndescribedPrefixListError(
                f"{self.id} has a route for {unknown[0].prefix_list}, whose entries are not described "
                f"(it may hold {format_address(address)})"
            )
        return best

    @property
    def prefixes(self) -> Iterable[Prefix]:
        """Every prefix that the table has a route for, those of prefix lists included."""
        return self._table.prefixes()

    def propagated_from(self, gateway_id: str) -> Iterator[Prefix]:
        """The prefixes that the table learned from a virtual private gateway."""
        for route in self.routes:
            if route.is_propagated and route.target == gateway_id and not route.is_blackhole:
                yield parse_prefix(route.destination)


def _prefixes_of(route: Route, lists: PrefixLists) -> tuple[Prefix, ...]:
    if route.prefix_list:
        return lists.get(route.prefix_list, ())
    return (parse_prefix(route.destination),) if route.destination else ()


@dataclass(frozen=True)
class RouteTables:
    """Which table routes for a subnet, and which for what enters through a gateway (an edge association)."""

    by_id: Mapping[str, RouteTable]
    by_subnet: Mapping[str, RouteTable]
    by_gateway: Mapping[str, RouteTable]
    main_by_vpc: Mapping[str, RouteTable]

    def of_subnet(self, subnet_id: str, vpc_id: str) -> RouteTable | None:
        """The subnet's own table, else the VPC's main one."""
        return self.by_subnet.get(subnet_id) or self.main_by_vpc.get(vpc_id)

    def of_vpc(self, vpc_id: str) -> list[RouteTable]:
        """Every table of a VPC."""
        return [table for table in self.by_id.values() if table.vpc_id == vpc_id]


def read_route_tables(descriptions: Descriptions, lists: PrefixLists) -> RouteTables:
    """Every described table with its associations that stand."""
    tables: dict[str, RouteTable] = {}
    by_subnet: dict[str, RouteTable] = {}
    by_gateway: dict[str, RouteTable] = {}
    main: dict[str, RouteTable] = {}
    for _, raw in descriptions.objects("RouteTables"):
        table = tables.setdefault(raw["RouteTableId"], RouteTable.from_raw(raw, lists))
        for association in raw.get("Associations", ()):
            if association.get("AssociationState", {}).get("State", "associated") != "associated":
                continue
            if association.get("Main"):
                main[table.vpc_id] = table
            if association.get("SubnetId"):
                by_subnet[association["SubnetId"]] = table
            if association.get("GatewayId"):
                by_gateway[association["GatewayId"]] = table
    return RouteTables(tables, by_subnet, by_gateway, main)


_REVIVALS = {
    "nat-": "create a NAT gateway, or choose one that is available, and let {destination} of {table} lead to it",
    "pcx-": (
        "create and accept the peering connection again and let {destination} of {table} lead to it,"
        " or delete the route"
    ),
    "tgw-": "attach the VPC to {target} again, or let {destination} of {table} lead elsewhere",
    "igw-": "attach {target} to the VPC again, or let {destination} of {table} lead to the gateway that is attached",
    "vgw-": "attach {target} to the VPC again, or let {destination} of {table} lead elsewhere",
    "eni-": "let {destination} of {table} lead to an interface that is in use",
    "i-": "start {target}, or let {destination} of {table} lead to an instance that runs",
    "vpce-": "create the endpoint again, or delete the route of {table} to {target}",
    "tgw-attach-": "create the attachment again, or delete the route of {table} for {destination}",
}


def revival_of(table: str, destination: str, target: str) -> str:
    """What to do about a route that became a black hole, by what it led to."""
    prefix = max((p for p in _REVIVALS if target.startswith(p)), key=len, default="")
    usual = "let {destination} of {table} lead to what replaced {target}, or delete the route"
    return _REVIVALS.get(prefix, usual).format(table=table, destination=destination, target=target or "its target")
