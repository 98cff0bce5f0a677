"""Is silence red where there never is any, and only there?"""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from diagnosis.answers import Blind
from diagnosis.logs.ingestion import Delivery, LogIntake, interrupted_ingestion
from diagnosis.series import Series
from diagnosis.triage import Case, triage
from tests.builders import NOW, ago, series, target

FULL = series(*[60] * 12, period_s=300)


def intake(*counts: float | None, before: tuple[Series, ...] = (FULL, FULL), **changes: object) -> LogIntake:
    facts = LogIntake(
        target("log_group", "/app"),
        series(*counts, period_s=300),
        before,
        12,
        NOW - timedelta(minutes=5),
        None,
        (),
        NOW,
    )
    return replace(facts, **changes)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("counts", "red"),
    [
        ([60] * 12, False),
        ([60] * 8 + [None] * 4, True),
        ([60] * 8 + [0] * 4, True),
        ([60] * 9 + [None] * 3, False),
        ([60] * 11 + [None], False),
        ([None] * 12, True),
    ],
)
def test_a_quarter_of_an_hour_before_the_newest_points(counts: list[float | None], red: bool) -> None:
    assert bool(interrupted_ingestion(intake(*counts))) is red


@pytest.mark.parametrize(("gaps", "red"), [(1, True), (2, False)])
def test_where_silence_is_common_it_means_nothing(gaps: int, red: bool) -> None:
    rare = series(*[None] * gaps, *[60] * (12 - gaps), period_s=300)
    assert bool(interrupted_ingestion(intake(*[60] * 6, *[None] * 6, before=(rare, FULL)))) is red
    assert interrupted_ingestion(intake(*[None] * 12, before=())) == []


@pytest.mark.parametrize(("ran", "red"), [(None, True), (True, True), (False, False)])
def test_what_does_not_run_need_not_log(ran: bool | None, red: bool) -> None:
    assert bool(interrupted_ingestion(intake(*[60] * 6, *[None] * 6, source_ran=ran))) is red


def test_what_it_says() -> None:
    [found] = interrupted_ingestion(intake(*[60] * 6, *[None] * 6, source_ran=True))
    assert found.symptom == "/app: no log event since 11:30 UTC, expected about 60 every 5 min"
    assert found.evidence == ("IncomingLogEvents 0 for 15 min or more; its source ran meanwhile",)
    assert (found.cause, found.impact, found.onset) == ("observability", "now", ago(30))


def test_a_function_that_runs_and_is_silent_rests_on_its_role() -> None:
    role = "arn:aws:iam::1:role/invoice"
    [found] = interrupted_ingestion(intake(*[60] * 6, *[None] * 6, source_ran=True, role=role))
    assert (found.depends_on, found.why) == ((role,), "what logs to /app runs, and nothing arrives")
    unread = Blind("denied", "missing lambda:GetFunctionConfiguration")
    [found] = interrupted_ingestion(intake(*[60] * 6, *[None] * 6, source_ran=True, role=unread))
    assert found.evidence[-1] == "its role is not known: missing lambda:GetFunctionConfiguration"


def test_silence_is_a_root_where_it_is_known_that_somebody_speaks() -> None:
    silent = intake(*[60] * 6, *[None] * 6)
    for ran, roots in ((True, 1), (None, 0)):
        [found] = interrupted_ingestion(replace(silent, source_ran=ran))
        assert len(triage([Case("test_log_ingestion_continues", "/app", found)]).roots) == roots


@pytest.mark.parametrize(
    ("metric", "cause"), [("DeliveryErrors", "observability"), ("DeliveryThrottling", "throttled")]
)
def test_what_subscribers_do_not_get(metric: str, cause: str) -> None:
    failing = Delivery("ship", "Lambda", metric, series(None, 4, 3, period_s=300))
    [found] = interrupted_ingestion(intake(*[60] * 12, deliveries=(failing,)))
    assert (found.cause, found.evidence) == (cause, (f"{metric} 7 of ship to Lambda",))
    assert interrupted_ingestion(intake(*[60] * 12, deliveries=(failing,)), min_delivery_failures=8) == []
