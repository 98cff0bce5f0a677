"""What does a metric math expression amount to? A parser and evaluator for the part of the language that is common.

Follows "Using math expressions with CloudWatch metrics". Operators, ABS, AVG, CEIL, DIFF, FILL, FLOOR, IF, MAX,
METRICS, MIN, PERIOD, RATE and SUM are computed; SEARCH, SELECT, ANOMALY_DETECTION_BAND and the rest are refused.
"""

from __future__ import annotations

import math
import operator
import re
from collections.abc import Callable
from dataclasses import dataclass
from itertools import pairwise

Points = dict[int, float]
"""Values by epoch second."""
Value = float | Points | list[Points]


class MathError(Exception):
    """The expression cannot be evaluated; the text says why."""


_TOKEN = re.compile(
    r"\s*(?:(?P<number>\d+(?:\.\d*)?(?:[eE][+-]?\d+)?)|(?P<name>[A-Za-z_][A-Za-z0-9_]*)"
    r"|(?P<text>\"[^\"]*\"|'[^']*')|(?P<sign>&&|\|\||[<>=!]=|[-+*/^()\[\],<>]))"
)
_Binary = Callable[[float, float], float]
_LEVELS: tuple[dict[str, _Binary], ...] = (
    {"||": lambda a, b: float(bool(a) or bool(b)), "OR": lambda a, b: float(bool(a) or bool(b))},
    {"&&": lambda a, b: float(bool(a) and bool(b)), "AND": lambda a, b: float(bool(a) and bool(b))},
    {
        "<": lambda a, b: float(a < b),
        ">": lambda a, b: float(a > b),
        "<=": lambda a, b: float(a <= b),
        ">=": lambda a, b: float(a >= b),
        "==": lambda a, b: float(a == b),
        "!=": lambda a, b: float(a != b),
    },
    {"+": operator.add, "-": operator.sub},
    {"*": operator.mul, "/": lambda a, b: a / b},
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


def _combine(function: _Binary, left: Value, right: Value) -> Value:
    """Point by point; a point that one side lacks, or that divides by zero, is missing."""
    if isinstance(left, list):
        return [_points(_combine(function, item, right)) for item in left]
    if isinstance(right, list):
        return [_points(_combine(function, left, item)) for item in right]
    if isinstance(left, float) and isinstance(right, float):
        try:
            return float(function(left, right))
        except ZeroDivisionError as error:
            raise MathError("division by zero") from error
    moments = left if isinstance(left, dict) else right
    assert isinstance(moments, dict)
    made: Points = {}
    for moment in moments:
        a = left if isinstance(left, float) else left.get(moment)
        b = right if isinstance(right, float) else right.get(moment)
        if a is not None and b is not None and not (function is _LEVELS[4]["/"] and b == 0):
            made[moment] = float(function(a, b))
    return made


def _points(value: Value) -> Points:
    if not isinstance(value, dict):
        raise MathError("a time series was expected")
    return value


def _each(function: Callable[[float], float], value: Value) -> Value:
    if isinstance(value, list):
        return [_points(_each(function, item)) for item in value]
    if isinstance(value, dict):
        return {moment: float(function(v)) for moment, v in value.items()}
    return float(function(value))


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
        if level == len(_LEVELS):
            return self._power()
        value = self.expression(level + 1)
        while self._peek() in _LEVELS[level]:
            function = _LEVELS[level][self._next()]
            value = _combine(function, value, self.expression(level + 1))
        return value

    def _power(self) -> Value:
        if self._peek() == "-":
            self._next()
            return _each(operator.neg, self._power())
        value = self._primary()
        if self._peek() == "^":
            self._next()
            return _combine(operator.pow, value, self._power())
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
            items += value if isinstance(value, list) else [_points(value)]
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
                [_filled(p, way, self.scope.slots) for p in value]
                if isinstance(value, list)
                else _filled(_points(value), way, self.scope.slots)
            )
        filler = self.expression()
        self._expect(")")
        if isinstance(value, list):
            return [_with_filler(p, filler, self.scope.slots) for p in value]
        return _with_filler(_points(value), filler, self.scope.slots)

    def _apply(self, name: str, arguments: list[Value]) -> Value:
        if name in _AGGREGATES and len(arguments) == 1:
            return _aggregate(_AGGREGATES[name], arguments[0])
        if name in _UNARY and len(arguments) == 1:
            return _each(_UNARY[name], arguments[0])
        if name in ("RATE", "DIFF") and len(arguments) == 1:
            return _changes(name == "RATE", arguments[0])
        if name == "PERIOD" and len(arguments) == 1:
            return float(self.scope.period_s)
        if name == "IF" and len(arguments) in (2, 3):
            return _choice(arguments)
        raise MathError(f"{name} with {len(arguments)} arguments is not supported")


_AGGREGATES: dict[str, Callable[[list[float]], float]] = {
    "AVG": lambda values: sum(values) / len(values),
    "SUM": sum,
    "MIN": min,
    "MAX": max,
}
_UNARY: dict[str, Callable[[float], float]] = {"ABS": abs, "CEIL": math.ceil, "FLOOR": math.floor}


def _aggregate(function: Callable[[list[float]], float], value: Value) -> Value:
    """An array becomes one series, moment by moment; one series becomes a scalar."""
    if isinstance(value, list):
        moments = sorted({moment for points in value for moment in points})
        return {m: float(function([p[m] for p in value if m in p])) for m in moments}
    points = _points(value)
    if not points:
        return {}
    return float(function(list(points.values())))


def _changes(per_second: bool, value: Value) -> Value:
    if isinstance(value, list):
        return [_points(_changes(per_second, item)) for item in value]
    moments = sorted(_points(value))
    points = _points(value)
    return {
        now: (points[now] - points[before]) / (now - before if per_second else 1) for before, now in pairwise(moments)
    }


def _choice(arguments: list[Value]) -> Value:
    condition, yes = arguments[0], arguments[1]
    no = arguments[2] if len(arguments) == 3 else {}
    if any(isinstance(a, list) for a in arguments):
        raise MathError("IF takes time series and scalars, not arrays")
    if isinstance(condition, float):
        return yes if condition else no
    made: Points = {}
    for moment, chosen in _points(condition).items():
        branch = yes if chosen else no
        value = branch if isinstance(branch, float) else _points(branch).get(moment)
        if value is not None:
            made[moment] = value
    return made


def _with_filler(points: Points, filler: Value, slots: range) -> Points:
    """Missing points are taken from the filler."""
    spare = dict.fromkeys(slots, filler) if isinstance(filler, float) else _points(filler)
    return {m: points[m] if m in points else spare[m] for m in slots if m in points or m in spare}


def _filled(points: Points, way: str, slots: range) -> Points:
    """Missing points repeat the one before, or lie on the line between their neighbours."""
    known = sorted(points)
    made: Points = {}
    for moment in slots:
        before = [k for k in known if k <= moment]
        after = [k for k in known if k >= moment]
        if not before:
            continue
        if way == "REPEAT" or not after:
            made[moment] = points[before[-1]]
        else:
            low, high = before[-1], after[0]
            share = (moment - low) / (high - low) if high > low else 0.0
            made[moment] = points[low] + (points[high] - points[low]) * share
    return made
