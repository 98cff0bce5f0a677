"""Which operations can be denied in one run so that each of them is still asked?"""

from __future__ import annotations

from functools import cache

from tests.fixtures.house import LISTERS, READERS
from tests.trust.excused import NOT_ASKED
from tests.trust.matrix import CHECKS, facts_of, kind_of

ELSEWHERE = {"resourcegroupstaggingapi:GetResources", "elbv2:DescribeTags", "sts:GetCallerIdentity"}
"""Asked where --tag is given, which selects nothing in the matrix's world; and what no run begins without."""


@cache
def calls_behind(reader: str) -> frozenset[str]:
    """What a reader asks itself and by the readers that it asks."""
    known = READERS[reader]
    return frozenset({*known.calls, *(call for also in known.also for call in calls_behind(also))})


@cache
def calls_of(check: str) -> frozenset[str]:
    """Everything that a check rests on: the list of its targets, and its facts."""
    facts = frozenset(call for fact in facts_of(check) for call in calls_behind(fact))
    return facts | frozenset(LISTERS[kind_of(check)].calls)


@cache
def groups() -> tuple[dict[str, str], ...]:
    """Operations with a check each that asks it: no other operation of the group is one that the check rests on."""
    asking = {check: calls_of(check) for check in CHECKS}
    operations = {call for calls in asking.values() for call in calls} - NOT_ASKED.keys() - ELSEWHERE
    found = {one: sorted((c for c in asking if one in asking[c]), key=lambda c: len(asking[c])) for one in operations}
    made: list[dict[str, str]] = []
    for operation in sorted(found, key=lambda one: (len(found[one]), one)):
        options = ((group, check) for check in found[operation] for group in made)
        free = (pair for pair in options if _fits(pair[0], operation, pair[1]))
        group, check = next(free, ({}, found[operation][0]))
        if not group:
            made.append(group)
        group[operation] = check
    return tuple(made)


def _fits(group: dict[str, str], operation: str, check: str) -> bool:
    hidden = any(operation in calls_of(other) for other in group.values())
    return not hidden and calls_of(check).isdisjoint(group)
