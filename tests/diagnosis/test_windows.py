"""Do people's words for time become the time they meant, and nothing else?"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from diagnosis.windows import Window, duration, moment, spoken
from tests.builders import NOW, ago

BRIEF = settings(max_examples=80, deadline=None, derandomize=True)
UNITS = {"s": 1, "m": 60, "h": 3600, "d": 86400, "w": 604800}


@pytest.mark.parametrize(
    ("text", "seconds"),
    [("90s", 90), ("15m", 900), ("1h30m", 5400), ("2d", 172800), ("1w", 604800), ("0h1s", 1), (" 5m\n", 300)],
)
def test_durations_are_read(text: str, seconds: int) -> None:
    assert duration(text) == timedelta(seconds=seconds)


@pytest.mark.parametrize(
    "text",
    ["", " ", "5", "m", "5 m", "1h 30m", "-5m", "+5m", "1.5h", "5M", "5min", "five minutes", "1e3s", "٣m", "5m;"],
)
def test_what_is_no_duration_is_told_the_form(text: str) -> None:
    with pytest.raises(ValueError, match=r"write it as 90s, 15m, 1h30m, 2d or 1w$"):
        duration(text)


@pytest.mark.parametrize("text", ["0s", "0h0m"])
def test_no_length_is_no_duration(text: str) -> None:
    with pytest.raises(ValueError, match="has no length"):
        duration(text)


def test_a_duration_longer_than_the_calendar_is_an_ordinary_error() -> None:
    with pytest.raises(ValueError, match="longer than any calendar"):
        duration("9999999999999w")


@BRIEF
@given(st.dictionaries(st.sampled_from("smhdw"), st.integers(1, 9999), min_size=1))
def test_durations_add_up(parts: dict[str, int]) -> None:
    text = "".join(f"{number}{unit}" for unit, number in parts.items())
    assert duration(text) == timedelta(seconds=sum(number * UNITS[unit] for unit, number in parts.items()))


@BRIEF
@given(st.integers(1, 10**8))
def test_durations_round_trip_through_seconds(seconds: int) -> None:
    assert duration(f"{seconds}s").total_seconds() == seconds


@BRIEF
@given(st.integers(1, 59) | st.integers(1, 59).map(lambda m: m * 60) | st.integers(1, 800).map(lambda h: h * 3600))
def test_what_is_spoken_exactly_can_be_read_back(seconds: int) -> None:
    said = spoken(timedelta(seconds=seconds)).replace("min", "m").replace(" ", "")
    assert duration(said) == timedelta(seconds=seconds)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2026-01-31T09:30:00Z", datetime(2026, 1, 31, 9, 30, tzinfo=UTC)),
        ("2026-01-31T09:30:00+09:00", datetime(2026, 1, 31, 0, 30, tzinfo=UTC)),
        ("2026-01-31 09:30-00:30", datetime(2026, 1, 31, 10, 0, tzinfo=UTC)),
    ],
)
def test_moments_become_utc(text: str, expected: datetime) -> None:
    assert moment(text) == expected
    assert moment(text).tzinfo is UTC


@pytest.mark.parametrize("text", ["2026-01-31T09:30:00", "2026-01-31"])
def test_a_moment_without_offset_is_not_guessed(text: str) -> None:
    with pytest.raises(ValueError, match="append Z for UTC"):
        moment(text)


@pytest.mark.parametrize("text", ["", "yesterday", "09:30Z", "2026-13-01T00:00:00Z", "1767225600"])
def test_what_is_no_moment_is_told_the_form(text: str) -> None:
    with pytest.raises(ValueError, match="write it as 2026-01-31T09:30:00Z"):
        moment(text)


@pytest.mark.parametrize("text", ["0001-01-01T00:00:00+09:00", "9999-12-31T23:59:00-09:00"])
def test_a_moment_outside_of_the_calendar_is_an_ordinary_error(text: str) -> None:
    with pytest.raises(ValueError, match="outside of the calendar"):
        moment(text)


@BRIEF
@given(
    st.datetimes(datetime(1990, 1, 1), datetime(2090, 1, 1)),  # noqa: DTZ001 - the offset is drawn beside it
    st.integers(-14 * 60, 14 * 60),
)
def test_a_moment_is_the_same_in_every_offset(wall: datetime, minutes: int) -> None:
    said = wall.replace(tzinfo=timezone(timedelta(minutes=minutes)))
    assert moment(said.isoformat()) == said


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (0, "0 s"),
        (59.9, "59 s"),
        (60, "1 min"),
        (3599, "59 min"),
        (3600, "1 h"),
        (3661, "1 h 1 min"),
        (86399, "23 h 59 min"),
        (86400, "1 d"),
        (86400 + 3599, "1 d"),
        (187200, "2 d 4 h"),
        (-45, "-45 s"),
        (-7500, "-2 h 5 min"),
    ],
)
def test_lengths_are_spoken(seconds: float, words: str) -> None:
    assert spoken(timedelta(seconds=seconds)) == words


def test_a_window_knows_its_length_and_its_like_before() -> None:
    window = Window(ago(60), NOW)
    assert window.length == timedelta(hours=1)
    assert window.before(timedelta(days=7)) == Window(ago(60) - timedelta(days=7), NOW - timedelta(days=7))


@pytest.mark.parametrize("end", [ago(60), ago(61)])
def test_a_window_has_to_end_after_it_starts(end: datetime) -> None:
    with pytest.raises(ValueError, match="before or when it starts"):
        Window(ago(60), end)
