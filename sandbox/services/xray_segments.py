"""Which segments does a request leave? As the SDKs write them, in X-Ray's segment documents.

https://docs.aws.amazon.com/xray/latest/devguide/xray-api-segmentdocuments.html
"""

from __future__ import annotations

import hashlib
import random
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from sandbox.traces import AWS_APIS, Call

Document = dict[str, Any]
_WIRE_S = 0.001
_BACKOFF_S = 0.05
_BEFORE = 0.7
"""The share of its own work that a service does before its calls."""


@dataclass(frozen=True)
class Setting:
    """What a whole trace shares."""

    trace_id: str
    seed: str
    noise: float
    region: str
    method: str
    url: str
    annotations: tuple[tuple[str, Any], ...]
    user: str


def documents(request: Call, start_s: float, setting: Setting) -> list[Document]:
    """The segments of one request that began at `start_s` (epoch seconds), the entry's own first."""
    return _Recorder(setting).record(request, start_s)


class _Recorder:
    def __init__(self, setting: Setting) -> None:
        self._setting = setting
        self._chance = random.Random(setting.seed)  # noqa: S311 - a story that comes out the same each time
        self._segments: list[Document] = []
        self._ids = 0

    def record(self, request: Call, start_s: float) -> list[Document]:
        if request.sends_segments:
            self._serve(request, start_s, parent="", entry=True)
        return self._segments

    def _id(self) -> str:
        self._ids += 1
        return hashlib.blake2b(f"{self._setting.seed}/{self._ids}".encode(), digest_size=8).hexdigest()

    def _own_s(self, call: Call) -> float:
        wobble = max(0.2, 1 + self._setting.noise * self._chance.gauss(0, 1)) if self._setting.noise else 1.0
        return call.own_ms / 1000 * wobble

    def _serve(self, call: Call, start_s: float, parent: str, entry: bool = False) -> float:
        """Add a service's segment; when it ended, by its caller's clock."""
        own_s = self._own_s(call)
        segment: Document = {"id": self._id(), "trace_id": self._setting.trace_id, "name": call.name}
        self._segments.append(segment)
        parts: list[Document] = []
        done_s = self._calls(call, start_s + own_s * _BEFORE, parts) + own_s * (1 - _BEFORE)
        skew_s = call.skew_ms / 1000
        segment |= {"start_time": round(start_s + skew_s, 6), "origin": call.origin}
        segment |= {"in_progress": True} if call.unfinished else {"end_time": round(done_s + skew_s, 6)}
        if parent:
            segment["parent_id"] = parent
        if not call.unfinished:
            segment["http"] = {"response": {"status": call.outcome}}
        if entry:
            asked = {"method": self._setting.method, "url": self._setting.url, "client_ip": "198.51.100.7"}
            segment.setdefault("http", {})["request"] = asked
            segment |= {"annotations": dict(self._setting.annotations)} if self._setting.annotations else {}
            segment |= {"user": self._setting.user} if self._setting.user else {}
        if call.zone:
            segment["aws"] = {"ec2": {"availability_zone": call.zone}}
        segment |= flags(call.outcome) | _cause(call, self._id() if call.error else "")
        if parts:
            segment["subsegments"] = [_shifted(part, skew_s) for part in parts]
        return done_s

    def _calls(self, call: Call, start_s: float, parts: list[Document]) -> float:
        """Add what a service called as its subsegments; when the last one that it waited for had answered."""
        now_s = last_s = start_s
        for child in call.calls:
            ended_s = self._ask(child, start_s if call.together else now_s, parts)
            if not child.detached:
                now_s, last_s = ended_s, max(last_s, ended_s)
        return last_s

    def _ask(self, child: Call, start_s: float, parts: list[Document]) -> float:
        for attempt in range(child.retries):
            busy = 429 if child.kind in AWS_APIS else 503
            ended_s = start_s + max(self._own_s(child), 0.002)
            parts.append(self._part(child, start_s, ended_s, busy, attempt))
            start_s = ended_s + _BACKOFF_S * 2**attempt
        part = self._part(child, start_s, start_s, child.outcome, child.retries)
        parts.append(part)
        if child.sends_segments:
            ended_s = self._serve(child, start_s + _WIRE_S, part["id"]) + _WIRE_S
        else:
            inner: list[Document] = []
            ended_s = self._calls(child, start_s + self._own_s(child), inner)
        if child.detached:
            ended_s = start_s + 2 * _WIRE_S
        part["end_time"] = round(ended_s, 6)
        if child.unfinished:
            del part["end_time"]
            part["in_progress"] = True
        return ended_s

    def _part(self, child: Call, start_s: float, end_s: float, status: int, attempt: int) -> Document:
        part: Document = {
            "id": self._id(),
            "name": AWS_APIS[child.kind][0] if child.kind in AWS_APIS else child.name,
            "start_time": round(start_s, 6),
            "end_time": round(end_s, 6),
            "namespace": "aws" if child.kind in AWS_APIS else "remote",
        }
        if child.kind in AWS_APIS:
            part["aws"] = self._aws(child, attempt)
            part["http"] = {"response": {"status": status}}
        elif child.kind == "database":
            part["sql"] = {"database_type": "PostgreSQL", "sanitized_query": child.statement}
        else:
            request = {"method": "GET", "url": f"http://{child.name}/{child.operation.lstrip('/')}"}
            part["http"] = {"request": request, "response": {"status": status}}
        failed = child.error if attempt == child.retries else ""
        return part | flags(status) | _cause(child, self._id() if failed else "")

    def _aws(self, child: Call, attempt: int) -> Document:
        known = {"table": "table_name", "queue": "queue_url", "topic": "topic_arn", "bucket": "bucket_name"}
        operation = child.operation or AWS_APIS[child.kind][1]
        told = {"operation": operation, "region": self._setting.region, known[child.kind]: child.name}
        return told | ({"retries": attempt} if attempt else {})


def flags(status: int) -> Document:
    """What a status makes of a segment: 5xx a fault, 4xx an error, 429 a throttle too."""
    if status >= 500:
        return {"fault": True}
    if status == 429:
        return {"error": True, "throttle": True}
    return {"error": True} if status >= 400 else {}


def _cause(call: Call, identity: str) -> Document:
    if not identity:
        return {}
    kind, _, message = call.error.partition(": ")
    remote = call.kind not in ("service", "instance", "function", "api")
    return {"cause": {"exceptions": [{"id": identity, "type": kind, "message": message, "remote": remote}]}}


def _shifted(part: Document, by_s: float) -> Document:
    if not by_s:
        return part
    moved = {key: round(part[key] + by_s, 6) for key in ("start_time", "end_time") if key in part}
    return part | moved


def parts_of(document: Document) -> Iterator[Document]:
    """All subsegments of a segment, however deep."""
    for part in document.get("subsegments", []):
        yield part
        yield from parts_of(part)


def with_inferred(segments: list[Document]) -> list[Document]:
    """The segments and those that X-Ray infers: of what was called and records nothing itself."""
    answered = {segment.get("parent_id") for segment in segments}
    inferred = [
        _inferred(part, segment["trace_id"])
        for segment in segments
        for part in (segment, *parts_of(segment))
        if part.get("namespace") in ("aws", "remote") and part["id"] not in answered
    ]
    return [*segments, *inferred]


def _inferred(part: Document, trace_id: str) -> Document:
    aws = part.get("aws", {})
    kinds = {"table_name": "AWS::DynamoDB::Table", "queue_url": "AWS::SQS::Queue", "topic_arn": "AWS::SNS",
             "bucket_name": "AWS::S3::Bucket"}  # fmt: skip
    known = next(((aws[key], kind) for key, kind in kinds.items() if key in aws), None)
    if known is None and part["namespace"] == "aws":
        known = (part["name"], f"AWS::{part['name']}")
    name, origin = known or (part["name"], "Database::SQL" if "sql" in part else "remote")
    kept = ("start_time", "end_time", "in_progress", "fault", "error", "throttle", "aws", "http", "sql")
    made = {key: part[key] for key in kept if key in part}
    identity = hashlib.blake2b(f"{part['id']}/inferred".encode(), digest_size=8).hexdigest()
    return made | {
        "id": identity, "trace_id": trace_id, "name": name, "origin": origin, "parent_id": part["id"], "inferred": True,
    }  # fmt: skip
