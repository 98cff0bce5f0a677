"""What do the functions of `stats` compute, as SQL?

https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/CWL_QuerySyntax-Stats.html
"""

from __future__ import annotations

from collections.abc import Callable

from sandbox.insights import syntax
from sandbox.insights.errors import MalformedQuery
from sandbox.insights.functions import Arguments
from sandbox.insights.values import Kind, Value, as_number, as_text, is_numeric

Builder = Callable[[Arguments], Value]


def _count(given: Arguments) -> Value:
    if not given.values or isinstance(given.call.arguments[0], syntax.Star):
        return Value("CAST(count(*) AS DOUBLE)", Kind.NUMBER)
    return Value(f"CAST(count({given.value(0).sql}) AS DOUBLE)", Kind.NUMBER)


def _count_distinct(given: Arguments) -> Value:
    value = given.value(0)
    distinct = value.sql if value.kind in (Kind.TEXT, Kind.NUMBER, Kind.DOUBLE) else as_text(value)
    return Value(f"CAST(count(DISTINCT {distinct}) AS DOUBLE)", Kind.NUMBER)


def _numeric(function: str) -> Builder:
    return lambda given: Value(f"finite({function}({given.number(0)}))", Kind.NUMBER)


def _extreme(function: str) -> Builder:
    """Numbers compare as numbers; text only counts where no event has a number."""

    def build(given: Arguments) -> Value:
        value = given.value(0)
        if value.kind is Kind.TIME:
            return Value(f"{function}({value.sql})", Kind.TIME)
        number = f"{function}({as_number(value)})"
        if is_numeric(value):
            return Value(number, Kind.NUMBER)
        return Value(f"coalesce(number_text({number}), {function}({as_text(value)}))", Kind.TEXT)

    return build


def _percentile(given: Arguments) -> Value:
    node = given.call.arguments[1]
    if not isinstance(node, syntax.Number) or not 0 <= node.value <= 100:
        raise MalformedQuery("pct takes a percentage from 0 to 100", node.start, node.end)
    return Value(f"quantile_cont({given.number(0)}, {node.value / 100!r})", Kind.NUMBER)


def _by_time(function: str) -> Builder:
    def build(given: Arguments) -> Value:
        if given.timestamp is None:
            message = f"{given.call.function} needs @timestamp, which is gone after stats"
            raise MalformedQuery(message, given.call.start, given.call.end)
        value = given.value(0)
        return Value(f"{function}({value.sql}, {given.timestamp.sql})", value.kind)

    return build


def _by_order(function: str) -> Builder:
    """The value that `sort` puts first or last."""

    def build(given: Arguments) -> Value:
        value = given.value(0)
        if is_numeric(value):
            return Value(f"{function}({value.sql}, {value.sql})", value.kind)
        text = as_text(value)
        number = f"TRY_CAST({text} AS DOUBLE)"
        rank = (
            f"{{'class': ({number} IS NOT NULL), 'key': CASE WHEN {number} IS NULL THEN natural_key({text}) "
            f"ELSE '' END, 'number': coalesce({number}, 0), 'text': {text}}}"
        )
        return Value(f"{function}({text}, {rank}) FILTER (WHERE {text} IS NOT NULL)", Kind.TEXT)

    return build


def _values(given: Arguments) -> Value:
    text = given.text(0)
    listed = f"list(DISTINCT {text}) FILTER (WHERE {text} IS NOT NULL)"
    return Value(f"to_json(list_sort({listed}))", Kind.JSON)


AGGREGATES: dict[str, tuple[int, int, Builder]] = {
    "count": (0, 1, _count),
    "count_distinct": (1, 1, _count_distinct),
    "avg": (1, 1, _numeric("avg")),
    "sum": (1, 1, _numeric("sum")),
    "stddev": (1, 1, _numeric("stddev_samp")),
    "min": (1, 1, _extreme("min")),
    "max": (1, 1, _extreme("max")),
    "pct": (2, 2, _percentile),
    "earliest": (1, 1, _by_time("arg_min")),
    "latest": (1, 1, _by_time("arg_max")),
    "sortsfirst": (1, 1, _by_order("arg_min")),
    "sortslast": (1, 1, _by_order("arg_max")),
    "values": (1, 1, _values),
}
