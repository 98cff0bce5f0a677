"""Which functions tell and write times?"""

from __future__ import annotations

from sandbox.insights import dates
from sandbox.insights.errors import MalformedQuery
from sandbox.insights.functions.arguments import Arguments, function, number, text
from sandbox.insights.values import Kind, Value, as_number, quote

_LAST_MS = 253_402_300_800_000
"""The year 10,000: no time from there on can be written."""


@function(1, 1, "bin")
def _bin(given: Arguments) -> Value:
    period = given.period(0)
    if given.timestamp is None:
        raise MalformedQuery("bin needs @timestamp, which is gone after stats", given.call.start, given.call.end)
    return Value(dates.floor_ms(given.timestamp.sql, period), Kind.TIME)


def _milliseconds(given: Arguments, index: int) -> str:
    value = given.value(index)
    if value.kind is Kind.TIME:
        return value.sql
    milliseconds = as_number(value)
    return f"TRY_CAST(CASE WHEN abs({milliseconds}) < {_LAST_MS} THEN {milliseconds} END AS BIGINT)"


@function(2, 2, "datefloor")
def _datefloor(given: Arguments) -> Value:
    return Value(dates.floor_ms(_milliseconds(given, 0), given.period(1)), Kind.TIME)


@function(2, 2, "dateceil")
def _dateceil(given: Arguments) -> Value:
    return Value(dates.ceil_ms(_milliseconds(given, 0), given.period(1)), Kind.TIME)


@function(1, 1, "frommillis")
def _from_millis(given: Arguments) -> Value:
    return Value(_milliseconds(given, 0), Kind.TIME)


@function(1, 1, "tomillis")
def _to_millis(given: Arguments) -> Value:
    return number(f"CAST({_milliseconds(given, 0)} AS DOUBLE)")


@function(0, 0, "now")
def _now(given: Arguments) -> Value:
    return number(f"CAST({given.now_ms // 1000} AS DOUBLE)")


def _query_time(given: Arguments, milliseconds: int | None) -> Value:
    if milliseconds is None:
        raise MalformedQuery("the query has no time range", given.call.start, given.call.end)
    return number(f"CAST({milliseconds} AS DOUBLE)")


@function(0, 0, "querystarttime")
def _query_start(given: Arguments) -> Value:
    return _query_time(given, given.start_ms)


@function(0, 0, "queryendtime")
def _query_end(given: Arguments) -> Value:
    return _query_time(given, given.end_ms)


@function(0, 0, "querytimerange")
def _query_range(given: Arguments) -> Value:
    known = given.start_ms is not None and given.end_ms is not None
    return _query_time(given, (given.end_ms or 0) - (given.start_ms or 0) if known else None)


@function(2, 3, "parsedate")
def _parse_date(given: Arguments) -> Value:
    pattern = quote(dates.strptime_format(given.literal(1), given.call.arguments[1]))
    moment = f"try_strptime({given.text(0)}, {pattern})"
    if len(given) == 3 and "%z" not in pattern:
        moment = f"timezone({dates.time_zone(given.literal(2), given.call.arguments[2])}, {moment})"
    return number(f"CAST(epoch_ms({moment}) AS DOUBLE)")


@function(2, 3, "formatdate", "strftime")
def _format_date(given: Arguments) -> Value:
    node = given.call.arguments[1]
    # without a % it would be the same text for every time: such a pattern is of the letters that parseDate takes
    written = dates.strftime_format if "%" in given.literal(1) else dates.strptime_format
    pattern = quote(written(given.literal(1), node))
    moment = f"make_timestamp({_milliseconds(given, 0)} * 1000)"
    if len(given) == 3:
        zone = dates.time_zone(given.literal(2), given.call.arguments[2])
        moment = f"timezone({zone}, timezone('UTC', {moment}))"
    return text(f"strftime({moment}, {pattern})")
