"""Are the ways between networks up: transit gateway attachments, VPN tunnels, Direct Connect, peering?"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from diagnosis.answers import Blind, CouldNotTellError
from diagnosis.causes import Cause, Impact
from diagnosis.commands import aws
from diagnosis.findings import Finding
from diagnosis.series import Series
from diagnosis.targets import Target

Kind = Literal["attachment", "vpn", "virtual_interface", "peering"]


@dataclass(frozen=True)
class Tunnel:
    """One of a VPN connection's two tunnels: UP or DOWN, and what AWS says about it."""

    address: str
    status: str
    said: str


@dataclass(frozen=True)
class Link:
    """A way to another network, its state in AWS's words, and what it dropped by minute.

    `joins` are the ids of what it connects. `drops` are a transit gateway attachment's counters by metric name, `table`
    the route table that it is associated with; the tunnels are a VPN connection's.
    https://docs.aws.amazon.com/vpc/latest/tgw/transit-gateway-cloudwatch-metrics.html
    """

    target: Target
    kind: Kind
    state: str
    message: str
    joins: tuple[str, ...]
    tunnels: tuple[Tunnel, ...]
    drops: Mapping[str, Series]
    lowest_tunnel: Series
    highest_tunnel: Series
    """A VPN connection's TunnelState: 1 is up, 0 is down, something between is one of two."""
    as_of: datetime
    table: str = ""


_UP = {"attachment": "available", "vpn": "available", "virtual_interface": "available", "peering": "active"}
_DOWN: Mapping[Kind, frozenset[str]] = {
    "attachment": frozenset({"failed", "failing", "rejected", "rejecting", "rollingBack"}),
    "vpn": frozenset(),
    "virtual_interface": frozenset({"down", "rejected", "unknown"}),
    "peering": frozenset({"failed", "expired", "rejected"}),
}
_WAITING = frozenset({
    "pending", "pendingAcceptance", "pending-acceptance", "provisioning", "initiating", "initiatingRequest",
    "initiating-request", "modifying", "confirming", "verifying", "testing",
})  # fmt: skip
_DESCRIBED_BY: Mapping[Kind, tuple[str, str, str]] = {
    "attachment": ("ec2", "describe-transit-gateway-attachments", "--transit-gateway-attachment-ids"),
    "vpn": ("ec2", "describe-vpn-connections", "--vpn-connection-ids"),
    "virtual_interface": ("directconnect", "describe-virtual-interfaces", "--virtual-interface-id"),
    "peering": ("ec2", "describe-vpc-peering-connections", "--vpc-peering-connection-ids"),
}
_METRICS = {
    "PacketDropCountBlackhole": "matched a black hole",
    "PacketDropCountNoRoute": "matched no route",
}

Trouble = tuple[Cause, Impact, str, str, str, str]
"""Cause, impact, observed, expected, evidence, remedy."""


def broken_link(link: Link, *, min_minutes: int = 2) -> list[Finding]:
    """The link, where it is down, where tunnels of it are, or where it drops packets in at least `min_minutes`.

    One of two tunnels down is a lost reserve: `soon`. CouldNotTellError where AWS gives a state that is not known.
    https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_VgwTelemetry.html
    """
    trouble = _state(link) or _tunnels(link) or _tunnel_state(link) or _drops(link, min_minutes)
    if trouble is None:
        _refuse_unknown(link)
        return []
    cause, impact, observed, expected, evidence, remedy = trouble
    name = link.target.name
    return [
        Finding(
            subject=name,
            place=link.target.place,
            cause=cause,
            impact=impact,
            symptom=f"{name}: {observed}, expected {expected}",
            evidence=(evidence, f"joins {', '.join(link.joins)}") if link.joins else (evidence,),
            why=f"{name}: {observed}",
            remedy=remedy,
            resource=link.target.arn,
            needed_by=tuple(end for end in link.joins if end.startswith("dxcon-")),
            depends_on=(link.table,) if cause == "route" and link.table else (),
            onset=_onset(link, min_minutes) if cause == "route" else _tunnels_lost(link, impact),
            as_of=link.as_of,
            proven=True,
            command=aws(*_DESCRIBED_BY[link.kind], link.target.arn),
        )
    ]


def _state(link: Link) -> Trouble | None:
    if link.state in (_UP[link.kind], *_WAITING):
        return None
    if link.state not in _DOWN[link.kind]:
        reason = f"{link.target.name}: unknown state {link.state or 'not given'}"
        raise CouldNotTellError(Blind("unreadable", reason))
    cause: Cause = "peering" if link.kind == "peering" else "network"
    said = f"State {link.state}{f': {link.message}' if link.message else ''}"
    remedy = "see the BGP session and the circuit" if link.kind == "virtual_interface" else "create and accept it again"
    return cause, "now", f"state {link.state}", _UP[link.kind], said, remedy


def _tunnels(link: Link) -> Trouble | None:
    down = [tunnel for tunnel in link.tunnels if tunnel.status == "DOWN"]
    if not down:
        return None
    everything = len(down) == len(link.tunnels)
    said = "; ".join(f"{tunnel.address} {tunnel.status} {tunnel.said}".strip() for tunnel in down)
    return (
        "network",
        "now" if everything else "soon",
        f"{len(down)} of {len(link.tunnels)} tunnels down",
        "all up",
        f"VgwTelemetry {said}",
        "see the customer gateway: IKE, its clock, and whether something keeps the tunnel busy",
    )


def _refuse_unknown(link: Link) -> None:
    odd = next((tunnel for tunnel in link.tunnels if tunnel.status != "UP"), None)
    if odd:
        reason = f"{link.target.name}: unknown status {odd.status or 'not given'} of tunnel {odd.address}"
        raise CouldNotTellError(Blind("unreadable", reason))


def _tunnel_state(link: Link) -> Trouble | None:
    """What the metric says, where the description says nothing else."""
    lowest, highest = link.lowest_tunnel.last, link.highest_tunnel.last
    if lowest is None or highest is None or lowest >= 1:
        return None
    observed = "both tunnels down" if highest <= 0 else "one of two tunnels down"
    remedy = "see the customer gateway: IKE, its clock, and whether something keeps the tunnel busy"
    return "network", "now" if highest <= 0 else "soon", observed, "all up", f"TunnelState {lowest:g}", remedy


def _drops(link: Link, min_minutes: int) -> Trouble | None:
    metric = _dropping(link, min_minutes)
    if metric is None:
        return None
    series = link.drops[metric]
    observed = f"{series.total:,.0f} packets {_METRICS[metric]}"
    said = f"{metric} {series.total:,.0f} in {_minutes(series)} minutes"
    remedy = "associate the attachment with a route table that leads there, or add the route or propagation"
    return "route", "now", observed, "none", said, remedy


def _dropping(link: Link, min_minutes: int) -> str | None:
    """The metric that counts drops in enough minutes."""
    return next((m for m in _METRICS if m in link.drops and _minutes(link.drops[m]) >= max(min_minutes, 1)), None)


def _minutes(series: Series) -> int:
    return sum(value > 0 for value in series.values)


def _tunnels_lost(link: Link, impact: Impact) -> datetime | None:
    """Since when the metric of its tunnels is as low as it is: one of two, or both."""
    if impact == "now":
        return link.highest_tunnel.onset(lambda value: value <= 0)
    return link.lowest_tunnel.onset(lambda value: value < 1)


def _onset(link: Link, min_minutes: int) -> datetime | None:
    metric = _dropping(link, min_minutes)
    return link.drops[metric].onset(lambda value: value > 0) if metric else None
