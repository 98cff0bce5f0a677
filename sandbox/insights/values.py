"""How does a value of the query language read as text, number, truth or time?

Log fields are text: a number is what reads as one, a missing field is NULL. An SQL expression travels with its
kind, and these functions turn one kind into another, by macros where the SQL would be long.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from functools import lru_cache

import duckdb


class Kind(Enum):
    """What an SQL expression holds."""

    TEXT = "text"
    NUMBER = "number"
    DOUBLE = "double"
    """A number that is written as Java writes a double: Lambda's discovered fields (128 MB is `1.28E8`)."""
    TRUTH = "truth"
    TIME = "time"
    """Milliseconds since the epoch, written as `2022-07-18 12:34:30.964`."""
    JSON = "json"
    """A map, list or leaf that came out of jsonParse."""


@dataclass(frozen=True)
class Value:
    """An SQL expression and its kind; `literal` is its text where the query spells it out."""

    sql: str
    kind: Kind
    literal: str | None = None


# a macro repeats its argument's SQL: those that nest in expressions keep the repetitions few
MACROS = (
    # TRY_CAST also takes inf, nan and 1_000, none of which is a number in a log line
    """CREATE OR REPLACE MACRO number_of(x) AS coalesce(
        CASE WHEN isfinite(TRY_CAST(x AS DOUBLE)) AND NOT contains(x, '_') THEN TRY_CAST(x AS DOUBLE) END,
        CASE x WHEN 'true' THEN 1e0 WHEN 'false' THEN 0e0 END)""",
    "CREATE OR REPLACE MACRO finite(x) AS CASE WHEN isfinite(x) THEN x END",
    # 1e+21 is written 1.0E21, and 1e-07 is 1.0E-7
    r"""CREATE OR REPLACE MACRO java_exponent(x) AS
        regexp_replace(regexp_replace(x, '^(-?\d)e', '\1.0e'), 'e\+?(-?)0*', 'E\1')""",
    """CREATE OR REPLACE MACRO number_text(x) AS CASE
        WHEN NOT isfinite(x) THEN NULL
        WHEN x = trunc(x) AND abs(x) < 1e18 THEN CAST(CAST(x AS BIGINT) AS VARCHAR)
        WHEN contains(CAST(x AS VARCHAR), 'e') THEN java_exponent(CAST(x AS VARCHAR))
        ELSE CAST(x AS VARCHAR) END""",
    """CREATE OR REPLACE MACRO double_text(x) AS CASE
        WHEN x = 0 OR abs(x) BETWEEN 1e-3 AND 9999999 THEN CAST(x AS VARCHAR)
        ELSE CAST(round(x / pow(10, floor(log10(abs(x)))), 15) AS VARCHAR)
            || 'E' || CAST(CAST(floor(log10(abs(x))) AS INTEGER) AS VARCHAR) END""",
    "CREATE OR REPLACE MACRO time_text(x) AS strftime(make_timestamp(x * 1000), '%Y-%m-%d %H:%M:%S.%g')",
    # a leaf of a JSON document as text; maps, lists and null are no values
    """CREATE OR REPLACE MACRO leaf_text(x) AS CASE
        WHEN x IS NULL OR CAST(x AS VARCHAR) = 'null' THEN NULL
        WHEN left(CAST(x AS VARCHAR), 1) IN ('{', '[') THEN NULL
        WHEN left(CAST(x AS VARCHAR), 1) = '"' THEN x ->> '$'
        ELSE CAST(x AS VARCHAR) END""",
    """CREATE OR REPLACE MACRO json_text(x) AS CASE
        WHEN CAST(x AS VARCHAR) = 'null' THEN NULL
        WHEN left(CAST(x AS VARCHAR), 1) = '"' THEN x ->> '$'
        ELSE CAST(x AS VARCHAR) END""",
    """CREATE OR REPLACE MACRO parsed_json(x) AS CASE
        WHEN left(ltrim(x), 1) IN ('{', '[') AND json_valid(x) THEN json(x) END""",
    # digits compare by length, then by value, and with other characters by Unicode order
    r"""CREATE OR REPLACE MACRO natural_key(x) AS array_to_string(list_transform(
        regexp_extract_all(x, '\d+|\D+'),
        lambda chunk: CASE WHEN left(chunk, 1) BETWEEN '0' AND '9'
            THEN '0' || lpad(CAST(length(chunk) AS VARCHAR), 5, '0') || chunk ELSE chunk END), '')""",
)


def quote(text: str) -> str:
    """An SQL string literal."""
    return "'" + text.replace("'", "''") + "'"


@lru_cache(maxsize=512)
def objection(constant_sql: str) -> str | None:
    """What DuckDB says against an expression of constants, such as a pattern; None where it takes it."""
    try:
        duckdb.connect().execute(f"SELECT {constant_sql}")
    except duckdb.Error as error:
        return str(error).splitlines()[0].split(": ", 1)[-1]
    return None


def as_text(value: Value) -> str:
    """SQL for the value as text; NULL where it is missing, a map or a list."""
    match value.kind:
        case Kind.TEXT:
            return value.sql
        case Kind.NUMBER:
            return f"number_text({value.sql})"
        case Kind.DOUBLE:
            return f"double_text({value.sql})"
        case Kind.TRUTH:
            return f"CAST(CAST({value.sql} AS INTEGER) AS VARCHAR)"
        case Kind.TIME:
            return f"time_text({value.sql})"
        case Kind.JSON:
            return f"leaf_text({value.sql})"


def as_shown(value: Value) -> str:
    """SQL for the value as a result row shows it: as text, but maps and lists as JSON."""
    return f"json_text({value.sql})" if value.kind is Kind.JSON else as_text(value)


def as_number(value: Value) -> str:
    """SQL for the value as a DOUBLE; NULL where it does not read as a number."""
    match value.kind:
        case Kind.NUMBER | Kind.DOUBLE:
            return value.sql
        case Kind.TRUTH | Kind.TIME:
            return f"CAST({value.sql} AS DOUBLE)"
        case Kind.TEXT | Kind.JSON:
            return f"number_of({as_text(value)})"


def as_truth(value: Value) -> str:
    """SQL for the value as a condition: a number is true unless zero."""
    return value.sql if value.kind is Kind.TRUTH else f"({as_number(value)} <> 0)"


def is_numeric(value: Value) -> bool:
    """Whether the kind alone says that the value is a number."""
    return value.kind in (Kind.NUMBER, Kind.DOUBLE, Kind.TRUTH, Kind.TIME)


def sort_keys(value: Value, descending: bool) -> list[str]:
    """ORDER BY terms: missing, then non-numbers in natural order, then numbers; the reverse where descending.

    https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/CWL_QuerySyntax-Sort.html
    """
    order = "DESC NULLS LAST" if descending else "ASC NULLS FIRST"
    if is_numeric(value):
        return [f"{value.sql} {order}"]
    text = as_text(value)
    number = f"TRY_CAST({text} AS DOUBLE)"
    return [
        f"CASE WHEN {text} IS NULL THEN 0 WHEN {number} IS NULL THEN 1 ELSE 2 END {order}",
        f"CASE WHEN {number} IS NULL THEN natural_key({text}) END {order}",
        f"{number} {order}",
        f"{text} {order}",
    ]
