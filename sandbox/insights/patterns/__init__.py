"""Which messages does a filter pattern of FilterLogEvents match?

https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/FilterAndPatternSyntax.html
"""

from __future__ import annotations

from functools import lru_cache

from sandbox.insights.patterns.conditions import Matcher
from sandbox.insights.patterns.delimited import delimited_pattern
from sandbox.insights.patterns.selectors import json_pattern
from sandbox.insights.patterns.terms import terms_pattern

__all__ = ["Matcher", "compile_pattern"]


@lru_cache(maxsize=256)
def compile_pattern(pattern: str) -> Matcher:
    """The pattern as a predicate of a message; InvalidPattern where it is not valid."""
    stripped = pattern.strip()
    if not stripped:
        return lambda _message: True
    if stripped.startswith("{") and stripped.endswith("}"):
        return json_pattern(stripped[1:-1])
    if stripped.startswith("[") and stripped.endswith("]"):
        return delimited_pattern(stripped[1:-1])
    return terms_pattern(stripped)
