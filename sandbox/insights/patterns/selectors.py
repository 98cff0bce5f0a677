"""Which JSON messages fit a pattern of selectors, such as `{ $.a = "x" && $.b > 3 }`?"""

from __future__ import annotations

import json
import re
from typing import Any

from sandbox.insights.errors import InvalidPattern
from sandbox.insights.patterns.conditions import Condition, Matcher, Tokens, any_of, value_test


def json_pattern(body: str) -> Matcher:
    """The predicate of what is between the braces; InvalidPattern where it is not valid."""
    tokens = Tokens(body)
    condition = any_of(tokens, _json_condition)
    if tokens.peek()[0] != "end":
        raise InvalidPattern("Invalid filter pattern")

    def matches(message: str) -> bool:
        try:
            document = json.loads(message)
        except ValueError:
            return False
        return condition(document)

    return matches


def _json_condition(tokens: Tokens) -> Condition:
    kind, selector = tokens.next()
    if kind != "word" or not selector.startswith("$"):
        raise InvalidPattern("Invalid filter pattern: a selector starts with $")
    steps = _selector_steps(selector)
    if tokens.take("IS"):
        word = tokens.take("NULL", "TRUE", "FALSE")
        if word is None:
            raise InvalidPattern("Invalid filter pattern: IS takes NULL, TRUE or FALSE")
        constant = {"NULL": None, "TRUE": True, "FALSE": False}[word]
        return lambda document: any(value is constant for value in _select(document, steps))
    if tokens.take("NOT"):
        if not tokens.take("EXISTS"):
            raise InvalidPattern("Invalid filter pattern: NOT takes EXISTS")
        return lambda document: not _select(document, steps)
    test = value_test(tokens)
    return lambda document: any(test(value) for value in _select(document, steps))


def _selector_steps(selector: str) -> list[str]:
    pieces = re.findall(r"""\.([\w\-*$@:/]+)|\[(\d+|\*)\]|\[["']([^"'\]]+)["']\]""", selector[1:])
    steps = ["".join(piece) for piece in pieces]
    if selector != "$" and not steps:
        raise InvalidPattern(f"Invalid filter pattern: {selector} is no selector")
    return steps


def _select(document: Any, steps: list[str]) -> list[Any]:
    """The values that a selector points to; `*` is every element."""
    values = [document]
    for step in steps:
        values = [inner for value in values for inner in _children(value, step)]
    return values


def _children(value: Any, step: str) -> list[Any]:
    if step == "*":
        return list(value.values()) if isinstance(value, dict) else list(value) if isinstance(value, list) else []
    if isinstance(value, dict):
        return [value[step]] if step in value else []
    if isinstance(value, list) and step.isdigit() and int(step) < len(value):
        return [value[int(step)]]
    return []
