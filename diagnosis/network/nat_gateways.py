"""Do NAT gateways carry traffic?"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from diagnosis import console
from diagnosis.answers import Blind, CouldNotTellError
from diagnosis.causes import Cause
from diagnosis.commands import aws
from diagnosis.findings import Finding
from diagnosis.series import Series
from diagnosis.targets import Target


@dataclass(frozen=True)
class NatGateway:
    """A NAT gateway, its state in EC2's words, and its counters by minute.

    https://docs.aws.amazon.com/vpc/latest/userguide/metrics-dimensions-nat-gateway.html
    """

    target: Target
    state: str
    failure: str
    port_errors: Series
    dropped_packets: Series
    sent_packets: Series
    received_packets: Series
    """What came back from destinations."""
    attempted: Series
    established: Series
    """Connections that clients tried to open through the gateway, and those that came about."""
    as_of: datetime


def broken_nat(
    nat: NatGateway,
    *,
    min_minutes: int = 2,
    max_drop_share: float = 0.0001,
    min_drops: int = 100,
    min_established_share: float = 0.9,
    min_attempts: int = 100,
) -> list[Finding]:
    """The gateway, where it failed, runs out of ports for `min_minutes`, drops more than `max_drop_share` of what it
    carries in both directions, or where less than `min_established_share` of the attempted connections come about.

    CouldNotTellError where EC2 gives a state that this rule does not know.
    """
    symptom = (
        _not_available(nat)
        or _out_of_ports(nat, min_minutes)
        or _drops(nat, max_drop_share, min_drops)
        or _unanswered(nat, min_established_share, min_attempts)
    )
    if symptom is None:
        return []
    cause, observed, expected, evidence, remedy = symptom
    name = nat.target.name
    return [
        Finding(
            subject=name,
            place=nat.target.place,
            cause=cause,
            impact="now",
            symptom=f"{name}: {observed}, expected {expected}",
            evidence=(evidence,),
            remedy=remedy,
            resource=nat.target.arn,
            onset=nat.port_errors.onset(lambda value: value > 0) if cause == "nat_ports" else None,
            as_of=nat.as_of,
            proven=cause != "network",
            link=console.vpc(nat.target.place, "NatGatewayDetails:natGatewayId=", nat.target.arn),
            command=aws("ec2", "describe-nat-gateways", "--nat-gateway-ids", nat.target.arn),
        )
    ]


Symptom = tuple[Cause, str, str, str, str]
"""Cause, observed, expected bound, evidence, remedy."""


def _not_available(nat: NatGateway) -> Symptom | None:
    if nat.state == "available":
        return None
    if nat.state != "failed":
        raise CouldNotTellError(Blind("unreadable", f"{nat.target.name}: unknown state {nat.state or 'not given'}"))
    said = f"State failed{f': {nat.failure}' if nat.failure else ''}"
    return "nat", "state failed", "available", said, "create the gateway again as its failure says"


def _out_of_ports(nat: NatGateway, min_minutes: int) -> Symptom | None:
    minutes = sum(value > 0 for value in nat.port_errors.values)
    if minutes < max(min_minutes, 1):
        return None
    total = nat.port_errors.total
    return (
        "nat_ports",
        f"{total:,.0f} connections found no free port",
        "none",
        f"ErrorPortAllocation {total:,.0f} in {minutes} minutes; 55,000 connections fit to one destination and address",
        "add addresses to the gateway, spread traffic over more gateways, or use endpoints for AWS services",
    )


def _drops(nat: NatGateway, max_share: float, min_drops: int) -> Symptom | None:
    dropped = nat.dropped_packets.total
    carried = nat.sent_packets.total + nat.received_packets.total
    if dropped < max(min_drops, 1) or dropped <= max_share * (dropped + carried):
        return None
    share = dropped / (dropped + carried)
    evidence = (
        f"PacketsDropCount {dropped:,.0f} beside PacketsOutToDestination {nat.sent_packets.total:,.0f}"
        f" and PacketsInFromDestination {nat.received_packets.total:,.0f}"
    )
    return (
        "network",
        f"{share:.2%} of packets dropped",
        f"at most {max_share:.2%}",
        evidence,
        "see AWS Health for the zone",
    )


def _unanswered(nat: NatGateway, min_share: float, min_attempts: int) -> Symptom | None:
    """Connections that are opened in one minute may count as established in the next: only whole windows compare."""
    attempted, established = nat.attempted.total, nat.established.total
    if attempted < max(min_attempts, 1) or established >= min_share * attempted:
        return None
    return (
        "network",
        f"{established / attempted:.0%} of connections come about",
        f"at least {min_share:.0%}",
        f"ConnectionEstablishedCount {established:,.0f} of ConnectionAttemptCount {attempted:,.0f}",
        "see which destination does not answer: the network ACL of the gateway's subnet, or the destination itself",
    )
