"""What can reach what? The network of some descriptions, and the questions that it answers."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path

from diagnosis.reachability.addresses import format_address, parse_address
from diagnosis.reachability.answers import Answer, Verdict
from diagnosis.reachability.balancing import beyond_node, nodes_of
from diagnosis.reachability.descriptions import Denied, Descriptions, Place, Raw
from diagnosis.reachability.ends import unfit_end
from diagnosis.reachability.exposure import Exposure, exposure
from diagnosis.reachability.flows import Endpoint, Flow
from diagnosis.reachability.inventory import Inventory
from diagnosis.reachability.load_balancers import name_of
from diagnosis.reachability.pairs import ClassPair, Pairs, classes_of, pair_flows
from diagnosis.reachability.resolving import UndescribedError, imagined, resolve
from diagnosis.reachability.security_groups import GroupDecision, Peer
from diagnosis.reachability.snapshots import read_folder
from diagnosis.reachability.travel import best, travel
from diagnosis.reachability.vpcs import NameService


@dataclass(frozen=True)
class Network:
    """A network as described; it answers and changes nothing."""

    descriptions: Descriptions

    @classmethod
    def from_descriptions(
        cls, descriptions: Mapping[Place, Mapping[str, Sequence[Raw] | Raw]], denied: Collection[Denied] = ()
    ) -> "Network":
        """The network of live or recorded descriptions.

        `descriptions` maps (account, region) to response keys (`SecurityGroups`, `Reservations`, …) and these to
        the objects as boto3 or the AWS CLI gives them. A key that is absent means that none exist; one listed in
        `denied` (alone, or as (account, region, key)) makes the answers that depend on it unknown.
        """
        return cls(Descriptions.of(descriptions, denied))

    @classmethod
    def from_folder(cls, folder: Path | str) -> "Network":
        """The network of a folder of saved `describe-*` output; raises SnapshotError where it cannot be read."""
        return cls(read_folder(Path(folder)))

    @cached_property
    def inventory(self) -> Inventory:
        """Every noun of the network."""
        return Inventory.of(self.descriptions)

    def trace(self, flow: Flow, *, onward: bool = True) -> Answer:
        """What comes of a flow; raises FlowError where the flow itself makes no sense.

        With `onward` a load balancer's node is on the way to a target, else it is the end.
        """
        if flow.destination.type == "load-balancer":
            return self._trace_to_nodes(flow)
        unfit = unfit_end(self.inventory, flow)
        if unfit is not None:
            return Answer(Verdict.BLOCKED, Verdict.UNKNOWN, (unfit,))
        try:
            question = resolve(self.inventory, flow)
        except UndescribedError as error:
            return Answer(Verdict.UNKNOWN, Verdict.UNKNOWN, unknown=(str(error),))
        connection, request = travel(self.inventory, question)
        if connection.arrival is not None and onward:
            onwards = beyond_node(self.inventory, request, connection.arrival)
            connection = connection.beyond(best(onwards)) if onwards else connection
        return connection.answer()

    def _trace_to_nodes(self, flow: Flow) -> Answer:
        """A load balancer is reached where any of its nodes is."""
        order = (Verdict.REACHABLE, Verdict.UNKNOWN, Verdict.BLOCKED)
        try:
            answers = [self.trace(replace(flow, destination=node)) for node in self.nodes_of(flow.destination)]
        except UndescribedError as error:
            return Answer(Verdict.UNKNOWN, Verdict.UNKNOWN, unknown=(str(error),))
        return min(answers, key=lambda answer: order.index(answer.verdict))

    def nodes_of(self, end: Endpoint) -> list[Endpoint]:
        """The interfaces of a load balancer's nodes; any other endpoint is its own. UndescribedError without any."""
        if end.type != "load-balancer":
            return [end]
        nodes = nodes_of(self.inventory, name_of(end.id or ""))
        if not nodes:
            raise UndescribedError(f"no network interface of {end.id} is described")
        return [Endpoint("network-interface", node.id, format_address(node.addresses[0])) for node in nodes]

    def exposure(
        self, destination: Endpoint | str, source: str = "internet", protocol: str = "tcp", *, onward: bool = True
    ) -> Exposure:
        """Every packet from the internet (or from a CIDR) that reaches a destination and is answered.

        `destination` is an endpoint, or the id of an instance or network interface. The result is a PacketSet: empty
        where nothing gets through, else `destination_ports`, `sources` and `example()` say what does. Its `unknown`
        names what could not be decided, and nothing undecided is in the set. `onward` is as for `trace`. Raises
        UndescribedError where the destination is not described.
        """
        if isinstance(destination, str):
            kind = "network-interface" if destination in self.inventory.interfaces else "instance"
            destination = Endpoint(kind, destination)
        return exposure(self.inventory, destination, source, protocol, onward=onward)

    def imagining(self, subnet_id: str, groups: Sequence[str]) -> "tuple[Network, Endpoint]":
        """The network with one more interface, as something that starts in the subnet would get it; and that one.

        Raises UndescribedError where the subnet is not described.
        """
        known = self.inventory
        interface = imagined(known, subnet_id, groups)
        more = Network(self.descriptions)
        # The inventory is read once: the other nouns need not be read again for one interface.
        more.__dict__["inventory"] = replace(
            known, interfaces={**known.interfaces, interface.id: interface}, _groups_of_peer={}
        )
        return more, Endpoint("network-interface", interface.id, format_address(interface.addresses[0]))

    def pairs(self, protocol: str = "tcp", port: int | None = None) -> Pairs:
        """The answers for all ordered pairs of network interfaces, each by its first address."""
        classes = classes_of(self.inventory)
        answers = {
            (i, j): ClassPair(
                source, destination, *map(self._optional, pair_flows(source, destination, protocol, port))
            )
            for i, source in enumerate(classes)
            for j, destination in enumerate(classes)
        }
        return Pairs(classes, answers)

    def _optional(self, flow: Flow | None) -> Answer | None:
        return None if flow is None else self.trace(flow)

    def groups_admit(
        self,
        group_ids: Sequence[str],
        peer_address: str,
        peer_groups: Collection[str] = (),
        protocol: str = "tcp",
        port: int | None = None,
        *,
        egress: bool = False,
    ) -> GroupDecision:
        """Whether security groups admit a flow from (or, on egress, to) a peer with these groups, and which refuse.

        One hop only: no ACLs, routes or replies. `port` None asks for every port.
        """
        flow = Flow(Endpoint("ip", ip=peer_address), Endpoint("ip", ip=peer_address), protocol, port)
        address = parse_address(peer_address)
        peer = Peer(address, frozenset(peer_groups) if peer_groups else None)
        return self.inventory.security_groups.decide(group_ids, flow.packet(address, address), peer, egress)

    def name_service(self, vpc_id: str) -> NameService | None:
        """How a VPC resolves names, or None where the VPC is not described."""
        vpc = self.inventory.vpcs.get(vpc_id)
        return vpc.names if vpc else None
