"""The natural order of `sort`."""

from __future__ import annotations

import random

IN_ORDER = [
    "!",
    "#",
    "*%04",
    "0#",
    "5A",
    "111A",
    "2345_",
    "@",
    "@_",
    "A",
    "A9876f",
    "a12345h",
    "b2",
    "b10",
    "0",
    "01",
    "1",
    "2",
    "10",
]


def test_words_come_before_numbers_and_digits_go_by_length(logs):
    shuffled = random.Random(7).sample(IN_ORDER, len(IN_ORDER))
    logs.add(*({"v": value} for value in shuffled))
    assert logs.column("fields v | sort v", "v") == IN_ORDER
    assert logs.column("fields v | sort v desc", "v") == IN_ORDER[::-1]


def test_numbers_sort_by_value_wherever_they_come_from(logs):
    logs.add({"v": 10}, {"v": "9"}, {"v": 9.5}, {"v": "-1"}, {"v": "1e2"})
    assert logs.column("fields v | sort by v desc", "v") == ["1e2", "10", "9.5", "9", "-1"]


def test_missing_values_come_last_when_descending(logs):
    logs.add({"v": 1}, "none", {"v": 2})
    assert logs.column("fields v | sort v desc", "v") == ["2", "1", None]


def test_several_keys_each_with_a_direction(logs):
    logs.add({"a": 1, "b": 1}, {"a": 1, "b": 2}, {"a": 2, "b": 1})
    rows = logs.rows("fields a, b | sort a desc, b asc")
    assert [(row["a"], row["b"]) for row in rows] == [("2", "1"), ("1", "1"), ("1", "2")]


def test_the_order_survives_a_limit_and_a_filter(logs):
    logs.add(*({"v": value} for value in range(100)))
    assert logs.column("fields v | sort v | limit 5 | filter v != 2", "v") == ["0", "1", "3", "4"]


def test_expressions_and_aggregates_sort(logs):
    logs.add({"v": 1, "g": "x"}, {"v": 5, "g": "y"}, {"v": 3, "g": "x"})
    assert logs.column("fields v | sort 0 - v", "v") == ["5", "3", "1"]
    assert logs.column("stats max(v) by g | sort max(v) desc", "g") == ["y", "x"]
