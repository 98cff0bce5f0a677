"""What does a metric math expression amount to? A parser and evaluator for the part of the language that is common.

Follows "Using math expressions with CloudWatch metrics". Operators, ABS, AVG, CEIL, DIFF, FILL, FLOOR, IF, MAX,
METRICS, MIN, PERIOD, RATE and SUM are computed; SEARCH, SELECT, ANOMALY_DETECTION_BAND and the rest are refused.
"""

from __future__ import annotations

import operator
import re
from dataclasses import dataclass

from sandbox.services.math_functions import (
    AGGREGATES,
    LEVELS,
    UNARY,
    MathError,
    Points,
    Value,
    aggregate,
    as_points,
    changes,
    choice,
    combine,
    each,
    filled,
    with_filler,
)

_TOKEN = re.compile(
    r"\s*(?:(?P<number>\d+(?:\.\d*)?(?:[eE][+-]?\d+)?)|(?P<name>[A-Za-z_][A-Za-z0-9_]*)"
    r"|(?P<text>\"[^\"]*\"|'[^']*')|(?P<sign>&&|\|\||[<>=!]=|[-+*/^()\[\],<>]))"
)


@dataclass(frozen=True)
class Scope:
    """What an expression may refer to: the results of other queries by id, in the order of the request."""

    results: dict[str, Points]
    """Those of metrics and of expressions."""
    metrics: tuple[str, ...]
    """The ids that METRICS() stands for."""
    labels: dict[str, str]
    period_s: int
    slots: range
    """The starts of the request's periods, which FILL fills."""


def evaluate(expression: str, scope: Scope) -> list[Points]:
    """The time series that an expression makes. Raises MathError."""
    tokens = _tokens(expression)
    parser = _Parser(tokens, scope)
    value = parser.expression()
    if parser.position != len(tokens):
        raise MathError(f"unexpected {tokens[parser.position]!r}")
    if isinstance(value, float):
        raise MathError("the expression must result in a time series, not a scalar")
    return value if isinstance(value, list) else [value]


def references(expression: str) -> set[str]:
    """The ids that an expression mentions."""
    return {t for t in _tokens(expression) if t[0].islower()}


def _tokens(expression: str) -> list[str]:
    tokens, position, text = [], 0, expression.rstrip()
    while position < len(text):
        match = _TOKEN.match(text, position)
        if match is None:
            raise MathError(f"unexpected {text[position:].strip()[:1]!r}")
        tokens.append(match.group().strip())
        position = match.end()
    if not tokens:
        raise MathError("the expression is empty")
    return tokens


class _Parser:
    """Recursive descent; evaluates as it goes."""

    def __init__(self, tokens: list[str], scope: Scope) -> None:
        self.tokens = tokens
        self.position = 0
        self.scope = scope

    def _peek(self) -> str:
        return self.tokens[self.position] if self.position < len(self.tokens) else ""

    def _next(self) -> str:
        token = self._peek()
        if not token:
            raise MathError("the expression ends too soon")
        self.position += 1
        return token

    def _expect(self, token: str) -> None:
        if (found := self._next()) != token:
            raise MathError(f"expected {token!r}, found {found!r}")

    def expression(self, level: int = 0) -> Value:
        """Read operators of this level and those that bind tighter."""
        if level == len(LEVELS):
            return self._power()
        value = self.expression(level + 1)
        while self._peek() in LEVELS[level]:
            function = LEVELS[level][self._next()]
            value = combine(function, value, self.expression(level + 1))
        return value

    def _power(self) -> Value:
        if self._peek() == "-":
            self._next()
            return each(operator.neg, self._power())
        value = self._primary()
        if self._peek() == "^":
            self._next()
            return combine(operator.pow, value, self._power())
        return value

    def _primary(self) -> Value:
        token = self._next()
        if token == "(":  # noqa: S105
            value = self.expression()
            self._expect(")")
            return value
        if token == "[":  # noqa: S105
            return self._array()
        if token[0].isdigit():
            return float(token)
        if self._peek() == "(":
            return self._call(token.upper())
        if token in self.scope.results:
            return self.scope.results[token]
        if token[0] in "\"'" or not token[0].isalpha():
            raise MathError(f"unexpected {token!r}")
        raise MathError(f"{token!r} is no id of this request")

    def _array(self) -> list[Points]:
        items: list[Points] = []
        while True:
            value = self.expression()
            items += value if isinstance(value, list) else [as_points(value)]
            if self._next_of(",", "]") == "]":
                return items

    def _next_of(self, *allowed: str) -> str:
        if (token := self._next()) not in allowed:
            raise MathError(f"expected {' or '.join(allowed)}, found {token!r}")
        return token

    def _call(self, name: str) -> Value:
        self._expect("(")
        if name == "METRICS":
            return self._metrics()
        if name == "FILL":
            return self._fill()
        arguments: list[Value] = []
        if self._peek() == ")":
            self._next()
        else:
            arguments.append(self.expression())
            while self._next_of(",", ")") == ",":
                arguments.append(self.expression())
        return self._apply(name, arguments)

    def _metrics(self) -> list[Points]:
        wanted = "" if self._peek() == ")" else self._next().strip("\"'")
        self._expect(")")
        ids = [i for i in self.scope.metrics if wanted in i or wanted in self.scope.labels.get(i, "")]
        return [self.scope.results[i] for i in ids]

    def _fill(self) -> Value:
        value = self.expression()
        self._expect(",")
        if self._peek() in ("REPEAT", "LINEAR"):
            way = self._next()
            self._expect(")")
            return (
                [filled(p, way, self.scope.slots) for p in value]
                if isinstance(value, list)
                else filled(as_points(value), way, self.scope.slots)
            )
        filler = self.expression()
        self._expect(")")
        if isinstance(value, list):
            return [with_filler(p, filler, self.scope.slots) for p in value]
        return with_filler(as_points(value), filler, self.scope.slots)

    def _apply(self, name: str, arguments: list[Value]) -> Value:
        if name in AGGREGATES and len(arguments) == 1:
            return aggregate(AGGREGATES[name], arguments[0])
        if name in UNARY and len(arguments) == 1:
            return each(UNARY[name], arguments[0])
        if name in ("RATE", "DIFF") and len(arguments) == 1:
            return changes(name == "RATE", arguments[0])
        if name == "PERIOD" and len(arguments) == 1:
            return float(self.scope.period_s)
        if name == "IF" and len(arguments) in (2, 3):
            return choice(arguments)
        raise MathError(f"{name} with {len(arguments)} arguments is not supported")
