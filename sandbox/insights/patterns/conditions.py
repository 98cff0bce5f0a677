"""What conditions do JSON and space-delimited patterns put on a value, and how are they joined?"""

from __future__ import annotations

import math
import operator
import re
from collections.abc import Callable
from typing import Any

from sandbox.insights.errors import InvalidPattern

Condition = Callable[[Any], bool]
"""Of a value of a JSON document, or a word of a line."""
Matcher = Callable[[str], bool]
"""Of a message."""
_TOKEN = re.compile(
    r'\s*(?:(?P<text>"(?:[^"\\]|\\.)*")|%(?P<regex>[^%]+)%|(?P<mark>&&|\|\||!=|<=|>=|=|<|>|\(|\)|\.\.\.|,)'
    r"|(?P<word>[^\s\"()=<>!&|,]+)|(?P<bang>!))"
)
_ORDER: dict[str, Callable[[float, float], bool]] = {
    "<": operator.lt,
    ">": operator.gt,
    "<=": operator.le,
    ">=": operator.ge,
}


def compile_regex(pattern: str) -> re.Pattern[str]:
    """The expression between two percent signs; InvalidPattern where it is none."""
    try:
        return re.compile(pattern)
    except re.error as error:
        raise InvalidPattern(f"Invalid regular expression: {error}") from None


def unquoted(raw: str) -> str:
    """The text of a quoted string without its backslashes."""
    return re.sub(r"\\(.)", r"\1", raw)


class Tokens:
    """The tokens of a JSON or space-delimited pattern, read from left to right."""

    def __init__(self, text: str) -> None:
        self._tokens: list[tuple[str, str]] = []
        position = 0
        while position < len(text.rstrip()):
            found = _TOKEN.match(text, position)
            if found is None or found.lastgroup is None:
                raise InvalidPattern("Invalid filter pattern")
            self._tokens.append((found.lastgroup, found[found.lastgroup]))
            position = found.end()

    def peek(self) -> tuple[str, str]:
        """Kind and text of the next token: text, regex, mark, word, bang or end."""
        return self._tokens[0] if self._tokens else ("end", "")

    def next(self) -> tuple[str, str]:
        """The next token, which is then gone."""
        token = self.peek()
        del self._tokens[:1]
        return token

    def is_bare_name(self) -> bool:
        """Whether the next word stands alone, before a comma or the end."""
        return len(self._tokens) == 1 or self._tokens[1] == ("mark", ",")

    def take(self, *marks: str) -> str | None:
        """The next token where it is one of the marks or (upper-cased) words; None leaves it."""
        kind, text = self.peek()
        wanted = text if kind == "mark" else text.upper() if kind == "word" else None
        if wanted not in marks:
            return None
        self.next()
        return wanted


def any_of(tokens: Tokens, condition: Callable[[Tokens], Condition]) -> Condition:
    """Conditions joined by ||, && and parentheses, in the usual order."""
    options = [_all_of(tokens, condition)]
    while tokens.take("||"):
        options.append(_all_of(tokens, condition))
    return lambda subject: any(option(subject) for option in options)


def _all_of(tokens: Tokens, condition: Callable[[Tokens], Condition]) -> Condition:
    parts = [_grouped(tokens, condition)]
    while tokens.take("&&"):
        parts.append(_grouped(tokens, condition))
    return lambda subject: all(part(subject) for part in parts)


def _grouped(tokens: Tokens, condition: Callable[[Tokens], Condition]) -> Condition:
    if not tokens.take("("):
        return condition(tokens)
    inner = any_of(tokens, condition)
    if not tokens.take(")"):
        raise InvalidPattern("Invalid filter pattern: a parenthesis is not closed")
    return inner


def value_test(tokens: Tokens) -> Condition:
    """An operator and a value: `= 4*`, `!= "x"`, `>= 1.5`, `= %regex%`."""
    sign = tokens.take("=", "!=", "<", ">", "<=", ">=")
    if sign is None:
        raise InvalidPattern("Invalid filter pattern: an operator is expected")
    kind, text = tokens.next()
    negated = sign == "!="
    if kind == "bang" and sign == "=":
        negated = True
        kind, text = tokens.next()
    if kind not in ("text", "word", "regex"):
        raise InvalidPattern("Invalid filter pattern: a value is expected")
    if sign in _ORDER:
        return _order_test(_ORDER[sign], text)
    return _equality_test(kind, text, negated)


def _order_test(compare: Callable[[float, float], bool], text: str) -> Condition:
    bound = _number(text)
    if bound is None:
        raise InvalidPattern(f"Invalid filter pattern: {text} is not a number")

    def test(value: Any) -> bool:
        number = _number(value)
        return number is not None and compare(number, bound)

    return test


def _equality_test(kind: str, text: str, negated: bool) -> Condition:
    if kind == "regex":
        compiled = compile_regex(text)
        return lambda value: _is_leaf(value) and (compiled.search(_text(value)) is not None) is not negated
    wanted = unquoted(text[1:-1]) if kind == "text" else text
    wildcard = re.compile(".*".join(map(re.escape, wanted.split("*"))), re.DOTALL)
    number = _number(text) if kind == "word" else None

    def test(value: Any) -> bool:
        if not _is_leaf(value):
            return False
        same = wildcard.fullmatch(_text(value)) is not None
        if number is not None and not isinstance(value, bool):
            same = same or _number(value) == number
        return same is not negated

    return test


def _is_leaf(value: Any) -> bool:
    return isinstance(value, str | int | float)


def _text(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _number(value: Any) -> float | None:
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        return None
    try:
        number = float(value)
    except ValueError:
        return None
    return number if math.isfinite(number) else None
