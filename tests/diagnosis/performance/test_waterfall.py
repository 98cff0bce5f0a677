"""Is the request that is drawn the request that was measured?"""

from __future__ import annotations

import pytest

from diagnosis.performance.critical_path import MOST_STAYS, waterfall
from tests.diagnosis.performance.test_critical_path import span, tree


def test_every_span_stands_where_it_was_with_its_part_of_the_critical_path():
    found = waterfall(tree(span("root", 100, 110), span("a", 101, 109, "root"), span("sql", 102, 108, "a")), "slow")
    assert [(stay.depth, stay.start_s, stay.end_s) for stay in found.stays] == [(0, 0, 10), (1, 1, 9), (2, 2, 8)]
    assert [stay.critical_s for stay in found.stays] == [2, 2, 6]
    assert found.stays[2].name == "web: sql"


def test_of_many_spans_those_are_drawn_that_cost_the_time():
    many = [span(f"s{at}", at, at + (0.9 if at % 2 else 0.1), "root") for at in range(40)]
    drawn = waterfall(tree(span("root", 0, 41), *many), "slow").stays
    assert len(drawn) == MOST_STAYS
    assert [stay.start_s for stay in drawn] == sorted(stay.start_s for stay in drawn)
    assert min(stay.critical_s for stay in drawn) == pytest.approx(0.9)
