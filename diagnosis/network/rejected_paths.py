"""Is anything refused on a path that targets.toml says must exist?

A flow log sees what the model cannot: traffic that really tried, by the rules of the time when it did.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Sequence
from datetime import datetime, timedelta

from diagnosis.answers import Blind, CouldNotTellError
from diagnosis.causes import Cause
from diagnosis.findings import Finding, earliest
from diagnosis.network.blocking import cause_of, command_of, resource_of
from diagnosis.network.description import NetworkDescription
from diagnosis.network.flow_records import (
    INTERNET,
    PROTOCOLS,
    FlowGroup,
    FlowRecords,
    VpcFlows,
    is_inside,
    settled,
    takes,
)
from diagnosis.network.path_addresses import addresses_of, vpcs_of
from diagnosis.network.paths import Path, Side, Way
from diagnosis.network.refusals import refusal_of


def rejected_path(
    path: Path,
    records: FlowRecords,
    network: NetworkDescription,
    *,
    repeated_within_s: float = 120,
    max_skipped_share: float = 0.01,
) -> list[Finding]:
    """The path, where a flow of it was refused, and again within `repeated_within_s`.

    CouldNotTellError where a VPC at its ends has no flow log, its records do not show it, or the ends have no known
    address: refused packets could not be told to be theirs.
    """
    wanted = [way for way in path.ways if way.must == "exist"]
    vpcs = sorted({vpc for way in wanted for vpc in vpcs_of(way, network)})
    if not vpcs:
        raise CouldNotTellError(
            Blind("not_observed", f"not observed: no end of {path.target.name} is in a VPC of ours")
        )
    seen = [records.of(vpc) for vpc in vpcs]
    for flows in seen:
        takes(flows, "REJECT")
    refused = [group for way in wanted for group in _refused(way, seen, network)]
    again = [group for group in refused if _repeats(group, timedelta(seconds=repeated_within_s))]
    if again:
        return [
            _finding(
                path, sorted(again, key=lambda group: -group.records), network, max(f.newest for f in seen if f.newest)
            )
        ]
    _refuse_unknown_ends(wanted, network)
    for flows in seen:
        settled(flows, max_skipped_share)
    return []


def _refuse_unknown_ends(ways: Sequence[Way], network: NetworkDescription) -> None:
    sides = [side for way in ways for side in (way.source, way.destination)]
    unknown = next((side.name for side in sides if not side.block and not addresses_of(side, network)), None)
    if unknown:
        unread = network.unread.get("NetworkInterfaces")
        reason = f"not observed: no address of {unknown} is known{f' ({unread})' if unread else ''}"
        raise CouldNotTellError(Blind("not_observed", reason))


def _refused(way: Way, seen: Sequence[VpcFlows], network: NetworkDescription) -> list[FlowGroup]:
    groups = [
        group for flows in seen for group in (*flows.now.rejects, *flows.now.arrivals) if group.action == "REJECT"
    ]
    return [group for group in groups if _carries(way, group, network)]


def _carries(way: Way, group: FlowGroup, network: NetworkDescription) -> bool:
    """Whether the refused packets are the way's: its request, or the reply to it."""
    source, destination = (group.destination, group.source) if group.reply else (group.source, group.destination)
    if PROTOCOLS.get(group.protocol, str(group.protocol)) != way.protocol and str(group.protocol) != way.protocol:
        return False
    if way.port is not None and way.port != group.port:
        return False
    return _holds(way.source, source, network) and _holds(way.destination, destination, network)


def _holds(side: Side, address: str, network: NetworkDescription) -> bool:
    if side.block == INTERNET:
        return not is_inside(address)
    if address == INTERNET:
        return False
    if side.block and ipaddress.ip_address(address) in ipaddress.ip_network(side.block):
        return True
    return address in addresses_of(side, network)


def _repeats(group: FlowGroup, within: timedelta) -> bool:
    """Whether one refusal followed another so soon: in one record, or in records that lie close enough together."""
    if group.packets > group.records:
        return True
    return group.records > 1 and (group.last - group.first) / (group.records - 1) <= within


def _finding(path: Path, refused: Sequence[FlowGroup], network: NetworkDescription, as_of: datetime) -> Finding:
    name, worst = path.target.name, refused[0]
    refusal = refusal_of(worst, network)
    first = refusal.blockers[0] if refusal.blockers else None
    cause: Cause = cause_of(first) if first else "network"
    records = sum(group.records for group in refused)
    return Finding(
        subject=name,
        place=path.target.place,
        cause=cause,
        impact="now",
        symptom=f"{name}: {records:,} REJECT records, expected none",
        evidence=tuple(f"{group}: {group.records:,} REJECT on {group.interface}" for group in refused[:4]),
        why=first.detail if first else refusal.doubt,
        remedy=first.remedy if first else f"see which group or network ACL of {worst.interface} was changed",
        resource=resource_of(first) if first else "",
        depends_on=tuple(resource_of(blocker) for blocker in refusal.blockers[1:]),
        onset=earliest(group.first for group in refused),
        as_of=as_of,
        proven=first is not None,
        command=command_of(first) if first else "",
    )
