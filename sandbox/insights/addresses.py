"""How does DuckDB tell private, public and subnet addresses apart, without an extension?

Addresses become numbers, and a subnet two of them. The ranges are IANA's special-purpose registries.
"""

from __future__ import annotations

from collections.abc import Sequence
from ipaddress import IPv4Network, IPv6Network, ip_network

_OCTET = r"(?:25[0-5]|2[0-4]\d|1\d\d|[1-9]?\d)"
_IPV4 = rf"{_OCTET}(?:\.{_OCTET}){{3}}"

PRIVATE = ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16")
RESERVED_V4 = (
    "0.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "192.0.0.0/24", "192.0.2.0/24",
    "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24", "224.0.0.0/4", "240.0.0.0/4",
)  # fmt: skip
RESERVED_V6 = ("2001:db8::/32", "2001::/23", "2002::/16", "3fff::/20")
_GLOBAL_V6 = "2000::/3"

# a macro repeats its argument's SQL; list_transform([x], lambda y: …)[1] computes it once
MACROS = (
    rf"CREATE OR REPLACE MACRO is_ipv4(x) AS regexp_full_match(x, '{_IPV4}')",
    """CREATE OR REPLACE MACRO ipv4_number(x) AS CASE WHEN is_ipv4(x) THEN
        CAST(split_part(x, '.', 1) AS UBIGINT) * 16777216 + CAST(split_part(x, '.', 2) AS UBIGINT) * 65536
        + CAST(split_part(x, '.', 3) AS UBIGINT) * 256 + CAST(split_part(x, '.', 4) AS UBIGINT) END""",
    # the dotted tail of ::ffff:192.0.2.1 as two groups of hexadecimal digits
    rf"""CREATE OR REPLACE MACRO plain_ipv6(x) AS CASE WHEN regexp_matches(x, ':{_IPV4}$') THEN
        list_transform([ipv4_number(regexp_extract(x, '[\d.]+$'))], lambda tail:
            regexp_replace(x, '[\d.]+$', '') || format('{{:x}}:{{:x}}', tail // 65536, tail % 65536))[1]
        ELSE x END""",
    """CREATE OR REPLACE MACRO address_groups(x) AS CASE WHEN x = '' THEN CAST([] AS VARCHAR[])
        ELSE string_split(x, ':') END""",
    """CREATE OR REPLACE MACRO joined_groups(head, tail) AS CASE WHEN len(head) + len(tail) < 8 THEN
        head || list_transform(range(8 - len(head) - len(tail)), lambda i: '0') || tail END""",
    """CREATE OR REPLACE MACRO ipv6_groups(x) AS list_transform([string_split(plain_ipv6(x), '::')], lambda halves:
        CASE len(halves) WHEN 1 THEN string_split(halves[1], ':')
        WHEN 2 THEN joined_groups(address_groups(halves[1]), address_groups(halves[2])) END)[1]""",
    """CREATE OR REPLACE MACRO ipv6_number(x) AS CASE WHEN contains(x, ':') THEN
        list_transform([ipv6_groups(x)], lambda groups: CASE WHEN len(groups) = 8
            AND len(list_filter(groups, lambda g: regexp_full_match(g, '[0-9a-fA-F]{1,4}'))) = 8
        THEN list_reduce(
            list_transform(groups, lambda g: CAST(CAST('0x' || g AS INTEGER) AS UHUGEINT)),
            lambda total, g: total * CAST(65536 AS UHUGEINT) + g) END)[1] END""",
    "CREATE OR REPLACE MACRO is_ipv6(x) AS ipv6_number(x) IS NOT NULL",
)


def parse_subnet(cidr: str) -> IPv4Network | IPv6Network:
    """The network of a CIDR block whose host bits are zero; raises ValueError otherwise."""
    return ip_network(cidr)


def within(address_sql: str, network: IPv4Network | IPv6Network) -> str:
    """SQL: is the text a valid address inside the network? Never NULL."""
    return _within_networks(address_sql, [network])


def within_any(address_sql: str, cidrs: tuple[str, ...]) -> str:
    """SQL: is the text an address inside one of the networks? Never NULL."""
    networks = [ip_network(cidr) for cidr in cidrs]
    versions = [[n for n in networks if n.version == version] for version in (4, 6)]
    return "(" + " OR ".join(_within_networks(address_sql, same) for same in versions if same) + ")"


def _within_networks(address_sql: str, networks: Sequence[IPv4Network | IPv6Network]) -> str:
    """SQL for networks of one version."""
    function, kind = ("ipv4_number", "UBIGINT") if networks[0].version == 4 else ("ipv6_number", "UHUGEINT")
    ranges = " OR ".join(
        f"n BETWEEN CAST('{int(n.network_address)}' AS {kind}) AND CAST('{int(n.broadcast_address)}' AS {kind})"
        for n in networks
    )
    return f"coalesce(list_transform([{function}({address_sql})], lambda n: {ranges})[1], false)"


def is_public(address_sql: str) -> str:
    """SQL: is the text an address that the Internet routes?"""
    special = within_any(address_sql, PRIVATE + RESERVED_V4 + RESERVED_V6)
    routed = f"(coalesce(is_ipv4({address_sql}), false) OR {within(address_sql, ip_network(_GLOBAL_V6))})"
    return f"({routed} AND NOT {special})"
