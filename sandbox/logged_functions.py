"""Which functions do exported logs tell of, and how did their invocations go?

The groups `/aws/lambda/NAME` are those of functions, which exist then, and are measured in AWS/Lambda by what Lambda
wrote into them. What no log tells (triggers, concurrency, states, networks) is not known of them.
https://docs.aws.amazon.com/lambda/latest/dg/monitoring-cloudwatchlogs-logformat.html
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from sandbox.insights.store import GroupKey, StoredEvent

if TYPE_CHECKING:
    from sandbox.world import World

_GROUP = "/aws/lambda/"
_CHUNK = 50_000
_LONGEST_S = 900
"""What Lambda allows at most: the timeout of a function whose log does not tell another."""
_DEFAULT_MB = 128
_ROLE = "logged-functions"
_REPORT = re.compile(r"REPORT RequestId: (?P<id>\S+)\tDuration: (?P<ms>[\d.]+) ms\t.*?Memory Size: (?P<mb>\d+) MB")
_ENDED_BADLY = re.compile(r"\tStatus: (?:timeout|error|failure)\b")
_TIMED_OUT = re.compile(r"Task timed out after (?P<s>[\d.]+) seconds")
_RAISED = re.compile(
    r"^\[ERROR\] [\w.]+|\tERROR\t(?:Invoke Error|Uncaught Exception|Unhandled Promise Rejection)\b"
    r"|^RequestId: \S+ Error: |^LAMBDA_WARNING: Unhandled exception|Task timed out after [\d.]+ seconds"
    r"|^\{[^\n]*\"errorType\": ?\""
)
"""How the runtimes and Lambda write that an invocation failed; an error that a program only logs is none of these."""


@dataclass
class _Function:
    memory_mb: int = _DEFAULT_MB
    timeout_s: int = 0
    invocations: list[tuple[int, float, bool]] = field(default_factory=list)
    """Start in epoch seconds, duration in milliseconds, and whether it failed."""


def tell(world: World) -> None:
    """Let the functions exist whose logs were loaded, with the metrics that follow from their invocations."""
    from sandbox.services.log_store import store

    groups = [group for group in store().groups() if group.name.startswith(_GROUP)]
    if groups:
        service = {"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": {"Service": "lambda.amazonaws.com"}}
        document = json.dumps({"Version": "2012-10-17", "Statement": [service]})
        world.client("iam").create_role(RoleName=_ROLE, AssumeRolePolicyDocument=document)
    for group in groups:
        _create(world, group.name.removeprefix(_GROUP), _read(_events(group)))


def _events(group: GroupKey) -> Iterator[StoredEvent]:
    from sandbox.services.log_store import store

    for stream in store().summaries(group):
        after = None
        while events := store().read(group, [stream], None, None, after=after, most=_CHUNK):
            yield from events
            after = (events[-1].timestamp_ms, events[-1].sequence)


def _read(events: Iterable[StoredEvent]) -> _Function:
    """Within a stream one invocation follows the other: what fails belongs to the report that comes after it."""
    function, failed = _Function(), False
    for event in events:
        timed_out = _TIMED_OUT.search(event.message)
        if timed_out:
            function.timeout_s = max(function.timeout_s, round(float(timed_out["s"])))
        record = _record(event.message)
        failed = (
            failed or record.get("status") in ("timeout", "error", "failure") or bool(_RAISED.search(event.message))
        )
        report = _report(event.message, record)
        if report is not None:
            duration_ms, function.memory_mb = report
            failed = failed or bool(_ENDED_BADLY.search(event.message))
            started_s = int((event.timestamp_ms - duration_ms) // 1000)
            function.invocations.append((started_s, duration_ms, failed))
            failed = False
    return function


def _record(message: str) -> dict[str, Any]:
    """The record of a platform event in JSON log format; empty where the message is none."""
    if '"platform.' not in message[:200]:
        return {}
    try:
        told = json.loads(message)
    except ValueError:
        return {}
    kind, record = told.get("type"), told.get("record")
    return record | {"type": kind} if isinstance(record, dict) else {}


def _report(message: str, record: dict[str, Any]) -> tuple[float, int] | None:
    """Duration in milliseconds and memory in MB, where the message is a REPORT record."""
    found = _REPORT.match(message)
    if found:
        return float(found["ms"]), int(found["mb"])
    if record.get("type") != "platform.report":
        return None
    metrics = record.get("metrics", {})
    return float(metrics.get("durationMs", 0)), int(metrics.get("memorySizeMB", _DEFAULT_MB))


def _create(world: World, name: str, function: _Function) -> None:
    from sandbox.services.metric_store import key, store

    world.client("lambda").create_function(
        FunctionName=name,
        PackageType="Image",
        Code={"ImageUri": f"{world.account}.dkr.ecr.{world.region}.amazonaws.com/{name}:logged"},
        Role=f"arn:aws:iam::{world.account}:role/{_ROLE}",
        MemorySize=function.memory_mb,
        Timeout=function.timeout_s or _LONGEST_S,
    )
    metrics = store(world.account, world.region)
    for started_s, duration_ms, failed in function.invocations:
        samples = (
            ("Invocations", 1.0, "Count"),
            ("Errors", float(failed), "Count"),
            ("Duration", duration_ms, "Milliseconds"),
        )
        for metric, value, unit in samples:
            identity = key("AWS/Lambda", metric, {"FunctionName": name})
            metrics.put(identity, started_s // 60 * 60, ((value, 1.0),), unit)
