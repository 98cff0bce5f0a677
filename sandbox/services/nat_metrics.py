"""What does CloudWatch say of a NAT gateway that nothing is sent to? Zeros, every minute, as long as it is there.

https://docs.aws.amazon.com/vpc/latest/userguide/metrics-dimensions-nat-gateway.html
"""

from __future__ import annotations

from collections.abc import Iterable

from moto.ec2.models import ec2_backends

from sandbox.services.metric_store import Key, StatisticSet

_NAMES = (
    "ActiveConnectionCount", "ConnectionAttemptCount", "ConnectionEstablishedCount", "ErrorPortAllocation",
    "IdleTimeoutCount", "PacketsDropCount", "PacketsInFromDestination", "PacketsInFromSource",
    "PacketsOutToDestination", "PacketsOutToSource", "BytesInFromDestination", "BytesInFromSource",
    "BytesOutToDestination", "BytesOutToSource",
)  # fmt: skip


class IdleNatGateways:
    """The metrics of AWS/NATGateway in one place, of gateways of which nobody said what they carry."""

    def __init__(self, account: str, region: str) -> None:
        self._place = account, region

    def _available(self) -> list[str]:
        account, region = self._place
        gateways = ec2_backends[account][region].nat_gateways.values()
        return [gateway.id for gateway in list(gateways) if gateway.state == "available"]

    def identities(self) -> Iterable[Key]:
        """Every metric of each gateway that is available."""
        return [Key("AWS/NATGateway", name, (("NatGatewayId", g),)) for g in self._available() for name in _NAMES]

    def read(self, identity: Key, start_s: int, end_s: int) -> Iterable[tuple[int, StatisticSet]]:
        """A zero for each minute of [start, end)."""
        if identity not in self.identities():
            return
        for moment_s in range(-(-start_s // 60) * 60, end_s, 60):
            yield moment_s, StatisticSet(0.0, 0.0, 0.0, 1)
