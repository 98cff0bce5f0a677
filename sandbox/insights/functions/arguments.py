"""What does a function get, and how is it registered?"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from sandbox.insights import syntax
from sandbox.insights.errors import MalformedQuery
from sandbox.insights.values import Kind, Value, as_number, as_text


@dataclass(frozen=True)
class Arguments:
    """A call, its arguments' SQL (None for a period, `*` or regex, which have no value), and the query's times.

    `timestamp` is the value of @timestamp where it can be seen; the times are in milliseconds since the epoch.
    """

    call: syntax.Call
    values: tuple[Value | None, ...]
    timestamp: Value | None
    now_ms: int
    start_ms: int | None
    end_ms: int | None

    def __len__(self) -> int:
        return len(self.values)

    def value(self, index: int) -> Value:
        """The argument's value; MalformedQuery where it has none."""
        value = self.values[index]
        if value is None:
            node = self.call.arguments[index]
            raise MalformedQuery(f"{self.call.function} takes no such argument", node.start, node.end)
        return value

    def text(self, index: int) -> str:
        """SQL for the argument as text."""
        return as_text(self.value(index))

    def number(self, index: int) -> str:
        """SQL for the argument as a number."""
        return as_number(self.value(index))

    def literal(self, index: int) -> str:
        """The argument's own text; MalformedQuery where it is not a quoted string."""
        node = self.call.arguments[index]
        if isinstance(node, syntax.Text):
            return node.value
        raise MalformedQuery(f"{self.call.function} takes a quoted string here", node.start, node.end)

    def period(self, index: int) -> syntax.Period:
        """The argument as a time period, such as 5m."""
        node = self.call.arguments[index]
        if isinstance(node, syntax.Period):
            return node
        raise MalformedQuery(f"{self.call.function} takes a period such as 5m", node.start, node.end)


Builder = Callable[[Arguments], Value]
FUNCTIONS: dict[str, tuple[int, int, Builder]] = {}
"""Name in lower case to the least and greatest number of arguments and the builder."""

MANY = 100
"""Arguments, where the language sets no limit."""


def number(sql: str) -> Value:
    """A number."""
    return Value(sql, Kind.NUMBER)


def text(sql: str) -> Value:
    """A text."""
    return Value(sql, Kind.TEXT)


def truth(sql: str) -> Value:
    """A truth value."""
    return Value(sql, Kind.TRUTH)


def function(least: int, most: int, *names: str) -> Callable[[Builder], Builder]:
    """Register the builder of a function that takes `least` to `most` arguments, under its names."""

    def register(builder: Builder) -> Builder:
        for name in names:
            FUNCTIONS[name] = (least, most, builder)
        return builder

    return register


def numeric(name: str, template: str) -> None:
    """Register a function of one number that is SQL with `{0}` for the number."""
    FUNCTIONS[name] = (1, 1, lambda given: number(template.format(given.number(0))))


def textual(name: str, template: str) -> None:
    """Register a function of one text that is SQL with `{0}` for the text."""
    FUNCTIONS[name] = (1, 1, lambda given: text(template.format(given.text(0))))
