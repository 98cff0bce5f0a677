"""Which interfaces reach which, all against all?

Interfaces that no rule, route or place tells apart behave alike: one pair stands for all pairs of two such classes,
asked twice where members of both share a subnet, because ACLs do not judge within one.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from diagnosis.reachability.addresses import Prefix, PrefixTable, format_address
from diagnosis.reachability.answers import Answer, Verdict
from diagnosis.reachability.flows import Endpoint, Flow
from diagnosis.reachability.inventory import Inventory
from diagnosis.reachability.network_interfaces import NetworkInterface


@dataclass(frozen=True)
class InterfaceClass:
    """Interfaces that behave alike, by the subnet that each is in."""

    members: Sequence[NetworkInterface]

    @cached_property
    def by_subnet(self) -> Mapping[str, Sequence[NetworkInterface]]:
        """The members of each subnet."""
        found: dict[str, list[NetworkInterface]] = {}
        for interface in self.members:
            found.setdefault(interface.subnet_id, []).append(interface)
        return found


@dataclass(frozen=True, slots=True)
class ClassPair:
    """Two classes and the answers for their members: within one subnet, and across subnets (None: no such pair)."""

    source: InterfaceClass
    destination: InterfaceClass
    within: Answer | None
    across: Answer | None

    def counts(self) -> Iterator[tuple[Verdict, int]]:
        """How many pairs of different interfaces have which verdict."""
        near = sum(
            len(members) * len(self.destination.by_subnet.get(subnet_id, ()))
            for subnet_id, members in self.source.by_subnet.items()
        )
        pairs = len(self.source.members) * len(self.destination.members)
        itself = len(self.source.members) if self.source is self.destination else 0
        if self.within is not None:
            yield self.within.verdict, near - itself
        if self.across is not None:
            yield self.across.verdict, pairs - near


@dataclass(frozen=True)
class Pairs:
    """The answers for all ordered pairs of interfaces on one port."""

    classes: Sequence[InterfaceClass]
    answers: Mapping[tuple[int, int], ClassPair]

    @cached_property
    def _class_of(self) -> Mapping[str, int]:
        return {i.id: index for index, found in enumerate(self.classes) for i in found.members}

    @cached_property
    def _subnet_of(self) -> Mapping[str, str]:
        return {i.id: i.subnet_id for found in self.classes for i in found.members}

    def answer(self, source_id: str, destination_id: str) -> Answer | None:
        """The answer for two interfaces; ids in its path and blockers are those of a pair that behaves alike."""
        pair = self.answers[self._class_of[source_id], self._class_of[destination_id]]
        near = self._subnet_of[source_id] == self._subnet_of[destination_id]
        return pair.within if near else pair.across

    @cached_property
    def counts(self) -> Mapping[Verdict, int]:
        """How many pairs have which verdict."""
        counts: Counter[Verdict] = Counter()
        for pair in self.answers.values():
            for verdict, number in pair.counts():
                counts[verdict] += number
        return counts


def classes_of(inventory: Inventory) -> list[InterfaceClass]:
    """The interfaces with an address, in classes of those that behave alike."""
    named = _named_prefixes(inventory)
    attached = {s for a in inventory.transit_gateways.attachments.values() for s in a.subnet_ids or ()}
    targets = {route.target for table in inventory.route_tables.by_id.values() for route in table.routes}
    singular = targets.union(inventory.endpoint_by_interface, inventory.nat_by_interface)
    classes: dict[object, list[NetworkInterface]] = {}
    for interface in inventory.interfaces.values():
        if interface.addresses:
            classes.setdefault(_behaviour(inventory, interface, named, attached, singular), []).append(interface)
    return [InterfaceClass(members) for members in classes.values()]


def _behaviour(
    inventory: Inventory,
    interface: NetworkInterface,
    named: PrefixTable[Prefix],
    attached: set[str],
    singular: set[str],
) -> object:
    """Everything about an interface that can matter to a packet it sends or receives."""
    if interface.type != "interface" or interface.load_balancer_name or interface.id in singular:
        return interface.id
    subnet = inventory.subnets.get(interface.subnet_id)
    table = inventory.route_tables.of_subnet(interface.subnet_id, interface.vpc_id)
    acl = inventory.network_acls.by_subnet.get(interface.subnet_id)
    instance = inventory.instances.get(interface.instance_id or "")
    address = interface.addresses[0]
    return (
        interface.vpc_id,
        table.id if table else None,
        acl.id if acl else None,
        subnet.zone_id if subnet else interface.subnet_id,
        interface.subnet_id if interface.subnet_id in attached else None,
        interface.groups,
        address in interface.public,
        instance is not None and instance.is_down,
        tuple(prefix for prefixes in named.matches(address) for prefix in prefixes),
    )


def _named_prefixes(inventory: Inventory) -> PrefixTable[Prefix]:
    """Every prefix by which some rule, route or block tells addresses apart."""
    groups = inventory.security_groups.by_id.values()
    acls = {acl.id: acl for acl in inventory.network_acls.by_subnet.values()}.values()
    rules = [rule for group in groups for rule in (*group.ingress, *group.egress)]
    entries = [entry for acl in acls for entry in (*acl.ingress, *acl.egress)]
    prefixes = {prefix for rule in rules for prefix in rule.prefixes} | {entry.prefix for entry in entries}
    prefixes.update(prefix for listed in inventory.prefix_lists.values() for prefix in listed)
    prefixes.update(prefix for table in inventory.route_tables.by_id.values() for prefix in table.prefixes)
    prefixes.update(prefix for table in inventory.transit_gateways.tables.values() for prefix in table.prefixes)
    prefixes.update(prefix for gateway in inventory.vpn_gateways.values() for prefix in gateway.prefixes)
    prefixes.update(prefix for p in inventory.peerings.values() for side in p.sides for prefix in side.prefixes)
    named: PrefixTable[Prefix] = PrefixTable()
    for prefix in sorted(prefixes, key=lambda prefix: prefix.low):
        if not prefix.is_everything:
            named.add(prefix, prefix)
    return named


def pair_flows(
    source: InterfaceClass, destination: InterfaceClass, protocol: str, port: int | None
) -> tuple[Flow | None, Flow | None]:
    """A flow between members of two classes that share a subnet, and one between members that do not."""
    within = across = None
    for subnet_id, members in source.by_subnet.items():
        for other_id, others in destination.by_subnet.items():
            if subnet_id != other_id:
                across = across or _flow(members[0], others[0], protocol, port)
            elif (other := next((i for i in others if i is not members[0]), None)) is not None:
                within = within or _flow(members[0], other, protocol, port)
            if within and across:
                return within, across
    return within, across


def _flow(source: NetworkInterface, destination: NetworkInterface, protocol: str, port: int | None) -> Flow:
    return Flow(_endpoint(source), _endpoint(destination), protocol, port)


def _endpoint(interface: NetworkInterface) -> Endpoint:
    return Endpoint("network-interface", interface.id, format_address(interface.addresses[0]))
