"""What do error lines say? Their cause, and the signature that lines of one kind have in common."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from typing import Any, cast

from diagnosis.causes import CAUSES, Cause
from diagnosis.explain import explain

_LONGEST = 200
_MESSAGES = ("message", "msg", "errorMessage", "error_message", "log", "event", "err", "error", "exception")
_TYPES = ("errorType", "error_type", "exception_type", "exc_type", "name", "type", "class")
_CLASS = re.compile(r"\b[A-Za-z_][\w.$]*(?:Error|Exception)\b")
_PREAMBLE = re.compile(
    r"""^(?:
        \[?\d{4}-\d\d-\d\d[T ][\d:.,]+(?:Z|[+-]\d\d:?\d\d)?\]?\s+     # a time
        | [0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\s+              # a request id, as Lambda's runtimes print it
        | \[?(?:ERROR|FATAL|CRITICAL|SEVERE|WARN(?:ING)?)\]?:?\s+      # a level
    )+""",
    re.VERBOSE,
)
_CHOSEN = (
    (re.compile(r"\"[^\"\n]*\"|(?<!\w)'[^'\n]*'(?!\w)|`[^`\n]*`"), "…"),
    (re.compile(r"\b[a-z][a-z0-9+.-]*://[^\s\"')\]]+"), "<url>"),
    (re.compile(r"[^\s@<>]+@[^\s@<>]+\.[a-z]{2,}"), "<mail>"),
    (re.compile(r"\b[0-9a-f]{8,}\b|\b0x[0-9a-fA-F]+\b"), "#"),
    (re.compile(r"[\w.-]*\d[\w.-]*(?::\d+)?"), "#"),
    (re.compile(r"#(?:[-:/., ]*#)+"), "#"),
)


def cause_of(examples: Iterable[str]) -> Cause:
    """The cause that the first telling line names; `unknown` where none does."""
    for example in examples:
        cause = explain("lambda_log", example).cause
        if cause != "unknown" and cause in CAUSES:
            return cast(Cause, cause)
    return "unknown"


def signature(line: str) -> str:
    """What lines of one kind have in common: the message without times, ids, numbers, names in quotes and stack."""
    text = _PREAMBLE.sub("", _said(line))
    for expression, replacement in _CHOSEN:
        text = expression.sub(replacement, text)
    return " ".join(text.split())[:_LONGEST]


def error_type(line: str) -> str:
    """The class of the error that the line names, without its package; empty where it names none."""
    found = _CLASS.search(_said(line))
    return re.split(r"[.$]", found.group())[-1] if found else ""


def alike(one: str, other: str) -> bool:
    """Are these signatures of one kind? As many words, of which hardly any differ, such as a name without quotes."""
    if one == other:
        return True
    words, others = one.split(), other.split()
    if len(words) != len(others) or len(words) < 4 or error_type(one) != error_type(other):
        return False
    return sum(a != b for a, b in zip(words, others, strict=True)) * 4 <= len(words)


def _said(line: str) -> str:
    """The line's own sentence: of JSON its message, of a traceback its last line, else the first one."""
    document = _document(line)
    if document is not None:
        return _of_document(document) or line
    lines = [part for part in line.splitlines() if part.strip()]
    traceback = next((i for i, part in enumerate(lines) if part.startswith("Traceback (most recent")), None)
    if traceback is not None:
        raised = [part for part in lines[traceback + 1 :] if not part[0].isspace()]
        return raised[-1] if raised else lines[0]
    return lines[0] if lines else ""


def _document(line: str) -> Mapping[str, Any] | None:
    start = line.find("{")
    if start < 0 or not line.rstrip().endswith("}") or (start and "\t" not in line[:start]):
        return None
    try:
        document = json.loads(line[start:])
    except ValueError:
        return None
    return document if isinstance(document, dict) else None


def _of_document(document: Mapping[str, Any]) -> str:
    kind = next((str(document[key]) for key in _TYPES if isinstance(document.get(key), str)), "")
    for key in _MESSAGES:
        value = document.get(key)
        if isinstance(value, dict):
            value = _of_document(value)
        if isinstance(value, str) and value:
            return f"{kind}: {value}" if kind and _CLASS.fullmatch(kind) and kind not in value else value
    return kind
