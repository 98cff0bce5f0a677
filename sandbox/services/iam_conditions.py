"""Do the conditions of a policy's statement hold? Operators, set operators, and context keys that nobody gave.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html
"""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any


@dataclass(frozen=True)
class Context:
    """The condition keys of a request, by lower-cased name, each with its values."""

    values: Mapping[str, tuple[str, ...]]

    def of(self, key: str) -> tuple[str, ...] | None:
        """A key's values; None where the request has no such key."""
        return self.values.get(key.lower())

    def one(self, key: str) -> str | None:
        """A key's one value; None where it has none or several."""
        found = self.of(key)
        return found[0] if found and len(found) == 1 else None


Test = Callable[[str, str], bool]


def met(conditions: Mapping[str, Any], context: Context) -> tuple[bool, list[str]]:
    """Whether all conditions hold, and the keys they ask for that the context lacks."""
    holds, missing = True, []
    for operator, keys in conditions.items():
        for key, wanted in keys.items():
            values = tuple(_text(v) for v in (wanted if isinstance(wanted, list | tuple) else [wanted]))
            given = context.of(key)
            if given is None and not _asks_absence(operator):
                missing.append(key)
            holds = _holds(operator, given, values) and holds
    return holds, missing


def _text(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _asks_absence(operator: str) -> bool:
    return operator.split(":")[-1] == "Null"


def _holds(operator: str, given: tuple[str, ...] | None, wanted: Sequence[str]) -> bool:
    quantifier, _, name = operator.rpartition(":")
    if name == "Null":
        return (given is None) == (wanted[0] == "true")
    optional = name.endswith("IfExists")
    name = name.removesuffix("IfExists")
    negated = "Not" in name
    if given is None:
        # A negated operator holds for a key that is not there, and so does "all of none".
        return optional or negated or quantifier == "ForAllValues"
    test = _TESTS.get(name)
    if test is None:
        return False
    hits = [any(test(value, pattern) for pattern in wanted) != negated for value in given]
    return any(hits) if quantifier == "ForAnyValue" or not (negated or quantifier) else all(hits)


def _wild(value: str, pattern: str) -> bool:
    expression = "".join(".*" if c == "*" else "." if c == "?" else re.escape(c) for c in pattern)
    return re.fullmatch(expression, value, re.DOTALL) is not None


def _number(compare: Callable[[float, float], bool]) -> Test:
    def test(value: str, pattern: str) -> bool:
        try:
            return compare(float(value), float(pattern))
        except ValueError:
            return False

    return test


def _moment(compare: Callable[[float, float], bool]) -> Test:
    def seconds(text: str) -> float:
        return float(text) if text.replace(".", "").isdigit() else datetime.fromisoformat(text).timestamp()

    def test(value: str, pattern: str) -> bool:
        try:
            return compare(seconds(value), seconds(pattern))
        except ValueError:
            return False

    return test


def _address(value: str, pattern: str) -> bool:
    try:
        return ipaddress.ip_address(value) in ipaddress.ip_network(pattern, strict=False)
    except ValueError:
        return False


def _same(value: str, pattern: str) -> bool:
    return value == pattern


def _same_folded(value: str, pattern: str) -> bool:
    return value.lower() == pattern.lower()


_TESTS: dict[str, Test] = {
    "StringEquals": _same,
    "StringNotEquals": _same,
    "StringEqualsIgnoreCase": _same_folded,
    "StringNotEqualsIgnoreCase": _same_folded,
    "StringLike": _wild,
    "StringNotLike": _wild,
    "ArnEquals": _wild,
    "ArnLike": _wild,
    "ArnNotEquals": _wild,
    "ArnNotLike": _wild,
    "BinaryEquals": _same,
    "Bool": _same_folded,
    "IpAddress": _address,
    "NotIpAddress": _address,
    "NumericEquals": _number(lambda a, b: a == b),
    "NumericNotEquals": _number(lambda a, b: a == b),
    "NumericLessThan": _number(lambda a, b: a < b),
    "NumericLessThanEquals": _number(lambda a, b: a <= b),
    "NumericGreaterThan": _number(lambda a, b: a > b),
    "NumericGreaterThanEquals": _number(lambda a, b: a >= b),
    "DateEquals": _moment(lambda a, b: a == b),
    "DateNotEquals": _moment(lambda a, b: a == b),
    "DateLessThan": _moment(lambda a, b: a < b),
    "DateLessThanEquals": _moment(lambda a, b: a <= b),
    "DateGreaterThan": _moment(lambda a, b: a > b),
    "DateGreaterThanEquals": _moment(lambda a, b: a >= b),
}
