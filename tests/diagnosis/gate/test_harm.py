"""Is a deployment red where it did harm, green where that is proven, and neither where nobody can tell?"""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from diagnosis.answers import Blind, CouldNotTellError
from diagnosis.deploy.stopped_tasks import ContainerEnd, StoppedTask
from diagnosis.gate.deployed import Deployed
from diagnosis.gate.harm import harm, not_yet
from diagnosis.gate.signals import Measured, Signal
from diagnosis.logs.new_errors import ErrorKind, ErrorKinds
from diagnosis.series import Series
from tests.builders import NOW, ago, target
from tests.diagnosis.gate.shots import deployed, latency, ratio, since_shift, stretch


def said(fact: Deployed, **limits: Any) -> str:
    """`red`, `green`, or why nobody can tell."""
    try:
        return "red" if harm(fact, **limits) else "green"
    except CouldNotTellError as error:
        return error.blind.reason


def test_errors_that_came_with_the_deployment_are_its_harm() -> None:
    (found,) = harm(deployed(25, ratio(25, since_shift(2.0))))
    assert (found.cause, found.impact, found.subject) == ("code", "now", "shop/checkout")
    assert found.symptom.startswith(
        "shop/checkout: HTTPCode_Target_5XX_Count of checkout 42 of 2,100 (2.00%), expected"
    )
    shown = " ".join(found.evidence)
    for word in (
        "0 of 6,000 (0.00%) in the same clock time 1 d and 7 d before",
        "p = ",
        "φ = 1",
        "(95 %)",
        "deployment 7",
    ):
        assert word in shown
    assert found.onset == NOW - timedelta(minutes=25)
    assert "tg/checkout" in found.needed_by


def test_no_errors_pass_and_say_what_that_proves() -> None:
    fact = deployed(25, ratio(25, 0.0))
    assert said(fact) == "green"
    assert any("0 of 2,100 (0.00%) after, at most 0.14% (95 %)" in note for note in fact.notes())


@pytest.mark.parametrize(
    ("errors", "usual", "verdict"),
    [
        (1.0, 0.0, "red"),  # 1 % where there was none
        (0.4, 0.0, "green"),  # less than half a point more
        (1.9, 1.0, "green"),  # less than twice as much
        (3.0, 1.0, "red"),
        (1.0, 1.0, "green"),
    ],
)
def test_only_effects_that_matter_are_red(errors: float, usual: float, verdict: str) -> None:
    fact = deployed(30, ratio(30, since_shift(errors, usual), usual_errors=usual))
    assert said(fact) == verdict


def test_one_bad_minute_is_no_regression() -> None:
    one = deployed(30, ratio(30, lambda minute: 40.0 if minute == 10 else 0.0))
    assert said(one) == "green"


def test_what_was_so_before_the_deployment_is_not_its_harm() -> None:
    fact = deployed(25, ratio(25, 6.0, usual_errors=0.0))
    assert said(fact) == "green"
    assert any("already in the hour before" in note for note in fact.notes())


def test_the_old_version_in_the_same_minutes_goes_first() -> None:
    both_fail = ratio(20, since_shift(3.0), 30.0, old=(60.0, 600.0))
    assert said(deployed(20, both_fail, on_trial="5 % of the traffic on trial")) == "green"
    new_fails = ratio(20, since_shift(3.0), 30.0, old=(0.2, 600.0))
    (found,) = harm(deployed(20, new_fails))
    assert "as in the old version in the same minutes" in found.symptom


def test_bursts_are_fewer_events_than_errors() -> None:
    def bursts(minute: int) -> float:
        return 30.0 if minute % 20 == 0 else 0.0

    fact = deployed(12, ratio(12, since_shift(1.2, 0.0), 100.0, usual_errors=bursts))
    assert said(fact) == "green"


def test_five_per_cent_need_no_statistics_and_no_five_minutes() -> None:
    fact = deployed(3, ratio(3, since_shift(8.0)))
    assert said(fact) == "green" or said(fact).startswith("shop/checkout: deployment 7: too early")
    early = replace(deployed(5, ratio(5, since_shift(8.0))), lag=timedelta())
    assert said(early) == "red"


def test_too_early_says_when_to_ask() -> None:
    assert "too early" in said(deployed(4, ratio(4, 0.0)))
    assert f"ask at {NOW + timedelta(minutes=5):%H:%M} UTC" in said(deployed(4, ratio(4, 0.0)))
    assert said(deployed(9, ratio(9, 0.0))) == "green"


def test_too_little_traffic_is_inconclusive_unless_it_may_pass() -> None:
    quiet = deployed(30, ratio(30, 0.0, 1.0))
    assert "inconclusive" in said(quiet)
    assert "26 requests" in said(quiet)
    assert said(quiet, low_traffic_passes=True) == "green"
    assert "too early" in said(deployed(5, ratio(5, 0.0, 1.0)), low_traffic_passes=True)


def test_low_traffic_that_may_pass_is_red_all_the_same_where_it_fails() -> None:
    fails = deployed(40, ratio(40, since_shift(1.0), 2.0))
    assert said(fails, low_traffic_passes=True) == "red"
    for minutes in (9, 20):  # too few for a verdict
        assert "they fail" in said(deployed(minutes, ratio(minutes, since_shift(2.0), 2.0)), low_traffic_passes=True)
    assert said(deployed(20, ratio(20, lambda minute: float(minute == 9), 2.0)), low_traffic_passes=True) == "green"


def test_requests_that_no_longer_come_need_no_statistics() -> None:
    gone = deployed(20, ratio(20, 0.0, lambda minute: 30.0 if minute < 0 else 0.0, usual_requests=30.0))
    (found,) = harm(gone)
    assert "no request" in found.symptom
    once_a_day = deployed(20, ratio(20, 0.0, lambda minute: 30.0 if minute == -50 else 0.0, usual_requests=0.0))
    assert "no traffic" in said(once_a_day)


def test_a_tenth_of_the_requests_that_every_control_lets_expect_is_harm() -> None:
    def left(requests: float, usual: float = 300.0) -> str:
        return said(deployed(20, ratio(20, 0.0, since_shift(requests, 300.0), usual_requests=usual)))

    assert left(20.0) == "red"
    assert left(40.0) == "green"
    assert left(20.0, usual=25.0) == "green"  # it is so at this time of day


def test_silence_that_only_one_control_had_not_is_neither_harm_nor_health() -> None:
    young = replace(ratio(20, 0.0, since_shift(0.0, 100.0), subject="inside"), days=())
    empty = tuple((ago, Measured(Series(60), Series(60))) for ago in (timedelta(days=1), timedelta(days=7)))
    assert "inside: no request after" in said(deployed(20, ratio(20, 0.0), replace(young, days=empty)))


def test_what_others_use_too_shows_harm_and_proves_no_health() -> None:
    def cut_off(errors: float, own: float = 100.0) -> str:
        balancer = replace(ratio(20, since_shift(errors), 900.0, subject="shop"), shared=True)
        return said(deployed(20, ratio(20, 0.0, own), balancer))

    assert cut_off(30.0) == "red"
    assert cut_off(0.0) == "green"
    assert "no traffic" in cut_off(0.0, own=0.0)


def test_a_version_on_trial_need_not_get_any() -> None:
    assert "no traffic" in said(deployed(20, ratio(20, 0.0, 0.0, old=(0.0, 30.0))))


def test_a_silence_of_a_minute_or_two_may_be_lag() -> None:
    late = ratio(6, 0.0, lambda minute: 300.0 if minute < 0 else 0.0, usual_requests=300.0)
    assert "too early" in said(deployed(6, late))


def test_twice_the_traffic_is_no_harm() -> None:
    assert said(deployed(25, ratio(25, 0.2, 200.0, usual_errors=0.1, usual_requests=100.0))) == "green"


def test_slower_answers_are_harm_from_a_fifth_and_fifty_milliseconds_on() -> None:
    def wavering(level: float) -> Any:
        return lambda minute: level * (1 + 0.02 * (minute % 7 - 3))

    def slow(after: float, usual: float, minutes: int = 25) -> str:
        moved = latency(minutes, lambda m: wavering(after if m >= 0 else usual)(m), wavering(usual))
        return said(deployed(minutes, ratio(minutes, 0.0), moved))

    assert slow(0.6, 0.4) == "red"
    assert slow(0.45, 0.4) == "green"  # an eighth
    assert slow(0.06, 0.04) == "green"  # twenty milliseconds
    assert slow(0.6, 0.4, minutes=10) == "green"  # four blocks are too few
    assert slow(0.6, 0.4, minutes=16) == "red"


def test_a_percentile_of_few_requests_is_none() -> None:
    moved = latency(25, since_shift(0.9, 0.3), 0.3, requests=40.0)
    fact = deployed(25, ratio(25, 0.0), moved)
    assert said(fact) == "green"
    assert any("p95 of checkout: not compared" in note for note in fact.notes())


def stop(number: int, minutes: float, code: str = "EssentialContainerExited") -> StoppedTask:
    ended = ContainerEnd("app", True, 1)
    return StoppedTask(
        f"{number:032x}", "checkout:2", code, "Essential container in task exited", ago(minutes), containers=(ended,)
    )


def test_stops_since_the_shift_need_no_statistics() -> None:
    twice = deployed(25, ratio(25, 0.0), stops=(stop(1, 20), stop(2, 3)))
    (found,) = harm(twice)
    assert found.symptom == "shop/checkout: 2 tasks stopped since the shift, expected none since the version before"
    assert "Essential container in task exited" in " ".join(found.evidence)
    assert said(replace(twice, stops=(stop(1, 20), stop(2, 26)))) == "green"
    assert said(replace(twice, stops=(stop(1, 20), stop(2, 3, "UserInitiated")))) == "green"


def kinds(first: float, hits: int = 9, known: tuple[str, ...] | Blind = ()) -> ErrorKinds:
    kind = ErrorKind("KeyError: 'price'", "KeyError", hits, ago(first), "ERROR KeyError: 'price'")
    return ErrorKinds(target("log_group", "/ecs/shop/checkout"), (kind,), known, ("1 d before",), NOW)


def test_an_error_that_began_with_the_deployment_is_harm() -> None:
    (found,) = harm(deployed(25, ratio(25, 0.0), errors=(kinds(20),)))
    assert "new error in /ecs/shop/checkout, 9 times since 11:40: ERROR KeyError: 'price'" in found.symptom
    for others in (kinds(80), kinds(20, hits=4), kinds(20, known=("KeyError: 'price'",))):
        assert said(deployed(25, ratio(25, 0.0), errors=(others,))) == "green"
    assert said(deployed(25, ratio(25, 0.0), errors=(kinds(20, known=Blind("denied", "missing x")),))) == "missing x"


def test_many_signals_ask_for_more() -> None:
    fact = deployed(12, ratio(12, lambda minute: 3.0 if minute in (3, 5, 6) else 0.0))
    alone, among = said(fact), said(replace(fact, family=10**12))
    assert (alone, among) == ("red", "green")


def test_where_no_gate_waits_there_is_nothing_to_judge_yet() -> None:
    early, quiet, red = (
        deployed(3, ratio(3, 0.0)),
        deployed(30, ratio(30, 0.0, 1.0)),
        deployed(25, ratio(25, since_shift(3.0))),
    )
    assert not_yet(early) is not None
    assert not_yet(quiet) is None
    assert not_yet(red) is None


def test_without_any_signal_nobody_can_tell() -> None:
    assert "inconclusive" in said(deployed(25))


def test_a_queue_that_ages_after_the_deployment_is_harm() -> None:
    age = Signal(
        "mail", "q", "ApproximateAgeOfOldestMessage", "level",
        Measured(stretch(lambda m: 4.0 + (30.0 * m if m > 0 else 0.0), 25, every=2)),
        days=((timedelta(days=1), Measured(stretch(4.0, 25, timedelta(days=1), every=2))),),
        unit="s", floor=60.0,
    )  # fmt: skip
    assert said(deployed(25, ratio(25, 0.0), age)) == "red"
    assert said(deployed(25, ratio(25, 0.0), replace(age, floor=6_000.0))) == "green"


@settings(max_examples=60, deadline=None)
@given(st.floats(0, 1), st.floats(1, 400), st.integers(0, 45), st.floats(0, 1))
def test_never_green_without_a_hundred_requests_and_five_minutes(
    share: float, requests: float, after: int, usual: float
) -> None:
    errors, before = share * requests, usual * requests
    fact = deployed(after, ratio(after, since_shift(errors, before), requests, usual_errors=before))
    seen = sum(v for w, v in fact.signals[0].new.requests.points if w >= fact.shifted + timedelta(minutes=2))
    if said(fact) == "green":
        assert seen >= 100
        assert fact.minutes() >= 5
