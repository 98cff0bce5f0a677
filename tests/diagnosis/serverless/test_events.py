"""Are sources red that are switched off or fall behind, and events that were lost?"""

from __future__ import annotations

from typing import Any

import pytest

from diagnosis.answers import Absent, Blind, CouldNotTellError
from diagnosis.findings import Finding
from diagnosis.serverless.dead_letters import DeadLetters
from diagnosis.serverless.events import EventSource, FunctionEvents
from diagnosis.serverless.events import unconsumed as unconsumed_with
from diagnosis.serverless.function_log import FunctionLog
from tests.builders import NOW, series
from tests.diagnosis.serverless.logs import FUNCTION, log_of, told

DAY_S = 86_400
QUIET = Absent("no traffic: no invocation in the window")


def queue(oldest_s: float | None = 5, **changes: Any) -> EventSource:
    known: dict[str, Any] = {"state": "Enabled", "reason": "User action", "result": "OK", "retention_s": DAY_S}
    oldest = series(oldest_s, period_s=300)
    return EventSource("u-1", "arn:aws:sqs:eu-west-1:1:orders", "sqs", oldest_s=oldest, **known | changes)


def events(*sources: EventSource, **changes: Any) -> FunctionEvents:
    known: dict[str, Any] = {
        "iterator_age_ms": series(period_s=300),
        "async_age_ms": series(period_s=300),
        "lost": (),
        "errors": 0.0,
        "throttles": 0.0,
    }
    return FunctionEvents(FUNCTION, sources, as_of=NOW, **known | changes)


def unconsumed(facts: FunctionEvents, log: FunctionLog | Absent | Blind = QUIET, **limits: Any) -> list[Finding]:
    return unconsumed_with(facts, log, **limits)


def test_an_enabled_mapping_that_keeps_up_is_well() -> None:
    assert unconsumed(events(queue(), queue(None))) == []


@pytest.mark.parametrize("state", ["Disabled", "Disabling"])
def test_a_mapping_that_is_switched_off_is_red(state: str) -> None:
    [found] = unconsumed(events(queue(state=state, reason="Function cannot access the queue")))
    assert (found.cause, found.impact, found.resource, found.proven) == ("config", "now", "u-1", True)
    assert "orders" in found.symptom
    assert "cannot access the queue" in found.evidence[0]
    assert unconsumed(events(queue(state=state)), disabled_is_sick=False) == []


def test_a_state_that_nobody_knows_is_no_health() -> None:
    with pytest.raises(CouldNotTellError, match="orders"):
        unconsumed(events(queue(state="Odd")))


def test_what_lambda_says_of_a_mapping_is_explained() -> None:
    [found] = unconsumed(events(queue(result="PROBLEM: AccessDenied: not authorized to perform: sqs:ReceiveMessage")))
    assert found.cause == "permission"


@pytest.mark.parametrize(("oldest_s", "red"), [(8_640, False), (8_641, True)])
def test_a_tenth_of_the_retention_is_allowed(oldest_s: float, red: bool) -> None:
    assert bool(unconsumed(events(queue(oldest_s)))) is red


@pytest.mark.parametrize(
    ("ages", "red"),
    [
        ((10_000, 20_000, 61_000), True),
        ((10_000, 20_000, 60_000), False),
        ((90_000, 80_000, 70_000), False),  # a backlog that shrinks
        ((70_000,), False),  # one point does not rise
        ((70_000, 70_000), False),
    ],
)
def test_an_old_iterator_that_grows_older_is_red(ages: tuple[float, ...], red: bool) -> None:
    found = unconsumed(events(iterator_age_ms=series(*ages, period_s=300)))
    assert bool(found) is red


@pytest.mark.parametrize(
    ("suffers", "cause"),
    [
        ({"throttles": 3.0, "errors": 9.0}, "throttled"),
        ({"errors": 9.0, "invocations": 90.0}, "code"),
        ({"errors": 1.0, "invocations": 5_000.0, "usual_invocations": 4_000.0}, "unknown"),
        ({"invocations": 5_000.0, "usual_invocations": 3_000.0}, "traffic"),
        ({"invocations": 5_000.0}, "unknown"),
        ({}, "unknown"),
    ],
)
def test_why_events_wait_is_what_the_function_suffers_from(suffers: dict[str, float], cause: str) -> None:
    log = log_of(told("[ERROR] KeyError: 'size'", 9))
    [found] = unconsumed(events(iterator_age_ms=series(1_000, 99_000, period_s=300), **suffers), log)
    assert found.cause == cause


def test_what_fails_is_unknown_where_the_log_does_not_tell() -> None:
    facts = events(iterator_age_ms=series(1_000, 99_000, period_s=300), errors=9.0, invocations=90.0)
    assert [found.cause for found in unconsumed(facts)] == ["unknown"]


@pytest.mark.parametrize("metric", ["AsyncEventsDropped", "DeadLetterErrors", "DestinationDeliveryFailures"])
def test_one_lost_event_is_one_too_many(metric: str) -> None:
    [found] = unconsumed(events(lost=((metric, 1.0),)))
    assert found.evidence == (f"{metric} 1",)
    assert unconsumed(events(lost=((metric, 0.0),))) == []


def test_asynchronous_events_that_wait_for_hours_are_red() -> None:
    assert len(unconsumed(events(async_age_ms=series(1e6, 3.7e6, period_s=300)))) == 1
    assert unconsumed(events(async_age_ms=series(1e6, 3.5e6, period_s=300))) == []


def test_sources_are_named_as_people_call_them() -> None:
    def name(arn: str) -> str:
        return EventSource("u-1", arn, "", "Enabled", "", "").name

    assert name("arn:aws:kinesis:eu-west-1:1:stream/clicks") == "clicks"
    assert name("arn:aws:dynamodb:eu-west-1:1:table/orders/stream/2024") == "orders"
    assert name("") == "u-1"


def dead(*held: float) -> EventSource:
    return queue(dead_letters=DeadLetters("arn:aws:sqs:eu-west-1:1:orders-dead", series(*held, period_s=300)))


@pytest.mark.parametrize(
    ("held", "came"),
    [((3, 3, 41), 38), ((0, 1), 1), ((7, 7, 7), 0), ((9, 4, 0), 0), ((), 0), ((9, 0, 2), 2)],
)
def test_what_comes_to_a_dead_letter_queue_is_red_and_what_lies_there_is_not(held: tuple[int, ...], came: int) -> None:
    found = unconsumed(events(dead(*held)))
    assert [f"{came} messages of orders came to orders-dead" in one.symptom for one in found] == [True] * bool(came)


def test_dead_letters_have_the_cause_of_what_failed() -> None:
    [found] = unconsumed(events(dead(0, 9)), log_of(told("[ERROR] KeyError: 'id'")))
    assert (found.cause, found.impact, found.depends_on) == ("code", "now", (FUNCTION.arn,))
    [found] = unconsumed(events(dead(0, 9), throttles=80.0))
    assert found.cause == "throttled"
    [found] = unconsumed(events(dead(0, 9), errors=80.0))
    assert found.cause == "unknown"


@pytest.mark.parametrize(
    ("said", "cause"),
    [
        ("PROBLEM: Cluster failed to authorize Lambda.", "permission"),
        ("PROBLEM: Server failed to authenticate Lambda.", "permission"),
        ("PROBLEM: Lambda failed to assume your function execution role.", "permission"),
        ("PROBLEM: Connection error. Please check your event source connection configuration.", "network"),
        ("PROBLEM: Provided certificate or private key is invalid.", "certificate"),
        ("PROBLEM: Stream not found", "config"),
        ("PROBLEM: Function call failed", "unknown"),
    ],
)
def test_what_lambda_says_of_a_mapping_names_the_cause(said: str, cause: str) -> None:
    [found] = unconsumed(events(queue(result=said)))
    assert (found.cause, found.proven) == (cause, cause != "unknown")


def test_a_function_that_failed_on_a_mappings_events_has_the_cause_of_its_log() -> None:
    [found] = unconsumed(
        events(queue(result="PROBLEM: Function call failed")), log_of(told("[ERROR] KeyError: 'session'"))
    )
    assert (found.cause, found.proven, found.depends_on) == ("code", False, (FUNCTION.arn,))


@pytest.mark.parametrize(
    ("code", "cause"),
    [("EVENT_SOURCE_AUTHZ_ERROR", "permission"), ("ESM_CONFIG_NOT_VALID", "config"), ("USER_INITIATED", "")],
)
@pytest.mark.parametrize("state", ["Enabled", "Disabled"])
def test_a_code_in_the_reason_of_a_mappings_state_is_told_in_any_state(code: str, cause: str, state: str) -> None:
    found = unconsumed(events(queue(reason=code, state=state)))
    expected = cause or ("config" if state == "Disabled" else "")
    assert [one.cause for one in found] == [expected] * bool(expected)
