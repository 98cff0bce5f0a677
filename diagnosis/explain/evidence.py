"""What do a message and its context say, in one text that patterns can read?

A message may be plain text or JSON (a JSON log line, an EventBridge detail, the payload of a Lambda error). The
evidence is its masked words followed by one `name=value` line for each of AWS's codes, from the context or
labelled in the message (`exit code 137` is `exitCode=137`).
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

from diagnosis.explain.masking import mask

_LONGEST = 8000
"""Characters kept of either end of a longer text; causes are named first or last."""
_DEEPEST = 5
_MOST_ITEMS = 50

_TOLD_KEYS = frozenset(
    {
        "errortype",
        "errormessage",
        "message",
        "msg",
        "error",
        "err",
        "exception",
        "reason",
        "cause",
        "stoppedreason",
        "description",
        "detail",
        "details",
        "diagnostics",
        "logtail",
        "statusreason",
        "text",
        "log",
    }
)
"""Keys of JSON objects whose text tells a cause, in lower case."""

STACKS = ("stack", "stack_trace", "stackTrace", "stacktrace", "traceback", "exc_info", "exception.stacktrace")
"""Keys of JSON objects that hold the trace of an error: the line that names it tells, its frames do not."""
_STACK_KEYS = frozenset(key.lower() for key in STACKS)

_CLASS = re.compile(r"[A-Za-z](?:Error|Exception)\b")

_CODE_KEYS = {
    name.lower(): name
    for name in (
        "stopCode",
        "exitCode",
        "errorCode",
        "lifecycleEventName",
        "code",
        "reason",
        "reasonCode",
        "status",
        "state",
        "level",
        "eventName",
        "stateReasonCode",
        "errorType",
        "type",
    )
} | dict.fromkeys(("severity", "levelname", "log.level", "loglevel"), "level")
"""Keys whose value is a code, in lower case, and how the evidence spells them."""

_CODE = re.compile(r"[A-Za-z][A-Za-z0-9_.]{0,79}|-?\d{1,6}")
_EXIT_CODE = re.compile(r"(?i)\bexit(?:ed)?(?:[ -](?:with|non-zero|code|status))*\s*[:=]?\s*\(?(\d{1,5})\b")
_HTTP_STATUS = re.compile(
    r"(?i)\b(?:status(?: ?code)?|http(?:/\d\.\d)?(?: error)?|returned (?:error )?codes?"
    r"|error occurred \(|\w+(?:Error|Exception)\()"
    r"\s*[:=]?\s*([1-5]\d\d)\b"
)


def evidence(message: str, context: Mapping[str, Any] | None = None) -> str:
    """The text patterns are searched in, for a message and AWS's own fields about it (`stopCode`, `exitCode`…)."""
    told = [*_told("message", _parsed(message)), *_told("", dict(context or {}))]
    codes = [*_codes("", _parsed(message)), *_codes("", dict(context or {}))]
    words = "\n".join(_shortened(text) for text in told)
    codes += [f"exitCode={found}" for found in _EXIT_CODE.findall(words)]
    codes += [f"httpStatus={found}" for found in _HTTP_STATUS.findall(words)]
    return "\n".join([mask(words), *dict.fromkeys(codes)])


def _parsed(message: str) -> Any:
    """The JSON value of a message, or a list of its text and the JSON object at its end, or the message."""
    text = message.strip()
    start = text.find("{")
    for candidate, prefix in ((text, ""), (text[start:] if start > 0 else "", text[:start])):
        if candidate[:1] in {"{", '"'}:
            try:
                value = json.loads(candidate)
            except (ValueError, RecursionError):
                continue
            return [prefix, value] if prefix else value
    return message


def raised(trace: Any) -> str:
    """The line of a trace that names the error: the last of Python's, else the first; empty where that names none."""
    first = trace[0] if isinstance(trace, list) and trace else trace
    lines = [line for line in first.splitlines() if line.strip()] if isinstance(first, str) else []
    if lines and lines[0].startswith("Traceback"):
        lines = [line for line in reversed(lines) if not line[0].isspace()]
    return lines[0].strip() if lines and _CLASS.search(lines[0]) else ""


def _told(key: str, value: Any, depth: int = 0) -> Iterator[str]:
    """The texts under the keys that tell a cause; elements of a list are under the list's key."""
    if key in _STACK_KEYS:
        yield raised(value)
    elif isinstance(value, str):
        if key in _TOLD_KEYS or (key == "name" and value.endswith(("Error", "Exception"))):
            yield value
    elif depth < _DEEPEST and isinstance(value, (dict, list)):
        for name, item in _items(key, value):
            yield from _told(name, item, depth + 1)


def _codes(key: str, value: Any, depth: int = 0) -> Iterator[str]:
    """`name=value` of every field that AWS fills with a code and whose value looks like one."""
    if isinstance(value, (dict, list)):
        if depth < _DEEPEST:
            for name, item in _items(key, value):
                yield from _codes(name, item, depth + 1)
    elif key in _CODE_KEYS and value is not None and not isinstance(value, bool):
        text = f"{value:.0f}" if isinstance(value, float) and value.is_integer() else str(value).strip()
        if _CODE.fullmatch(text):
            yield f"{_CODE_KEYS[key]}={text}"


def _items(key: str, value: dict[Any, Any] | list[Any]) -> Iterator[tuple[str, Any]]:
    if isinstance(value, dict):
        yield from ((str(name).lower(), item) for name, item in value.items())
    else:
        yield from ((key, item) for item in value[:_MOST_ITEMS])


def _shortened(text: str) -> str:
    return text if len(text) <= 2 * _LONGEST else f"{text[:_LONGEST]}\n{text[-_LONGEST:]}"
