"""Which space-delimited messages fit a pattern of fields, such as `[ip, ..., status = 4*]`?"""

from __future__ import annotations

import re

from sandbox.insights.errors import InvalidPattern
from sandbox.insights.patterns.conditions import Condition, Matcher, Tokens, any_of, value_test

_WORDS = re.compile(r'\[([^\]]*)\]|"((?:[^"\\]|\\.)*)"|(\S+)')


def delimited_pattern(body: str) -> Matcher:
    """The predicate of what is between the brackets; InvalidPattern where it is not valid."""
    tokens = Tokens(body)
    columns: list[Condition | None] = []
    while tokens.peek()[0] != "end":
        columns.append(None if tokens.take("...") else _column(tokens))
        if tokens.peek()[0] != "end" and not tokens.take(","):
            raise InvalidPattern("Invalid filter pattern: fields are separated by commas")
    if columns.count(None) > 1:
        raise InvalidPattern("Invalid filter pattern: only one ... is allowed")

    def matches(message: str) -> bool:
        words = [next((group for group in found if group), "") for found in _WORDS.findall(message)]
        conditions = _aligned(columns, len(words))
        return conditions is not None and all(
            condition(word) for condition, word in zip(conditions, words, strict=True) if condition is not None
        )

    return matches


def _aligned(columns: list[Condition | None], count: int) -> list[Condition | None] | None:
    """One condition a word, None for the words of the ellipsis; None altogether where the number differs."""
    if None not in columns:
        return columns if len(columns) == count else None
    at = columns.index(None)
    skipped = count - (len(columns) - 1)
    return None if skipped < 0 else columns[:at] + [None] * skipped + columns[at + 1 :]


def _column(tokens: Tokens) -> Condition:
    """`name`, `name = value` or several of them joined by && and ||."""

    def condition(inner: Tokens) -> Condition:
        kind, _ = inner.next()
        if kind != "word":
            raise InvalidPattern("Invalid filter pattern: a field name is expected")
        return value_test(inner)

    kind, _ = tokens.peek()
    if kind == "word" and tokens.is_bare_name():
        tokens.next()
        return lambda _word: True
    if kind == "mark" and tokens.peek()[1] == ",":
        return lambda _word: True
    return any_of(tokens, condition)
