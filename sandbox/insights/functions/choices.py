"""Which functions ask whether there is a value, and choose between values?"""

from __future__ import annotations

from collections.abc import Callable, Iterable

from sandbox.insights.functions.arguments import MANY, Arguments, function, number, text, truth
from sandbox.insights.values import Kind, Value, as_number, as_text, as_truth, is_numeric


@function(1, 1, "ispresent")
def _is_present(given: Arguments) -> Value:
    return truth(f"({given.value(0).sql} IS NOT NULL)")


@function(1, 1, "isempty")
def _is_empty(given: Arguments) -> Value:
    return truth(f"(coalesce({given.text(0)}, '') = '')")


@function(1, 1, "isblank")
def _is_blank(given: Arguments) -> Value:
    return truth(rf"regexp_full_match(coalesce({given.text(0)}, ''), '\s*')")


@function(1, 1, "isnumeric")
def _is_numeric(given: Arguments) -> Value:
    text = given.text(0)
    return truth(f"(coalesce({text} NOT IN ('true', 'false') AND number_of({text}) IS NOT NULL, false))")


@function(1, MANY, "coalesce")
def _coalesce(given: Arguments) -> Value:
    return _same_kind(given, range(len(given)), lambda parts: f"coalesce({', '.join(parts)})")


@function(3, 3, "if")
def _if(given: Arguments) -> Value:
    condition = as_truth(given.value(0))
    return _same_kind(given, (1, 2), lambda parts: f"CASE WHEN {condition} THEN {parts[0]} ELSE {parts[1]} END")


@function(2, 21, "case")
def _case(given: Arguments) -> Value:
    branches = range(len(given) // 2)
    results = [2 * branch + 1 for branch in branches] + ([len(given) - 1] if len(given) % 2 else [])

    def build(parts: list[str]) -> str:
        whens = [f"WHEN {as_truth(given.value(2 * branch))} THEN {parts[branch]}" for branch in branches]
        default = f"ELSE {parts[-1]}" if len(given) % 2 else ""
        return f"CASE {' '.join(whens)} {default} END"

    return _same_kind(given, results, build)


def _same_kind(given: Arguments, indexes: Iterable[int], build: Callable[[list[str]], str]) -> Value:
    """A choice among values: numbers stay numbers and times stay times, a mixture is text."""
    chosen = [given.value(index) for index in indexes]
    kinds = {value.kind for value in chosen}
    if len(kinds) == 1 and Kind.TEXT not in kinds:
        return Value(build([value.sql for value in chosen]), chosen[0].kind)
    if all(is_numeric(value) and value.kind is not Kind.TIME for value in chosen):
        return number(build([as_number(value) for value in chosen]))
    return text(build([as_text(value) for value in chosen]))
