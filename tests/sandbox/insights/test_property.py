"""The engine against a naive evaluator in Python, on random events."""

from __future__ import annotations

import math
import statistics
from collections import defaultdict
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sandbox.insights.errors import MalformedQuery
from sandbox.insights.parser import parse

SETTINGS = settings(
    max_examples=60, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.function_scoped_fixture]
)

VALUES = st.one_of(
    st.integers(-50, 50), st.sampled_from(["a", "B", "", "10", "7", "x1"]), st.floats(-5, 5).map(lambda f: round(f, 2))
)
EVENTS = st.lists(
    st.fixed_dictionaries({}, optional={"a": VALUES, "b": VALUES, "g": st.sampled_from(["p", "q"])}),
    min_size=1,
    max_size=12,
)
LITERALS = st.one_of(st.integers(-10, 10), st.sampled_from(["a", "B", "10", ""]))
COMPARISONS = st.tuples(st.sampled_from(["a", "b"]), st.sampled_from(["=", "!=", "<", "<=", ">", ">="]), LITERALS)


def number(value: Any) -> float | None:
    try:
        found = float(value)
    except (TypeError, ValueError):
        return None
    return found if math.isfinite(found) else None


def compare(left: Any, operator: str, right: Any) -> bool:
    return {
        "=": left == right,
        "!=": left != right,
        "<": left < right,
        "<=": left <= right,
        ">": left > right,
        ">=": left >= right,
    }[operator]


def holds(event: dict[str, Any], comparison: tuple[str, str, Any]) -> bool:
    name, operator, literal = comparison
    value = event.get(name)
    if value is None:
        return False
    if isinstance(literal, str):
        if operator in ("=", "!=") or number(literal) is None:
            return compare(str(value), operator, literal)
        return number(value) is not None and compare(number(value), operator, number(literal))
    if number(value) is None:
        return operator == "!="
    return compare(number(value), operator, float(literal))


def spelled(comparison: tuple[str, str, Any]) -> str:
    name, operator, literal = comparison
    return f"{name} {operator} " + (f'"{literal}"' if isinstance(literal, str) else str(literal))


@SETTINGS
@given(EVENTS, COMPARISONS, COMPARISONS, st.sampled_from(["and", "or"]))
def test_filters_agree(make_logs, events, first, second, word):
    logs = make_logs(events)
    found = logs.rows(f"fields @timestamp | filter {spelled(first)} {word} {spelled(second)} | sort @timestamp")
    join = all if word == "and" else any
    expected = [i for i, event in enumerate(events) if join((holds(event, first), holds(event, second)))]
    assert [int(row["@timestamp"][-6:-4]) for row in found] == expected


@SETTINGS
@given(EVENTS)
def test_stats_agree(make_logs, events):
    logs = make_logs(events)
    rows = logs.rows(
        "stats count(*) as n, count(a) as c, sum(a) as s, avg(a) as m, min(a) as lo, count_distinct(b) as d by g"
    )
    groups = defaultdict(list)
    for event in events:
        groups[event.get("g")].append(event)
    assert {row.get("g") for row in rows} == set(groups)
    for row in rows:
        group = groups[row.get("g")]
        numbers = [n for event in group if (n := number(event.get("a"))) is not None]
        assert int(row["n"]) == len(group)
        assert int(row["c"]) == sum("a" in event for event in group)
        assert int(row["d"]) == len({str(event["b"]) for event in group if "b" in event})
        if numbers:
            assert float(row["s"]) == pytest.approx(sum(numbers), abs=1e-9)
            assert float(row["m"]) == pytest.approx(statistics.fmean(numbers), abs=1e-9)
            assert float(row["lo"]) == pytest.approx(min(numbers))
        else:
            assert "s" not in row


@pytest.fixture
def make_logs(logs):
    def make(events):
        for group in logs.store.groups():
            logs.store.delete_group(group)
        logs.add(*events)
        return logs

    return make


@SETTINGS
@given(st.text(alphabet="fieldstaspr @m|#/\"'`()[]{}*=<>~\\.,\n0123-+^%:", max_size=60))
def test_any_text_is_a_query_or_is_refused_inside_it(text):
    error = None
    try:
        parse(text)
    except MalformedQuery as caught:
        error = caught
    assert error is None or 0 <= error.start <= error.end <= len(text)


@SETTINGS
@given(st.text(max_size=30))
def test_a_quoted_string_holds_any_text(text):
    escaped = text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n").replace("\r", "\\r")
    [command] = parse(f'filter @message like "{escaped}"')
    assert command.condition.pattern.value == text
