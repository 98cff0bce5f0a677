"""What does an execution's error say of its cause: Step Functions' own names, and what a task's error wraps?

https://docs.aws.amazon.com/step-functions/latest/dg/concepts-error-handling.html
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

from diagnosis.causes import Cause
from diagnosis.explain import explain

Answer = tuple[Cause, str]
UNKNOWN: Answer = ("unknown", "open the newest failed execution")
_DEFINITION = "correct the state in the definition, or what gives it its input: the one does not fit the other"
_OWN: dict[str, Answer] = {
    "States.Timeout": ("timeout", "find what the state waited for, or raise its TimeoutSeconds"),
    "States.HeartbeatTimeout": (
        "timeout",
        "find why the worker sent no heartbeat (is it running, does it get the task token?), or raise HeartbeatSeconds",
    ),
    "States.NoChoiceMatched": ("code", "give the Choice state a Default, or a rule for this input"),
    **dict.fromkeys(
        (
            "States.Runtime",
            "States.ParameterPathFailure",
            "States.ResultPathMatchFailure",
            "States.IntrinsicFailure",
            "States.QueryEvaluationError",
        ),
        ("code", _DEFINITION),
    ),
    "States.DataLimitExceeded": (
        "quota",
        "pass less between states (256 KiB at most): keep the data in S3 and hand over its key",
    ),
    "States.Permissions": ("permission", "allow the action in the policy of the state machine's role"),
}
"""Errors of Step Functions itself that are causes already."""
_HTTP = re.compile(r"States\.Http\.StatusCode\.(\d{3})")
_WRAPPING = frozenset({"States.TaskFailed", "States.BranchFailed", "States.ExceedToleratedFailureThreshold"})
"""Errors that only say that something inside failed."""
_TOLD = (
    "Error", "Cause", "errorType", "errorMessage", "ErrorMessage", "StopCode", "StoppedReason", "StatusReason",
    "JobRunState", "BuildStatus", "Status",
)  # fmt: skip
"""Members of a task's output that tell why it failed: of functions, ECS, Batch, Glue, CodeBuild, nested executions."""
_DEEPEST = 3


def brief(cause: str) -> str:
    """The cause of an error, of a JSON document only the members that tell: a task of ECS is described on pages."""
    document = _document(cause)
    if document is None:
        return cause
    told: dict[str, Any] = {key: document[key] for key in _TOLD if isinstance(document.get(key), str)}
    ended = [end for container in _dicts(document.get("Containers")) if (end := _end(container))]
    if ended:
        told["Containers"] = ended
    return json.dumps(told) if told else cause


def cause_of_error(error: str, cause: str, depth: int = 0) -> Answer:
    """What brought an execution down; `unknown` where neither the error nor what it wraps names a cause."""
    if error in _OWN:
        return _OWN[error]
    if found := _HTTP.fullmatch(error):
        return _answered(int(found[1]))
    document = _document(cause)
    if document is not None and depth < _DEEPEST:
        return _of_document(error, cause, document, depth)
    return _explained("lambda_log", cause if error in _WRAPPING else f"{error}: {cause}")


def _of_document(error: str, cause: str, document: Mapping[str, Any], depth: int) -> Answer:
    if "StoppedReason" in document or "Containers" in document:
        return _of_task(document)
    if isinstance(document.get("Error"), str):
        return cause_of_error(document["Error"], str(document.get("Cause") or ""), depth + 1)
    if isinstance(document.get("ErrorMessage"), str):
        return _of_job(document["ErrorMessage"])
    return _explained("lambda_log", f"{error}: {cause}")


def _of_job(message: str) -> Answer:
    """A job of Glue; its program's exit code is all that many of them tell."""
    told = _explained("lambda_log", message)
    return told if told[0] != "unknown" else _explained("ecs_stopped_reason", message)


def _of_task(document: Mapping[str, Any]) -> Answer:
    """A task of ECS that a state ran."""
    context: dict[str, Any] = {"stopCode": document.get("StopCode") or ""}
    for container in _dicts(document.get("Containers")):
        end = _end(container)
        context |= {name: end[key] for key, name in (("ExitCode", "exitCode"), ("Reason", "reason")) if key in end}
        if end:
            break
    return _explained("ecs_stopped_reason", str(document.get("StoppedReason") or ""), context)


def _end(container: Mapping[str, Any]) -> Mapping[str, Any]:
    """How a container failed; empty where it did not."""
    failed = container.get("ExitCode") or container.get("Reason")
    return {key: container[key] for key in ("Name", "ExitCode", "Reason") if container.get(key)} if failed else {}


def _answered(status: int) -> Answer:
    """What the status of an HTTP task's answer stands for."""
    if status in (401, 403):
        return "permission", "check the connection's credentials and what the API lets them do"
    if status == 429:
        return "throttled", "call the API less often: Retry with a backoff and jitter"
    if status in (408, 504):
        return "timeout", "find why the API answers slowly"
    if status >= 500:
        return "dependency", "the API failed by itself: look at its own errors, and let the state Retry"
    return "config", "correct the endpoint, the method or the body of the HTTP task"


def _explained(kind: str, text: str, context: Mapping[str, Any] | None = None) -> Answer:
    told = explain(kind, text, context)
    return (told.specific_cause, told.remedy) if told.specific_cause else UNKNOWN


def _document(text: str) -> Mapping[str, Any] | None:
    try:
        document = json.loads(text)
    except (ValueError, RecursionError):
        return None
    return document if isinstance(document, dict) else None


def _dicts(value: Any) -> Iterator[Mapping[str, Any]]:
    yield from (one for one in value if isinstance(one, dict)) if isinstance(value, list) else ()
