"""Verbs: how executions of state machines went."""

from __future__ import annotations

from sandbox.ago import Ago
from sandbox.errors import ScenarioError
from sandbox.services.metric_store import Key, key, store
from sandbox.world.base import Verbs

_COUNTERS = {
    "SUCCEEDED": "ExecutionsSucceeded",
    "FAILED": "ExecutionsFailed",
    "TIMED_OUT": "ExecutionsTimedOut",
    "ABORTED": "ExecutionsAborted",
}


class ExecutionVerbs(Verbs):
    """`executions`."""

    def executions(
        self,
        state_machine: str,
        status: str = "SUCCEEDED",
        takes_s: float = 2,
        state: str = "",
        error: str = "",
        cause: str = "",
        at: Ago = "1m",
        every: str | float | None = None,
        until: Ago = 0,
        account: str | None = None,
        region: str | None = None,
    ) -> None:
        """A state machine was executed, at `at` or from `at` to `until` with `every` between the starts.

        `status` is SUCCEEDED, FAILED, TIMED_OUT, ABORTED or RUNNING; `state` the state it ended in, `error` and
        `cause` what Step Functions says about it. The executions are counted in AWS/States as well.
        """
        from sandbox.services import prepare, stepfunctions

        if status not in (*_COUNTERS, "RUNNING"):
            raise ScenarioError(f"executions: status {status!r}: write {', '.join(_COUNTERS)} or RUNNING")
        place = self._place(account, region)
        prepare("stepfunctions")
        for started in self._moments(at, every, until):
            stopped = stepfunctions.stopped_after(started, takes_s, status)
            course = stepfunctions.Course(status, started, stopped, state, error, cause)
            try:
                arn = stepfunctions.tell(*place, state_machine, course)
            except KeyError:
                raise ScenarioError(f"executions: no state machine {state_machine!r}: create it first") from None
            machine = arn.replace(":execution:", ":stateMachine:").rsplit(":", 1)[0]
            self._count(place, machine, "ExecutionsStarted", started.timestamp())
            if stopped is not None:
                self._count(place, machine, _COUNTERS[status], stopped.timestamp())

    def _count(self, place: tuple[str, str], machine: str, name: str, moment_s: float) -> None:
        identity: Key = key("AWS/States", name, {"StateMachineArn": machine})
        store(*place).put(identity, int(moment_s) // 60 * 60, ((1.0, 1.0),), "Count")
