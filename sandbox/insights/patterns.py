"""Which messages does a filter pattern of FilterLogEvents match?

https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/FilterAndPatternSyntax.html
Terms (`ERROR -retry "exact phrase" ?any %regex%`), JSON selectors (`{ $.a = "x" && $.b > 3 }`) and
space-delimited fields (`[ip, ..., status = 4*]`).
"""

from __future__ import annotations

import json
import math
import operator
import re
from collections.abc import Callable
from functools import lru_cache
from typing import Any

from sandbox.insights.errors import InvalidPattern

Matcher = Callable[[str], bool]
_Condition = Callable[[Any], bool]

_TERM = re.compile(r'\s*([-?]?)(?:"((?:[^"\\]|\\.)*)"|%([^%]+)%|([^\s"]+))')
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
_MISSING = object()


@lru_cache(maxsize=256)
def compile_pattern(pattern: str) -> Matcher:
    """The pattern as a predicate of a message; InvalidPattern where it is not valid."""
    stripped = pattern.strip()
    if not stripped:
        return lambda _message: True
    if stripped.startswith("{") and stripped.endswith("}"):
        return _json_pattern(stripped[1:-1])
    if stripped.startswith("[") and stripped.endswith("]"):
        return _delimited_pattern(stripped[1:-1])
    return _terms_pattern(stripped)


def _regex(pattern: str) -> re.Pattern[str]:
    try:
        return re.compile(pattern)
    except re.error as error:
        raise InvalidPattern(f"Invalid regular expression: {error}") from None


def _unquoted(raw: str) -> str:
    return re.sub(r"\\(.)", r"\1", raw)


def _terms_pattern(pattern: str) -> Matcher:
    tests: dict[str, list[Matcher]] = {"": [], "-": [], "?": []}
    position = 0
    while position < len(pattern.rstrip()):
        found = _TERM.match(pattern, position)
        if found is None:
            raise InvalidPattern("Invalid filter pattern")
        sign, phrase, regex, term = found.groups()
        tests[sign].append(_term_test(phrase, regex, term))
        position = found.end()
    required, excluded, optional = tests[""], tests["-"], tests["?"]

    def matches(message: str) -> bool:
        if any(test(message) for test in excluded) or not all(test(message) for test in required):
            return False
        # optional terms say nothing beside required ones
        return bool(required) or not optional or any(test(message) for test in optional)

    return matches


def _term_test(phrase: str | None, regex: str | None, term: str | None) -> Matcher:
    if regex is not None:
        compiled = _regex(regex)
        return lambda message: compiled.search(message) is not None
    if phrase is None and not re.fullmatch(r"\w+", term or ""):
        raise InvalidPattern(f"Invalid character(s) in term '{term}'")
    text = _unquoted(phrase) if phrase is not None else str(term)
    return lambda message: text in message


class _Tokens:
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
        return self._tokens[0] if self._tokens else ("end", "")

    def next(self) -> tuple[str, str]:
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


def _any_of(tokens: _Tokens, condition: Callable[[_Tokens], _Condition]) -> _Condition:
    options = [_all_of(tokens, condition)]
    while tokens.take("||"):
        options.append(_all_of(tokens, condition))
    return lambda subject: any(option(subject) for option in options)


def _all_of(tokens: _Tokens, condition: Callable[[_Tokens], _Condition]) -> _Condition:
    parts = [_grouped(tokens, condition)]
    while tokens.take("&&"):
        parts.append(_grouped(tokens, condition))
    return lambda subject: all(part(subject) for part in parts)


def _grouped(tokens: _Tokens, condition: Callable[[_Tokens], _Condition]) -> _Condition:
    if not tokens.take("("):
        return condition(tokens)
    inner = _any_of(tokens, condition)
    if not tokens.take(")"):
        raise InvalidPattern("Invalid filter pattern: a parenthesis is not closed")
    return inner


def _json_pattern(body: str) -> Matcher:
    tokens = _Tokens(body)
    condition = _any_of(tokens, _json_condition)
    if tokens.peek()[0] != "end":
        raise InvalidPattern("Invalid filter pattern")

    def matches(message: str) -> bool:
        try:
            document = json.loads(message)
        except ValueError:
            return False
        return condition(document)

    return matches


def _json_condition(tokens: _Tokens) -> _Condition:
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
    test = _value_test(tokens)
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


def _value_test(tokens: _Tokens) -> _Condition:
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


def _order_test(compare: Callable[[float, float], bool], text: str) -> _Condition:
    bound = _number(text)
    if bound is None:
        raise InvalidPattern(f"Invalid filter pattern: {text} is not a number")

    def test(value: Any) -> bool:
        number = _number(value)
        return number is not None and compare(number, bound)

    return test


def _equality_test(kind: str, text: str, negated: bool) -> _Condition:
    if kind == "regex":
        compiled = _regex(text)
        return lambda value: _is_leaf(value) and (compiled.search(_text(value)) is not None) is not negated
    wanted = _unquoted(text[1:-1]) if kind == "text" else text
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


_WORDS = re.compile(r'\[([^\]]*)\]|"((?:[^"\\]|\\.)*)"|(\S+)')


def _delimited_pattern(body: str) -> Matcher:
    tokens = _Tokens(body)
    columns: list[_Condition | None] = []
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


def _aligned(columns: list[_Condition | None], count: int) -> list[_Condition | None] | None:
    """One condition a word, None for the words of the ellipsis; None altogether where the number differs."""
    if None not in columns:
        return columns if len(columns) == count else None
    at = columns.index(None)
    skipped = count - (len(columns) - 1)
    return None if skipped < 0 else columns[:at] + [None] * skipped + columns[at + 1 :]


def _column(tokens: _Tokens) -> _Condition:
    """`name`, `name = value` or several of them joined by && and ||."""

    def condition(inner: _Tokens) -> _Condition:
        kind, _ = inner.next()
        if kind != "word":
            raise InvalidPattern("Invalid filter pattern: a field name is expected")
        return _value_test(inner)

    kind, _ = tokens.peek()
    if kind == "word" and tokens.is_bare_name():
        tokens.next()
        return lambda _word: True
    if kind == "mark" and tokens.peek()[1] == ",":
        return lambda _word: True
    return _any_of(tokens, condition)
