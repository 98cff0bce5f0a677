"""Which accounts and regions is the fleet made of? What Organizations and Account Management say, all pages of it.

A call that is denied is an error of the whole step: a fleet that is listed in part would be green too easily.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from runbook.aws import client

ENABLED = ("ENABLED", "ENABLED_BY_DEFAULT")


@dataclass(frozen=True)
class Member:
    """An account of the organization; `state` is AWS's word, ACTIVE where it can be examined."""

    account: str
    name: str
    state: str


@dataclass(frozen=True)
class Choice:
    """Which accounts and regions are meant. Empty: all of the organization, every region that an account has enabled.

    `units` are ids of organizational units (or the root), those below them included; an account must carry all `tags`.
    """

    units: tuple[str, ...] = ()
    tags: tuple[tuple[str, str], ...] = ()
    regions: tuple[str, ...] = ()


@dataclass(frozen=True)
class Roll:
    """The places to examine, as (account, region), and what was left out and why, in words."""

    places: tuple[tuple[str, str], ...]
    left_out: tuple[str, ...]


def roll(choice: Choice) -> Roll:
    """The fleet by this choice. ClientError where a call is refused, ValueError where nothing is left to examine."""
    places: list[tuple[str, str]] = []
    left_out: list[str] = []
    own = str(client("sts").get_caller_identity()["Account"])
    for member in sorted(_members(choice.units), key=lambda member: member.account):
        if member.state != "ACTIVE":
            left_out.append(f"account {member.account} ({member.name}) is not examined: {member.state}")
        elif all(tag in _tags(member.account) for tag in choice.tags):
            enabled = _enabled_regions(member.account, own)
            wanted = choice.regions or enabled
            places += [(member.account, region) for region in wanted if region in enabled]
            left_out += [f"{member.account}/{region} is not enabled" for region in wanted if region not in enabled]
    if not places:
        raise ValueError(f"no account is left to examine: {'; '.join(left_out) or 'none has been found'}")
    return Roll(tuple(places), tuple(left_out))


def _members(units: Sequence[str]) -> Iterator[Member]:
    """The accounts of these units and of the units in them, each once; of the organization where none is named."""
    if not units:
        yield from map(_member, _all("organizations", "list_accounts", "Accounts"))
        return
    seen: set[str] = set()
    for unit in _with_inner(units):
        for member in map(_member, _all("organizations", "list_accounts_for_parent", "Accounts", ParentId=unit)):
            if member.account not in seen:
                seen.add(member.account)
                yield member


def _with_inner(units: Sequence[str]) -> Iterator[str]:
    waiting = list(dict.fromkeys(units))
    seen: set[str] = set()
    while waiting:
        unit = waiting.pop()
        if unit not in seen:
            seen.add(unit)
            inner = _all("organizations", "list_organizational_units_for_parent", "OrganizationalUnits", ParentId=unit)
            waiting += [one["Id"] for one in inner]
            yield unit


def _member(plain: Mapping[str, Any]) -> Member:
    """`State` takes the place of `Status`, which AWS retires (docs.aws.amazon.com/organizations: API_Account)."""
    return Member(plain["Id"], str(plain.get("Name", "")), str(plain.get("State") or plain.get("Status") or "UNKNOWN"))


def _tags(account: str) -> set[tuple[str, str]]:
    found = _all("organizations", "list_tags_for_resource", "Tags", ResourceId=account)
    return {(tag["Key"], tag["Value"]) for tag in found}


def _enabled_regions(account: str, own: str) -> tuple[str, ...]:
    """The regions that an account can use. Of one's own account AWS wants no id to be said."""
    whose = {} if account == own else {"AccountId": account}
    found = _all("account", "list_regions", "Regions", RegionOptStatusContains=list(ENABLED), **whose)
    return tuple(sorted(one["RegionName"] for one in found if one.get("RegionOptStatus") in ENABLED))


def _all(service: str, operation: str, key: str, **words: Any) -> list[Any]:
    pages: Iterable[Mapping[str, Any]] = client(service).get_paginator(operation).paginate(**words)
    return [one for page in pages for one in page[key]]


def chosen(units: str, tags: str, regions: str) -> Choice:
    """The choice as the template says it: words with commas. ValueError where a tag is none."""
    pairs = [tag.partition("=") for tag in _words(tags)]
    wrong = [key for key, equals, _ in pairs if not equals or not key]
    if wrong:
        raise ValueError(f"{json.dumps(wrong[0])} is no tag: write it as key=value")
    return Choice(_words(units), tuple((key, value) for key, _, value in pairs), _words(regions))


def _words(text: str) -> tuple[str, ...]:
    return tuple(word.strip() for word in text.split(",") if word.strip())
