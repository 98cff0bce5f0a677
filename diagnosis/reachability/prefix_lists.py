"""Which addresses does a prefix list hold? AWS-managed and customer-managed lists."""

from collections.abc import Mapping

from diagnosis.reachability.addresses import Prefix, parse_prefix
from diagnosis.reachability.descriptions import Descriptions

PrefixLists = Mapping[str, tuple[Prefix, ...]]
"""Prefix list id to its prefixes; a list whose entries nobody described is absent."""


def read_prefix_lists(descriptions: Descriptions) -> PrefixLists:
    """The lists of `PrefixLists` (with Cidrs) and `ManagedPrefixLists` (with Entries)."""
    lists: dict[str, tuple[Prefix, ...]] = {}
    for _, raw in descriptions.objects("PrefixLists"):
        if "Cidrs" in raw:
            lists[raw["PrefixListId"]] = tuple(parse_prefix(cidr) for cidr in raw["Cidrs"])
    for _, raw in descriptions.objects("ManagedPrefixLists"):
        if "Entries" in raw:
            lists[raw["PrefixListId"]] = tuple(parse_prefix(entry["Cidr"]) for entry in raw["Entries"])
    return lists
