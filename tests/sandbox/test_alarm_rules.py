"""Does an alarm's state follow its points as CloudWatch's guide says?"""

from __future__ import annotations

import pytest

from sandbox.services.alarm_rules import ALARM, INSUFFICIENT, OK, Rule

GOOD, BAD, NONE = 0.0, 9.0, None


def rule(missing="missing", periods=3, to_alarm=3):
    return Rule("GreaterThanThreshold", 5, periods, to_alarm, missing)


@pytest.mark.parametrize(
    ("points", "missing", "expected"),
    [
        # the newest three of five, as many as there are
        ([GOOD, GOOD, BAD, BAD, BAD], "missing", ALARM),
        ([BAD, BAD, BAD, BAD, GOOD], "missing", OK),
        # enough points in the evaluation range: the missing ones do not count
        ([BAD, NONE, BAD, NONE, BAD], "notBreaching", ALARM),
        ([NONE, NONE, NONE, NONE, NONE], "missing", INSUFFICIENT),
        ([NONE, NONE, NONE, NONE, NONE], "ignore", "before"),
        ([NONE, NONE, NONE, NONE, NONE], "breaching", ALARM),
        ([NONE, NONE, NONE, NONE, NONE], "notBreaching", OK),
        ([NONE, NONE, GOOD, NONE, NONE], "missing", OK),
        # breaching and nothing but missing since, for as long as the alarm needs
        ([NONE, NONE, BAD, NONE, NONE], "missing", ALARM),
        ([NONE, NONE, NONE, NONE, BAD], "missing", OK),
        ([NONE, NONE, BAD, NONE, GOOD], "missing", OK),
        ([NONE, NONE, NONE, BAD, BAD], "breaching", ALARM),
        ([NONE, NONE, NONE, BAD, BAD], "notBreaching", OK),
        ([NONE, NONE, NONE, NONE, BAD], "ignore", "before"),
    ],
)
def test_three_of_three(points, missing, expected):
    assert rule(missing).state(points, "before") == expected


def test_two_of_three():
    two = rule(periods=3, to_alarm=2)
    assert two.state([GOOD, GOOD, BAD, GOOD, BAD], OK) == ALARM
    assert two.state([BAD, BAD, GOOD, GOOD, BAD], OK) == OK


@pytest.mark.parametrize(
    ("comparison", "breaching"),
    [
        ("GreaterThanThreshold", [6]),
        ("GreaterThanOrEqualToThreshold", [5, 6]),
        ("LessThanThreshold", [4]),
        ("LessThanOrEqualToThreshold", [4, 5]),
    ],
)
def test_comparisons(comparison, breaching):
    one = Rule(comparison, 5, 1, 1, "missing")
    assert [v for v in (4, 5, 6) if one.breaches(v)] == breaching
