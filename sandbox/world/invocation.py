"""Which lines and metrics does one invocation of a function leave? As Lambda writes them, in text and in JSON.

https://docs.aws.amazon.com/lambda/latest/dg/monitoring-cloudwatchlogs-logformat.html
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import NAMESPACE_URL, uuid5

OUTCOMES = ("ok", "error", "timeout", "out_of_memory", "init_error", "throttled")
_ENDS = {"ok": "success", "timeout": "timeout", "error": "success", "out_of_memory": "error", "init_error": "error"}
_TYPES = {"out_of_memory": "Runtime.OutOfMemory", "init_error": "Runtime.ExitError"}


@dataclass(frozen=True)
class Invocation:
    """How an invocation went."""

    outcome: str
    duration_ms: float
    memory_mb: float
    used_mb: float
    init_ms: float | None
    error: str
    lines: tuple[str, ...]
    is_json: bool
    timeout_s: int

    def metrics(self) -> Iterator[tuple[str, float, str]]:
        """Name, value and unit of its samples; a throttled request is no invocation and no error."""
        if self.outcome == "throttled":
            yield "Throttles", 1.0, "Count"
            return
        yield "Invocations", 1.0, "Count"
        yield "Errors", 0.0 if self.outcome == "ok" else 1.0, "Count"
        yield "Throttles", 0.0, "Count"
        yield "Duration", self.duration_ms, "Milliseconds"
        yield "ConcurrentExecutions", 1.0, "Count"


Line = tuple[datetime, str]


def lines_of(like: Invocation, function: str, started: datetime) -> list[Line]:
    """The log events of one invocation and when each was logged, oldest first."""
    request = str(uuid5(NAMESPACE_URL, f"{function}/{started.isoformat()}/{like.outcome}"))
    ended = started + timedelta(milliseconds=like.duration_ms)
    write = _json_lines if like.is_json else _text_lines
    return write(like, request, started, ended)


def _text_lines(like: Invocation, request: str, started: datetime, ended: datetime) -> list[Line]:
    report = (
        f"REPORT RequestId: {request}\tDuration: {like.duration_ms:.2f} ms\t"
        f"Billed Duration: {int(like.duration_ms) + 1} ms\tMemory Size: {like.memory_mb:.0f} MB\t"
        f"Max Memory Used: {like.used_mb:.0f} MB\t"
    )
    if like.init_ms is not None:
        report += f"Init Duration: {like.init_ms:.2f} ms\t"
    if _ENDS[like.outcome] != "success":
        report += f"Status: {_ENDS[like.outcome]}"
    if like.outcome in _TYPES:
        report += f"\tError Type: {_TYPES[like.outcome]}"
    begun = [f"START RequestId: {request} Version: $LATEST", *like.lines]
    end = [*_failure(like, request, ended), f"END RequestId: {request}", report]
    return [*((started, text) for text in begun), *((ended, text) for text in end)]


def _failure(like: Invocation, request: str, ended: datetime) -> list[str]:
    match like.outcome:
        case "error":
            return [f"[ERROR] {like.error or 'Exception: failed'}"]
        case "timeout":
            return [f"{_stamp(ended)} {request} Task timed out after {like.timeout_s:.2f} seconds\n"]
        case "out_of_memory":
            return [f"RequestId: {request} Error: Runtime exited with error: signal: killed\nRuntime.ExitError"]
        case "init_error":
            said = like.error or "Runtime exited with error: exit status 1"
            return [f"INIT_REPORT Init Duration: {like.init_ms or 10:.2f} ms\tPhase: init\tStatus: error", said]
    return []


def _json_lines(like: Invocation, request: str, started: datetime, ended: datetime) -> list[Line]:
    """Of a failed program the runtime writes errorType and errorMessage; the rest are platform records."""
    begun = [_platform("platform.start", started, {"requestId": request, "version": "$LATEST"})]
    begun += [text if text.startswith("{") else _application(text, request, started) for text in like.lines]
    lines = []
    if like.outcome in ("error", "init_error"):
        kind, _, message = (like.error or "Exception: failed").partition(": ")
        record = {"errorType": kind, "errorMessage": message}
        lines.append(json.dumps({"timestamp": _stamp(ended), "level": "ERROR", "requestId": request} | record))
    metrics = {
        "durationMs": round(like.duration_ms, 3),
        "billedDurationMs": int(like.duration_ms) + 1,
        "memorySizeMB": int(like.memory_mb),
        "maxMemoryUsedMB": int(like.used_mb),
    }
    if like.init_ms is not None:
        metrics["initDurationMs"] = like.init_ms
    end = {"requestId": request, "status": _ENDS[like.outcome]}
    if like.outcome in _TYPES:
        end["errorType"] = _TYPES[like.outcome]
    lines.append(_platform("platform.runtimeDone", ended, dict(end)))
    lines.append(_platform("platform.report", ended, end | {"metrics": metrics}))
    return [*((started, text) for text in begun), *((ended, text) for text in lines)]


def _platform(kind: str, moment: datetime, record: dict[str, object]) -> str:
    return json.dumps({"time": _stamp(moment), "type": kind, "record": record})


def _application(text: str, request: str, moment: datetime) -> str:
    level = "ERROR" if "ERROR" in text[:40] else "INFO"
    return json.dumps({"timestamp": _stamp(moment), "level": level, "requestId": request, "message": text})


def _stamp(moment: datetime) -> str:
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")
