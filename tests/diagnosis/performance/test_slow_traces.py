"""Which service is slow, and what does it wait for?"""

from __future__ import annotations

import pytest

from diagnosis.answers import Blind, CouldNotTellError
from diagnosis.performance.service_graph import TracedRequests
from diagnosis.performance.slow_traces import SlowTraces, slow_service
from diagnosis.performance.traces import Span, Trace
from tests.builders import ago, target
from tests.diagnosis.performance.graphs import doing, graph, stretch

SHOP = TracedRequests(target("traced_service", "shop", "shop"), 100)


def trace(number, wait="orders", work="database", takes=4.5, **more):
    root = Span("r", "", "shop", "shop", "own", 0, 5, serves=True)
    return Trace(f"1-{number}", (root, Span("w", "r", "shop", wait, work, 0.2, 0.2 + takes, **more)))


TRACES = (trace(1), trace(2))


def judge(*stretches, traces=TRACES, usual=(), unread=None, **limits):
    slow = SlowTraces({"shop": traces} if traces else {}, {"shop": unread} if unread else {})
    return slow_service(SHOP, graph(*stretches, usual=usual), slow, **limits)


SLOW = doing(slow=5)


def test_the_finding_names_what_cost_the_time():
    (found,) = judge(stretch(20, {"shop": doing()}), stretch(10, {"shop": SLOW, "orders": doing()}))
    assert found.symptom == "shop: 2.5% of requests took more than 3 s, expected at most 1.0%"
    assert (found.cause, found.onset) == ("slow_query", ago(10))
    assert found.evidence[1].startswith("90% of their time shop waits for the database orders")
    assert found.depends_on[-1] == "orders"


@pytest.mark.parametrize(
    ("how", "cause"),
    [
        ({"wait": "carts", "work": "aws"}, "dependency"),
        ({"wait": "carts", "work": "aws", "throttled": True}, "throttled"),
        ({"wait": "mail", "work": "queue"}, "dependency"),
        ({"wait": "ledger", "work": "service"}, "dependency"),
        ({"wait": "shop", "work": "own"}, "code"),
        ({"wait": "shop", "work": "own", "detail": "Initialization"}, "cold_start"),
    ],
)
def test_the_cause_is_what_is_waited_for(how, cause):
    (found,) = judge(stretch(10, {"shop": SLOW}), traces=(trace(1, **how),))
    assert found.cause == cause


def test_few_traces_prove_nothing():
    assert judge(stretch(10, {"shop": doing(29, slow=9)})) == []


def test_what_is_over_is_not_slow_now():
    assert judge(stretch(20, {"shop": doing(slow=50)}), stretch(10, {"shop": doing()})) == []


def test_what_was_as_slow_on_other_days_is_usual():
    assert judge(stretch(10, {"shop": SLOW}), usual=[stretch(1450, {"shop": SLOW})]) == []
    assert judge(stretch(10, {"shop": doing(slow=20)}), usual=[stretch(1450, {"shop": SLOW})]) != []


def test_much_slower_than_usual_is_slow_below_the_threshold():
    now = stretch(10, {"shop": doing(takes=1.8)})
    (found,) = judge(now, usual=[stretch(1450, {"shop": doing(takes=0.2)})])
    assert "99th percentile 1.80 s" in found.symptom
    assert judge(now) == []


def test_without_the_traces_nobody_can_tell():
    with pytest.raises(CouldNotTellError, match="missing xray:BatchGetTraces"):
        judge(stretch(10, {"shop": SLOW}), traces=(), unread=Blind("denied", "missing xray:BatchGetTraces"))
    with pytest.raises(CouldNotTellError, match="none of these traces"):
        judge(stretch(10, {"shop": SLOW}), traces=())


def test_the_own_work_of_another_service_is_a_dependency():
    root = Span("r", "", "shop", "shop", "own", 0, 5, serves=True)
    other = Span("o", "r", "stock", "stock", "own", 0.1, 4.9, serves=True)
    (found,) = judge(stretch(10, {"shop": SLOW, "stock": doing()}), traces=(Trace("1-1", (root, other)),))
    assert (found.cause, found.depends_on) == ("dependency", ("stock",))
