"""Where on the line of all IP addresses? IPv4 and IPv6 addresses and prefixes as plain integers.

IPv4 addresses are their own value; IPv6 addresses are their value plus 2**128, so that one integer says both
the family and the address, and a prefix of either family is one aligned block of integers.
"""

import ipaddress
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Generic, TypeVar

from diagnosis.reachability.intervals import Intervals, difference, normalised

IPV6_BASE = 1 << 128

Value = TypeVar("Value")


@lru_cache(maxsize=65536)
def parse_address(text: str) -> int:
    """The integer of an address as AWS writes it; raises ValueError for anything else."""
    address = ipaddress.ip_address(text)
    return int(address) + (IPV6_BASE if address.version == 6 else 0)


def is_ipv6(address: int) -> bool:
    """Whether an address integer is of the IPv6 family."""
    return address >= IPV6_BASE


def format_address(address: int) -> str:
    """The address as AWS writes it."""
    if is_ipv6(address):
        return str(ipaddress.IPv6Address(address - IPV6_BASE))
    return str(ipaddress.IPv4Address(address))


@dataclass(frozen=True, slots=True)
class Prefix:
    """A CIDR block: `low` to `high` are its addresses, `host_bits` is 32 or 128 less its length."""

    low: int
    high: int
    host_bits: int
    text: str

    def __contains__(self, address: int) -> bool:
        return self.low <= address <= self.high

    @property
    def intervals(self) -> Intervals:
        """The prefix as a set of addresses."""
        return ((self.low, self.high),)

    @property
    def is_everything(self) -> bool:
        """Whether this is 0.0.0.0/0 or ::/0."""
        return self.host_bits == (128 if is_ipv6(self.low) else 32)


@lru_cache(maxsize=65536)
def parse_prefix(text: str) -> Prefix:
    """The prefix of a CIDR as AWS writes it (host bits are tolerated); raises ValueError for anything else."""
    network = ipaddress.ip_network(text, strict=False)
    base = IPV6_BASE if network.version == 6 else 0
    low = int(network.network_address) + base
    host_bits = network.max_prefixlen - network.prefixlen
    return Prefix(low, low + (1 << host_bits) - 1, host_bits, str(network))


def host_prefix(address: int) -> str:
    """The CIDR that holds this address alone."""
    return f"{format_address(address)}/{128 if is_ipv6(address) else 32}"


def _prefixes(*cidrs: str) -> Intervals:
    return normalised(span for cidr in cidrs for span in parse_prefix(cidr).intervals)


IPV4 = _prefixes("0.0.0.0/0")
IPV6 = _prefixes("::/0")
ANYWHERE = normalised((*IPV4, *IPV6))
RFC1918 = _prefixes("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16")
RFC6598 = _prefixes("100.64.0.0/10")
_NOT_ROUTED = _prefixes("0.0.0.0/8", "127.0.0.0/8", "169.254.0.0/16", "224.0.0.0/3", "::/3", "4000::/2", "8000::/1")
INTERNET = difference(ANYWHERE, normalised((*RFC1918, *RFC6598, *_NOT_ROUTED)))
"""Addresses of the internet: IPv4 without private, shared and special ranges, and IPv6's 2000::/3."""

PRIVATE_IPV6 = parse_prefix("fc00::/7")
"""IPv6's unique local addresses, which no gateway carries to the internet."""

INSTANCE_SERVICES = frozenset(
    map(
        parse_address,
        (
            "169.254.169.254", "169.254.169.123", "169.254.169.250", "169.254.169.251", "169.254.170.2",
            "169.254.170.23", "fd00:ec2::254", "fd00:ec2::123", "fd00:ec2::240", "fd00:ec2::250", "fd00:ec2::23",
        ),
    )
)  # fmt: skip
"""Metadata of instances and tasks, credentials of pods, time and licences: answered by the host, whatever routes,
groups and ACLs say."""

NAT64 = parse_prefix("64:ff9b::/96")
"""The IPv6 prefix behind which a NAT gateway finds IPv4 destinations."""

RESOLVERS = frozenset(parse_address(a) for a in ("169.254.169.253", "fd00:ec2::253"))
"""The link-local addresses of the VPC's DNS resolver."""


class PrefixTable(Generic[Value]):
    """Longest-prefix match: values kept by CIDR block, the most specific found first."""

    def __init__(self) -> None:
        self._by_host_bits: dict[int, dict[int, list[Value]]] = {}
        self._order: tuple[int, ...] = ()
        self._prefixes: dict[Prefix, None] = {}

    def add(self, prefix: Prefix, value: Value) -> None:
        """Keep a value under a prefix; several values may share one."""
        blocks = self._by_host_bits.setdefault(prefix.host_bits, {})
        blocks.setdefault(prefix.low >> prefix.host_bits, []).append(value)
        self._order = tuple(sorted(self._by_host_bits))
        self._prefixes[prefix] = None

    def prefixes(self) -> Iterable[Prefix]:
        """Every prefix that something is kept under."""
        return self._prefixes

    def matches(self, address: int) -> Iterator[list[Value]]:
        """The values of every prefix that holds the address, the most specific prefix first."""
        for host_bits in self._order:
            values = self._by_host_bits[host_bits].get(address >> host_bits)
            if values:
                yield values
