"""Is a function red from nine tenths of its memory on?"""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from diagnosis.answers import CouldNotTellError
from diagnosis.serverless.memory import FunctionMemory, memory_pressure
from tests.builders import NOW, target

MB = 1e6


def memory(used_mb: float, size_mb: float = 512) -> FunctionMemory:
    return FunctionMemory(target("function", "thumbnails"), 1234, used_mb * MB, size_mb * MB, NOW)


@pytest.mark.parametrize(
    ("used_mb", "size_mb", "red"),
    [(460, 512, False), (461, 512, True), (899, 1000, False), (900, 1000, True), (0, 128, False), (130, 128, True)],
)
def test_nine_tenths_are_too_much(used_mb: float, size_mb: float, red: bool) -> None:
    assert bool(memory_pressure(memory(used_mb, size_mb))) is red


@pytest.mark.parametrize(("share", "red"), [(0.75, False), (0.5, True)])
def test_the_share_can_be_set(share: float, red: bool) -> None:
    assert bool(memory_pressure(memory(300), max_share=share)) is red


def test_what_it_says() -> None:
    [found] = memory_pressure(memory(497))
    assert found.symptom == "thumbnails: 97% of memory used, expected below 90%"
    assert found.evidence == ("Max Memory Used 497 MB of 512 MB, the most of 1,234 REPORT records",)
    assert found.remedy == "raise the function's memory above 552 MB, or find what grows"
    assert (found.cause, found.impact, found.proven, found.onset) == ("memory", "soon", True, None)


@settings(max_examples=60, deadline=None, derandomize=True)
@given(st.integers(128, 10240), st.integers(1, 10240))
def test_following_the_remedy_makes_it_green(size_mb: int, used_mb: int) -> None:
    if memory_pressure(memory(used_mb, size_mb)):
        assert memory_pressure(memory(used_mb, used_mb / 0.9 + 1)) == []


@pytest.mark.parametrize(
    ("used_mb", "size_mb"), [(10, 0), (10, -128), (10, float("nan")), (float("nan"), 512), (-1, 512)]
)
def test_a_size_that_is_none_is_not_judged(used_mb: float, size_mb: float) -> None:
    with pytest.raises(CouldNotTellError, match="thumbnails: its REPORT records give no memory size"):
        memory_pressure(memory(used_mb, size_mb))
