"""In which state are the tunnels of VPN connections, now and in the past?

https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_VgwTelemetry.html
https://docs.aws.amazon.com/vpn/latest/s2svpn/monitoring-cloudwatch-vpn.html
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from moto.ec2.models import ec2_backends

from sandbox.services import actions, era
from sandbox.services.metric_store import Key, StatisticSet

PERIOD_S = 300
"""How often CloudWatch is told."""
STATUSES = ("UP", "DOWN")


@dataclass
class Tunnel:
    """One tunnel by its outside address, and what became of it: (since when, UP or DOWN, message), the first first."""

    address: str
    told: list[tuple[float, str, str]] = field(default_factory=list)

    def at(self, moment_s: float) -> tuple[float, str, str]:
        """What holds at a moment."""
        return next((one for one in reversed(self.told) if one[0] <= moment_s), self.told[0])

    def tell(self, moment_s: float, status: str, message: str) -> None:
        """It went up or down."""
        self.told = sorted([*self.told, (moment_s, status, message)])


def _telemetry(connection: Any) -> list[dict[str, Any]]:
    now = datetime.now(UTC).timestamp()
    shown = []
    for tunnel in getattr(connection, "tunnels_told", ()):
        since, status, message = tunnel.at(now)
        shown.append({
            "OutsideIpAddress": tunnel.address,
            "Status": status,
            "StatusMessage": message,
            "LastStatusChange": actions.utc(since),
            "AcceptedRouteCount": 1 if status == "UP" else 0,
        })  # fmt: skip
    return shown


def _addresses(connection: str) -> tuple[str, str]:
    """Two addresses of the documentation's block: as ids are, the same in every build."""
    number = int(hashlib.sha256(connection.encode()).hexdigest(), 16) % 127
    return f"203.0.113.{2 * number}", f"203.0.113.{2 * number + 1}"


class VpnTunnels:
    """TunnelState of AWS/VPN in one place: 1 for a tunnel that is up, 0 for one that is down, together and each."""

    def __init__(self, account: str, region: str) -> None:
        self._place = account, region

    def _tunnels(self) -> dict[Key, tuple[Tunnel, ...]]:
        account, region = self._place
        found: dict[Key, tuple[Tunnel, ...]] = {}
        for connection in list(ec2_backends[account][region].vpn_connections.values()):
            tunnels = getattr(connection, "tunnels_told", ())
            if connection.state != "available" or not tunnels:
                continue
            found[Key("AWS/VPN", "TunnelState", (("VpnId", connection.id),))] = tunnels
            for tunnel in tunnels:
                found[Key("AWS/VPN", "TunnelState", (("TunnelIpAddress", tunnel.address),))] = (tunnel,)
        return found

    def identities(self) -> Iterable[Key]:
        """The metric of each connection and of each tunnel."""
        return list(self._tunnels())

    def read(self, identity: Key, start_s: int, end_s: int) -> Iterable[tuple[int, StatisticSet]]:
        """A point for every five minutes of [start, end)."""
        tunnels = self._tunnels().get(identity, ())
        for moment_s in range(-(-start_s // PERIOD_S) * PERIOD_S, end_s if tunnels else start_s, PERIOD_S):
            states = [float(tunnel.at(moment_s)[1] == "UP") for tunnel in tunnels]
            yield moment_s, StatisticSet(min(states), max(states), sum(states), len(states))


def install() -> None:
    """Give moto's VPN connections two tunnels, up: on their other side is a gateway that works."""
    from moto.ec2.models import EC2Backend
    from moto.ec2.models.vpn_connections import VPNConnection

    create: Any = EC2Backend.create_vpn_connection

    def created(self: Any, *args: Any, **kwargs: Any) -> Any:
        connection: Any = create(self, *args, **kwargs)
        since = era.moment().timestamp()
        connection.tunnels_told = tuple(Tunnel(a, [(since, "UP", "")]) for a in _addresses(connection.id))
        return connection

    actions.replace(EC2Backend, "create_vpn_connection", created)
    VPNConnection.vgw_telemetry = property(_telemetry)  # type: ignore[attr-defined]
