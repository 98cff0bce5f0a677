"""Which addresses out there can a network tell apart? One of each kind, so that all of them are asked for."""

from __future__ import annotations

from collections.abc import Iterator

from diagnosis.reachability import Network, UndescribedError
from diagnosis.reachability.addresses import INTERNET, IPV4, Prefix, format_address
from diagnosis.reachability.intervals import Intervals, contains, intersection

MOST_EXAMPLES = 4096


def internet_examples(model: Network) -> list[str]:
    """IPv4 addresses, one of each range of the internet that every rule, entry and route treats alike."""
    return examples_of(model, intersection(INTERNET, IPV4))


def examples_of(model: Network, spans: Intervals) -> list[str]:
    """One address of each part of some ranges that every rule, entry and route treats alike.

    UndescribedError where there are too many of them to ask for each.
    """
    starts = {low for low, _ in spans}
    for prefix in _named(model):
        starts.update(edge for edge in (prefix.low, prefix.high + 1) if contains(spans, edge))
    if len(starts) > MOST_EXAMPLES:
        raise UndescribedError(f"{len(starts):,} ranges of addresses are told apart, more than can be asked for")
    return [format_address(address) for address in sorted(starts)]


def _named(model: Network) -> Iterator[Prefix]:
    inventory = model.inventory
    for group in inventory.security_groups.by_id.values():
        for rule in (*group.ingress, *group.egress):
            yield from rule.prefixes
    for acl in {acl.id: acl for acl in inventory.network_acls.by_subnet.values()}.values():
        for entry in (*acl.ingress, *acl.egress):
            yield entry.prefix
    for listed in inventory.prefix_lists.values():
        yield from listed
    for table in inventory.route_tables.by_id.values():
        yield from table.prefixes
    for transit in inventory.transit_gateways.tables.values():
        yield from transit.prefixes
