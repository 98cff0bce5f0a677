"""Where did a request's time go? Trees drawn by hand, and random ones."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from diagnosis.performance.critical_path import costs, critical_path, self_times
from diagnosis.performance.traces import Span, Trace, tree_of


def span(name, start, end, parent="", work="own", service="web", **more):
    return Span(name, parent, service, name, work, start, end, **more)


def tree(*spans, service=""):
    found = tree_of(Trace("t", spans), service)
    assert found is not None
    return found


def test_the_longest_span_is_not_the_one_that_cost_the_time():
    found = tree(span("root", 0, 10), span("a", 1, 9, "root"), span("sql", 2, 8, "a", "database"))
    assert critical_path(found) == {"root": 2, "a": 2, "sql": 6}
    assert self_times(found) == {"root": 2, "a": 2, "sql": 6}


def test_of_calls_at_the_same_time_the_last_to_finish_is_waited_for():
    found = tree(span("root", 0, 10), span("quick", 1, 3, "root"), span("slow", 1, 9, "root"))
    assert critical_path(found) == {"root": 2, "slow": 8}
    assert self_times(found)["root"] == 2


def test_before_the_last_call_began_the_one_before_it_is_waited_for():
    found = tree(span("root", 0, 10), span("first", 0, 6, "root"), span("second", 4, 10, "root"))
    assert critical_path(found) == {"root": 0, "second": 6, "first": 4}


def test_gaps_are_the_callers_own():
    found = tree(span("root", 0, 10), span("a", 1, 2, "root"), span("b", 7, 8, "root"))
    assert critical_path(found)["root"] == 8


def test_what_outlives_its_caller_costs_it_no_more_than_it_took():
    found = tree(span("root", 0, 5), span("mail", 4, 60, "root"))
    assert found.duration_s == 5
    assert critical_path(found) == {"root": 4, "mail": 1}


def test_a_clock_that_is_ahead_is_cut_to_what_the_caller_saw():
    found = tree(span("root", 0, 5), span("ahead", 100, 104, "root"), span("behind", -3, 2, "root"))
    assert critical_path(found) == {"root": 3, "behind": 2}


def test_what_never_ended_goes_on_until_all_that_is_known():
    found = tree(span("root", 0, None), span("hang", 1, None, "root"), span("a", 0, 1, "root"), span("late", 3, 8, "a"))
    assert found.duration_s == 8
    assert critical_path(found)["hang"] == 7


def test_a_segment_that_was_sent_twice_counts_as_it_ended():
    assert tree(span("root", 0, None), span("root", 0, 4)).duration_s == 4
    assert tree(span("root", 0, 4), span("root", 0, None)).duration_s == 4


def test_pauses_between_attempts_cost_what_is_retried():
    attempts = [span(f"try{i}", i * 3, i * 3 + 1, "root", "aws", throttled=True) for i in range(3)]
    same = [Span(a.id, "root", "web", "carts", "aws", a.start_s, a.end_s, throttled=True) for a in attempts]
    (first, *_) = costs([Trace("t", (span("root", 0, 8, serves=True), *same))])
    assert (first.name, first.work, first.throttled) == ("carts", "aws", True)
    assert first.share == pytest.approx(7 / 8)


def test_a_service_is_judged_by_its_own_request():
    spans = (
        span("web", 0, 10, service="web", serves=True),
        span("ask", 1, 9, "web", "service", service="web"),
        span("shop", 2, 8, "ask", service="shop", serves=True),
        span("db", 3, 7, "shop", "database", service="shop"),
    )
    assert tree(*spans, service="shop").duration_s == 6
    assert (
        costs([Trace("t", spans)], "shop")[0].sentence().startswith("67% of their time shop waits for the database db")
    )
    assert tree_of(Trace("t", spans), "nobody") is None


def test_spans_that_are_their_own_parents_are_no_loop():
    assert (
        tree(span("root", 0, 4), span("odd", 1, 2, "odd"), span("a", 1, 2, "b"), span("b", 1, 2, "a")).duration_s == 4
    )


@st.composite
def traces(draw, apart=False):
    """A random tree; `apart` keeps siblings from overlapping."""
    spans = [span("0", 0.0, draw(st.floats(0.5, 100)))]
    for number in range(1, draw(st.integers(1, 25))):
        parent = draw(st.sampled_from(spans))
        start, end = parent.start_s, parent.end_s
        if apart:
            taken = [other.end_s for other in spans if other.parent == parent.id]
            start = max([start, *taken])
            first, second = sorted((draw(st.floats(0, 1)), draw(st.floats(0, 1))))
            begin, finish = start + (end - start) * first, start + (end - start) * second
        else:
            begin = start + draw(st.floats(-5, 5)) * (end - start + 0.1)
            finish = begin + draw(st.floats(0, 5)) * (end - start + 0.1)
        spans.append(span(str(number), begin, finish, parent.id))
    return tree_of(Trace("t", tuple(spans)))


@given(traces())
def test_shares_of_the_critical_path_sum_to_the_roots_duration(found):
    seconds = critical_path(found)
    assert sum(seconds.values()) == pytest.approx(found.duration_s, abs=1e-6)
    assert min(seconds.values()) >= -1e-9


@given(traces(apart=True))
def test_self_times_sum_to_the_roots_duration_where_nothing_is_done_at_once(found):
    assert sum(self_times(found).values()) == pytest.approx(found.duration_s, abs=1e-6)


@given(traces())
def test_no_span_is_busier_than_it_is_long(found):
    for identity, seconds in {**self_times(found), **critical_path(found)}.items():
        assert -1e-9 <= seconds <= found.intervals[identity].length_s + 1e-9
