"""Verbs: what functions did, and the state they are in."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from sandbox.ago import Ago
from sandbox.errors import ScenarioError
from sandbox.services.metric_store import key, store
from sandbox.world.invocation import OUTCOMES, Invocation, lines_of
from sandbox.world.logs import LogVerbs


class FunctionVerbs(LogVerbs):
    """`invocations`, `function_state`, `function_updated`, `mapping_state` and `account_concurrency`."""

    def invocations(
        self,
        function: str,
        outcome: str = "ok",
        duration_ms: float = 120,
        used_mb: float | None = None,
        init_ms: float | None = None,
        error: str = "",
        lines: str | Iterable[str] = (),
        log_format: str | None = None,
        at: Ago = "1m",
        every: str | float | None = None,
        until: Ago = 0,
        account: str | None = None,
        region: str | None = None,
    ) -> None:
        """A function was invoked, at `at` or from `at` to `until` with `every` between the starts.

        `outcome` is ok, error, timeout, out_of_memory, init_error or throttled; `error` is the error's type and
        message, `lines` what the program itself logged, `init_ms` the time of a cold start. Written are the lines of
        Lambda in the function's log group and format, and the metrics of AWS/Lambda, beside what they already hold.
        """
        if outcome not in OUTCOMES:
            raise ScenarioError(f"invocations: outcome {outcome!r}: write {', '.join(OUTCOMES)}")
        place = self._place(account, region)
        told = self._configuration(function, place)
        limit_ms, memory_mb = told["Timeout"] * 1000.0, float(told["MemorySize"])
        logging = told.get("LoggingConfig", {})
        like = Invocation(
            outcome=outcome,
            duration_ms=limit_ms if outcome == "timeout" else min(duration_ms, limit_ms),
            memory_mb=memory_mb,
            used_mb=memory_mb if outcome == "out_of_memory" else used_mb if used_mb is not None else memory_mb * 0.4,
            init_ms=init_ms,
            error=error,
            lines=(lines,) if isinstance(lines, str) else tuple(lines),
            is_json=(log_format or logging.get("LogFormat", "Text")).lower() == "json",
            timeout_s=told["Timeout"],
        )
        moments = list(self._moments(at, every, until))
        self._measure_invocations(place, function, like, moments)
        if outcome != "throttled":
            group = logging.get("LogGroup") or f"/aws/lambda/{function}"
            self._log_invocations(place, group, function, like, moments)

    def _configuration(self, function: str, place: tuple[str, str]) -> dict[str, Any]:
        try:
            told: dict[str, Any] = self.client("lambda", *place).get_function_configuration(FunctionName=function)
        except Exception as error:
            raise ScenarioError(f"no function {function!r}: create it first ({error})") from error
        return told

    def _measure_invocations(
        self, place: tuple[str, str], function: str, like: Invocation, moments: Sequence[datetime]
    ) -> None:
        """Samples in the minute in which an invocation starts; those that are alike are weighed."""
        minutes = Counter(int(moment.timestamp()) // 60 * 60 for moment in moments)
        for name, value, unit in like.metrics():
            identity = key("AWS/Lambda", name, {"FunctionName": function})
            for minute, number in minutes.items():
                store(*place).put(identity, minute, ((value, float(number)),), unit)

    def _log_invocations(
        self, place: tuple[str, str], group: str, function: str, like: Invocation, moments: Sequence[datetime]
    ) -> None:
        """The lines of all invocations, stream by stream, in as few writes."""
        from sandbox.services import logs

        streams: dict[str, list[tuple[int, str]]] = {}
        for moment in moments:
            stream = f"{moment:%Y/%m/%d}/[$LATEST]{'c0' if like.init_ms else 'a1'}f3e5d7b9"
            told = ((int(min(at, self.now).timestamp() * 1000), text) for at, text in lines_of(like, function, moment))
            streams.setdefault(stream, []).extend(told)
        for stream, events in streams.items():
            logs.append(*place, group, stream, events)

    def function_state(
        self,
        function: str,
        state: str = "Active",
        reason_code: str = "",
        reason: str = "",
        update: str = "Successful",
        update_reason_code: str = "",
        update_reason: str = "",
        account: str | None = None,
        region: str | None = None,
    ) -> None:
        """Lambda says this of a function's state and of its last update, in the words of GetFunctionConfiguration.

        `state` is Active, Pending, Inactive or Failed, `update` Successful, InProgress or Failed; the codes are those
        of StateReasonCode and LastUpdateStatusReasonCode.
        """
        from sandbox.services import functions

        place = self._place(account, region)
        self._configuration(function, place)
        said = functions.State(state, reason, reason_code, update, update_reason, update_reason_code)
        functions.set_state(*place, function, said)

    def function_updated(
        self, function: str, at: Ago = "10m", account: str | None = None, region: str | None = None
    ) -> None:
        """Somebody changed a function's code or configuration, at `at`: what Lambda calls LastModified."""
        from sandbox.services import functions

        place = self._place(account, region)
        self._configuration(function, place)
        functions.set_modified(*place, function, self._moment(at))

    def mapping_state(
        self,
        uuid: str,
        state: str = "Enabled",
        reason: str = "User action",
        result: str = "OK",
        account: str | None = None,
        region: str | None = None,
    ) -> None:
        """Lambda says this of an event source mapping: State, StateTransitionReason and LastProcessingResult."""
        from sandbox.services import functions

        members = {"State": state, "StateTransitionReason": reason, "LastProcessingResult": result}
        functions.set_mapping(*self._place(account, region), uuid, members)

    def account_concurrency(self, limit: int, account: str | None = None, region: str | None = None) -> None:
        """The account may have so many executions at once; without this verb 1,000."""
        from sandbox.services import functions

        functions.set_concurrency(*self._place(account, region), limit)
