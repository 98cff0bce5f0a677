"""Verbs: what becomes of the ways to other networks."""

from __future__ import annotations

from typing import Any

from sandbox.ago import Ago
from sandbox.errors import ScenarioError
from sandbox.world.base import Verbs

_ATTACHMENT = (
    "initiating", "initiatingRequest", "pendingAcceptance", "rollingBack", "pending", "available", "modifying",
    "deleting", "deleted", "failed", "rejected", "rejecting", "failing",
)  # fmt: skip
_INTERFACE = (
    "confirming", "verifying", "pending", "available", "down", "testing", "deleting", "deleted", "rejected", "unknown",
)  # fmt: skip


class LinkVerbs(Verbs):
    """`vpn_tunnel`, `transit_gateway_attachment` and `virtual_interface`."""

    def vpn_tunnel(
        self,
        connection: str,
        tunnel: int,
        status: str = "DOWN",
        at: Ago = "20m",
        message: str = "",
        account: str | None = None,
        region: str | None = None,
    ) -> None:
        """A tunnel of a VPN connection, the first or the second, went `DOWN` or `UP` at that time.

        Its telemetry says so from then on, with AWS's message (`IPSEC IS DOWN`), and TunnelState follows.
        """
        from sandbox.services import vpn

        if status not in vpn.STATUSES or tunnel not in (1, 2):
            raise ScenarioError(
                f"vpn_tunnel: tunnel {tunnel!r} {status!r}: write 1 or 2, and {' or '.join(vpn.STATUSES)}"
            )
        found = self._ec2(account, region).vpn_connections.get(connection)
        if found is None:
            raise ScenarioError(f"vpn_tunnel: no VPN connection {connection!r}: create it first")
        found.tunnels_told[tunnel - 1].tell(self._moment(at).timestamp(), status, message)

    def transit_gateway_attachment(
        self, attachment: str, state: str, account: str | None = None, region: str | None = None
    ) -> None:
        """A transit gateway attachment is in a state that AWS or its other side brings about, such as `failed`."""
        if state not in _ATTACHMENT:
            raise ScenarioError(f"transit_gateway_attachment: state {state!r}: write {', '.join(_ATTACHMENT)}")
        found = self._ec2(account, region).transit_gateway_attachments.get(attachment)
        if found is None:
            raise ScenarioError(f"transit_gateway_attachment: no attachment {attachment!r}: create it first")
        found.state = state

    def virtual_interface(
        self, interface: str, state: str = "down", account: str | None = None, region: str | None = None
    ) -> None:
        """A virtual interface of Direct Connect is in a state, such as `down`: its BGP session is."""
        from sandbox.services import directconnect

        if state not in _INTERFACE:
            raise ScenarioError(f"virtual_interface: state {state!r}: write {', '.join(_INTERFACE)}")
        if not directconnect.bring_into(*self._place(account, region), interface, state):
            raise ScenarioError(f"virtual_interface: no virtual interface {interface!r}: create it first")

    def _ec2(self, account: str | None, region: str | None) -> Any:
        from moto.ec2.models import ec2_backends

        owner, place = self._place(account, region)
        return ec2_backends[owner][place]
