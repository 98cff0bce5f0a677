"""What is in the network? Every described object by its id, and who holds which address."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import TypeVar

from diagnosis.reachability.addresses import is_ipv6
from diagnosis.reachability.descriptions import Descriptions, Place, SnapshotError
from diagnosis.reachability.endpoints import VpcEndpoint, read_vpc_endpoints
from diagnosis.reachability.gateways import (
    BlockPublicAccess,
    InternetGateway,
    NatGateway,
    read_block_public_access,
    read_internet_gateways,
    read_nat_gateways,
)
from diagnosis.reachability.intervals import Intervals, normalised
from diagnosis.reachability.load_balancers import LoadBalancers, read_load_balancers
from diagnosis.reachability.network_acls import NetworkAcls, read_network_acls
from diagnosis.reachability.network_interfaces import (
    Instance,
    NetworkInterface,
    read_instances,
    read_network_interfaces,
)
from diagnosis.reachability.peering import VpcPeeringConnection, read_peering_connections
from diagnosis.reachability.prefix_lists import PrefixLists, read_prefix_lists
from diagnosis.reachability.route_tables import RouteTables, read_route_tables
from diagnosis.reachability.security_groups import SecurityGroups, read_security_groups
from diagnosis.reachability.transit_gateways import TransitGateways, read_transit_gateways
from diagnosis.reachability.vpcs import Subnet, Vpc, read_subnets, read_vpcs
from diagnosis.reachability.vpn_gateways import (
    VpnConnection,
    VpnGateway,
    read_vpn_connections,
    read_vpn_gateways,
)

Key = TypeVar("Key")
Item = TypeVar("Item")


@dataclass(frozen=True, eq=False)
class Inventory:
    """All nouns of a network, read once from its descriptions."""

    descriptions: Descriptions
    prefix_lists: PrefixLists
    vpcs: Mapping[str, Vpc]
    subnets: Mapping[str, Subnet]
    interfaces: Mapping[str, NetworkInterface]
    instances: Mapping[str, Instance]
    security_groups: SecurityGroups
    network_acls: NetworkAcls
    route_tables: RouteTables
    internet_gateways: Mapping[str, InternetGateway]
    nat_gateways: Mapping[str, NatGateway]
    public_access: BlockPublicAccess
    vpn_connections: Mapping[str, VpnConnection]
    vpn_gateways: Mapping[str, VpnGateway]
    peerings: Mapping[str, VpcPeeringConnection]
    endpoints: Mapping[str, VpcEndpoint]
    transit_gateways: TransitGateways
    load_balancers: LoadBalancers
    _groups_of_peer: dict[tuple[str, int], frozenset[str] | None] = field(default_factory=dict, compare=False)

    @classmethod
    def of(cls, descriptions: Descriptions) -> "Inventory":
        """Reads every noun out of the descriptions; raises SnapshotError where an object lacks what AWS always says."""
        try:
            return cls._read(descriptions)
        except (AttributeError, KeyError, TypeError, ValueError) as error:
            kind = type(error).__name__
            raise SnapshotError(
                f"{descriptions.last_read} is not as AWS describes it ({kind}: {error}); save the call again"
            ) from error

    @classmethod
    def _read(cls, descriptions: Descriptions) -> "Inventory":
        lists = read_prefix_lists(descriptions)
        vpcs = read_vpcs(descriptions)
        connections = read_vpn_connections(descriptions)
        return cls(
            descriptions,
            lists,
            vpcs,
            read_subnets(descriptions),
            read_network_interfaces(descriptions),
            read_instances(descriptions),
            read_security_groups(descriptions, lists),
            read_network_acls(descriptions),
            read_route_tables(descriptions, lists),
            read_internet_gateways(descriptions),
            read_nat_gateways(descriptions),
            read_block_public_access(descriptions),
            connections,
            read_vpn_gateways(descriptions, connections),
            read_peering_connections(descriptions),
            read_vpc_endpoints(descriptions),
            read_transit_gateways(descriptions, vpcs, connections, lists),
            read_load_balancers(descriptions),
        )

    @cached_property
    def by_address(self) -> Mapping[tuple[str, int], NetworkInterface]:
        """The interface that holds a private (or IPv6) address in a VPC."""
        return {
            (interface.vpc_id, address): interface
            for interface in self.interfaces.values()
            for address in interface.addresses
        }

    @cached_property
    def holders(self) -> Mapping[int, Sequence[NetworkInterface]]:
        """Every interface that holds a private (or IPv6) address, in whatever VPC."""
        return _grouped((address, i) for i in self.interfaces.values() for address in i.addresses)

    @cached_property
    def held(self) -> Intervals:
        """The private (and IPv6) addresses that somebody holds."""
        return normalised((address, address) for address in self.holders)

    @cached_property
    def public(self) -> Intervals:
        """The public addresses of our own."""
        return normalised((address, address) for address in self.by_public_address)

    @cached_property
    def by_public_address(self) -> Mapping[int, tuple[NetworkInterface, int]]:
        """The interface behind a public address, with the private address it stands for; IPv6 stands for itself."""
        found: dict[int, tuple[NetworkInterface, int]] = {}
        for interface in self.interfaces.values():
            found.update({public: (interface, private) for private, public in interface.public.items()})
            found.update({address: (interface, address) for address in interface.addresses if is_ipv6(address)})
        return found

    @cached_property
    def interfaces_of_instance(self) -> Mapping[str, Sequence[NetworkInterface]]:
        """An instance's interfaces, the primary one first."""
        attached = sorted(self.interfaces.values(), key=lambda interface: interface.device_index)
        return _grouped((i.instance_id, i) for i in attached if i.instance_id)

    @cached_property
    def internet_gateway_of(self) -> Mapping[str, InternetGateway]:
        """The internet gateway attached to a VPC."""
        return self._attached(egress_only=False)

    @cached_property
    def egress_only_gateway_of(self) -> Mapping[str, InternetGateway]:
        """The egress-only internet gateway attached to a VPC."""
        return self._attached(egress_only=True)

    @cached_property
    def nat_by_interface(self) -> Mapping[str, NatGateway]:
        """The NAT gateway that an interface belongs to."""
        return {i: gateway for gateway in self.nat_gateways.values() for i in gateway.interface_ids}

    @cached_property
    def endpoint_by_interface(self) -> Mapping[str, VpcEndpoint]:
        """The VPC endpoint that an interface belongs to."""
        return {i: endpoint for endpoint in self.endpoints.values() for i in endpoint.interface_ids}

    @cached_property
    def _active_peerings(self) -> Mapping[str, Sequence[VpcPeeringConnection]]:
        active = (p for p in self.peerings.values() if p.is_active and p.is_within_region)
        return _grouped((side.vpc_id, peering) for peering in active for side in peering.sides)

    def place_of(self, vpc_id: str) -> Place | None:
        """Where a VPC was described."""
        vpc = self.vpcs.get(vpc_id)
        return vpc.place if vpc else None

    def groups_of_peer(self, vpc_id: str, address: int) -> frozenset[str] | None:
        """The groups that a group reference in this VPC matches for an address, there or in a peered VPC."""
        key = vpc_id, address
        if key not in self._groups_of_peer:
            self._groups_of_peer[key] = self._find_groups(vpc_id, address)
        return self._groups_of_peer[key]

    def _find_groups(self, vpc_id: str, address: int) -> frozenset[str] | None:
        vpc_ids = [vpc_id]
        for peering in self._active_peerings.get(vpc_id, ()):
            far = peering.other_side(vpc_id)
            vpc_ids += [far.vpc_id] if far else []
        for candidate in vpc_ids:
            interface = self.by_address.get((candidate, address))
            if interface is not None:
                return frozenset(interface.groups or ())
        return None

    def _attached(self, *, egress_only: bool) -> Mapping[str, InternetGateway]:
        chosen = [g for g in self.internet_gateways.values() if g.egress_only is egress_only]
        return {vpc_id: gateway for gateway in chosen for vpc_id in gateway.vpc_ids}


def _grouped(pairs: Iterable[tuple[Key, Item]]) -> dict[Key, list[Item]]:
    groups: dict[Key, list[Item]] = {}
    for key, item in pairs:
        groups.setdefault(key, []).append(item)
    return groups
