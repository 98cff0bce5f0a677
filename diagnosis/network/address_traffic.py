"""Is the traffic of one address accepted?"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

from diagnosis.answers import Blind, CouldNotTellError
from diagnosis.causes import Cause, Impact
from diagnosis.findings import Finding, earliest
from diagnosis.network.blocking import cause_of, command_of, resource_of
from diagnosis.network.description import NetworkDescription, Raw
from diagnosis.network.flow_records import FlowGroup, FlowRecords, VpcFlows, is_inside, rejected, settled, takes
from diagnosis.network.refusals import Refusal, refusal_of
from diagnosis.targets import Target

MOST_LISTED = 5


def refused_traffic(
    address: Target, records: FlowRecords, network: NetworkDescription, *, max_skipped_share: float = 0.01
) -> list[Finding]:
    """The address, where a flow log records a REJECT of it, or nothing at all although an interface has it.

    CouldNotTellError where no flow log could be read, or none knows an address that is nobody's here.
    """
    if "NetworkInterfaces" in network.unread:
        raise CouldNotTellError(Blind("missing", network.unread["NetworkInterfaces"]))
    held = [interface for interface in network.interfaces if address.name in _addresses(interface)]
    seen = [flows for flows in records.by_vpc.values() if isinstance(flows, VpcFlows)]
    groups = [group for flows in seen for group in (flows.addresses or {}).get(address.name, ())]
    refused = sorted(rejected(groups), key=lambda group: -group.records)
    as_of = max((flows.newest for flows in seen if flows.newest), default=None)
    if refused:
        return [_refused(address, refused, groups, network, as_of)]
    for flows in _needed(held or network.interfaces, records):
        takes(flows, "REJECT")
        settled(flows, max_skipped_share)
    if groups:
        return []
    if not held:
        raise CouldNotTellError(
            Blind("missing", f"not observed: no flow log of {address.place.key} knows {address.name}")
        )
    for flows in _needed(held, records):
        takes(flows, "ACCEPT")
    return [_silent(address, held, as_of)]


def _needed(interfaces: Sequence[Raw], records: FlowRecords) -> list[VpcFlows]:
    """The flow logs that would know: those of the VPCs that these interfaces are in."""
    return [records.of(vpc) for vpc in sorted({str(interface.get("VpcId")) for interface in interfaces})]


def _addresses(interface: Raw) -> set[str]:
    private = {str(entry["PrivateIpAddress"]) for entry in interface.get("PrivateIpAddresses", ())}
    public = {str(entry.get("Association", {}).get("PublicIp")) for entry in interface.get("PrivateIpAddresses", ())}
    six = {str(entry["Ipv6Address"]) for entry in interface.get("Ipv6Addresses", ())}
    return private | public | six | {str(interface.get("PrivateIpAddress"))}


def _refused(
    address: Target,
    refused: Sequence[FlowGroup],
    groups: Iterable[FlowGroup],
    network: NetworkDescription,
    as_of: datetime | None,
) -> Finding:
    name, worst = address.name, refused[0]
    refusal = refusal_of(worst, network)
    first = refusal.blockers[0] if refusal.blockers else None
    cause, impact = _cause(refused, refusal, name)
    accepted = sum(group.records for group in groups if group.action == "ACCEPT")
    listed = (f"{group}: {group.records:,} REJECT on {group.interface}" for group in refused[:MOST_LISTED])
    return Finding(
        subject=name,
        place=address.place,
        cause=cause,
        impact=impact,
        symptom=f"{name}: {sum(group.records for group in refused):,} REJECT records, expected none",
        evidence=(*listed, f"beside {accepted:,} ACCEPT records"),
        why=first.detail if first else refusal.doubt,
        remedy=first.remedy if first else f"see which group or network ACL of {worst.interface} was changed",
        resource=resource_of(first) if first else "",
        depends_on=tuple(resource_of(blocker) for blocker in refusal.blockers[1:]),
        onset=earliest(group.first for group in refused),
        as_of=as_of,
        proven=first is not None,
        command=command_of(first) if first else "",
    )


def _cause(refused: Iterable[FlowGroup], refusal: Refusal, name: str) -> tuple[Cause, Impact]:
    """What only strangers tried is a scan, and the rule that refuses it is right."""
    if all(not is_inside(group.source) and group.source != name and not group.reply for group in refused):
        return "scan", "hygiene"
    return (cause_of(refusal.blockers[0]) if refusal.blockers else "network"), "now"


def _silent(address: Target, held: Sequence[Raw], as_of: datetime | None) -> Finding:
    interface = str(held[0]["NetworkInterfaceId"])
    return Finding(
        subject=address.name,
        place=address.place,
        cause="network",
        impact="now",
        symptom=f"{address.name}: no record of any traffic, expected some of {interface}",
        evidence=(f"no flow log record of the window names {address.name}; {interface} has it",),
        remedy="see whether anything routes to it: its subnet's route table, and the sender's",
        resource=interface,
        as_of=as_of,
    )
