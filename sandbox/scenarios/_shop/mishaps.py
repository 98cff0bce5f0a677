"""What NAT gateways say when something happened to them."""

from __future__ import annotations

from sandbox.series import Series, gap, steady
from sandbox.world import World

ORDINARY = {
    "ErrorPortAllocation": steady(0),
    "PacketsDropCount": steady(0),
    "PacketsOutToDestination": steady(50_000, noise=0.1, daily=0.4),
    "PacketsInFromDestination": steady(60_000, noise=0.1, daily=0.4),
    "ActiveConnectionCount": steady(220, noise=0.1),
    "ConnectionAttemptCount": steady(130),
    "ConnectionEstablishedCount": steady(130),
    "IdleTimeoutCount": steady(1),
}
"""By metric, what a NAT gateway of the shop reports every minute."""


def nat_gateway_reports(world: World, nat: str, reports: dict[str, Series]) -> None:
    """State a NAT gateway's metrics, those of an ordinary day where `reports` has no other."""
    for metric, series in (ORDINARY | reports).items():
        world.metric("AWS/NATGateway", metric, {"NatGatewayId": nat}, series, "Count")


def nat_gateway_is_idle(world: World, nat: str, since: str) -> None:
    """Since then nothing is sent to a NAT gateway, which says so every minute."""
    nat_gateway_reports(world, nat, {metric: series.then(since, 0) for metric, series in ORDINARY.items()})


def nat_gateway_falls_silent(world: World, nat: str, since: str) -> None:
    """Since then a NAT gateway is gone."""
    nat_gateway_reports(world, nat, {metric: series.then(since, gap()) for metric, series in ORDINARY.items()})


def nat_gateway_runs_out_of_ports(world: World, nat: str, since: str) -> None:
    """Since then more connections are attempted to one destination than the gateway's address has ports for."""
    crowded = {
        "ErrorPortAllocation": 8_600.0,
        "ConnectionAttemptCount": 22_000.0,
        "ConnectionEstablishedCount": 22_000.0,
        "ActiveConnectionCount": 55_000.0,
    }
    reports = {metric: ORDINARY[metric].then(since, steady(value, noise=0.05)) for metric, value in crowded.items()}
    nat_gateway_reports(
        world, nat, reports | {"ActiveConnectionCount": ORDINARY["ActiveConnectionCount"].then(since, 55_000)}
    )
