"""Is a function able to run, and did its last update succeed?"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from diagnosis import console
from diagnosis.answers import Blind, CouldNotTellError
from diagnosis.causes import Cause
from diagnosis.commands import aws
from diagnosis.explain import explain
from diagnosis.findings import Finding
from diagnosis.targets import Target

_STATES = frozenset(
    {"Active", "Pending", "Inactive", "Failed", "ActiveNonInvocable", "Deactivating", "Deactivated", "Deleting"}
)
_UPDATES = frozenset({"Successful", "InProgress", "Failed"})
_STILL_ANSWERS = "the version before the update still answers"


@dataclass(frozen=True)
class FunctionState:
    """What GetFunctionConfiguration says of a function's state and of its last update, codes and reasons included.

    `invocations` counts those of the window; `lost_layers` are the ARNs of its layers' versions that are deleted. https://docs.aws.amazon.com/lambda/latest/dg/functions-states.html
    """

    target: Target
    state: str
    reason_code: str
    reason: str
    update: str
    update_code: str
    update_reason: str
    invocations: float
    as_of: datetime
    lost_layers: tuple[str, ...] = ()


def inactive(function: FunctionState) -> list[Finding]:
    """The function, where it cannot run, its last update failed, or a layer of it exists no more.

    A function that Lambda has set aside for want of use is sick only while somebody calls it. CouldNotTellError for a
    state that this rule does not know.
    """
    if function.state == "Failed" or (function.state in ("Inactive", "Deactivated") and function.invocations > 0):
        return [_finding(function, f"state {function.state}", function.reason_code, function.reason, "Active")]
    if function.update == "Failed":
        return [_finding(function, "last update Failed", function.update_code, function.update_reason, "Successful")]
    if function.state not in _STATES or function.update not in _UPDATES:
        told = f"State {function.state or 'not given'}, LastUpdateStatus {function.update or 'not given'}"
        raise CouldNotTellError(Blind("unreadable", f"{function.target.name}: {told} is nothing this rule knows"))
    return [_lost(function)] if function.lost_layers else []


def _lost(function: FunctionState) -> Finding:
    """A function keeps what it has of a deleted layer, until somebody changes its code or configuration.

    https://docs.aws.amazon.com/lambda/latest/dg/creating-deleting-layers.html
    """
    name, layers = function.target.name, ", ".join(arn.split(":layer:")[-1] for arn in function.lost_layers)
    return Finding(
        subject=name,
        place=function.target.place,
        cause="config",
        impact="soon",
        symptom=f"{name}: {layers} deleted, expected each of its layers to exist",
        evidence=tuple(f"GetLayerVersion {arn}: ResourceNotFoundException" for arn in function.lost_layers),
        why="it runs on, but cannot be updated with this layer any more",
        remedy="publish the layer again and let the function use that version",
        resource=function.target.arn,
        depends_on=function.lost_layers,
        as_of=function.as_of,
        proven=True,
        link=console.function(function.target.place, name),
        command=aws("lambda", "get-function-configuration", "--function-name", name, "--query", "Layers"),
    )


def _finding(function: FunctionState, what: str, code: str, reason: str, expected: str) -> Finding:
    name = function.target.name
    explained = explain("lambda_log", f"{code} {reason}", {"stateReasonCode": code})
    cause: Cause = explained.specific_cause or "unknown"
    failed_update = what.startswith("last")
    return Finding(
        subject=name,
        place=function.target.place,
        cause=cause,
        impact="soon" if failed_update else "now",
        symptom=f"{name}: {what}{f' ({code})' if code else ''}, expected {expected}",
        evidence=(
            f"State {function.state} {function.reason_code}".strip(),
            f"LastUpdateStatus {function.update} {function.update_code}".strip(),
            *((f"reason: {reason}",) if reason else ()),
        ),
        why="; ".join(filter(None, (reason or code, _STILL_ANSWERS))) if failed_update else "",
        remedy=explained.remedy if cause != "unknown" else "update the function's configuration or code once more",
        resource=function.target.arn,
        as_of=function.as_of,
        proven=bool(code) and cause != "unknown",
        link=console.function(function.target.place, name),
        command=aws("lambda", "get-function-configuration", "--function-name", name),
    )
