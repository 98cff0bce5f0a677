"""Do names resolve in a VPC?"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from diagnosis import console
from diagnosis.answers import Blind, CouldNotTellError
from diagnosis.causes import Cause, Impact
from diagnosis.commands import aws
from diagnosis.findings import Finding
from diagnosis.network.health_checks import WatchedRecord
from diagnosis.network.look_ups import LookUp
from diagnosis.series import Series
from diagnosis.targets import Target


@dataclass(frozen=True)
class ResolverRule:
    """A rule that forwards names to servers, and the outbound endpoint that it forwards through.

    `absent` are those of its servers whose address lies in a subnet of this place and belongs to no interface.
    `endpoint_status` is Resolver's word, empty where the endpoint is not listed, None where another account has it;
    `detached` are addresses of the endpoint that are not ATTACHED, `unhealthy` its unhealthy interfaces by minute
    (EndpointUnhealthyENICount).
    """

    id: str
    domain: str
    association: str
    servers: tuple[str, ...]
    absent: tuple[str, ...]
    endpoint: str
    endpoint_status: str | None
    detached: tuple[str, ...]
    unhealthy: Series


@dataclass(frozen=True)
class NameService:
    """How a VPC resolves names.

    `servers` are those of its DHCP options; AmazonProvidedDNS stands for the VPC's own resolver;
    `zones` are private hosted zones that are associated. `answers` and `failures` are of the query log, by response
    code SERVFAIL and all, or None where no query log reaches CloudWatch Logs. `watched` are the records of the zones
    that hang on a health check; `looked_up` are names that were asked for from inside the VPC. `absent` are those of
    the servers whose address lies in a subnet of the VPC and belongs to nothing that runs.
    """

    target: Target
    supports: bool
    hostnames: bool
    used: bool
    dhcp_options: str
    servers: tuple[str, ...]
    zones: tuple[str, ...]
    rules: tuple[ResolverRule, ...]
    answers: int | None
    failures: int | None
    failed_names: tuple[str, ...]
    as_of: datetime
    watched: tuple[WatchedRecord, ...] = ()
    looked_up: tuple[LookUp, ...] = ()
    absent: tuple[str, ...] = ()


AMAZON = "AmazonProvidedDNS"
_ASSOCIATIONS: Mapping[str, Impact | None] = {
    "COMPLETE": None,
    "CREATING": None,
    "DELETING": None,
    "FAILED": "now",
    "OVERRIDDEN": "hygiene",
}
"""What the status of a rule's association means for names; another rule answers in place of an overridden one."""
_ENDPOINTS: Mapping[str, Impact | None] = {
    "OPERATIONAL": None,
    "UPDATING": None,
    "AUTO_RECOVERING": "soon",
    "CREATING": "now",
    "DELETING": "now",
    "ACTION_NEEDED": "now",
    "": "now",
}
"""And that of an outbound endpoint; one that recovers by itself forwards fewer queries meanwhile."""

Trouble = tuple[Cause, Impact, str, str, str, str, str, bool]
"""Cause, impact, resource, observed, expected, evidence, remedy, whether it is proven."""


def unresolved_names(
    names: NameService, *, max_failed_share: float = 0.01, min_answers: int = 20, min_minutes: int = 2
) -> list[Finding]:
    """What keeps names from being resolved in the VPC: attributes, rules, endpoints, health checks, the query log.

    CouldNotTellError where nothing does, but Route 53 gives a status that this rule does not know.
    https://docs.aws.amazon.com/vpc/latest/userguide/AmazonDNS-concepts.html
    """
    forwarded = (trouble for rule in names.rules for trouble in _rule(rule, min_minutes))
    configured = [*_attributes(names), *_servers(names), *forwarded, *_records(names), *_look_ups(names)]
    seen = [] if any(t[-1] for t in configured) else [*_query_log(names, max_failed_share, min_answers)]
    if not configured and not seen:
        _refuse_unknown(names)
    return [_finding(names, trouble) for trouble in (*configured, *seen)]


def _refuse_unknown(names: NameService) -> None:
    for rule in names.rules:
        endpoint = "OPERATIONAL" if rule.endpoint_status is None else rule.endpoint_status
        for word, known in ((rule.association, _ASSOCIATIONS), (endpoint, _ENDPOINTS)):
            if word not in known:
                reason = f"{names.target.name}: unknown status {word or 'not given'} of {rule.id} or its endpoint"
                raise CouldNotTellError(Blind("unreadable", reason))
    for record in names.watched:
        if record.check.healthy is None:
            reason = f"{names.target.name}: whether {record.check.id} of {record.name} is healthy: {record.check.words}"
            raise CouldNotTellError(Blind("missing", reason))


def _look_ups(names: NameService) -> Iterator[Trouble]:
    for asked in names.looked_up:
        if asked.failed:
            remedy = "see its record and the VPC's zones and rules, then the resolver of the machine that asked"
            said = f"asked from inside the VPC: {asked.error}, after {asked.took_s:.1f} s"
            yield "dns", "now", names.target.arn, f"{asked.name} does not resolve", "an address", said, remedy, False


def _attributes(names: NameService) -> Iterator[Trouble]:
    name = names.target.arn
    used: Impact = "now" if names.used else "hygiene"
    if not names.supports and AMAZON in names.servers:
        said = f"enableDnsSupport false, {names.dhcp_options or 'no DHCP options'} names {AMAZON}"
        remedy = f"switch enableDnsSupport of {name} on"
        yield "dns", used, name, "its resolver is off", "enableDnsSupport true", said, remedy, True
    switches = {"enableDnsSupport": names.supports, "enableDnsHostnames": names.hostnames}
    off = [word for word, on in switches.items() if not on]
    if names.zones and off:
        said = f"{' and '.join(off)} false, private hosted zones {', '.join(names.zones)}"
        remedy = f"switch {' and '.join(off)} of {name} on"
        yield "dns", used, name, "its private hosted zones do not answer", "both attributes on", said, remedy, True


def _servers(names: NameService) -> Iterator[Trouble]:
    said = f"{names.dhcp_options} names {', '.join(names.servers)}"
    if names.absent:
        every = len(names.absent) == len(names.servers)
        impact: Impact = "hygiene" if not names.used else "now" if every else "soon"
        observed = f"names are asked of {', '.join(names.absent)}, where nothing is"
        remedy = f"start or replace these servers, or associate DHCP options that name {AMAZON}"
        yield "dns", impact, names.dhcp_options, observed, "a name server", said, remedy, True
    elif names.zones and AMAZON not in names.servers and names.servers:
        remedy = "let these servers forward to the VPC's resolver, or use AmazonProvidedDNS"
        observed = "its private hosted zones are asked of other servers"
        yield "dns", "hygiene", names.dhcp_options, observed, AMAZON, said, remedy, False


def _records(names: NameService) -> Iterator[Trouble]:
    for record in names.watched:
        check = record.check
        if check.healthy is False:
            observed = f"the health check of {record.name} {record.type} is unhealthy"
            said, remedy = (
                f"{check.id}: {check.words}",
                "mend what the health check asks; until then the record is not answered",
            )
            yield "health_check", "now", check.id, observed, "healthy", said, remedy, False


def _rule(rule: ResolverRule, min_minutes: int) -> Iterator[Trouble]:
    said = f"{rule.id} forwards {rule.domain} to {', '.join(rule.servers)} through {rule.endpoint or 'no endpoint'}"
    if failed := _ASSOCIATIONS.get(rule.association):
        observed, remedy = f"association of {rule.id} is {rule.association}", "associate the rule again"
        yield "dns", failed, rule.id, observed, "COMPLETE", said, remedy, failed == "now"
    broken = None if rule.endpoint_status is None else _ENDPOINTS.get(rule.endpoint_status)
    if broken:
        observed = f"{rule.endpoint or 'its endpoint'} is {rule.endpoint_status or 'gone'}"
        remedy = "let the rule use an outbound endpoint that works"
        yield "dns", broken, rule.endpoint or rule.id, observed, "OPERATIONAL", said, remedy, broken == "now"
    if rule.absent:
        every = len(rule.absent) == len(rule.servers)
        observed = f"{rule.domain} is forwarded to {', '.join(rule.absent)}, where nothing is"
        remedy = f"point {rule.id} at servers that exist, or delete its association"
        yield "dns", "now" if every else "soon", rule.id, observed, "a name server", said, remedy, True
    yield from _endpoint(rule, said, min_minutes)


def _endpoint(rule: ResolverRule, said: str, min_minutes: int) -> Iterator[Trouble]:
    minutes = sum(value > 0 for value in rule.unhealthy.values)
    if rule.detached:
        observed = f"{', '.join(rule.detached)} of {rule.endpoint} not attached"
        yield "dns", "soon", rule.endpoint, observed, "all attached", said, "add addresses to the endpoint", True
    elif minutes >= max(min_minutes, 1) and rule.unhealthy.last:
        observed = f"{rule.unhealthy.last:.0f} interfaces of {rule.endpoint} are unhealthy"
        evidence = f"EndpointUnhealthyENICount {max(rule.unhealthy.values):.0f} in {minutes} minutes; {said}"
        remedy = "see the endpoint's groups, network ACLs and load"
        yield "dns", "now", rule.endpoint, observed, "none", evidence, remedy, False


def _query_log(names: NameService, max_share: float, min_answers: int) -> Iterator[Trouble]:
    if names.answers is None or names.failures is None or names.answers < max(min_answers, 1):
        return
    if names.failures > max_share * names.answers:
        said = f"rcode SERVFAIL {names.failures:,} of {names.answers:,}: {', '.join(names.failed_names)}"
        remedy = "see what answers for these names: rules, their servers, DNSSEC"
        observed = f"{names.failures / names.answers:.1%} of look-ups fail"
        yield "dns", "now", names.target.arn, observed, f"at most {max_share:.0%}", said, remedy, False


def _finding(names: NameService, trouble: Trouble) -> Finding:
    cause, impact, resource, observed, expected, evidence, remedy, proven = trouble
    name = names.target.name
    attribute = aws("ec2", "describe-vpc-attribute", "--vpc-id", names.target.arn, "--attribute", "enableDnsSupport")
    status = aws("route53", "get-health-check-status", "--health-check-id", resource)
    failed = () if not names.failures else (f"rcode SERVFAIL {names.failures:,} of {names.answers:,} in the query log",)
    return Finding(
        subject=name,
        place=names.target.place,
        cause=cause,
        impact=impact,
        symptom=f"{name}: {observed}, expected {expected}",
        evidence=(evidence, *failed) if proven else (evidence,),
        why=f"{name}: {observed}",
        remedy=remedy,
        resource=resource,
        needed_by=(names.target.arn,) if resource != names.target.arn else (),
        as_of=names.as_of,
        proven=proven,
        link=console.vpc(names.target.place, "VpcDetails:VpcId=", names.target.arn),
        command=status if cause == "health_check" else attribute,
    )
