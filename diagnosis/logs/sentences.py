"""Which sentence is a log line's own? Of JSON and logfmt the message and its error, of a traceback the last line."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

from diagnosis.explain.evidence import STACKS, raised

_MESSAGES = ("message", "msg", "errorMessage", "error_message", "log", "event")
_ERRORS = ("error", "err", "exception", "exc", "cause")
_TYPES = ("errorType", "error_type", "exception_type", "exc_type", "name", "type", "class")
_CODES = ("code", "errorCode", "error_code", "statusCode", "status_code", "status", "sqlState", "sqlstate", "errno")
_CLASS = re.compile(r"[A-Za-z_][\w.$]*(?:Error|Exception)")
_CODE = re.compile(r"-?\d{1,6}|[A-Z][A-Z0-9_-]{2,30}|[0-9A-Z]{5}")
_PAIR = re.compile(r"(?<![\w.])([A-Za-z_][\w.]*)=(\"(?:[^\"\\]|\\.)*\"|[^\s\"]*)")
_FEWEST_PAIRS = 2
_DEEPEST = 5


def sentence(line: str) -> str:
    """What a line says: of JSON and logfmt their message, error and code, of a traceback its last line, else the
    first line.
    """
    document = _json(line) or _logfmt(line)
    if document:
        return _of_platform(document) or _of_document(document) or line
    lines = [part for part in line.splitlines() if part.strip()]
    traceback = next((i for i, part in enumerate(lines) if part.startswith("Traceback (most recent")), None)
    if traceback is not None:
        raised = [part for part in lines[traceback + 1 :] if not part[0].isspace()]
        return raised[-1] if raised else lines[0]
    return lines[0] if lines else ""


def _json(line: str) -> Mapping[str, Any] | None:
    start = line.find("{")
    if start < 0 or not line.rstrip().endswith("}") or (start and "\t" not in line[:start]):
        return None
    try:
        document = json.loads(line[start:])
    except (ValueError, RecursionError):
        return None
    return document if isinstance(document, dict) else None


def _logfmt(line: str) -> Mapping[str, Any] | None:
    """The pairs of a line of `key=value`, where one of them is a message or an error (https://brandur.org/logfmt)."""
    pairs = {key: _unquoted(value) for key, value in _PAIR.findall(line)}
    is_logfmt = len(pairs) >= _FEWEST_PAIRS and any(key in pairs for key in (*_MESSAGES, *_ERRORS))
    return pairs if is_logfmt else None


def _unquoted(value: str) -> str:
    return re.sub(r"\\(.)", r"\1", value[1:-1]) if value.startswith('"') else value


def _of_platform(document: Mapping[str, Any]) -> str:
    """Of a record that Lambda itself writes in JSON format how the invocation ended; empty where it is none.

    https://docs.aws.amazon.com/lambda/latest/dg/telemetry-schema-reference.html
    """
    kind, record = document.get("type"), document.get("record")
    if not isinstance(kind, str) or not kind.startswith("platform.") or not isinstance(record, Mapping):
        return ""
    ended = (record.get(key) for key in ("status", "errorType"))
    return ": ".join((kind, *(word for word in ended if isinstance(word, str))))


def _of_document(document: Mapping[str, Any], depth: int = 0) -> str:
    """Message, error and code, in this order and each once."""
    parts: list[str] = []
    for part in (*_texts(document, depth), *_codes(document)):
        if part and not any(part in known for known in parts):
            parts.append(part)
    kind = next((str(document[key]) for key in _TYPES if isinstance(document.get(key), str)), "")
    said = ": ".join(parts)
    if not said:
        return kind
    return f"{kind}: {said}" if _CLASS.fullmatch(kind) and kind not in said else said


def _texts(document: Mapping[str, Any], depth: int) -> Iterator[str]:
    """The first message and the first error that are there; without an error, the line of a trace that names one."""
    told = []
    for keys in (_MESSAGES, _ERRORS):
        values = (_text(document.get(key), depth) for key in keys)
        told.append(next((value for value in values if value), ""))
    trace = "" if told[1] else next(filter(None, (raised(document.get(key)) for key in STACKS)), "")
    if told[0] not in trace:
        yield from told
    yield trace or told[0]


def _text(value: Any, depth: int) -> str:
    if isinstance(value, dict):
        return _of_document(value, depth + 1) if depth < _DEEPEST else ""
    return value if isinstance(value, str) else ""


def _codes(document: Mapping[str, Any]) -> Iterator[str]:
    """`code P2002`, `status 503`: numbers and words that tell kinds of one message apart."""
    for key in _CODES:
        value = document.get(key)
        if isinstance(value, str | int) and not isinstance(value, bool) and _CODE.fullmatch(str(value)):
            word = "status" if key.lower().startswith("status") else "error code"
            yield f"{word} {value}"
