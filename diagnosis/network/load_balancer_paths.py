"""Can a load balancer reach its targets, and what refuses it where it cannot?"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from diagnosis import console
from diagnosis.answers import Absent, Blind, CouldNotTellError
from diagnosis.causes import Cause
from diagnosis.commands import aws
from diagnosis.findings import Finding
from diagnosis.network.description import NetworkDescription
from diagnosis.reachability import Blocker, Endpoint, Flow, Verdict
from diagnosis.targets import Target

CAUSE_OF: dict[str, Cause] = {
    "security-group": "security_group",
    "network-acl": "nacl",
    "route": "route",
    "route-table": "route",
    "nat-gateway": "nat",
    "vpc-peering-connection": "peering",
    "vpc-endpoint": "endpoint",
}
_PROTOCOLS = {"UDP": "udp", "TCP_UDP": "tcp", "QUIC": "udp"}


@dataclass(frozen=True)
class Destination:
    """A registered target: an instance id or an address, and its traffic port."""

    id: str
    port: int


@dataclass(frozen=True)
class LoadBalancerPath:
    """The way from one load balancer to the targets of one group, on traffic and health-check port.

    `health_check_port` is None where the health check uses the traffic port.
    """

    target: Target
    balancer_arn: str
    balancer_type: str
    protocol: str
    health_check_port: int | None
    destinations: tuple[Destination, ...]
    as_of: datetime


def path_of(path: LoadBalancerPath, network: NetworkDescription) -> tuple[Blocker, ...] | Blind | Absent:
    """Every blocker between the load balancer and its targets, each once; Blind where one flow is unknown."""
    if not path.destinations:
        return Absent("no target is registered")
    blockers: dict[tuple[str, str], Blocker] = {}
    doubts: list[str] = []
    flows = list(_flows(path, network))
    if not flows:
        return Blind("missing", f"no network interface of {path.balancer_arn.split(':')[-1]} is described")
    for flow in flows:
        answer = network.model.trace(flow)
        if answer.verdict is Verdict.BLOCKED:
            blockers |= {(blocker.type, blocker.id): blocker for blocker in answer.blockers}
        elif answer.verdict is Verdict.UNKNOWN:
            doubts += answer.unknown
    if blockers:
        return tuple(blockers.values())
    if doubts:
        unread = "; ".join(sorted(set(network.unread.values())))
        return Blind("missing", f"the way is unknown: {doubts[0]}{f' ({unread})' if unread else ''}")
    return ()


def _flows(path: LoadBalancerPath, network: NetworkDescription) -> Iterator[Flow]:
    """From each of the balancer's interfaces to each target, on each port that it uses."""
    protocol = _PROTOCOLS.get(path.protocol, "tcp")
    for interface in network.interfaces_of(path.balancer_arn):
        source = Endpoint("network-interface", interface["NetworkInterfaceId"], interface.get("PrivateIpAddress"))
        for destination in path.destinations:
            end = _endpoint(destination.id)
            yield Flow(source, end, protocol, destination.port, source_port=None)
            if path.health_check_port not in (None, destination.port):
                yield Flow(source, end, "tcp", path.health_check_port, source_port=None)


def _endpoint(target_id: str) -> Endpoint:
    return Endpoint("instance", target_id) if target_id.startswith("i-") else Endpoint("ip", ip=target_id)


def blocked_path(path: LoadBalancerPath, network: NetworkDescription) -> list[Finding]:
    """The path, where something between load balancer and targets refuses it. CouldNotTellError where unknown."""
    blockers = path_of(path, network)
    if isinstance(blockers, Blind):
        raise CouldNotTellError(blockers)
    if isinstance(blockers, Absent) or not blockers:
        return []
    name, first = path.target.name, blockers[0]
    return [
        Finding(
            subject=name,
            place=path.target.place,
            cause=cause_of(first),
            impact="now",
            symptom=f"{name}: blocked by {first.id}, expected a way to {_ports(path)}",
            evidence=tuple(f"{blocker.code} at {blocker.id} ({blocker.direction})" for blocker in blockers),
            why="; ".join(blocker.detail for blocker in blockers),
            remedy="; ".join(dict.fromkeys(blocker.remedy for blocker in blockers)),
            resource=first.id,
            depends_on=tuple(blocker.id for blocker in blockers[1:]),
            as_of=path.as_of,
            proven=True,
            link=console.security_group(path.target.place, first.id) if first.type == "security-group" else "",
            command=_command(first),
        )
    ]


def cause_of(blocker: Blocker) -> Cause:
    """The word of the taxonomy for what blocks."""
    if blocker.code == "VPC_BLOCK_PUBLIC_ACCESS_ENABLED":
        return "bpa"
    return CAUSE_OF.get(blocker.type, "network")


def _ports(path: LoadBalancerPath) -> str:
    ports: Sequence[int] = sorted({destination.port for destination in path.destinations})
    return ", ".join(f"{_PROTOCOLS.get(path.protocol, 'tcp')}/{port}" for port in ports)


def _command(blocker: Blocker) -> str:
    if blocker.type == "security-group":
        return aws("ec2", "describe-security-groups", "--group-ids", blocker.id)
    if blocker.type == "network-acl":
        return aws("ec2", "describe-network-acls", "--network-acl-ids", blocker.id)
    return ""
