"""Are many more flows refused than at the same time of other days?

Scans from the internet are refused day and night: they are told apart and only noted. What comes from the internet
counts where it was served before and nothing of it is any more.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from diagnosis import console
from diagnosis.causes import Cause
from diagnosis.commands import aws
from diagnosis.exhibits import Bars, Line, Timeline
from diagnosis.findings import Finding, earliest
from diagnosis.network.blocking import cause_of, command_of, resource_of
from diagnosis.network.description import NetworkDescription
from diagnosis.network.flow_records import (
    FlowGroup,
    FlowRecords,
    Stretch,
    Usual,
    VpcFlows,
    by_conversation,
    rejected,
    settled,
    takes,
    usual,
)
from diagnosis.network.parties import Parties, Party
from diagnosis.network.refusals import Refusal, refusal_of
from diagnosis.reachability import Blocker
from diagnosis.readiness.records import VpcFlowLogs

MOST_LISTED = 4
SILENCE = timedelta(minutes=10)
"""A service that the internet is let in to answers more often than this while others are refused."""


@dataclass(frozen=True)
class Spike:
    """Refused flows that are too many: between two addresses to one port, or together what `whole` names."""

    groups: tuple[FlowGroup, ...]
    records: int
    usual: Usual
    whole: str = ""

    def __str__(self) -> str:
        what = f"{self.whole} in all" if self.whole else str(self.groups[0])
        return f"{what}: {self.records:,} REJECT, usually {self.usual}"


def reject_spikes(
    logs: VpcFlowLogs,
    records: FlowRecords,
    network: NetworkDescription,
    *,
    min_rejects: int = 50,
    times_baseline: float = 5,
    max_skipped_share: float = 0.01,
) -> list[Finding]:
    """The VPC, once for each group or ACL that refuses `min_rejects` flows and `times_baseline` times the usual.

    Counted are flow log records: by source, destination and port; by interface; and by port between the groups or
    subnets that the ends belong to, since a service is many tasks. CouldNotTellError where the flow
    log does not show it, or there is no baseline for what would be too many.
    """
    flows = records.of(logs.target.name)
    takes(flows, "REJECT")
    spikes = _spikes(flows, Parties(network, logs.target.name), min_rejects, times_baseline)
    if not spikes:
        settled(flows, max_skipped_share)
        return []
    return _findings(logs, flows, spikes, network, f"less than {times_baseline:g} times the usual")


def _spikes(flows: VpcFlows, parties: Parties, floor: int, times: float) -> list[Spike]:
    pairs = by_conversation(flows.now.rejects)
    spikes = [
        spike
        for key, groups in pairs.items()
        if (spike := _spike(flows, groups, lambda s, k=key: _count(s.rejects, k), floor, times))
    ]
    covered = {group.interface for spike in spikes for group in spike.groups}
    spikes += [spike for name in _interfaces(flows.now) - covered if (spike := _on(flows, name, floor, times))]
    covered |= {spike.whole for spike in spikes}
    spikes += _between_parties(flows, parties, covered, floor, times)
    return spikes + _lost_services(flows, floor, times)


def _between_parties(
    flows: VpcFlows, parties: Parties, covered: Collection[str], floor: int, times: float
) -> Iterator[Spike]:
    """Tasks that are each refused a little by tasks of another service: together it is a service that is cut off."""
    together: dict[tuple[Party, Party, int, int | None], list[FlowGroup]] = {}
    for group in flows.now.rejects:
        if group.interface not in covered:
            ends = parties.of(group.source), parties.of(group.destination)
            together.setdefault((*ends, group.protocol, group.port), []).append(group)
    for (source, destination, *_), groups in together.items():

        def count(stretch: Stretch, s: Party = source, d: Party = destination, of: Sequence[FlowGroup] = groups) -> int:
            same = (g for g in stretch.rejects if (g.protocol, g.port) == (of[0].protocol, of[0].port))
            return sum(g.records for g in same if parties.has(s, g.source) and parties.has(d, g.destination))

        ordered = sorted(groups, key=lambda group: -group.records)
        whole = f"{source.name} -> {destination.name} {groups[0].service}"
        if spike := _spike(flows, ordered, count, floor, times, whole):
            yield spike


def _count(groups: Iterable[FlowGroup], key: tuple[str, str, int, int | None]) -> int:
    same = (g for g in groups if (g.source, g.destination, g.protocol, g.port) == key)
    return sum(group.records for group in rejected(same))


def _spike(
    flows: VpcFlows, groups: Sequence[FlowGroup], count: object, floor: int, times: float, whole: str = ""
) -> Spike | None:
    records = sum(group.records for group in groups)
    if records < floor:
        return None
    before = usual(flows, count)  # type: ignore[arg-type]
    return Spike(tuple(groups), records, before, whole) if records >= before.bound(floor, times) else None


def _interfaces(stretch: Stretch) -> set[str]:
    return {group.interface for group in stretch.rejects}


def _on(flows: VpcFlows, interface: str, floor: int, times: float) -> Spike | None:
    """Many sources that are refused a little each: a rule that all of them needed."""

    def count(stretch: Stretch) -> int:
        return sum(group.records for group in stretch.rejects if group.interface == interface)

    groups = sorted((g for g in flows.now.rejects if g.interface == interface), key=lambda g: -g.records)
    return _spike(flows, groups, count, floor, times, interface)


def _lost_services(flows: VpcFlows, floor: int, times: float) -> list[Spike]:
    """What the internet was let in to before, and is only refused now: no scanner, but everybody."""
    spikes = []
    silence = max(SILENCE, 2 * timedelta(seconds=flows.interval_s))
    for key, groups in by_conversation(rejected(flows.now.arrivals)).items():
        served = [g for s in _stretches(flows) for g in s.arrivals if g.action == "ACCEPT" and _key(g) == key]
        still = [g for g in flows.now.arrivals if g.action == "ACCEPT" and _key(g) == key]
        refused_until = max(group.last for group in groups)
        if served and all(group.last < refused_until - silence for group in still):
            spike = _spike(flows, groups, lambda s, k=key: _count(s.arrivals, k), floor, times)
            spikes += [spike] if spike else []
    return spikes


def _stretches(flows: VpcFlows) -> tuple[Stretch, ...]:
    return (flows.now, *(flows.before if isinstance(flows.before, tuple) else ()))


def _key(group: FlowGroup) -> tuple[str, str, int, int | None]:
    return group.source, group.destination, group.protocol, group.port


def _findings(
    logs: VpcFlowLogs, flows: VpcFlows, spikes: Sequence[Spike], network: NetworkDescription, expected: str
) -> list[Finding]:
    """One for each blocker, and one for all that nothing described refuses."""
    by_blocker: dict[str, list[tuple[Spike, Refusal]]] = {}
    for spike in sorted(spikes, key=lambda one: (-one.records, str(one))):
        refusal = refusal_of(spike.groups[0], network)
        name = refusal.blockers[0].id if refusal.blockers else ""
        by_blocker.setdefault(name, []).append((spike, refusal))
    return [_finding(logs, flows, several, expected) for _, several in sorted(by_blocker.items())]


def _finding(logs: VpcFlowLogs, flows: VpcFlows, several: Sequence[tuple[Spike, Refusal]], expected: str) -> Finding:
    spikes, refusal = [spike for spike, _ in several], several[0][1]
    first: Blocker | None = refusal.blockers[0] if refusal.blockers else None
    onset = earliest(group.first for spike in spikes for group in spike.groups)
    name, worst = flows.vpc, spikes[0]
    cause: Cause = cause_of(first) if first else "network"
    total = sum(spike.records for spike in spikes)
    return Finding(
        subject=name,
        place=logs.target.place,
        cause=cause,
        impact="now",
        symptom=f"{name}: {total:,} records of refused internal traffic, expected {expected} {worst.usual}",
        evidence=(*(str(spike) for spike in spikes[:MOST_LISTED]), *_more(spikes), *noted_scans(flows)),
        why=first.detail if first else refusal.doubt,
        remedy=first.remedy if first else f"see which group or network ACL of {worst.groups[0].interface} was changed",
        resource=resource_of(first) if first else logs.target.arn,
        depends_on=tuple(resource_of(blocker) for blocker in refusal.blockers[1:]),
        onset=onset,
        as_of=flows.newest,
        proven=first is not None,
        link=console.vpc(logs.target.place, "VpcDetails:VpcId=", name),
        command=command_of(first) if first else aws("ec2", "describe-flow-logs", "--flow-log-ids", flows.log),
        exhibits=(_drawn(flows, onset),),
    )


def _drawn(flows: VpcFlows, onset: datetime | None) -> Timeline | Bars:
    """Refused flows over time above what is usual at that time of day; by window only where no curve was read."""
    before = [stretch for stretch in _stretches(flows)[1:] if stretch.curve]
    if not flows.now.curve or not before:
        return _compared(flows)
    usual_counts = [count for stretch in before for _, count in stretch.curve]
    lines = [Line("now", tuple((at, float(count)) for at, count in flows.now.curve))]
    clock = [at for at, _ in flows.now.curve]
    for stretch in before:
        counts = (float(count) for _, count in stretch.curve)
        lines.append(Line(stretch.when, tuple(zip(clock, counts, strict=False))))
    return Timeline(
        title=f"{flows.vpc}: refused internal traffic over time",
        unit="REJECT",
        lines=tuple(lines),
        band=(float(min(usual_counts)), float(max(usual_counts))),
        onset=onset,
    )


def _compared(flows: VpcFlows) -> Bars:
    """Refused flows of the window beside those of the same clock times before."""
    stretches = [*(flows.before if isinstance(flows.before, tuple) else ()), flows.now]
    bars = [(stretch.when, float(_refused(stretch))) for stretch in stretches]
    return Bars(f"{flows.vpc}: refused internal traffic by window", "REJECT", tuple(bars))


def _refused(stretch: Stretch) -> int:
    return sum(tally.records for tally in stretch.tallies if tally.action == "REJECT" and tally.inside)


def _more(spikes: Sequence[Spike]) -> tuple[str, ...]:
    left = len(spikes) - MOST_LISTED
    return (f"and {left} more",) if left > 0 else ()


def noted_scans(flows: VpcFlows) -> tuple[str, ...]:
    """What the internet tried and was refused: it says nothing about the network's health."""
    scans = [tally for tally in flows.now.tallies if tally.action == "REJECT" and not tally.inside]
    if not scans:
        return ()
    records = sum(scan.records for scan in scans)
    return (f"noted: {records:,} REJECT from the internet on {len(scans)} interfaces, which is usual",)
