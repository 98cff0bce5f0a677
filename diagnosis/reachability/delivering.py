"""Does a packet for an address of a VPC reach the interface that holds it?"""

from diagnosis.reachability.answers import Code, Direction, Kind
from diagnosis.reachability.network_interfaces import NetworkInterface
from diagnosis.reachability.steps import Arrival, Arrive, DeliverLocally, LeaveInterface, LeaveSubnet, Step
from diagnosis.reachability.vpcs import Subnet
from diagnosis.reachability.walk import Walk


def deliver_locally(walk: Walk, step: DeliverLocally) -> Step | Arrival:
    """The VPC's router finds the subnet, its ACL lets the packet in, and an interface holds the address."""
    vpc, address = step.vpc, walk.packet.destination
    no_holder = Code.VGW_PRIVATE_IP_ASSOCIATION_FOR_INGRESS if step.over_vpn else Code.NO_POSSIBLE_DESTINATION
    interface = walk.inventory.by_address.get((vpc.id, address))
    subnet = walk.inventory.subnets.get(interface.subnet_id) if interface else None
    subnet = subnet or vpc.subnet_of(address)
    if subnet is None or subnet != step.came_from:
        walk.visit(vpc.id)
    if subnet is None:
        walk.certain("Subnets")
        lacking = next((i for i in walk.inventory.interfaces.values() if _lacks_subnet(walk, i, vpc.id)), None)
        if lacking is not None:
            raise walk.doubt(f"the subnet of {lacking.id} is not described")
        raise walk.stop(
            Kind.VPC,
            vpc.id,
            Direction.INGRESS,
            no_holder,
            f"{walk.destination_text} is in no subnet of {vpc.id}",
            f"use an address of a subnet of {vpc.id}",
        )
    if subnet != step.came_from:
        walk.pass_acl(subnet, egress=False)
    if subnet != step.came_from or walk.path[-1:] == [vpc.id]:
        walk.visit(subnet.id)
    if interface is not None:
        return Arrive(interface)
    if walk.goal.type == "subnet" and walk.goal.id == subnet.id and walk.goal.address == address:
        return Arrival("subnet", subnet.id, walk.packet, LeaveSubnet(subnet))
    return _nobody(walk, subnet, no_holder)


def _lacks_subnet(walk: Walk, interface: NetworkInterface, vpc_id: str) -> bool:
    """Whether the subnets of a VPC are not all described: one of its interfaces is in none of them."""
    return interface.vpc_id == vpc_id and interface.subnet_id not in walk.inventory.subnets


def _nobody(walk: Walk, subnet: Subnet, code: Code) -> Arrival:
    walk.certain("NetworkInterfaces")
    for endpoint in walk.inventory.endpoints.values():
        if subnet.id in endpoint.subnet_ids and any(i not in walk.inventory.interfaces for i in endpoint.interface_ids):
            raise walk.doubt(f"the network interfaces of {endpoint.id} are not described")
    raise walk.stop(
        Kind.SUBNET,
        subnet.id,
        Direction.INGRESS,
        code,
        f"no network interface of {subnet.id} holds {walk.destination_text}",
        "use the address of a network interface that exists",
    )


def arrive(walk: Walk, step: Arrive) -> Step | Arrival:
    """The interface's groups let the packet in, and what stands behind it is there to take it."""
    interface = step.interface
    gateway = walk.inventory.nat_by_interface.get(interface.id)
    if gateway is not None or interface.type == "nat_gateway":
        return _at_nat_gateway(walk, interface)
    endpoint = walk.inventory.endpoint_by_interface.get(interface.id)
    balancer = walk.inventory.load_balancers.by_name.get(interface.load_balancer_name or "")
    walk.visit(endpoint.id if endpoint else balancer.arn if balancer else interface.label)
    walk.pass_groups(interface, egress=False)
    if interface.type == "vpc_endpoint":
        walk.suspect("VpcEndpoints")
    if endpoint is not None and not endpoint.is_available:
        walk.block(
            Kind.VPC_ENDPOINT,
            endpoint.id,
            Direction.INGRESS,
            Code.BAD_STATE,
            f"{endpoint.id} is {endpoint.state}",
            f"accept or recreate {endpoint.id}",
        )
    walk.check_instance(interface, Direction.INGRESS)
    _check_goal(walk, interface)
    return Arrival("interface", interface.id, walk.packet, LeaveInterface(interface), interface)


def _check_goal(walk: Walk, interface: NetworkInterface) -> None:
    """An address can be held in several VPCs: the packet must be at the one that was asked for."""
    goal = walk.goal
    reached = {
        "instance": (interface.instance_id, interface.id),
        "network-interface": (interface.id,),
        "interface": (interface.id,),
        "subnet": (interface.subnet_id,),
    }.get(goal.type)
    if reached is not None and goal.id not in reached:
        raise walk.stop(
            Kind.VPC,
            interface.vpc_id,
            Direction.INGRESS,
            Code.NO_POSSIBLE_DESTINATION,
            f"{walk.destination_text} is {interface.label} in {interface.vpc_id}, not {goal.id}",
            "route to the VPC that is meant, or use addresses that do not overlap",
        )


def _at_nat_gateway(walk: Walk, interface: NetworkInterface) -> Step:
    """A NAT gateway takes answers to what it sent, and nothing else."""
    gateway = walk.inventory.nat_by_interface.get(interface.id)
    gateway_id = gateway.id if gateway else interface.id
    walk.visit(gateway_id)
    for translation in walk.request.translations if walk.request else ():
        if translation.gateway == gateway and translation.after.source == walk.packet.destination:
            walk.packet = translation.before.reply() or walk.packet
            subnet = walk.inventory.subnets.get(translation.gateway.subnet_id)
            if subnet is not None:
                return LeaveSubnet(subnet)
            vpc_id = translation.gateway.vpc_id
            return DeliverLocally(walk.described(walk.inventory.vpcs.get(vpc_id), vpc_id))
    raise walk.stop(
        Kind.NAT_GATEWAY,
        gateway_id,
        Direction.INGRESS,
        Code.NGW_DEST_ADDRESS_PRESERVATION,
        f"{gateway_id} takes no connections from outside: it only translates what leaves through it",
        "connect to the instance itself, by its own public address or a load balancer",
    )
