"""Does each path exist that must, and none that must not?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from diagnosis import console
from diagnosis.answers import Absent, Blind, CouldNotTellError
from diagnosis.commands import aws
from diagnosis.findings import Finding
from diagnosis.network.analyses import Analysis, compared
from diagnosis.network.blocking import cause_of, finding_of, resource_of
from diagnosis.network.description import NetworkDescription, Raw, groups_of
from diagnosis.network.journeys import journey
from diagnosis.network.load_balancer_paths import LoadBalancerPath, blocked_path, unknown_way
from diagnosis.network.openings import openings
from diagnosis.network.path_verdicts import Outcome, outcome_of
from diagnosis.network.paths import Path, Way
from diagnosis.reachability import Blocker, BlockerKey, Verdict

NOT_ASKED = Absent("Reachability Analyzer is asked with --allow-paid only")


def broken_path(
    path: LoadBalancerPath | Path,
    network: NetworkDescription,
    analysis: Analysis | Absent | Blind = NOT_ASKED,
    *,
    max_listed_sources: int = 256,
) -> list[Finding]:
    """The path, where something blocks what must flow, or nothing what must not. CouldNotTellError where unknown.

    A database whose groups let up to `max_listed_sources` addresses of the internet in has an allow-list, and is not
    exposed. `analysis` is what Reachability Analyzer said of the same path, where it was asked: a disagreement is a
    finding.
    """
    judged = _judged(path, network, max_listed_sources)
    if isinstance(analysis, Absent):
        if isinstance(judged, Blind):
            raise CouldNotTellError(judged)
        return judged
    return compared(path.target, judged, analysis)


def _judged(path: LoadBalancerPath | Path, network: NetworkDescription, few: int) -> list[Finding] | Blind:
    try:
        return blocked_path(path, network) if isinstance(path, LoadBalancerPath) else _broken_ways(path, network, few)
    except CouldNotTellError as error:
        return error.blind


def _broken_ways(path: Path, network: NetworkDescription, few: int) -> list[Finding]:
    if not path.ways:
        raise CouldNotTellError(Blind("missing", f"nothing described says which way {path.target.name} has to take"))
    if path.described:
        network = NetworkDescription(
            network.place, {**network.descriptions, **path.described}, network.unread, network.as_of
        )
    outcomes = [(way, outcome_of(way, network)) for way in path.ways]
    blocked = [(w, o) for w, o in outcomes if w.must == "exist" and o.verdict is Verdict.BLOCKED]
    open_ways = [(w, o) for w, o in outcomes if w.must == "not exist" and _is_open(w, o, few)]
    findings = [_blocked(path, several) for several in _by_first_blocker(blocked)]
    findings += [_open(path, way, outcome, network) for way, outcome in open_ways]
    doubts = [doubt for _, outcome in outcomes if outcome.verdict is Verdict.UNKNOWN for doubt in outcome.doubts]
    if doubts and not findings:
        raise CouldNotTellError(unknown_way(doubts, network))
    return findings


def _is_open(way: Way, outcome: Outcome, few: int) -> bool:
    return outcome.verdict is Verdict.REACHABLE and not (way.tolerates_few and outcome.sources <= few)


Judged = Sequence[tuple[Way, Outcome]]


def _by_first_blocker(blocked: Judged) -> list[Judged]:
    """The blocked ways by what has to change first: one reason is one finding."""
    groups: dict[tuple[str, str], list[tuple[Way, Outcome]]] = {}
    for way, outcome in blocked:
        first, passed = outcome.blockers[0], way.destination.passes_by
        reason = ("dns", passed) if passed else (cause_of(first), resource_of(first))
        groups.setdefault(reason, []).append((way, outcome))
    return list(groups.values())


def _blocked(path: Path, ways: Judged) -> Finding:
    blockers: dict[BlockerKey, Blocker] = {}
    for _, outcome in ways:
        for blocker in outcome.blockers:
            blockers.setdefault(blocker.key, blocker)
    expected = ", ".join(dict.fromkeys(f"{way.destination.name} on {way.service}" for way, _ in ways))
    impact = "now" if any(way.impact == "now" for way, _ in ways) else ways[0][0].impact
    things = tuple(dict.fromkeys(thing for way, _ in ways for thing in way.source.things or way.destination.things))
    words = f"a way from {ways[0][0].source.name} to {expected}"
    found = finding_of(path.target, list(blockers.values()), words, path.as_of, impact=impact, needed_by=things)
    way, outcome = ways[0]
    if way.destination.passes_by:
        found = _passing_by(found, way.destination.passes_by, expected)
    title = f"{path.target.name}: the way of {way.service}"
    drawn = journey(title, way.source.name, outcome.route, way.destination.name, outcome.blockers)
    return replace(found, exhibits=(drawn,))


def _passing_by(found: Finding, endpoint: str, expected: str) -> Finding:
    """The service has an endpoint, its name leads past it, and outside there is no way."""
    return replace(
        found,
        cause="dns",
        why=f"the name leads past {endpoint} to public addresses; {found.why}",
        remedy=f"enable private DNS names of {endpoint}, and both DNS attributes of its VPC; else {found.remedy}",
        resource=endpoint,
        depends_on=(),
        symptom=f"{found.subject}: its name leads past {endpoint}, expected a way to {expected}",
        command=aws("ec2", "describe-vpc-endpoints", "--vpc-endpoint-ids", endpoint),
        link=console.vpc(found.place, "EndpointDetails:vpcEndpointId=", endpoint),
    )


def _instance_of(interface: Raw) -> str:
    return str(interface.get("Attachment", {}).get("InstanceId", ""))


def _open(path: Path, way: Way, outcome: Outcome, network: NetworkDescription) -> Finding:
    """Something gets through that must not; the groups of its destination, those with a rule that admits it first."""
    name, end = path.target.name, way.destination
    ids = {spot.endpoint.id for spot in end.spots if spot.endpoint}
    held = [one for one in network.interfaces if {one["NetworkInterfaceId"], _instance_of(one)} & ids]
    groups = sorted({group for interface in held for group in groups_of(interface)})
    opened = openings(way, groups, network)
    groups = list(dict.fromkeys([*(group for group, _ in opened), *groups]))
    narrow = f"narrow the ingress rules of {end.name}'s groups"
    revoked = "; ".join(f"revoke {rule} in the ingress rules of {group}" for group, rule in opened)
    return Finding(
        subject=name,
        place=path.target.place,
        cause="security_group",
        impact=way.impact,
        symptom=f"{name}: {way.source.name} reaches {end.name} on {way.service}, expected no way",
        evidence=(f"gets through: {outcome.through}", f"{outcome.sources:,} source addresses get through"),
        why="; ".join(f"{group} admits {rule}" for group, rule in opened)
        or f"groups, ACLs and routes admit {way.service} from {way.source.name} to {end.name}",
        remedy=f"{revoked or narrow}, or take its public address away",
        resource=groups[0] if groups else next(iter(end.things), name),
        depends_on=tuple(groups[1:]),
        needed_by=end.things,
        as_of=path.as_of,
        proven=True,
        command=aws("ec2", "describe-security-groups", "--group-ids", *groups) if groups else "",
    )
