"""Verbs: what a flow log recorded."""

from __future__ import annotations

from datetime import datetime

from sandbox.ago import Ago
from sandbox.errors import ScenarioError
from sandbox.world.logs import LogVerbs

_PROTOCOLS = {"icmp": 1, "tcp": 6, "udp": 17, "icmpv6": 58}


class FlowVerbs(LogVerbs):
    """`flows`."""

    def flows(
        self,
        group: str,
        interface: str,
        source: str,
        destination: str,
        destination_port: int,
        source_port: int = 49152,
        protocol: str | int = "tcp",
        action: str = "ACCEPT",
        packets: int = 10,
        octets: int = 5_000,
        at: Ago = 60,
        every: str | float | None = None,
        until: Ago = 0,
        status: str = "OK",
        account: str | None = None,
        region: str | None = None,
    ) -> None:
        """A flow log in the default format (version 2) recorded this flow on an interface.

        `source` and `destination` are addresses, `octets` the bytes of a record. `status` NODATA or SKIPDATA makes
        a record without a flow. With `every` the record repeats from `at` to `until`.
        """
        number = _PROTOCOLS.get(protocol) if isinstance(protocol, str) else protocol
        if number is None:
            raise ScenarioError(f"flows: protocol {protocol!r}: write {', '.join(_PROTOCOLS)} or a number")
        owner = account or self.account
        flow = f"{source} {destination} {source_port} {destination_port} {number} {packets} {octets}"

        def record(moment: datetime) -> str:
            end = int(moment.timestamp())
            if status != "OK":
                return f"2 {owner} {interface} - - - - - - - {end - 60} {end} - {status}"
            return f"2 {owner} {interface} {flow} {end - 60} {end} {action} OK"

        self.logs(
            group, record, stream=f"{interface}-all", at=at, every=every, until=until, account=account, region=region
        )
