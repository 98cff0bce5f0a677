"""Can a call that failed look like health? Every reader and lister, every operation, every way to fail.

A cell fails where a check passes although an operation it rests on gave no answer, unless `excused.py` says why that
is right.
"""

from __future__ import annotations

import inspect
from fnmatch import fnmatchcase
from typing import Any

import pytest

from diagnosis.answers import Absent, Blind
from fixtures.failures import blind_for
from fixtures.operations import iam_action
from fixtures.store import decode, encode
from fixtures.target_lists import Unlisted
from tests.fixtures.house import LISTERS, READERS
from tests.trust.excused import EMPTY_IS_NONE, HEALS, MIXED, NOT_ASKED, PASSES, SILENT, TIDYING, concerns, may_pass
from tests.trust.matrix import CHECKS, OBSTACLES, cells, explains, facts_of, kind_of


@pytest.mark.parametrize(("reader", "operation", "fault"), list(cells(READERS.values())))
def test_no_check_passes_on_an_answer_that_was_not_given(asked, armed, world, tally, reader, operation, fault):
    if operation not in asked.made[reader.name]:
        pytest.skip(NOT_ASKED.get(operation, "see test_declared_calls_are_the_calls_made"))
    armed(operation, fault)
    world.sessions.counter.calls.clear()
    changed = asked.again(reader)
    answers = changed[reader.name]
    assert operation in world.sessions.counter.calls
    assert_says_why(asked.answers[reader.name], answers, operation, fault)
    if fault != "empty" and (reader.name, operation, fault) not in SILENT:
        assert answers != asked.answers[reader.name], "the failure left no trace"
    passed = [key for key, came in asked.judged(changed).items() if came == "passed"]
    healed = [key for key in passed if asked.outcomes[key] != "passed" and (key[0], operation, fault) not in HEALS]
    assert {key: asked.outcomes[key] for key in healed} == {}, "blindness made something sick look well"
    rest = [key for key in passed if asked.outcomes[key] == "passed" and rests_on(asked, *key, operation, changed)]
    assert [key for key in rest if not may_pass(*key, operation, fault)] == []
    tally(fault, excused=len({check for check, _ in rest}))


def rests_on(asked, check: str, target: str, operation: str, changed: dict[str, Any]) -> bool:
    """Is the target one that this operation answers about, and the fact more than an explanation to the check?"""
    kind = kind_of(check)
    if all(explains(check, fact) for fact in facts_of(check) if fact in changed):
        return False
    if kind not in MIXED:
        return True
    own = {call.split(":")[0] for call in LISTERS[kind].calls}
    return concerns(next(one for one in asked.targets[kind] if one.id == target), operation, own)


def assert_says_why(known: dict[str, Any], answers: dict[str, Any], operation: str, fault: str) -> None:
    """What turned blind names the obstacle, and a denial its action; only an empty answer may turn into an absence."""
    assert answers.keys() == known.keys()
    for key, answer in answers.items():
        if isinstance(answer, Absent):
            assert fault == "empty" or isinstance(known[key], Absent), answer
        elif isinstance(answer, Blind):
            assert answer.obstacle in OBSTACLES[fault], answer
            assert answer.reason == answer.reason.strip() != ""
            assert "\n" not in answer.reason
            if fault == "deny":
                assert (answer.action, answer.reason) == (iam_action(operation), f"missing {iam_action(operation)}")


@pytest.mark.parametrize(("lister", "operation", "fault"), list(cells(LISTERS.values())))
def test_no_list_is_short_for_a_call_that_failed(asked, armed, world, tally, lister, operation, fault):
    armed(operation, fault)
    tally(fault, excused=int((lister.kind, operation) in TIDYING or (fault == "empty" and operation in EMPTY_IS_NONE)))
    try:
        found = list(lister.find(world.ask()))
        blinds = [one.blind for one in found if isinstance(one, Unlisted)]
    except Exception as error:  # noqa: BLE001 - as discovery does
        found, blinds = [], [blind_for(error)]
    for blind in blinds:
        assert blind.obstacle in OBSTACLES[fault], blind
        if fault == "deny":
            assert blind.reason == f"missing {iam_action(operation)}"
    if blinds:
        return
    ids, known = {target.id for target in found}, {target.id for target in asked.targets[lister.kind]}
    if (lister.kind, operation) in TIDYING:
        assert ids <= known if fault == "empty" else ids >= known  # without interfaces a default VPC looks idle
        return
    assert fault == "empty", "a failed call gave a list"
    assert ids == known if operation in EMPTY_IS_NONE else ids < known


@pytest.mark.parametrize("name", READERS)
def test_declared_calls_are_the_calls_made(asked, name):
    """`--iam-policy` prints what readers declare: neither more nor less than they need."""
    assert asked.made[name] == set(READERS[name].calls) - set(NOT_ASKED)


@pytest.mark.parametrize("kind", LISTERS)
def test_listers_declare_the_calls_they_make(world, asked, kind):
    world.memory.live = "*"
    world.sessions.counter.calls.clear()
    found = list(LISTERS[kind].find(world.ask()))
    assert found == list(asked.targets[kind])
    assert found, "the world has none of them"
    assert set(world.sessions.counter.calls) == set(LISTERS[kind].calls)


@pytest.mark.parametrize("name", READERS)
def test_the_world_has_health_to_lose(asked, name):
    """Without a check that passes when nothing fails, the matrix would prove nothing."""
    assert "passed" in {came for (check, _), came in asked.outcomes.items() if name in facts_of(check)}


@pytest.mark.parametrize("name", READERS)
def test_facts_come_back_from_the_store_as_they_were(asked, name):
    reader, answers = READERS[name], asked.answers[name]
    assert decode(encode(answers, reader.codec), reader.codec) == answers


def test_what_every_check_rests_on_is_in_the_matrix():
    """Were readers not found, every test above would be passed."""
    for check, function in CHECKS.items():
        assert facts_of(check), check
        assert inspect.signature(function).parameters.keys() <= {"limits", *READERS, *LISTERS}, check


def test_the_exceptions_speak_of_checks_and_calls_that_exist():
    calls = {call for reader in READERS.values() for call in reader.calls}
    for check, operation, _ in PASSES:
        assert check in CHECKS
        assert any(fnmatchcase(call, operation) for call in calls)
