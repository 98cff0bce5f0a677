"""Does metric math compute what CloudWatch's guide says?"""

from __future__ import annotations

import pytest

from sandbox.services.math_functions import MathError
from sandbox.services.metric_math import Scope, evaluate, references

A = {0: 1.0, 60: 2.0, 120: 3.0}
B = {0: 10.0, 120: 30.0}
ZERO = {0: 0.0, 60: 4.0}
SCOPE = Scope({"a": A, "b": B, "zero": ZERO}, ("a", "b"), {"a": "apples", "b": "pears"}, 60, range(0, 240, 60))


def value(expression):
    series = evaluate(expression, SCOPE)
    assert len(series) == 1
    return series[0]


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("a * 2 + 1", {0: 3, 60: 5, 120: 7}),
        ("2 + 3 * a ^ 2", {0: 5, 60: 14, 120: 29}),
        ("-(a - 2)", {0: 1, 60: 0, 120: -1}),
        ("100 * a / b", {0: 10, 120: 10}),
        ("a / zero", {60: 0.5}),
        ("a > 1", {0: 0, 60: 1, 120: 1}),
        ("a > 1 AND a < 3", {0: 0, 60: 1, 120: 0}),
        ("a == 1 || a == 3", {0: 1, 60: 0, 120: 1}),
        ("IF(a > 1, a, 0)", {0: 0, 60: 2, 120: 3}),
        ("IF(a > 1, a)", {60: 2, 120: 3}),
        ("FILL(b, 0)", {0: 10, 60: 0, 120: 30, 180: 0}),
        ("FILL(b, REPEAT)", {0: 10, 60: 10, 120: 30, 180: 30}),
        ("FILL(b, LINEAR)", {0: 10, 60: 20, 120: 30, 180: 30}),
        ("FILL(b, a)", {0: 10, 60: 2, 120: 30}),
        ("SUM([a, b])", {0: 11, 60: 2, 120: 33}),
        ("SUM(METRICS())", {0: 11, 60: 2, 120: 33}),
        ("MAX(METRICS('pear'))", {0: 10, 120: 30}),
        ("AVG([a, b])", {0: 5.5, 60: 2, 120: 16.5}),
        ("a - MIN(a)", {0: 0, 60: 1, 120: 2}),
        ("RATE(a) * PERIOD(a)", {60: 1, 120: 1}),
        ("DIFF(b)", {120: 20}),
        ("ABS(CEIL(a / 2) - FLOOR(a / 2))", {0: 1, 60: 0, 120: 1}),
    ],
)
def test_expressions(expression, expected):
    assert value(expression) == pytest.approx(expected)


def test_an_array_makes_several_series():
    assert evaluate("[a, b] * 2", SCOPE) == [{0: 2, 60: 4, 120: 6}, {0: 20, 120: 60}]


@pytest.mark.parametrize(
    "expression",
    [
        "SELECT AVG(x) FROM y",
        "SEARCH('{AWS/EC2} CPU', 'Average')",
        "ANOMALY_DETECTION_BAND(a, 2)",
        "c + 1",
        "a +",
        "a b",
        "(a",
        "[a, b",
        "1 + 1",
        "AVG(a)",
        "IF([a, b], a)",
        "a $ b",
        "",
    ],
)
def test_what_is_not_computed_is_refused(expression):
    with pytest.raises(MathError):
        evaluate(expression, SCOPE)


def test_references_are_the_ids():
    assert references("SUM([m1, m2]) / m3 + FILL(m4, 0)") == {"m1", "m2", "m3", "m4"}
