"""How does a deployment run on one target? What happened becomes life-cycle events with times, codes and messages.

https://docs.aws.amazon.com/codedeploy/latest/APIReference/API_Diagnostics.html
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from sandbox.services.actions import utc
from sandbox.services.codedeploy_revision import Found, Script

NEVER_S = float("inf")
AGENT_PATIENCE_S = 3600.0
"""How long CodeDeploy waits for an agent to take up a pending deployment."""
HOOK_PATIENCE_S = 3600.0
"""How long it waits for a hook function's report."""
_UNHEALTHY_S = 300.0
_LOG_TAIL = 4096

_BLOCK = ("BeforeBlockTraffic", "BlockTraffic", "AfterBlockTraffic")
_INSTALL = (
    "ApplicationStop", "DownloadBundle", "BeforeInstall", "Install", "AfterInstall", "ApplicationStart",
    "ValidateService",
)  # fmt: skip
_ALLOW = ("BeforeAllowTraffic", "AllowTraffic", "AfterAllowTraffic")
_ECS = (
    "BeforeInstall", "Install", "AfterInstall", "AllowTestTraffic", "AfterAllowTestTraffic", *_ALLOW,
)  # fmt: skip
OF_PREVIOUS = frozenset({"ApplicationStop", "BeforeBlockTraffic", "AfterBlockTraffic"})
"""Events whose scripts are those of the revision before."""
AGENTS_OWN = frozenset({"DownloadBundle", "Install", "BlockTraffic", "AllowTraffic", "AllowTestTraffic"})
OUTCOMES = ("ok", "exit", "hangs", "missing", "not_executable", "fails", "unhealthy", "running")


@dataclass(frozen=True)
class Happening:
    """What happened in one event: an outcome, how long it took, and what its script left behind."""

    outcome: str = "ok"
    takes_s: float | None = None
    script: str = ""
    exit_code: int = 1
    log: str = ""
    message: str = ""


@dataclass(frozen=True)
class Event:
    """One life-cycle event of a target; times in epoch seconds, None where it never starts, infinite where it never
    ends.
    """

    name: str
    start_s: float | None = None
    end_s: float = NEVER_S
    code: str = "Success"
    script: str = ""
    message: str = "Succeeded"
    log: str = ""

    @property
    def failed(self) -> bool:
        """Whether it ends in failure."""
        return self.start_s is not None and self.code != "Success"

    def shown(self, now_s: float, over: bool) -> dict[str, Any]:
        """The event as BatchGetDeploymentTargets has it; `over` says that its target is done with."""
        if self.start_s is None or self.start_s > now_s:
            return {"lifecycleEventName": self.name, "status": "Skipped" if over else "Pending"}
        started: dict[str, Any] = {"lifecycleEventName": self.name, "startTime": utc(self.start_s)}
        if self.end_s > now_s:
            return started | {"status": "InProgress"}
        told = {"errorCode": self.code, "scriptName": self.script, "message": self.message, "logTail": self.log}
        status = "Failed" if self.failed else "Succeeded"
        return started | {"endTime": utc(self.end_s), "status": status, "diagnostics": told}


@dataclass(frozen=True)
class TargetRun:
    """One target's way through its events; `given_up_s` is when CodeDeploy stopped to wait for its agent."""

    id: str
    arn: str
    events: tuple[Event, ...]
    label: str = ""
    given_up_s: float | None = None
    begin_s: float | None = None
    function: Mapping[str, str] = field(default_factory=dict)
    """What of a function is deployed: name, alias, versions."""

    @property
    def failed(self) -> bool:
        """Whether it ends in failure."""
        return self.given_up_s is not None or any(event.failed for event in self.events)

    @property
    def end_s(self) -> float:
        """When it is done with."""
        if self.given_up_s is not None:
            return self.given_up_s
        return max((event.end_s for event in self.events if event.start_s is not None), default=NEVER_S)

    def status(self, now_s: float, over: bool) -> str:
        """A word of TargetStatus."""
        if self.begin_s is None or self.begin_s > now_s:
            return "Skipped" if over else "Pending"
        if self.end_s <= now_s:
            return "Failed" if self.failed else "Succeeded"
        return "Skipped" if over else "Pending" if self.given_up_s is not None else "InProgress"

    def updated(self, now_s: float) -> datetime:
        """When it last said something."""
        moments = [m for e in self.events for m in (e.start_s, e.end_s) if m is not None and m <= now_s]
        return utc(max(moments, default=self.begin_s or now_s))


@dataclass(frozen=True)
class Sources:
    """Where the scripts of an event come from."""

    current: Found = field(default_factory=Found)
    previous: Found = field(default_factory=Found)

    def of(self, event: str) -> Found:
        """The revision whose scripts an event runs."""
        return self.previous if event in OF_PREVIOUS else self.current


def names_of(platform: str, balanced: bool = False, label: str = "") -> tuple[str, ...]:
    """The life-cycle events of a target, in order."""
    if platform == "Lambda":
        return _ALLOW
    if platform == "ECS":
        return _ECS
    if label == "Blue":
        return _BLOCK
    if label == "Green":
        return (*_INSTALL, *_ALLOW)
    return (*_BLOCK, *_INSTALL, *_ALLOW) if balanced else _INSTALL


def run(
    names: Sequence[str],
    said: Mapping[str, Happening],
    scripts: Sources,
    begin_s: float,
    is_server: bool,
    allow_s: float,
) -> tuple[Event, ...]:
    """The events one after another; what follows a failure never starts. `allow_s`: how long a shift takes."""
    events: list[Event] = []
    at_s = begin_s
    for name in names:
        if any(event.failed or event.end_s == NEVER_S for event in events):
            events.append(Event(name))
            continue
        told = said.get(name, Happening())
        if name == "AllowTraffic" and told.takes_s is None and told.outcome == "ok" and not is_server:
            told = replace(told, takes_s=allow_s)
        make = _on_server if is_server else _by_function
        event = make(name, told, scripts.of(name), at_s)
        events.append(event)
        at_s = event.end_s + 1
    return tuple(events)


def _on_server(name: str, told: Happening, found: Found, at_s: float) -> Event:
    if told.outcome == "ok" and found.problem and name not in OF_PREVIOUS and name not in AGENTS_OWN:
        return _ended(name, at_s, 1, "UnknownError", message=found.problem)
    hooks = found.hooks.get(name, ())
    script = _script(told, hooks)
    if told.outcome == "ok":
        absent = [s for s in hooks if found.files and s.location.lstrip("./") not in found.files]
        if absent:
            return _missing(name, at_s, absent[0])
    return _outcome(name, told, script, at_s)


def _script(told: Happening, hooks: Iterable[Script]) -> Script:
    known = list(hooks)
    named = next((s for s in known if not told.script or s.location == told.script), None)
    return named or Script(told.script)


def _missing(name: str, at_s: float, script: Script) -> Event:
    message = f"Script does not exist at specified location: {script.location}"
    return _ended(name, at_s, 1, "ScriptMissing", script.location, message)


def _outcome(name: str, told: Happening, script: Script, at_s: float) -> Event:
    where = f"Script at specified location: {script.location}"
    log = _log_tail(name, script, told.log)
    match told.outcome:
        case "ok":
            return _ended(
                name, at_s, told.takes_s or 2, "Success", script.location, "Succeeded", log if told.log else ""
            )
        case "exit":
            user = f" run as user {script.runas}" if script.runas else ""
            message = f"{where}{user} failed with exit code {told.exit_code}"
            return _ended(name, at_s, told.takes_s or 5, "ScriptFailed", script.location, message, log)
        case "hangs":
            message = f"{where} failed to complete in {script.timeout_s:g} seconds"
            return _ended(name, at_s, script.timeout_s, "ScriptTimedOut", script.location, message, log)
        case "missing":
            return _missing(name, at_s, script)
        case "not_executable":
            message = f"Unable to set script at specified location: {script.location} as executable"
            return _ended(name, at_s, told.takes_s or 1, "ScriptNotExecutable", script.location, message, log)
        case "unhealthy":
            return _ended(name, at_s, told.takes_s or _UNHEALTHY_S, "UnknownError", message="")
        case "fails":
            return _ended(name, at_s, told.takes_s or 5, "UnknownError", told.script, told.message, told.log)
    return Event(name, at_s)


def _by_function(name: str, told: Happening, _: Found, at_s: float) -> Event:
    """Of Lambda and ECS: hooks are functions, which report Failed, or say nothing at all."""
    if told.outcome in ("ok", "running"):
        return Event(name, at_s) if told.outcome == "running" else _ended(name, at_s, told.takes_s or 2, "Success")
    if told.outcome == "hangs":
        message = "The hook function did not report a status within the timeout of 3600 seconds"
        return _ended(name, at_s, told.takes_s or HOOK_PATIENCE_S, "ScriptTimedOut", told.script, message)
    takes_s = told.takes_s or (_UNHEALTHY_S if told.outcome == "unhealthy" else 5)
    code = "ScriptFailed" if told.outcome == "exit" else "UnknownError"
    return _ended(name, at_s, takes_s, code, told.script, told.message, told.log)


def _ended(
    name: str, at_s: float, takes_s: float, code: str, script: str = "", message: str = "Succeeded", log: str = ""
) -> Event:
    return Event(name, at_s, at_s + takes_s, code, script, message, log[-_LOG_TAIL:])


def _log_tail(name: str, script: Script, log: str) -> str:
    """The end of the script's log, as the agent writes it."""
    lines = [f"LifecycleEvent - {name}", f"Script - {script.location}"]
    return "\n".join([*lines, *(f"[stderr]{line}" for line in log.splitlines())]) + "\n"
