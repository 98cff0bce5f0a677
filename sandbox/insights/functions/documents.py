"""Which functions take JSON apart?"""

from __future__ import annotations

from sandbox.insights.functions.arguments import Arguments, function, number, text, truth
from sandbox.insights.values import Kind, Value, as_text


@function(1, 1, "jsonparse")
def _json_parse(given: Arguments) -> Value:
    value = given.value(0)
    return value if value.kind is Kind.JSON else Value(f"parsed_json({as_text(value)})", Kind.JSON)


@function(1, 1, "jsonstringify")
def _json_stringify(given: Arguments) -> Value:
    value = given.value(0)
    return text(f"CAST({value.sql} AS VARCHAR)" if value.kind is Kind.JSON else as_text(value))


def _array(given: Arguments) -> str:
    value = given.value(0)
    document = value.sql if value.kind is Kind.JSON else f"parsed_json({as_text(value)})"
    return f"CASE WHEN json_type({document}) = 'ARRAY' THEN {document} END"


@function(1, 1, "jsonarraysize")
def _json_array_size(given: Arguments) -> Value:
    return number(f"CAST(json_array_length({_array(given)}) AS DOUBLE)")


@function(2, 2, "jsonarraycontains")
def _json_array_contains(given: Arguments) -> Value:
    texts = f"""list_transform(from_json({_array(given)}, '["JSON"]'), lambda element: leaf_text(element))"""
    return truth(f"coalesce(list_contains({texts}, {given.text(1)}), false)")
