"""What does the sandbox complete in Step Functions? Executions that a scenario tells of, and their history."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from moto.core.responses import ActionResult

from sandbox.services import actions
from sandbox.services.asl import validate_state_machine_definition

_ENDS = {
    "SUCCEEDED": ("ExecutionSucceeded", "executionSucceededEventDetails"),
    "FAILED": ("ExecutionFailed", "executionFailedEventDetails"),
    "TIMED_OUT": ("ExecutionTimedOut", "executionTimedOutEventDetails"),
    "ABORTED": ("ExecutionAborted", "executionAbortedEventDetails"),
}


@dataclass(frozen=True)
class Course:
    """How an execution went: its end, the state it ended in, and Step Functions' error and cause."""

    status: str
    started: datetime
    stopped: datetime | None
    state: str
    error: str
    cause: str

    def events(self) -> list[dict[str, Any]]:
        """The history, oldest first, as GetExecutionHistory has it."""
        told: list[dict[str, Any]] = [{"type": "ExecutionStarted", "executionStartedEventDetails": {"input": "{}"}}]
        if self.state:
            entered = {"name": self.state, "input": "{}"}
            told.append({"type": "TaskStateEntered", "stateEnteredEventDetails": entered})
        blame = {"error": self.error, "cause": self.cause} if self.error or self.cause else {}
        if self.status == "FAILED" and self.state:
            details = {"resourceType": "lambda", "resource": "invoke", **blame}
            told.append({"type": "TaskFailed", "taskFailedEventDetails": details})
        if self.status in _ENDS:
            end, key = _ENDS[self.status]
            told.append({"type": end, key: {"output": "{}"} if self.status == "SUCCEEDED" else blame})
        last = self.stopped or self.started
        step = (last - self.started) / max(len(told) - 1, 1)
        return [
            event | {"id": i + 1, "previousEventId": i, "timestamp": self.started + i * step}
            for i, event in enumerate(told)
        ]


def tell(account: str, region: str, state_machine: str, course: Course) -> str:
    """Add an execution to a state machine, by name or ARN; its ARN. KeyError where there is no such machine."""
    from moto.stepfunctions.models import Execution
    from moto.stepfunctions.responses import get_backend

    machines = get_backend(account, region).state_machines
    machine = next((m for m in machines if state_machine in (m.name, m.arn)), None)
    if machine is None:
        raise KeyError(state_machine)
    execution: Any = Execution(region, account, machine.name, str(uuid.uuid4()), machine.arn, "{}")
    execution.status, execution.start_date, execution.stop_date = course.status, course.started, course.stopped
    execution.error, execution.cause = course.error or None, course.cause or None
    execution.course = course
    machine.executions.append(execution)
    return str(execution.execution_arn)


def stopped_after(started: datetime, takes_s: float, status: str) -> datetime | None:
    """When an execution stopped; None for one that still runs."""
    return None if status == "RUNNING" else started + timedelta(seconds=takes_s)


def install() -> None:
    """Give moto's Step Functions the histories that were told."""
    from moto.stepfunctions.models import Execution
    from moto.stepfunctions.responses import StepFunctionResponse

    history = Execution.get_execution_history

    def told(self: Any, role: str) -> list[dict[str, Any]]:
        course = getattr(self, "course", None)
        return course.events() if course else history(self, role)

    answer = StepFunctionResponse.get_execution_history

    def ordered(self: Any) -> ActionResult:
        told: Any = answer(self).result
        events = told["events"]
        if self._get_param("reverseOrder"):
            events = events[::-1]
        return ActionResult({"events": events[: self._get_int_param("maxResults") or 1_000]})

    actions.add(StepFunctionResponse, {"ValidateStateMachineDefinition": validate_state_machine_definition})
    actions.replace(Execution, "get_execution_history", told)
    actions.replace(StepFunctionResponse, "get_execution_history", ordered)
