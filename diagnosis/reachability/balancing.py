"""Does a connection to a load balancer's node get on to a target?

A target that works is enough: the balancer's own health checks take the others out.
"""

from collections.abc import Iterator

from diagnosis.reachability.addresses import format_address, parse_address
from diagnosis.reachability.answers import Blocker, Code, Direction, Kind
from diagnosis.reachability.driver import run
from diagnosis.reachability.intervals import single
from diagnosis.reachability.inventory import Inventory
from diagnosis.reachability.load_balancers import LoadBalancer, Target, TargetGroup, name_of
from diagnosis.reachability.network_interfaces import NetworkInterface
from diagnosis.reachability.packets import AWS_EPHEMERAL, TCP, UDP, Packet, same_family
from diagnosis.reachability.steps import Arrival, LeaveSubnet
from diagnosis.reachability.travel import Connection, Way, best, way_of
from diagnosis.reachability.walk import Goal, Walk, WalkEndedError

_NOT_SERVING_STATES = ("provisioning", "failed")


def nodes_of(inventory: Inventory, name: str) -> list[NetworkInterface]:
    """The interfaces of a load balancer's nodes."""
    return [interface for interface in inventory.interfaces.values() if interface.load_balancer_name == name]


def beyond_node(inventory: Inventory, client: Walk, arrival: Arrival) -> list[Connection]:
    """The connections from a node to each target; none where the arrival is at no load balancer."""
    node = arrival.interface
    if node is None or node.load_balancer_name is None:
        return []
    if "/" not in node.load_balancer_name:
        reason = f"where the Classic Load Balancer {node.load_balancer_name} sends connections is not described"
        return [Connection(Way(unknown=(reason,)), None, None)]
    walk = Walk(inventory, arrival.packet, client.goal, blocks=client.blocks)
    try:
        balancer = _balancer(walk, node)
        candidates = list(_candidates(walk, balancer, node))
    except WalkEndedError:
        return [Connection(way_of(walk), None, None)]
    at_node = Connection(way_of(walk), Way(), arrival)
    if not candidates:
        return [at_node]
    return [at_node.beyond(_to_target(inventory, arrival.packet, node, *found)) for found in candidates]


def _balancer(walk: Walk, node: NetworkInterface) -> LoadBalancer:
    balancer = walk.described(
        walk.inventory.load_balancers.by_name.get(node.load_balancer_name or ""),
        f"the load balancer {node.load_balancer_name}",
    )
    if balancer.state in _NOT_SERVING_STATES:
        raise _stop(
            walk, balancer, Code.BAD_STATE, f"{balancer.name} is {balancer.state}", "recreate the load balancer"
        )
    return balancer


def _candidates(walk: Walk, balancer: LoadBalancer, node: NetworkInterface) -> Iterator[tuple[TargetGroup, Target]]:
    """The targets that a connection can be sent to; none where the listener answers by itself."""
    walk.certain("LoadBalancerListeners")
    listener = balancer.listener_for(walk.packet)
    if listener is None:
        known = ", ".join(f"{entry.protocol}:{entry.port}" for entry in balancer.listeners) or "none"
        why = f"no listener of {balancer.name} takes {walk.packet.service} (listeners: {known})"
        raise _stop(walk, balancer, Code.ELBV2_LISTENERS_MISMATCH, why, f"add a listener for {walk.packet.service}")
    if listener.answers:
        return
    if not listener.group_arns:
        why = f"the listener {listener.protocol}:{listener.port} of {balancer.name} forwards to no target group"
        raise _stop(walk, balancer, Code.ELBV2_LISTENER_HAS_NO_TG, why, "forward to a target group")
    if balancer.type == "network":
        walk.suspect("LoadBalancerAttributes", "TargetGroupAttributes")
    found = False
    for arn in listener.group_arns:
        group = walk.described(walk.inventory.load_balancers.groups.get(arn), arn)
        for target in group.serving:
            if balancer.crosses_zones(group) or _zone(walk.inventory, target, group) in (node.zone, "all", ""):
                found = True
                yield group, target
    if not found:
        walk.certain("LoadBalancerTargetHealth")
        why = f"no target of {balancer.name} serves {walk.packet.service} in {node.zone or 'any zone'}"
        raise _stop(
            walk, balancer, Code.ELBV2_NO_TARGETS_IN_AZ, why, "register a target, or turn cross-zone balancing on"
        )


def _zone(inventory: Inventory, target: Target, group: TargetGroup) -> str:
    if group.type == "instance":
        interfaces = inventory.interfaces_of_instance.get(target.id, ())
        return interfaces[0].zone if interfaces else target.zone
    return target.zone


def _stop(walk: Walk, balancer: LoadBalancer, code: Code, why: str, remedy: str) -> WalkEndedError:
    return walk.stop(Kind.LOAD_BALANCER, balancer.arn, Direction.INGRESS, code, why, remedy)


def _to_target(
    inventory: Inventory, packet: Packet, node: NetworkInterface, group: TargetGroup, target: Target
) -> Connection:
    if group.type == "lambda":
        return Connection(Way(path=(target.id,)), Way(), None)
    if group.type == "alb":
        return _to_application_balancer(inventory, packet, node, group, target)
    interface = _target_interface(inventory, group, target, node)
    if interface is None and group.type == "instance":
        return Connection(Way(unknown=(f"{target.id}, a target of {group.arn}, is not described",)), None, None)
    address = interface.addresses[0] if interface and group.type == "instance" else parse_address(target.id)
    onward = _onward(packet, node, group, address, target.port or group.port)
    if onward.source == onward.destination:
        return Connection(Way((_hairpin(inventory, node, group, onward),)), None, None)
    return _connect(inventory, onward, node, group, interface)


def _hairpin(inventory: Inventory, node: NetworkInterface, group: TargetGroup, packet: Packet) -> Blocker:
    """A target that is its own client gets packets from its own address, which its system drops."""
    return Blocker(
        Kind.LOAD_BALANCER,
        inventory.load_balancers.by_name[node.load_balancer_name or ""].arn,
        Direction.INGRESS,
        Code.ELBV2_SOURCE_ADDRESS_PRESERVATION,
        f"{group.arn} preserves the client's address, so {format_address(packet.source)} would hear from itself",
        "turn preserve_client_ip.enabled off, or connect to another target",
    )


def _target_interface(
    inventory: Inventory, group: TargetGroup, target: Target, node: NetworkInterface
) -> NetworkInterface | None:
    if group.type == "instance":
        return next((i for i in inventory.interfaces_of_instance.get(target.id, ()) if i.addresses), None)
    return inventory.by_address.get((node.vpc_id, parse_address(target.id)))


def _onward(packet: Packet, node: NetworkInterface, group: TargetGroup, address: int, port: int | None) -> Packet:
    """The packet that the node sends: from the client's address where the group preserves it, else from its own."""
    either = packet.protocol
    protocol = {"UDP": UDP, "TCP_UDP": either, "QUIC": UDP, "TCP_QUIC": either}.get(group.protocol, TCP)
    ports = packet.destination_ports if port is None else single(port)
    if group.preserves_client_ip and same_family(packet.source, address):
        return Packet(packet.source, address, protocol, packet.source_ports, ports)
    own = next((a for a in node.addresses if same_family(a, address)), node.addresses[0])
    return Packet(own, address, protocol, AWS_EPHEMERAL, ports)


def _connect(
    inventory: Inventory,
    packet: Packet,
    node: NetworkInterface,
    group: TargetGroup,
    interface: NetworkInterface | None,
) -> Connection:
    subnet = inventory.subnets.get(node.subnet_id)
    if subnet is None:
        return Connection(Way(unknown=(f"the subnet of {node.id} is not described",)), None, None)
    goal = Goal("network-interface" if interface else "ip", interface.id if interface else None, packet.destination)
    request = Walk(inventory, packet, goal, origin=node)
    request.pass_groups(node, egress=True)
    arrival = run(request, LeaveSubnet(subnet))
    if arrival is None:
        return Connection(way_of(request), None, None)
    answer = arrival.packet.reply()
    if answer is None or arrival.reply_from is None:
        return Connection(way_of(request), Way(), arrival)
    reply = Walk(inventory, answer, Goal("interface", node.id, answer.destination), request=request)
    if group.preserves_client_ip and interface is not None:
        _return_to_node(reply, interface, node)
    else:
        run(reply, arrival.reply_from)
    return Connection(way_of(request), way_of(reply), arrival)


def _return_to_node(reply: Walk, target: NetworkInterface, node: NetworkInterface) -> None:
    """An answer to a preserved client address goes back to the node whatever the routes say; ACLs still judge it."""
    subnets = reply.inventory.subnets
    here, there = subnets.get(target.subnet_id), subnets.get(node.subnet_id)
    reply.visit(target.label)
    if here is not None and there is not None and here != there:
        reply.pass_acl(here, egress=True)
        reply.pass_acl(there, egress=False)


def _to_application_balancer(
    inventory: Inventory, packet: Packet, node: NetworkInterface, group: TargetGroup, target: Target
) -> Connection:
    """A network load balancer's target that is an application load balancer: any of its nodes, and on from there."""
    ways = []
    for inner in nodes_of(inventory, name_of(target.id)):
        onward = _onward(packet, node, group, inner.addresses[0], target.port or group.port)
        first = _connect(inventory, onward, node, group, inner)
        walk = Walk(inventory, onward, Goal("network-interface", inner.id, inner.addresses[0]))
        onwards = beyond_node(inventory, walk, first.arrival) if first.arrival else []
        ways.append(first.beyond(best(onwards)) if onwards else first)
    return best(ways) if ways else Connection(Way(unknown=(f"{target.id} is not described",)), None, None)
