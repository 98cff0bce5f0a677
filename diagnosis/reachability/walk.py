"""What has happened to a packet so far? The state of one walk, request or reply, and the filters that it passes."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Protocol, TypeVar

from diagnosis.reachability.addresses import Prefix, format_address, host_prefix
from diagnosis.reachability.answers import Blocker, Code, Direction, Kind, Verdict
from diagnosis.reachability.gateways import NatGateway
from diagnosis.reachability.intervals import Intervals
from diagnosis.reachability.inventory import Inventory
from diagnosis.reachability.network_acls import NetworkAcl
from diagnosis.reachability.network_interfaces import NetworkInterface
from diagnosis.reachability.packets import Packet
from diagnosis.reachability.route_tables import Route, RouteTable, UndescribedPrefixListError
from diagnosis.reachability.security_groups import Peer
from diagnosis.reachability.vpcs import Subnet

Found = TypeVar("Found")


class WalkEndedError(Exception):
    """The packet gets no further; why is in the walk's blockers or its unknown reasons."""


@dataclass(frozen=True, slots=True)
class Goal:
    """Where the packet should end: an endpoint type of a flow, with the id and address asked for."""

    type: str
    id: str | None
    address: int


@dataclass(frozen=True, slots=True)
class Translation:
    """A NAT gateway gave the packet another source; `before` is the header as it came."""

    gateway: NatGateway
    before: Packet
    after: Packet


@dataclass(frozen=True, slots=True)
class FilterPassed:
    """A filter that the packet met: an ACL or an interface's groups, with the header it judged.

    `doubt` names what the groups' rules refer to and nobody described.
    """

    packet: Packet
    egress: bool
    acl: NetworkAcl | None = None
    groups: tuple[str, ...] = ()
    peer: Peer | None = None
    doubt: str = ""


class ByPrefix(Protocol):
    """What decides by longest prefix: addresses that the same of its prefixes hold fare alike."""

    @property
    def prefixes(self) -> Iterable[Prefix]:
        """Every prefix that it decides by."""
        ...


@dataclass
class Walk:
    """One packet on its way; `request` is the walk that this one answers, None for the request itself."""

    inventory: Inventory
    packet: Packet
    goal: Goal
    request: "Walk | None" = None
    origin: NetworkInterface | None = None
    blocks: Mapping[int, str] = field(default_factory=dict)
    lost_references: Code | None = None
    blockers: list[Blocker] = field(default_factory=list)
    unknown: list[str] = field(default_factory=list)
    path: list[str] = field(default_factory=list)
    filters: list[FilterPassed] = field(default_factory=list)
    lookups: list[tuple[ByPrefix, int]] = field(default_factory=list)
    tracked: set[str] = field(default_factory=set)
    translations: list[Translation] = field(default_factory=list)
    appliances: set[str] = field(default_factory=set)
    last_route: Route | None = None

    @property
    def is_reply(self) -> bool:
        """Whether this walk answers another."""
        return self.request is not None

    def visit(self, *component_ids: str) -> None:
        """Adds components to the path, each once in a row."""
        for component_id in component_ids:
            if not self.path or self.path[-1] != component_id:
                self.path.append(component_id)

    def block(
        self, kind: Kind, id_: str, side: Direction, code: Code, detail: str, remedy: str, table: str = ""
    ) -> None:
        """Notes that a component stops the packet; the walk may go on to find others."""
        direction = Direction.RETURN if self.is_reply else side
        blocker = Blocker(kind, id_, direction, code, detail, remedy, table)
        if blocker not in self.blockers:
            self.blockers.append(blocker)

    def stop(
        self, kind: Kind, id_: str, side: Direction, code: Code, detail: str, remedy: str, table: str = ""
    ) -> WalkEndedError:
        """Notes a component that stops the packet for good; for the caller to raise."""
        self.block(kind, id_, side, code, detail, remedy, table)
        return WalkEndedError()

    def doubt(self, reason: str) -> WalkEndedError:
        """Notes that the descriptions do not say how the packet goes on; for the caller to raise."""
        self.unknown.append(reason)
        return WalkEndedError()

    def described(self, found: Found | None, what: str) -> Found:
        """What something refers to; ends the walk where no description holds it."""
        if found is None:
            raise self.doubt(f"{what} is not described")
        return found

    def check_instance(self, interface: NetworkInterface, side: Direction) -> None:
        """The instance behind an interface, if there is one, must run; a reply does not ask again."""
        if interface.instance_id is None or (self.request and interface.id in self.request.tracked):
            return
        instance = self.inventory.instances.get(interface.instance_id)
        if instance is None:
            self.suspect("Reservations")
        elif instance.is_down:
            detail, remedy = f"{instance.id} is {instance.state}", f"start {instance.id}"
            self.block(Kind.INSTANCE, instance.id, side, Code.BAD_STATE, detail, remedy)

    def suspect(self, *keys: str) -> None:
        """Notes as unknown what rests on a description that was denied; the walk goes on."""
        self.unknown += [f"{key} could not be read" for key in keys if self.inventory.descriptions.is_denied(key)]

    def certain(self, *keys: str) -> None:
        """Ends the walk where one of the descriptions that an absence rests on was denied."""
        for key in keys:
            if self.inventory.descriptions.is_denied(key):
                raise self.doubt(f"{key} could not be read")

    def lookup(self, table: RouteTable, address: int | None = None) -> Route | None:
        """The table's route for an address, by default the packet's destination."""
        address = self.packet.destination if address is None else address
        self.lookups.append((table, address))
        try:
            return table.lookup(address)
        except UndescribedPrefixListError as error:
            raise self.doubt(str(error)) from None

    def lose_references(self, code: Code) -> None:
        """From here on, rules that name the sender's groups do not recognise it."""
        self.lost_references = self.lost_references or code

    def send_from(self, address: int, ports: Intervals | None = None) -> None:
        """The packet goes on with another source; group references match the old one only."""
        source_ports = self.packet.source_ports if ports is None else ports
        self.packet = replace(self.packet, source=address, source_ports=source_ports)
        self.origin = None

    def pass_acl(self, subnet: Subnet, *, egress: bool) -> None:
        """Asks the network ACL of a subnet."""
        try:
            acl = self.inventory.network_acls.of(subnet, self.inventory.place_of(subnet.vpc_id))
        except KeyError:
            self.unknown.append(f"the network ACL of {subnet.id} is not described")
            return
        if acl is None:
            return
        self.filters.append(FilterPassed(self.packet, egress, acl=acl))
        refusal = acl.refusal(self.packet, egress)
        if refusal is not None:
            text, number = refusal
            way = "outbound" if egress else "inbound"
            allowing = f"{way} {self.packet.service} {'to' if egress else 'from'} {self._network_of(subnet, egress)}"
            remedy = f"allow {allowing} in {acl.id}"
            if number is not None:
                remedy = f"delete {way} rule {number} of {acl.id}, or allow {allowing} by a number below {number}"
            self.block(
                Kind.NETWORK_ACL,
                acl.id,
                Direction.EGRESS if egress else Direction.INGRESS,
                Code.SUBNET_ACL_RESTRICTION,
                f"{text} ({way}, {subnet.id})",
                remedy,
            )

    def _network_of(self, subnet: Subnet, egress: bool) -> str:
        """What a rule of an ACL should name for the far end: what its address is an example of, else its subnet."""
        address = self.packet.destination if egress else self.packet.source
        vpc = self.inventory.vpcs.get(subnet.vpc_id)
        near = vpc.subnet_of(address) if vpc else None
        held = next((prefix.text for prefix in near.prefixes if address in prefix), "") if near else ""
        return self.blocks.get(address) or held or host_prefix(address)

    def pass_groups(self, interface: NetworkInterface, *, egress: bool) -> None:
        """Asks the security groups of an interface, unless it knows the connection already."""
        if self.request is not None and interface.id in self.request.tracked:
            return
        self.tracked.add(interface.id)
        if not interface.groups:
            if interface.groups is None or not interface.may_lack_groups:
                self.unknown.append(f"the security groups of {interface.id} are not described")
            return
        peer = self._peer(interface, egress)
        decision = self.inventory.security_groups.decide(interface.groups, self.packet, peer, egress)
        self.filters.append(
            FilterPassed(self.packet, egress, groups=interface.groups, peer=peer, doubt=decision.reason)
        )
        if decision.verdict is Verdict.UNKNOWN:
            self.unknown.append(decision.reason)
        for group_id in decision.refusing:
            self._refused_by(group_id, peer, egress)

    def _peer(self, interface: NetworkInterface, egress: bool) -> Peer:
        if egress:
            address = self.packet.destination
            return Peer(address, self.inventory.groups_of_peer(interface.vpc_id, address))
        groups = None if self.origin is None else frozenset(self.origin.groups or ())
        return Peer(self.packet.source, groups, self.lost_references)

    def _refused_by(self, group_id: str, peer: Peer, egress: bool) -> None:
        block = self.blocks.get(peer.address)
        far = block or format_address(peer.address)
        code, detail = self.inventory.security_groups.explain_refusal(group_id, self.packet, peer, egress, far)
        side, word = (Direction.EGRESS, "to") if egress else (Direction.INGRESS, "from")
        named = min(peer.groups) if peer.groups and peer.lost is None else block or host_prefix(peer.address)
        group = f"the rules of {group_id}" if egress else group_id
        remedy = f"add {side} {self.packet.service} {word} {named} to {group}"
        self.block(Kind.SECURITY_GROUP, group_id, side, code, detail, remedy)

    @property
    def destination_text(self) -> str:
        """The packet's destination for a reader, or what it is an example of."""
        return self.blocks.get(self.packet.destination) or format_address(self.packet.destination)
