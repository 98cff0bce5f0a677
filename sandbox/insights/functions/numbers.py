"""Which functions compute numbers?"""

from __future__ import annotations

from sandbox.insights.functions.arguments import MANY, Arguments, function, number, numeric, text
from sandbox.insights.values import Value

for _name, _template in {
    "abs": "abs({0})",
    "ceil": "ceil({0})",
    "floor": "floor({0})",
    "log": "ln(nullif(greatest({0}, 0), 0))",
    "sqrt": "CASE WHEN {0} >= 0 THEN sqrt({0}) END",
    "tonumber": "{0}",
    "todouble": "{0}",
    "toint": "CAST(TRY_CAST(trunc({0}) AS INTEGER) AS DOUBLE)",
    "tolong": "CAST(TRY_CAST(trunc({0}) AS BIGINT) AS DOUBLE)",
}.items():
    numeric(_name, _template)


@function(1, 1, "dectohex")
def _dec_to_hex(given: Arguments) -> Value:
    whole = f"TRY_CAST(trunc({given.number(0)}) AS BIGINT)"
    return text(f"CASE WHEN {whole} < 0 THEN '-0x' ELSE '0x' END || format('{{:x}}', abs({whole}))")


@function(1, 1, "hextodec")
def _hex_to_dec(given: Arguments) -> Value:
    digits = f"regexp_replace(lower({given.text(0)}), '^0x', '')"
    return number(f"CAST(TRY_CAST('0x' || {digits} AS BIGINT) AS DOUBLE)")


@function(1, 2, "round")
def _round(given: Arguments) -> Value:
    if len(given) == 1:
        return number(f"round({given.number(0)})")
    return number(f"round({given.number(0)}, CAST({given.number(1)} AS INTEGER))")


@function(2, MANY, "greatest")
def _greatest(given: Arguments) -> Value:
    return number(f"greatest({', '.join(given.number(i) for i in range(len(given)))})")


@function(2, MANY, "least")
def _least(given: Arguments) -> Value:
    return number(f"least({', '.join(given.number(i) for i in range(len(given)))})")


@function(4, 4, "haversine")
def _haversine(given: Arguments) -> Value:
    lat1, lon1, lat2, lon2 = (f"radians({given.number(i)})" for i in range(4))
    chord = f"pow(sin(({lat2} - {lat1}) / 2), 2) + cos({lat1}) * cos({lat2}) * pow(sin(({lon2} - {lon1}) / 2), 2)"
    return number(f"2 * 6371.0 * asin(least(1.0, sqrt({chord})))")
