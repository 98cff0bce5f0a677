"""What do the operators and functions of metric math do with time series?

Follows "Using math expressions with CloudWatch metrics".
"""

from __future__ import annotations

import math
import operator
from collections.abc import Callable
from itertools import pairwise

Points = dict[int, float]
"""Values by epoch second."""
Value = float | Points | list[Points]


class MathError(Exception):
    """The expression cannot be evaluated; the text says why."""


_Binary = Callable[[float, float], float]
LEVELS: tuple[dict[str, _Binary], ...] = (
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


def combine(function: _Binary, left: Value, right: Value) -> Value:
    """Point by point; a point that one side lacks, or that divides by zero, is missing."""
    if isinstance(left, list):
        return [as_points(combine(function, item, right)) for item in left]
    if isinstance(right, list):
        return [as_points(combine(function, left, item)) for item in right]
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
        if a is not None and b is not None and not (function is LEVELS[4]["/"] and b == 0):
            made[moment] = float(function(a, b))
    return made


def as_points(value: Value) -> Points:
    """The value, which must be a time series."""
    if not isinstance(value, dict):
        raise MathError("a time series was expected")
    return value


def each(function: Callable[[float], float], value: Value) -> Value:
    """The function of every value."""
    if isinstance(value, list):
        return [as_points(each(function, item)) for item in value]
    if isinstance(value, dict):
        return {moment: float(function(v)) for moment, v in value.items()}
    return float(function(value))


AGGREGATES: dict[str, Callable[[list[float]], float]] = {
    "AVG": lambda values: sum(values) / len(values),
    "SUM": sum,
    "MIN": min,
    "MAX": max,
}
UNARY: dict[str, Callable[[float], float]] = {"ABS": abs, "CEIL": math.ceil, "FLOOR": math.floor}


def aggregate(function: Callable[[list[float]], float], value: Value) -> Value:
    """An array becomes one series, moment by moment; one series becomes a scalar."""
    if isinstance(value, list):
        moments = sorted({moment for points in value for moment in points})
        return {m: float(function([p[m] for p in value if m in p])) for m in moments}
    points = as_points(value)
    if not points:
        return {}
    return float(function(list(points.values())))


def changes(per_second: bool, value: Value) -> Value:
    """Each point less the one before, or that by the second."""
    if isinstance(value, list):
        return [as_points(changes(per_second, item)) for item in value]
    moments = sorted(as_points(value))
    points = as_points(value)
    return {
        now: (points[now] - points[before]) / (now - before if per_second else 1) for before, now in pairwise(moments)
    }


def choice(arguments: list[Value]) -> Value:
    """IF: by each point of the condition; without a third argument the point is missing."""
    condition, yes = arguments[0], arguments[1]
    no = arguments[2] if len(arguments) == 3 else {}
    if any(isinstance(a, list) for a in arguments):
        raise MathError("IF takes time series and scalars, not arrays")
    if isinstance(condition, float):
        return yes if condition else no
    made: Points = {}
    for moment, chosen in as_points(condition).items():
        branch = yes if chosen else no
        value = branch if isinstance(branch, float) else as_points(branch).get(moment)
        if value is not None:
            made[moment] = value
    return made


def with_filler(points: Points, filler: Value, slots: range) -> Points:
    """Missing points are taken from the filler."""
    spare = dict.fromkeys(slots, filler) if isinstance(filler, float) else as_points(filler)
    return {m: points[m] if m in points else spare[m] for m in slots if m in points or m in spare}


def filled(points: Points, way: str, slots: range) -> Points:
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
