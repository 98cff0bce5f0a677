"""Which functions know IP addresses?"""

from __future__ import annotations

from sandbox.insights import addresses
from sandbox.insights.errors import MalformedQuery
from sandbox.insights.functions.arguments import FUNCTIONS, Arguments, Builder, function, number, truth
from sandbox.insights.values import Value


@function(1, 1, "isvalidip")
def _is_valid_ip(given: Arguments) -> Value:
    return truth(f"coalesce(is_ipv4({given.text(0)}) OR is_ipv6({given.text(0)}), false)")


@function(1, 1, "isvalidipv4")
def _is_valid_ipv4(given: Arguments) -> Value:
    return truth(f"coalesce(is_ipv4({given.text(0)}), false)")


@function(1, 1, "isvalidipv6")
def _is_valid_ipv6(given: Arguments) -> Value:
    return truth(f"coalesce(is_ipv6({given.text(0)}), false)")


def _in_subnet(version: int | None) -> Builder:
    def build(given: Arguments) -> Value:
        node = given.call.arguments[1]
        try:
            network = addresses.parse_subnet(given.literal(1))
        except ValueError as error:
            raise MalformedQuery(f"not a subnet: {error}", node.start, node.end) from None
        if version is not None and network.version != version:
            raise MalformedQuery(f"{given.call.function} takes an IPv{version} subnet", node.start, node.end)
        return truth(addresses.within(given.text(0), network))

    return build


FUNCTIONS["isipinsubnet"] = (2, 2, _in_subnet(None))
FUNCTIONS["isipv4insubnet"] = (2, 2, _in_subnet(4))
FUNCTIONS["isipv6insubnet"] = (2, 2, _in_subnet(6))


@function(1, 1, "ipv4tonumber")
def _ipv4_to_number(given: Arguments) -> Value:
    return number(f"CAST(ipv4_number({given.text(0)}) AS DOUBLE)")


@function(1, 1, "isprivateip")
def _is_private_ip(given: Arguments) -> Value:
    return truth(addresses.within_any(given.text(0), addresses.PRIVATE))


@function(1, 1, "isreservedip")
def _is_reserved_ip(given: Arguments) -> Value:
    return truth(addresses.within_any(given.text(0), addresses.RESERVED_V4 + addresses.RESERVED_V6))


@function(1, 1, "ispublicip")
def _is_public_ip(given: Arguments) -> Value:
    return truth(addresses.is_public(given.text(0)))
