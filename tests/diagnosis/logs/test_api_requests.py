"""Are failing requests told by status and path, and refused ones against other days?"""

from __future__ import annotations

from dataclasses import replace

import pytest

from diagnosis.answers import Blind, CouldNotTellError
from diagnosis.logs.api_requests import Answered, ApiRequests, RequestsBefore, failing_requests
from tests.builders import NOW, target

UNENTITLED = "doesn't have permissions to call the integration. Check the permissions and try again."
DAYS = (RequestsBefore("1 d before", 1000, 10), RequestsBefore("7 d before", 1000, 20))


def requests(*answers: tuple[int, int], before: tuple[RequestsBefore, ...] | Blind = DAYS) -> ApiRequests:
    several = tuple(Answered(status, count, "GET", "/items/#") for status, count in answers)
    return ApiRequests(target("api_stage", "shop/prod"), several, before, "the access log /api", NOW)


@pytest.mark.parametrize(
    ("failed", "fine", "red"), [(1, 99, False), (2, 98, True), (10, 39, False), (10, 40, True), (0, 5000, False)]
)
def test_more_than_one_in_a_hundred_of_fifty(failed: int, fine: int, red: bool) -> None:
    assert bool(failing_requests(requests((500, failed), (200, fine)))) is red


@pytest.mark.parametrize(
    ("statuses", "cause"),
    [([(504, 9), (500, 5)], "timeout"), ([(502, 9), (504, 5)], "code"), ([(503, 3)], "code")],
)
def test_most_of_them_name_the_cause(statuses: list[tuple[int, int]], cause: str) -> None:
    [found] = failing_requests(requests(*statuses, (200, 100)))
    assert found.cause == cause


@pytest.mark.parametrize(("refused", "red"), [(29, False), (30, True)])
def test_three_times_the_smallest_share_of_other_days(refused: int, red: bool) -> None:
    assert bool(failing_requests(requests((404, refused), (200, 1000 - refused)))) is red


def test_quiet_days_that_differ_by_chance_count_together() -> None:
    days = (RequestsBefore("1 d before", 3_000, 6), RequestsBefore("7 d before", 3_000, 12))
    assert failing_requests(requests((404, 20), (200, 2_980), before=days)) == []
    assert failing_requests(requests((404, 28), (200, 2_972), before=days)) != []


def test_a_few_refusals_are_nothing() -> None:
    assert failing_requests(requests((404, 19), (200, 81), before=(RequestsBefore("1 d before", 900, 0),))) == []


@pytest.mark.parametrize(("status", "cause"), [(429, "throttled"), (403, "permission"), (404, "config")])
def test_refusals_have_causes_too(status: int, cause: str) -> None:
    [found] = failing_requests(requests((status, 300), (200, 700)))
    assert found.cause == cause


def test_a_day_without_traffic_is_no_baseline() -> None:
    quiet = RequestsBefore("1 d before", 3, 0)
    assert failing_requests(requests((404, 40), (200, 960), before=(quiet, DAYS[1]))) == []
    with pytest.raises(CouldNotTellError, match="no baseline"):
        failing_requests(requests((404, 40), (200, 960), before=()))
    with pytest.raises(CouldNotTellError, match="missing"):
        failing_requests(requests((404, 40), (200, 960), before=Blind("denied", "missing x")))
    assert len(failing_requests(requests((404, 40), (500, 40), (200, 920), before=()))) == 1


@pytest.mark.parametrize(
    ("status", "said", "cause"),
    [
        (500, f"The IAM role configured on the integration or API Gateway {UNENTITLED}", "permission"),
        (500, "Execution failed due to configuration error: Invalid permissions on Lambda function", "permission"),
        (502, "Execution failed due to configuration error: Malformed Lambda proxy response", "code"),
        (502, "The Lambda function returned the following error: Unhandled. Check your Lambda function code", "code"),
        (503, "Endpoint request timed out", "timeout"),
        (500, "Execution failed due to a network error communicating with endpoint", "network"),
        (500, "Execution failed due to configuration error: Invalid endpoint address", "config"),
        (500, "Internal server error", "code"),
        (504, "Service Unavailable", "timeout"),
        (500, "", "code"),
    ],
)  # fmt: skip
def test_what_was_said_of_a_failed_integration_names_the_cause(status: int, said: str, cause: str) -> None:
    several = (Answered(status, 12, "GET", "/", None, said), Answered(200, 88, "GET", "/"))
    [found] = failing_requests(ApiRequests(target("api_stage", "shop/prod"), several, (), "x", NOW))
    assert found.cause == cause
    assert ("add-permission" in found.remedy) is (cause == "permission")


@pytest.mark.parametrize(("status", "cause"), [(500, "unknown"), (502, "code"), (504, "timeout")])
def test_what_only_a_metric_counted_has_no_cause_unless_some_were_logged(status: int, cause: str) -> None:
    several = (Answered(200, 88), Answered(status, 12), Answered(400, 0))
    [found] = failing_requests(ApiRequests(target("api_stage", "shop/prod"), several, (), "metrics", NOW))
    assert found.cause == cause
    assert ("access log" in found.remedy) is (cause == "unknown")


def test_what_it_says() -> None:
    slow = Answered(504, 12, "GET", "/orders/{id}", 29_003.0, "Endpoint request timed out")
    facts = ApiRequests(target("api_stage", "shop/prod"), (slow, Answered(200, 88, "GET", "/", 40.0)), (), "x", NOW)
    [found] = failing_requests(facts)
    assert found.symptom == "shop/prod: 12.0% of 100 requests answered with 5xx, expected at most 1.0%"
    assert found.evidence == (
        "504 GET /orders/{id} × 12, p95 29,003 ms, said: Endpoint request timed out",
        "slowest: 504 GET /orders/{id} p95 29,003 ms",
        "counted by x",
    )


def test_the_access_log_depends_on_its_stage() -> None:
    facts = requests((500, 12), (200, 88))
    assert [found.needed_by for found in failing_requests(replace(facts, log="/api"))] == [("/api",)]
    assert [found.needed_by for found in failing_requests(facts)] == [()]
