"""The internet scans the shop's public addresses, as every day, and today twenty times as much. Nothing is wrong.

Every probe is refused by the security groups. The shop's own traffic is as it was.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from sandbox.scenarios import _shop
from sandbox.world import World

EXPECTED: list[dict[str, object]] = []
_PORTS = (22, 23, 80, 445, 1433, 3306, 3389, 5432, 5900, 6379, 8443, 9200, 27017)


def build(world: World) -> None:
    network = _shop.build(world).network
    filters = [{"Name": "subnet-id", "Values": list(network.public_subnets)}]
    interfaces = world.client("ec2").describe_network_interfaces(Filters=filters)["NetworkInterfaces"]
    for each in interfaces:
        probes = _probes(world.account, each["NetworkInterfaceId"], each["PrivateIpAddress"])
        stream = f"{each['NetworkInterfaceId']}-all"
        world.logs("/vpc/flow", probes, stream=stream, at="8d", every="10m", until="1h")
        world.logs("/vpc/flow", probes, stream=stream, at="1h", every="30s")


def _probes(account: str, interface: str, address: str) -> Callable[[datetime], list[str]]:
    """Refused packets of many strangers to many ports, one record each."""

    def lines(moment: datetime) -> list[str]:
        end = int(moment.timestamp())
        strangers = [
            f"{185 + (end + n) % 20}.{end // 7 % 256}.{(end + 31 * n) % 256}.{n + 1}" for n in range(len(_PORTS))
        ]
        return [
            f"2 {account} {interface} {stranger} {address} 40000 {port} 6 1 40 {end - 60} {end} REJECT OK"
            for stranger, port in zip(strangers, _PORTS, strict=True)
        ]

    return lines
