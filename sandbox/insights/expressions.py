"""How does an expression of a query become SQL?"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from sandbox.insights import regexes, syntax
from sandbox.insights.aggregates import AGGREGATES
from sandbox.insights.errors import MalformedQuery
from sandbox.insights.functions import FUNCTIONS, Arguments
from sandbox.insights.syntax import Expression, canonical
from sandbox.insights.values import Kind, Value, as_number, as_text, as_truth, is_numeric, quote


@dataclass(frozen=True)
class Times:
    """When the query started and what range it reads, in milliseconds since the epoch; None reads everything."""

    now_ms: int
    start_ms: int | None = None
    end_ms: int | None = None


@dataclass(frozen=True)
class Context:
    """What an expression can see.

    `field` finds a field's value, `computed` a column that an earlier command made of an equal expression
    (None where there is none). With `rows` the expression is one of `stats`, and aggregates see the rows
    through that context.
    """

    field: Callable[[syntax.Field], Value]
    computed: Callable[[str], Value | None]
    timestamp: Callable[[], Value | None]
    times: Times
    rows: Context | None = None


def compile_expression(node: Expression, context: Context) -> Value:  # noqa: C901 - one line for each kind of node
    """The value of an expression; MalformedQuery where it has none."""
    match node:
        case syntax.Field():
            return context.field(node)
        case syntax.Number():
            return Value(f"CAST({node.value!r} AS DOUBLE)", Kind.NUMBER)
        case syntax.Text():
            return Value(quote(node.value), Kind.TEXT, literal=node.value)
        case syntax.Boolean():
            return Value(str(node.value).lower(), Kind.TRUTH)
        case syntax.Call():
            return _call(node, context)
        case syntax.Minus():
            return Value(f"(-{as_number(compile_expression(node.operand, context))})", Kind.NUMBER)
        case syntax.Calculated():
            return _calculated(node, context)
        case syntax.Compared():
            left, right = compile_expression(node.left, context), compile_expression(node.right, context)
            return Value(_compared(node.operator, left, right), Kind.TRUTH)
        case syntax.Like():
            return _like(node, context)
        case syntax.Within():
            return _within(node, context)
        case syntax.Logical():
            sides = (compile_condition(node.left, context), compile_condition(node.right, context))
            return Value(f"({sides[0]} {node.operator.upper()} {sides[1]})", Kind.TRUTH)
        case syntax.Negated():
            return Value(f"(NOT {compile_condition(node.operand, context)})", Kind.TRUTH)
    raise MalformedQuery("a value is expected here", node.start, node.end)


def compile_condition(node: Expression, context: Context) -> str:
    """SQL for an expression that is true, false or, for missing fields, NULL."""
    if isinstance(node, syntax.Text):
        raise MalformedQuery("a condition is expected here", node.start, node.end)
    return as_truth(compile_expression(node, context))


def _call(node: syntax.Call, context: Context) -> Value:
    computed = context.computed(canonical(node))
    if computed is not None:
        return computed
    inner = context
    if node.function in AGGREGATES:
        if context.rows is None:
            raise MalformedQuery(f"{node.function} belongs in stats", node.start, node.end)
        inner = context.rows
    least, most, builder = _signature(node)
    if not least <= len(node.arguments) <= most:
        expected = str(least) if least == most else f"{least} to {most}"
        message = f"{node.function} takes {expected} arguments, not {len(node.arguments)}"
        raise MalformedQuery(message, node.start, node.end)
    valueless = (syntax.Period, syntax.Star, syntax.Regex)
    values = tuple(None if isinstance(a, valueless) else compile_expression(a, inner) for a in node.arguments)
    times = context.times
    return builder(Arguments(node, values, inner.timestamp(), times.now_ms, times.start_ms, times.end_ms))


def _signature(node: syntax.Call) -> tuple[int, int, Callable[[Arguments], Value]]:
    found = AGGREGATES.get(node.function) or FUNCTIONS.get(node.function)
    if found is None:
        end = node.start + len(node.function)
        raise MalformedQuery(f"unknown function {node.function}", node.start, end)
    return found


def _calculated(node: syntax.Calculated, context: Context) -> Value:
    left = as_number(compile_expression(node.left, context))
    right = as_number(compile_expression(node.right, context))
    match node.operator:
        case "/":
            sql = f"({left} / nullif({right}, 0))"
        case "%":
            sql = f"({left} % nullif({right}, 0))"  # the remainder takes the dividend's sign, as Java's does
        case "^":
            sql = f"pow({left}, {right})"
        case operator:
            sql = f"({left} {operator} {right})"
    return Value(sql, Kind.NUMBER)


def _compared(operator: str, left: Value, right: Value) -> str:
    """Numbers compare as numbers, also where a log wrote them as text; a missing side makes it NULL."""
    sign = "<>" if operator == "!=" else operator
    as_numbers = f"({as_number(left)} {sign} {as_number(right)})"
    if is_numeric(left) and is_numeric(right):
        return as_numbers
    as_texts = f"({as_text(left)} {sign} {as_text(right)})"
    if operator in ("=", "!="):
        if left.literal is not None or right.literal is not None:
            return _equal_to_literal(as_numbers, as_texts, left, right)
        return f"coalesce({as_numbers}, {as_texts})"
    if is_numeric(left) or is_numeric(right):
        return as_numbers
    literals = [value.literal for value in (left, right) if value.literal is not None]
    if literals and not all(_reads_as_number(literal) for literal in literals):
        return as_texts
    return as_numbers if literals else f"coalesce({as_numbers}, {as_texts})"


def _equal_to_literal(as_numbers: str, as_texts: str, left: Value, right: Value) -> str:
    literal, other = (right, left) if right.literal is not None else (left, right)
    if is_numeric(other) and _reads_as_number(literal.literal or ""):
        return as_numbers
    return as_texts


def _reads_as_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return "_" not in text


def _like(node: syntax.Like, context: Context) -> Value:
    text = as_text(compile_expression(node.operand, context))
    if isinstance(node.pattern, syntax.Regex):
        matched = f"regexp_matches({text}, {regexes.matcher(node.pattern.pattern, node.pattern)})"
    else:
        matched = f"contains({text}, {quote(node.pattern.value)})"
    return Value(f"(NOT {matched})" if node.negated else matched, Kind.TRUTH)


def _within(node: syntax.Within, context: Context) -> Value:
    operand = compile_expression(node.operand, context)
    options = [compile_expression(option, context) for option in node.options]
    if not is_numeric(operand) and all(option.literal is not None for option in options):
        found = f"({as_text(operand)} IN ({', '.join(option.sql for option in options)}))"
    else:
        found = "(" + " OR ".join(_compared("=", operand, option) for option in options) + ")"
    return Value(f"(NOT {found})" if node.negated else found, Kind.TRUTH)
