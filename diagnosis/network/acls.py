"""Do network ACLs let replies through?"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from diagnosis import console
from diagnosis.commands import aws
from diagnosis.findings import Finding
from diagnosis.reachability.intervals import covers, intersection, single
from diagnosis.reachability.network_acls import NetworkAcl, NetworkAclEntry
from diagnosis.reachability.packets import Box, PacketSet
from diagnosis.targets import Target

TCP, UDP = 6, 17


@dataclass(frozen=True)
class AclEntry:
    """A rule of a network ACL: `protocol` is a number or -1 as text, `low` and `high` ports, None for all."""

    number: int
    egress: bool
    allow: bool
    protocol: str
    cidr: str
    low: int | None
    high: int | None


@dataclass(frozen=True)
class SubnetAcl:
    """The network ACL that guards a subnet."""

    target: Target
    acl: str
    entries: tuple[AclEntry, ...]
    as_of: datetime


def denied_replies(subnet: SubnetAcl, *, first_port: int = 32768, last_port: int = 60999) -> list[Finding]:
    """The subnet, where its ACL admits a service in one direction and denies its replies in the other.

    A rule that names ports, but not all of the clients' own (`first_port` to `last_port`, Linux's by default), is one
    for a service; what an explicit rule denies to a part of its peers is denied on purpose.
    https://docs.aws.amazon.com/vpc/latest/userguide/vpc-network-acls.html#nacl-ephemeral-ports
    """
    acl, clients = _model(subnet), ((first_port, last_port),)
    served = [(entry, "egress") for entry in _refused(acl.ingress, acl.allowed(True), acl.egress, clients, True)]
    called = [(entry, "ingress") for entry in _refused(acl.egress, acl.allowed(False), acl.ingress, clients, False)]
    refused = [*served, *called]
    if not refused:
        return []
    name = subnet.target.name
    entry, direction = refused[0]
    return [
        Finding(
            subject=name,
            place=subnet.target.place,
            cause="nacl",
            impact="now",
            symptom=f"{name}: {subnet.acl} denies replies on {direction}, expected ports {first_port}-{last_port} open",
            evidence=tuple(f"{one.text}; its replies are denied on {way}" for one, way in refused),
            why=f"{subnet.acl} admits {entry.text.split(': allow ')[-1]} and denies the replies: it is stateless",
            remedy=f"allow tcp {first_port}-{last_port} on {direction} for {entry.prefix.text} in {subnet.acl}",
            resource=subnet.acl,
            needed_by=(subnet.target.arn,),
            as_of=subnet.as_of,
            proven=True,
            link=console.vpc(subnet.target.place, "NetworkAclDetails:networkAclId=", subnet.acl),
            command=aws("ec2", "describe-network-acls", "--network-acl-ids", subnet.acl),
        )
    ]


def _refused(
    services: tuple[NetworkAclEntry, ...],
    replies: PacketSet,
    answering: tuple[NetworkAclEntry, ...],
    clients: tuple[tuple[int, int], ...],
    egress: bool,
) -> Iterator[NetworkAclEntry]:
    """The rules for services whose replies are not among the allowed ones."""
    far = "destinations" if egress else "sources"
    for entry in services:
        if not entry.allow or entry.protocol not in (TCP, UDP) or covers(entry.ports, clients):
            continue
        if intersection(entry.ports, clients):
            continue  # it opens some of the clients' ports: it may be a rule for replies itself
        boxes = {far: entry.prefix.intervals}
        wanted = PacketSet((Box(protocols=single(entry.protocol), destination_ports=clients, **boxes),))
        on_purpose = PacketSet.of(
            Box(destination_ports=one.ports, **{far: one.prefix.intervals})
            for one in answering
            if not one.allow and one.prefix.intervals != entry.prefix.intervals and not one.prefix.is_everything
        )
        if wanted.subtract(replies).subtract(on_purpose):
            yield entry


def _model(subnet: SubnetAcl) -> NetworkAcl:
    entries = [
        {
            "RuleNumber": entry.number,
            "Egress": entry.egress,
            "RuleAction": "allow" if entry.allow else "deny",
            "Protocol": entry.protocol,
            "Ipv6CidrBlock" if ":" in entry.cidr else "CidrBlock": entry.cidr,
            **({} if entry.low is None else {"PortRange": {"From": entry.low, "To": entry.high}}),
        }
        for entry in subnet.entries
    ]
    return NetworkAcl.from_raw({"NetworkAclId": subnet.acl, "Entries": entries})
