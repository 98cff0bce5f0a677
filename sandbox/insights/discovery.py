"""Which fields does CloudWatch Logs discover in an event, and where does the event hold them?

https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/CWL_AnalyzeLogData-discoverable-fields.html
JSON flattens to dotted names; VPC flow logs (version 2), Route 53 query logs and Lambda's own lines have
fields by position or label. A field name becomes SQL over the columns `message`, `shape` and `document`.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from enum import IntEnum
from typing import Any

from sandbox.insights.values import Kind, quote


class Shape(IntEnum):
    """How an event's message is laid out."""

    TEXT = 0
    JSON = 1
    FLOW = 2
    DNS = 3
    LAMBDA = 4


MOST_FIELDS = 200
"""Fields that are discovered in one event; the rest stay in @message."""

_FLOW = [
    "version", "accountId", "interfaceId", "srcAddr", "dstAddr", "srcPort", "dstPort", "protocol", "packets", "bytes",
    "startTime", "endTime", "action", "logStatus",
]  # fmt: skip
_DNS = [
    "version", "queryTimestamp", "hostZoneId", "queryName", "queryType", "responseCode", "protocol", "edgeLocation",
    "resolverIp", "ednsClientSubnet",
]  # fmt: skip
_UUID = "[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"
_ISO = r"\d{4}-\d\d-\d\dT[\d:.]+Z"
_REQUEST_ID = rf"^(?:(?:START|END|REPORT) RequestId: |{_ISO}[\t ]|\[\w+\]\t{_ISO}\t)({_UUID})"
_REPORT = "^REPORT RequestId: "

SHAPE_SQL = rf"""CASE
    WHEN left(ltrim(message), 1) = '{{' AND json_valid(message) THEN {Shape.JSON:d}
    WHEN starts_with(message, '2 ') AND regexp_full_match(message,
        '2 \S+ \S+ \S+ \S+ \S+ \S+ \S+ \S+ \S+ \d+ \d+ (?:ACCEPT|REJECT|-) (?:OK|NODATA|SKIPDATA)\s*')
        THEN {Shape.FLOW:d}
    WHEN starts_with(message, '1.0 ') AND regexp_full_match(message,
        '1\.0 {_ISO} Z[A-Z0-9]+ \S+ [A-Z0-9]+ [A-Z]+ (?:UDP|TCP) [A-Z0-9-]+ \S+ \S+\s*') THEN {Shape.DNS:d}
    WHEN regexp_matches(message, '{_REQUEST_ID}') THEN {Shape.LAMBDA:d}
    ELSE {Shape.TEXT:d} END"""

_LAMBDA_STREAM = r"^\d{4}/\d\d/\d\d/.*\[[^\]]+\][0-9a-f]{32}$"


def is_lambda_sql(group: str) -> str:
    """SQL: does the event come from a Lambda function's log stream?"""
    return "true" if group.startswith("/aws/lambda/") else f"regexp_matches(stream, '{_LAMBDA_STREAM}')"


DOUBLES = {
    "@duration": (r"RequestId: \S+\s+Duration: ([\d.]+) ms", "/record/metrics/durationMs", 1),
    "@billedDuration": (r"Billed Duration: ([\d.]+) ms", "/record/metrics/billedDurationMs", 1),
    "@initDuration": (r"Init Duration: ([\d.]+) ms", "/record/metrics/initDurationMs", 1),
    "@memorySize": (r"Memory Size: (\d+) MB", "/record/metrics/memorySizeMB", 1_000_000),
    "@maxMemoryUsed": (r"Max Memory Used: (\d+) MB", "/record/metrics/maxMemoryUsedMB", 1_000_000),
}
"""Lambda's numbers: the label in a REPORT line, the place in a platform.report event, the factor (bytes)."""

_PLATFORM = "json_extract_string(document, '/type')"
_TEXTS = {
    "@type": (
        "nullif(regexp_extract(message, '^(START|END|REPORT) RequestId: ', 1), '')",
        f"CASE {_PLATFORM} WHEN 'platform.report' THEN 'REPORT' WHEN 'platform.start' THEN 'START' END",
    ),
    "@requestId": (
        f"nullif(regexp_extract(message, '{_REQUEST_ID}', 1), '')",
        f"CASE WHEN starts_with({_PLATFORM}, 'platform.') THEN json_extract_string(document, '/record/requestId') END",
    ),
    "@xrayTraceId": (
        r"nullif(regexp_extract(message, 'XRAY TraceId: (\S+)', 1), '')",
        f"""CASE WHEN {_PLATFORM} = 'platform.report' THEN nullif(regexp_extract(
            json_extract_string(document, '/record/tracing/value'), 'Root=([^;]+)', 1), '') END""",
    ),
    "@xraySegmentId": (r"nullif(regexp_extract(message, 'XRAY TraceId:.*?SegmentId: (\S+)', 1), '')", "NULL"),
}


def kind_of(name: str) -> Kind:
    """Whether the field is a number by nature; all others are text."""
    return Kind.DOUBLE if name in DOUBLES else Kind.TEXT


def pointers(name: str) -> list[str]:
    """JSON pointers to what flattens to the name: `a.b` may be b inside a, or a key with a dot, or both."""
    parts = name.split(".")
    if len(parts) > 7:
        return [_pointer(parts), _pointer([name])]
    ways = [[parts[0]]]
    for part in parts[1:]:
        ways = [longer for way in ways for longer in ([*way, part], [*way[:-1], f"{way[-1]}.{part}"])]
    return [_pointer(way) for way in ways]


def _pointer(parts: list[str]) -> str:
    return "".join("/" + part.replace("~", "~0").replace("/", "~1") for part in parts)


def json_name(name: str) -> str | None:
    """The name inside the JSON document; None for names that Logs Insights itself generates."""
    if not name.startswith("@"):
        return name
    return name[1:] if name.startswith("@@") else None


def field_sql(name: str, shapes: frozenset[Shape], json_sql: str | None) -> str:
    """SQL for a discovered field as text, or as DOUBLE for `DOUBLES`.

    `shapes` are those that occur among the events; `json_sql` reads the field from the events' JSON.
    """
    if name in DOUBLES:
        label, pointer, factor = DOUBLES[name]
        line = f"TRY_CAST(nullif(regexp_extract(message, '{label}', 1), '') AS DOUBLE) * {factor}"
        record = f"TRY_CAST(json_extract_string(document, '{pointer}') AS DOUBLE) * {factor}"
        sources = {
            Shape.LAMBDA: f"CASE WHEN regexp_matches(message, '{_REPORT}') THEN {line} END",
            Shape.JSON: f"CASE WHEN {_PLATFORM} = 'platform.report' THEN {record} END",
        }
        return _by_shape(sources, shapes, None, "CAST(NULL AS DOUBLE)")
    if name in _TEXTS:
        line, record = _TEXTS[name]
        return _by_shape({Shape.LAMBDA: line, Shape.JSON: record}, shapes, None, "CAST(NULL AS VARCHAR)")
    sources = {shape: _word(names.index(name) + 1, len(names)) for shape, names in _POSITIONS.items() if name in names}
    return _by_shape(sources, shapes, json_sql, "CAST(NULL AS VARCHAR)")


def _word(position: int, count: int) -> str:
    """SQL for a word of the message; only the last can have a line's end on it, and trimming is slow."""
    word = f"split_part(message, ' ', {position})"
    return f"rtrim({word}, E'\\r\\n')" if position == count else word


_POSITIONS = {Shape.FLOW: _FLOW, Shape.DNS: _DNS}


def _by_shape(sources: dict[Shape, str], shapes: frozenset[Shape], json_sql: str | None, missing: str) -> str:
    present = {shape: sql for shape, sql in sources.items() if shape in shapes}
    if len(shapes) == 1 and json_sql is None:
        return next(iter(present.values()), missing)
    whens = " ".join(f"WHEN {shape:d} THEN {sql}" for shape, sql in present.items())
    positional = f"CASE shape {whens} END" if whens else None
    found = [sql for sql in (positional, json_sql) if sql is not None]
    return f"coalesce({', '.join(found)})" if found else missing


def json_paths_sql(names: list[str]) -> tuple[str, dict[str, str]]:
    """SQL that reads all the JSON fields in one pass into a list, and each field's SQL over that list `found`."""
    paths: list[str] = []
    readers = {}
    for name in names:
        inner = json_name(name)
        if inner is None or name in DOUBLES or name in _TEXTS:
            continue
        places = pointers(inner)
        leaves = [f"leaf_text(found[{len(paths) + offset + 1}])" for offset in range(len(places))]
        readers[name] = f"coalesce({', '.join(leaves)})" if len(leaves) > 1 else leaves[0]
        paths += places
    return f"json_extract(document, [{', '.join(quote(path) for path in paths)}])", readers


def limited_document(message: str) -> str | None:
    """The flat first 200 fields of a JSON event that has more; None where all are discovered."""
    try:
        leaves = list(_flatten("", json.loads(message)))
    except (ValueError, RecursionError):
        return None
    if len(leaves) <= MOST_FIELDS:
        return None
    return json.dumps(dict(leaves[:MOST_FIELDS]))


def _flatten(prefix: str, value: Any) -> Iterator[tuple[str, Any]]:
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from _flatten(f"{prefix}.{key}" if prefix else key, inner)
    elif isinstance(value, list):
        for index, inner in enumerate(value):
            yield from _flatten(f"{prefix}.{index}", inner)
    else:
        yield prefix, value


def embedded_document(message: str) -> str | None:
    """The first JSON object inside a line of text, as Lambda's runtimes write them."""
    decoder = json.JSONDecoder()
    for found in re.finditer(r"\{", message):
        try:
            _, end = decoder.raw_decode(message, found.start())
        except ValueError:
            continue
        return message[found.start() : end]
    return None
