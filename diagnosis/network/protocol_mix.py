"""Does a VPC carry the protocols that it usually carries, in the usual shares?"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from diagnosis import console
from diagnosis.findings import Finding
from diagnosis.network.flow_records import PROTOCOLS, FlowRecords, Stretch, VpcFlows, settled, takes, usual
from diagnosis.readiness.records import VpcFlowLogs


def changed_mix(
    logs: VpcFlowLogs,
    records: FlowRecords,
    *,
    max_points: float = 20,
    max_new_share: float = 0.05,
    min_bytes: float = 20_000,
    max_skipped_share: float = 0.01,
) -> list[Finding]:
    """The VPC, once for each protocol whose share of the bytes moved by more than `max_points` percentage points, or
    that is new and has more than `max_new_share`.

    Below `min_bytes` in the window a single transfer moves every share, and nothing is compared. CouldNotTellError
    where the flow log does not show it.
    """
    flows = records.of(logs.target.name)
    takes(flows, "ACCEPT")
    settled(flows, max_skipped_share)
    now = _bytes(flows.now)
    if sum(now.values()) < min_bytes:
        return []
    shares = {protocol: usual(flows, lambda s, p=protocol: _share(_bytes(s), p)) for protocol in _protocols(flows)}  # type: ignore[misc]
    found = []
    for protocol, before in sorted(shares.items()):
        share, is_new = _share(now, protocol), before.median == 0
        if (is_new and share > max_new_share) or round(100 * abs(share - before.median), 6) > max_points:
            found.append(_finding(logs, flows, protocol, share, before.median, f"{max_points:g}"))
    return found


def _protocols(flows: VpcFlows) -> set[int]:
    stretches: Iterable[Stretch] = (flows.now, *(flows.before if isinstance(flows.before, tuple) else ()))
    return {protocol for stretch in stretches for protocol in _bytes(stretch)}


def _bytes(stretch: Stretch) -> Mapping[int, int]:
    """Accepted bytes by protocol."""
    found: dict[int, int] = {}
    for tally in stretch.tallies:
        if tally.action == "ACCEPT" and tally.protocol is not None:
            found[tally.protocol] = found.get(tally.protocol, 0) + tally.bytes
    return found


def _share(several: Mapping[int, int], protocol: int) -> float:
    total = sum(several.values())
    return several.get(protocol, 0) / total if total else 0.0


def _finding(logs: VpcFlowLogs, flows: VpcFlows, protocol: int, share: float, before: float, points: str) -> Finding:
    name, word = flows.vpc, PROTOCOLS.get(protocol, f"protocol {protocol}")
    of_it = [t for t in flows.now.tallies if t.protocol == protocol and t.action == "ACCEPT"]
    by_interface: dict[str, int] = {}
    for tally in of_it:
        by_interface[tally.interface] = by_interface.get(tally.interface, 0) + tally.bytes
    top = max(by_interface, key=lambda key: (by_interface[key], key), default="")
    most = f"most of it on {top}: {by_interface[top]:,} bytes" if top else f"no byte of {word} in the window"
    return Finding(
        subject=name,
        place=logs.target.place,
        cause="traffic",
        impact="soon",
        symptom=f"{name}: {share:.0%} of the bytes are {word}, expected {before:.0%} within {points} points",
        evidence=(most,),
        remedy=f"see what {top or 'the VPC'} talks to: a backup, an attack, or silence",
        resource=logs.target.arn,
        as_of=flows.newest,
        link=console.vpc(logs.target.place, "VpcDetails:VpcId=", name),
    )
