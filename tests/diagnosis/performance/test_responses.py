"""Are the targets of a load balancer quick and without errors, and who says why not?"""

from __future__ import annotations

import pytest

from diagnosis.answers import Absent, Blind, CouldNotTellError
from diagnosis.performance.headroom import ComputeLoad, ComputeLoads
from diagnosis.performance.responses import TargetGroupTraffic, faulty_answers, slow_responses
from diagnosis.performance.slow_traces import SlowTraces
from diagnosis.performance.traces import Span, Trace
from tests.builders import NOW, ago, series, target
from tests.diagnosis.performance.graphs import doing, graph, stretch

GROUP = target("target_group", "shop")
NOBODY = Absent("no requests")


def traffic(*p95, requests=300.0, faults=(), usual=0.2, usual_requests=300.0):
    return TargetGroupTraffic(
        GROUP, ("lb",), series(*[requests] * 20), series(*faults), series(*p95), usual, usual_requests, NOW
    )


def slow(one, graph_=NOBODY, traces=NOBODY, loads=NOBODY, **limits):
    return slow_responses(one, graph_, traces, loads, **limits)


def load(cpu):
    service = target("compute", "shop/shop", "arn:ecs:shop")
    return ComputeLoads({"a": ComputeLoad(service, series(*cpu), None, {}, None, {}, None, (GROUP.arn,), "", NOW)})


SLOW_NOW = (0.2, 0.2, 0.5, 0.6, 0.5, 0.7, 0.5)


def test_five_slow_minutes_of_five():
    (found,) = slow(traffic(*SLOW_NOW))
    assert found.symptom == "shop: 95th percentile of response time 0.50 s or more for 5 min, expected about 0.20 s"
    assert (found.cause, found.onset, found.needed_by) == ("dependency", ago(5), ("lb",))
    assert slow(traffic(0.5, 0.6, 0.5, 0.2, 0.5)) == []
    assert slow(traffic(*[0.29] * 5)) == []
    assert slow(traffic(*SLOW_NOW, requests=2)) == []


def test_what_was_slow_half_an_hour_ago_is_over():
    assert slow(traffic(0.9, 0.9, 0.9, 0.9, 0.9, *[None] * 12)) == []


def test_without_other_days_the_window_itself_is_compared_with():
    assert slow(traffic(*[0.2] * 12, *[0.9] * 5, usual=None)) != []
    assert slow(traffic(*[0.9] * 17, usual=None)) == []
    with pytest.raises(CouldNotTellError, match="to compare with"):
        slow(traffic(*[0.9] * 6, usual=None))


def test_a_crowd_a_full_cpu_and_a_slow_query_are_told_apart():
    assert slow(traffic(*SLOW_NOW, requests=900))[0].cause == "traffic"
    assert slow(traffic(*SLOW_NOW), loads=load([97, 98, 99]))[0].cause == "cpu"
    assert slow(traffic(*SLOW_NOW), loads=load([97, 98, 40]))[0].cause == "dependency"
    spans = (Span("r", "", "shop", "shop", "own", 0, 1, True), Span("q", "r", "shop", "orders", "database", 0.1, 1))
    known = graph(stretch(10, {"shop": doing(), "orders": doing()}))
    (found,) = slow(traffic(*SLOW_NOW), known, SlowTraces({"shop": (Trace("1-1", spans),)}, {}))
    assert (found.cause, found.depends_on[-1]) == ("slow_query", GROUP.place.arn("rds", "db:orders"))


def test_errors_of_the_targets_are_their_own_unless_traces_know_better():
    sick = traffic(0.2, faults=[20] * 20)
    (found,) = faulty_answers(sick, Blind("denied", "missing xray:GetServiceGraph"), NOBODY)
    assert found.symptom == "shop: 6.7% of requests answered 5xx by its targets, expected at most 1.0%"
    assert found.cause == "code"
    bad = doing(faults=20)
    known = graph(stretch(10, {"shop": bad, "ledger": bad}, {("shop", "ledger"): bad}))
    (found,) = faulty_answers(sick, known, load([97, 98, 99]))  # what traces say is nearer
    assert (found.cause, found.depends_on, found.why) == (
        "dependency", ("ledger",), "traces: it fails because ledger does (shop → ledger)",
    )  # fmt: skip
    assert faulty_answers(traffic(0.2, faults=[2] * 2), known, NOBODY) == []
    assert faulty_answers(traffic(0.2, faults=[2] * 20), known, NOBODY) == []


def test_a_service_that_has_nothing_left_answers_with_errors():
    sick = traffic(0.2, faults=[20] * 20)
    (found,) = faulty_answers(sick, NOBODY, load([97, 98, 99]))
    assert (found.cause, found.why) == ("cpu", "shop/shop uses 99 % of its cpu")
    assert found.remedy == f"look at {found.depends_on[-1]} first"
    assert faulty_answers(sick, NOBODY, load([97, 98, 40]))[0].cause == "code"


def test_the_errors_began_with_the_last_run_of_bad_minutes():
    assert faulty_answers(traffic(0.2, faults=[30, 0, *[0] * 10, *[30] * 8]), NOBODY, NOBODY)[0].onset == ago(8)
