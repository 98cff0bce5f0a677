"""What do the house's checks say when an answer of AWS fails or changes? Readers and rules, in one process.

The readers, their operations and the checks that use them are collected from the house: a new one is in the matrix by
being there.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterable, Iterator
from functools import cache
from types import SimpleNamespace
from typing import Any, get_args, get_type_hints

import botocore.session
import pytest

from diagnosis.answers import Blind
from diagnosis.targets import Target
from fixtures.facts import Reader, _accepted
from fixtures.failures import blind_for
from fixtures.target_lists import Unlisted
from fixtures.targets import Lister
from tests.fixtures.house import LISTERS, READERS, World, checks
from tests.trust.excused import NO_ANSWER

FAULTS = ("deny", "malformed", "empty", "partial")
"""`make test` denies every operation to every reader; the others it tries with the reader that asks least."""
LIKEWISE = ("throttle", "fail", "expire", "reset", "refused", "cut", "timeout")
"""To a reader these are exceptions as a denial is one: the full matrix tries them, `make test` does not."""
OBSTACLES = {
    "deny": {"denied"},
    "throttle": {"throttled"},
    "fail": {"failed"},
    "reset": {"unreachable"},
    "malformed": {"unreadable", "unreachable", "failed", "partial"},
    "partial": {"failed", "partial", "missing"},
    "empty": {"missing", "not_observed", "partial"},
    "refused": {"unreachable"},
    "cut": {"unreachable", "unreadable"},
    "timeout": {"timeout"},
    "expire": {"credentials"},
}
SESSION = botocore.session.get_session()
CHECKS = checks()


@cache
def has_pages(operation: str) -> bool:
    service, name = operation.split(":")
    try:
        SESSION.get_paginator_model(service).get_paginator(name)
    except Exception:  # noqa: BLE001 - botocore has several errors for it
        return False
    return True


@cache
def output_of(operation: str) -> Any:
    """The shape of an operation's answer; None where it has none."""
    service, name = operation.split(":")
    return SESSION.get_service_model(service).operation_model(name).output_shape


@cache
def has_lists(operation: str) -> bool:
    """Is there a list in the answer, so that it can be emptied?"""
    shape = output_of(operation) if operation not in NO_ANSWER else None
    return shape is not None and any(member.type_name == "list" for member in shape.members.values())


def possible(operation: str, fault: str) -> bool:
    return {"partial": has_pages, "empty": has_lists}.get(fault, lambda _: True)(operation)


@cache
def asks_least(operation: str) -> str:
    """The reader that asks this operation and fewest others."""
    asking = [one for one in READERS.values() if operation in one.calls]
    return min(asking, key=lambda one: (len(one.calls), one.name)).name


def cells(makers: Iterable[Reader | Lister]) -> Iterator[Any]:
    for maker in makers:
        name = maker.name if isinstance(maker, Reader) else maker.kind
        for operation in dict.fromkeys(maker.calls):
            for fault in (*FAULTS, *LIKEWISE):
                often = isinstance(maker, Reader) and fault != "deny" and asks_least(operation) != name
                marks = [pytest.mark.long] if often or fault in LIKEWISE else []
                if possible(operation, fault):
                    yield pytest.param(maker, operation, fault, id=f"{name}-{operation}-{fault}", marks=marks)


@cache
def facts_of(check: str) -> tuple[str, ...]:
    return tuple(name for name in inspect.signature(CHECKS[check]).parameters if name in READERS)


@cache
def kind_of(check: str) -> str:
    """The kind of target that the check is about: its own parameter's, or that of its facts."""
    named = [name for name in inspect.signature(CHECKS[check]).parameters if name in LISTERS]
    return next(kind for kind in (*named, *(READERS[fact].kind for fact in facts_of(check))) if kind)


@cache
def explains(check: str, fact: str) -> bool:
    """Does the check take the fact's blindness, so that the fact explains what another one shows?"""
    return Blind in get_args(get_type_hints(CHECKS[check]).get(fact))


@cache
def resting_on(name: str) -> tuple[str, ...]:
    """The readers that ask for this one's facts themselves, each after those that it asks."""
    found: list[str] = []
    while more := [r for r in READERS.values() if r.name not in found and {name, *found} & set(r.also)]:
        found += [one.name for one in more if not set(one.also) & {r.name for r in more}]
    return tuple(found)


Outcomes = dict[tuple[str, str], str]
"""By check and target's id: passed, failed, error or skipped."""


class Asked:
    """What the world answers when nothing fails, and what came of it."""

    def __init__(self, world: World, *, whole: bool = True) -> None:
        self.world = world
        self.targets = {kind: listed(world, one, whole) for kind, one in LISTERS.items()}
        self.made: dict[str, set[str]] = {}
        self.answers: dict[str, dict[str, Any]] = {}
        for name in READERS:
            self.answer(name)
        self.outcomes = self.judged(self.answers)

    def answer(self, name: str) -> dict[str, Any]:
        """What the reader says when nothing fails, and which calls it makes for that itself."""
        for also in READERS[name].also:
            self.answer(also)
        if name not in self.answers:
            calls = self.world.sessions.counter.calls
            calls.clear()
            self.answers[name] = self.read(READERS[name])
            self.made[name] = set(calls)
        return self.answers[name]

    def read(self, reader: Reader, other: Callable[[str], dict[str, Any]] | None = None) -> dict[str, Any]:
        """As the suite does: whatever is raised blinds every target of the place."""
        targets = self.targets[reader.kind] if reader.kind else self.about(reader.name)
        keys = [target.id for target in targets] if reader.kind else [self.world.place.key]
        try:
            answer = reader.read(self.world.ask(targets=targets, other=other or self.answer))
        except Exception as error:  # noqa: BLE001 - the suite's own rule
            return dict.fromkeys(keys, blind_for(error))
        return answer if reader.kind else {keys[0]: answer}

    def again(self, reader: Reader, *, whole: bool = False) -> dict[str, dict[str, Any]]:
        """What the reader says now, and after it the readers that ask it, where that is another thing, or `whole`."""
        changed = {reader.name: self.read(reader)}
        if whole or changed[reader.name] != self.answers[reader.name]:
            for name in resting_on(reader.name):
                changed[name] = self.read(READERS[name], lambda one: changed.get(one, self.answers[one]))
        return changed

    def about(self, name: str) -> tuple[Target, ...]:
        """What the checks that use a fact of the place are about."""
        kinds = {kind_of(check) for check in CHECKS if name in facts_of(check)}
        return tuple(target for kind in sorted(kinds) for target in self.targets[kind])

    def judged(self, changed: dict[str, dict[str, Any]]) -> Outcomes:
        """The outcome of each check that uses one of these facts, on each target."""
        found = {}
        for check, function in CHECKS.items():
            if changed.keys().isdisjoint(facts_of(check)):
                continue
            facts = {fact: changed.get(fact, self.answers[fact]) for fact in facts_of(check)}
            for target in self.targets[kind_of(check)]:
                found[check, target.id] = outcome(function, target, facts)
        return found


def listed(world: World, lister: Lister, whole: bool) -> tuple[Target, ...]:
    """The targets of a kind; all of them must be known where the world is to be `whole`."""
    try:
        found = list(lister.find(world.ask()))
    except Exception:
        if whole:
            raise
        return ()
    unread = [one for one in found if isinstance(one, Unlisted)]
    assert not whole or not unread, unread[0].blind.reason
    return tuple(one for one in found if not isinstance(one, Unlisted))


def outcome(check: Callable[..., None], target: Target, facts: dict[str, dict[str, Any]]) -> str:
    given = {
        fact: answers.get(target.id if READERS[fact].kind else target.place.key) for fact, answers in facts.items()
    }
    limits = {"limits": {}} if "limits" in inspect.signature(check).parameters else {}
    request = SimpleNamespace(function=check)
    try:
        check(**{fact: _accepted(request, fact, answer) for fact, answer in given.items()}, **limits)
    except pytest.skip.Exception:
        return "skipped"
    except pytest.fail.Exception:
        return "error"
    except AssertionError:
        return "failed"
    except Exception:  # noqa: BLE001 - what a rule raises is an error, be it CouldNotTellError or a crash
        return "error"
    return "passed"
