"""Can VPC endpoints be used?"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from diagnosis import console
from diagnosis.answers import Blind, CouldNotTellError
from diagnosis.causes import Cause, Impact
from diagnosis.commands import aws
from diagnosis.findings import Finding
from diagnosis.series import Series
from diagnosis.targets import Target


@dataclass(frozen=True)
class VpcEndpoint:
    """A VPC endpoint in EC2's words.

    `kind` is Interface, Gateway or another of VpcEndpointType. `admits_https` says whether some rule of its groups
    admits tcp/443 from anywhere; None for an endpoint without groups. `allows` says whether its policy allows anything
    at all; None where it has none. `dropped` are packets by minute, without points for what has no metrics.
    https://docs.aws.amazon.com/vpc/latest/privatelink/privatelink-cloudwatch-metrics.html
    """

    target: Target
    kind: str
    service: str
    state: str
    groups: tuple[str, ...]
    admits_https: bool | None
    private_dns: bool
    vpc_resolves: bool
    allows: bool | None
    error: str
    dropped: Series
    as_of: datetime

    @property
    def of_aws(self) -> bool:
        """Whether it leads to a service of AWS, which clients call by its public name."""
        return self.service.startswith(("com.amazonaws.", "cn.com.amazonaws.", "aws."))


Trouble = tuple[Cause, Impact, str, str, str, str, str]
"""Cause, impact, resource, observed, expected, evidence, remedy."""

_IN_BETWEEN = {
    "pending": "wait for it; create it again where it stays so",
    "pendingacceptance": "accept the connection at the service's side",
}
"""States that may pass, and what helps."""
_BROKEN = {"failed", "rejected", "expired", "partial"}


def unusable_endpoint(endpoint: VpcEndpoint, *, min_drops: int = 100, min_minutes: int = 2) -> list[Finding]:
    """The ways in which the endpoint cannot be used: state, groups, policy, private names, and packets dropped, where
    these are at least `min_drops` and in at least `min_minutes`.

    CouldNotTellError where EC2 gives a state that this rule does not know.
    https://docs.aws.amazon.com/vpc/latest/privatelink/create-interface-endpoint.html
    """
    state = endpoint.state.lower()
    if state not in {"available", *_IN_BETWEEN, *_BROKEN}:
        reason = f"{endpoint.target.name}: unknown state {endpoint.state or 'not given'}"
        raise CouldNotTellError(Blind("unreadable", reason))
    return [
        _finding(endpoint, trouble)
        for trouble in (*_of_state(endpoint, state), *_drops(endpoint, min_drops, min_minutes))
    ]


def _of_state(endpoint: VpcEndpoint, state: str) -> Iterator[Trouble]:
    if state == "available":
        yield from _of_configuration(endpoint)
        return
    said = f"State {endpoint.state}{f': {endpoint.error}' if endpoint.error else ''}"
    remedy = _IN_BETWEEN.get(state, "create it again")
    yield "endpoint", "now", endpoint.target.arn, f"state {endpoint.state}", "available", said, remedy


def _of_configuration(endpoint: VpcEndpoint) -> Iterator[Trouble]:
    name = endpoint.target.arn
    if endpoint.admits_https is False:
        first, said = endpoint.groups[0], f"Groups {', '.join(endpoint.groups)}"
        remedy = f"add an ingress rule for tcp/443 from the VPC to {first}"
        yield "security_group", "now", first, "its groups admit no tcp/443", "443 from its clients", said, remedy
    if endpoint.allows is False:
        remedy = "allow what the clients call in the endpoint's policy"
        yield "permission", "now", name, "its policy allows nothing", "an Allow", "PolicyDocument without Allow", remedy
    if endpoint.private_dns and not endpoint.vpc_resolves:
        remedy = "switch enableDnsSupport and enableDnsHostnames of the VPC on"
        said = "PrivateDnsEnabled true, but a DNS attribute of the VPC is off"
        yield "dns", "now", name, "its private names do not resolve", "both DNS attributes on", said, remedy
    if endpoint.kind == "Interface" and endpoint.of_aws and not endpoint.private_dns:
        remedy = "enable private DNS names, or name the endpoint in a private hosted zone"
        observed = f"{endpoint.service} resolves to public addresses"
        yield "dns", "hygiene", name, observed, "to the endpoint", "PrivateDnsEnabled false", remedy


def _drops(endpoint: VpcEndpoint, min_drops: int, min_minutes: int) -> Iterator[Trouble]:
    dropped, minutes = endpoint.dropped.total, sum(value > 0 for value in endpoint.dropped.values)
    if dropped >= max(min_drops, 1) and minutes >= min_minutes:
        remedy = "see AWS Health, and whether packets are larger than 8,500 bytes"
        said = f"PacketsDropped {dropped:,.0f} in {minutes} minutes"
        yield "endpoint", "now", endpoint.target.arn, f"{dropped:,.0f} packets dropped", "none", said, remedy


def _finding(endpoint: VpcEndpoint, trouble: Trouble) -> Finding:
    cause, impact, resource, observed, expected, evidence, remedy = trouble
    name = endpoint.target.name
    return Finding(
        subject=name,
        place=endpoint.target.place,
        cause=cause,
        impact=impact,
        symptom=f"{name}: {observed}, expected {expected}",
        evidence=(f"{endpoint.kind} endpoint of {endpoint.service}", evidence),
        why=f"{name} ({endpoint.service}): {observed}",
        remedy=remedy,
        resource=resource,
        needed_by=(endpoint.target.arn,) if resource != endpoint.target.arn else (),
        as_of=endpoint.as_of,
        proven="PacketsDropped" not in evidence,
        link=console.vpc(endpoint.target.place, "EndpointDetails:vpcEndpointId=", endpoint.target.arn),
        command=aws("ec2", "describe-vpc-endpoints", "--vpc-endpoint-ids", endpoint.target.arn),
    )
