"""Can a load balancer reach its targets, and what refuses it where it cannot?"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from diagnosis.answers import Absent, Blind, CouldNotTellError
from diagnosis.exhibits import Journey
from diagnosis.findings import Finding
from diagnosis.network.blocking import cause_of, finding_of
from diagnosis.network.description import NetworkDescription, Raw
from diagnosis.network.journeys import journey
from diagnosis.network.preserved_clients import refusal_of_clients
from diagnosis.reachability import Blocker, BlockerKey, Endpoint, Flow, Verdict
from diagnosis.targets import Target

__all__ = ["Destination", "LoadBalancerPath", "blocked_path", "cause_of", "path_of"]

_PROTOCOLS = {"UDP": "udp", "TCP_UDP": "tcp", "QUIC": "udp", "TCP_QUIC": "tcp"}
_MOST_REMEDIES = 6


@dataclass(frozen=True)
class Destination:
    """A registered target: an instance id or an address, and its traffic port."""

    id: str
    port: int


@dataclass(frozen=True)
class LoadBalancerPath:
    """The way from one load balancer to the targets of one group, on traffic and health-check port.

    `health_check_port` is None where the health check uses the traffic port. Where `preserves_client_ip`, targets see
    their clients' addresses and only health checks come from the load balancer's own; without `cross_zone` a node sends
    to targets of its own zone only.
    """

    target: Target
    balancer_arn: str
    balancer_type: str
    protocol: str
    health_check_port: int | None
    destinations: tuple[Destination, ...]
    as_of: datetime
    preserves_client_ip: bool = False
    cross_zone: bool = True
    internet_facing: bool = False


def path_of(path: LoadBalancerPath, network: NetworkDescription) -> tuple[Blocker, ...] | Blind | Absent:
    """Every blocker between the load balancer and its targets, each once; Blind where one flow is unknown."""
    if not path.destinations:
        return Absent("no target is registered")
    blockers: dict[BlockerKey, Blocker] = {}
    doubts: list[str] = []
    flows = list(flows_of(path, network))
    if not flows:
        return Blind("missing", f"no network interface of {path.balancer_arn.split(':')[-1]} is described")
    for flow in flows:
        answer = network.model.trace(flow)
        if answer.verdict is Verdict.BLOCKED:
            blockers |= {one.key: _with_remedies(one, blockers.get(one.key)) for one in answer.blockers}
        elif answer.verdict is Verdict.UNKNOWN:
            doubts += answer.unknown
    for refused in _refused_clients(path, network):
        blockers.setdefault(refused.key, refused)
    if blockers:
        return tuple(blockers.values())
    return unknown_way(doubts, network) if doubts else ()


def _with_remedies(one: Blocker, known: Blocker | None) -> Blocker:
    """What is known of a blocker, with what mends it for this flow, too: each node and port wants its rule."""
    if known is None:
        return one
    told = known.remedy.split("; ")
    more = one.remedy not in told and len(told) < _MOST_REMEDIES
    return replace(known, remedy="; ".join([*told, one.remedy])) if more else known


def unknown_way(doubts: list[str], network: NetworkDescription) -> Blind:
    """Why a way is not known: the first doubt, and what could not be read."""
    unread = "; ".join(sorted(set(network.unread.values())))
    return Blind("missing", f"the way is unknown: {doubts[0]}{f' ({unread})' if unread else ''}")


def flows_of(path: LoadBalancerPath, network: NetworkDescription) -> Iterator[Flow]:
    """From each of the balancer's interfaces to each target that it sends to, on each port that it uses."""
    protocol = _PROTOCOLS.get(path.protocol, "tcp")
    for interface in network.interfaces_of(path.balancer_arn):
        source = Endpoint("network-interface", interface["NetworkInterfaceId"], interface.get("PrivateIpAddress"))
        for destination in _served_by(interface, path, network):
            end = _endpoint(destination.id)
            if not path.preserves_client_ip:
                yield Flow(source, end, protocol, destination.port, source_port=None)
            port = path.health_check_port or destination.port
            if path.preserves_client_ip or port != destination.port:
                yield Flow(source, end, "tcp", port, source_port=None)


def _served_by(node: Raw, path: LoadBalancerPath, network: NetworkDescription) -> Iterator[Destination]:
    """The targets that a node sends to: those of its own zone, where it does not cross zones.

    https://docs.aws.amazon.com/elasticloadbalancing/latest/network/network-load-balancers.html
    """
    for destination in path.destinations:
        held = network.interface_of(destination.id, node.get("VpcId"))
        zones = {node.get("AvailabilityZone"), None}
        if path.cross_zone or (held.get("AvailabilityZone") if held else None) in zones:
            yield destination


def _refused_clients(path: LoadBalancerPath, network: NetworkDescription) -> Iterator[Blocker]:
    """What lets no client from the internet in, where targets see the addresses of their clients.

    Who the clients of an internal load balancer are is not described, so that nothing is said about them.
    """
    if not (path.preserves_client_ip and path.internet_facing):
        return
    protocol = _PROTOCOLS.get(path.protocol, "tcp")
    for node in network.interfaces_of(path.balancer_arn):
        for destination in _served_by(node, path, network):
            held = network.interface_of(destination.id, node.get("VpcId"))
            refused = refusal_of_clients(network, held, node, protocol, destination.port) if held else None
            if refused:
                yield refused


def _endpoint(target_id: str) -> Endpoint:
    return Endpoint("instance", target_id) if target_id.startswith("i-") else Endpoint("ip", ip=target_id)


def blocked_path(path: LoadBalancerPath, network: NetworkDescription) -> list[Finding]:
    """The path, where something between load balancer and targets refuses it. CouldNotTellError where unknown."""
    blockers = path_of(path, network)
    if isinstance(blockers, Blind):
        raise CouldNotTellError(blockers)
    if isinstance(blockers, Absent) or not blockers:
        return []
    found = finding_of(path.target, blockers, f"a way to {_ports(path)}", path.as_of)
    return [replace(found, exhibits=_journeys(path, network, blockers))]


def _journeys(path: LoadBalancerPath, network: NetworkDescription, blockers: Sequence[Blocker]) -> tuple[Journey, ...]:
    """The first way that is blocked; none where clients alone are refused."""
    for flow in flows_of(path, network):
        answer = network.model.trace(flow)
        if answer.verdict is Verdict.BLOCKED:
            name, end = path.target.name, flow.destination
            return (journey(f"{name}: the way of {flow.protocol}/{flow.port}", name, answer.path, str(end), blockers),)
    return ()


def _ports(path: LoadBalancerPath) -> str:
    ports = sorted({destination.port for destination in path.destinations})
    return ", ".join(f"{_PROTOCOLS.get(path.protocol, 'tcp')}/{port}" for port in ports)
