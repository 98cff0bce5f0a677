"""How does a deployment end? By what became of its targets, by its group's configuration, and by who stopped it.

https://docs.aws.amazon.com/codedeploy/latest/userguide/instances-health.html
"""

from __future__ import annotations

import hashlib
import math
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from sandbox.services.actions import utc
from sandbox.services.codedeploy_events import NEVER_S, TargetRun

_MESSAGES = {
    "HEALTH_CONSTRAINTS": "The overall deployment failed because too many individual instances failed deployment, too "
    "few healthy instances are available for deployment, or some instances in your deployment group are experiencing "
    "problems.",
    "HEALTH_CONSTRAINTS_INVALID": "The deployment can't start because the minimum number of healthy instances, as "
    "defined by your deployment configuration, are not available.",
    "HOOK_EXECUTION_FAILURE": "The deployment failed because one or more of the lifecycle event validation functions "
    "failed.",
    "NO_INSTANCES": "The deployment failed because no instances were found for your deployment group.",
    "REVISION_MISSING": "The deployment failed because the revision could not be found in Amazon S3.",
    "TIMEOUT": "The deployment timed out.",
}
"""What CodeDeploy says with a code."""
_ROUTING = re.compile(r"(Canary|Linear)(\d+)Percent(?:Every)?(\d+)Minutes?")
Config = Mapping[str, Any]
"""GetDeploymentConfig's deploymentConfigInfo."""


@dataclass(frozen=True)
class Plan:
    """A deployment: what was asked for, the way of each target, and how it ends. Times are epoch seconds."""

    id: str
    application: str
    group: str
    platform: str
    created_s: float
    started_s: float | None
    revision: Mapping[str, Any]
    previous: Mapping[str, Any]
    members: Mapping[str, Any]
    """Further members of DeploymentInfo, such as creator and deploymentConfigName."""
    targets: tuple[TargetRun, ...] = ()
    end_s: float = NEVER_S
    outcome: str = "Succeeded"
    error: tuple[str, str] | None = None
    rollback: Mapping[str, str] = field(default_factory=dict)
    ready_s: float = NEVER_S
    """Since when a blue/green deployment waits for somebody to shift the traffic."""
    waits_s: float = NEVER_S
    """Since when it waits before the original instances or tasks are terminated."""

    def status(self, now_s: float) -> str:
        """A word of DeploymentStatus."""
        if self.end_s <= now_s:
            return self.outcome
        if self.started_s is None:
            return "Queued"
        if self.started_s > now_s:
            return "Created"
        return "Ready" if self.ready_s <= now_s else "InProgress"

    def over(self, now_s: float) -> bool:
        """Whether nothing more will happen."""
        return self.end_s <= now_s

    def overview(self, now_s: float) -> dict[str, int]:
        """How many targets are in which state."""
        counts = dict.fromkeys(("Pending", "InProgress", "Succeeded", "Failed", "Skipped", "Ready"), 0)
        for target in self.targets:
            counts[target.status(now_s, self.over(now_s))] += 1
        return counts

    def shown(self, now_s: float) -> dict[str, Any]:
        """The deployment as GetDeployment has it."""
        told: dict[str, Any] = {
            "deploymentId": self.id,
            "applicationName": self.application,
            "deploymentGroupName": self.group,
            "computePlatform": self.platform,
            "status": self.status(now_s),
            "revision": told_of(self.revision),
            "createTime": utc(self.created_s),
            "deploymentOverview": self.overview(now_s),
            "instanceTerminationWaitTimeStarted": self.waits_s <= now_s,
            **self.members,
        }
        if self.previous:
            told["previousRevision"] = told_of(self.previous)
        if self.started_s is not None and self.started_s <= now_s:
            told["startTime"] = utc(self.started_s)
        if self.over(now_s):
            told["completeTime"] = utc(self.end_s)
            if self.error:
                told["errorInformation"] = {"code": self.error[0], "message": self.error[1]}
        if self.rollback and (self.over(now_s) or "rollbackTriggeringDeploymentId" in self.rollback):
            told["rollbackInfo"] = dict(self.rollback)
        return told


def told_of(revision: Mapping[str, Any]) -> dict[str, Any]:
    """A revision as deployments tell of it: one that is a text by the text's hash."""
    told = dict(revision)
    for key in ("string", "appSpecContent"):
        if content := (told.get(key) or {}).get("content"):
            told[key] = {"sha256": hashlib.sha256(str(content).encode()).hexdigest()}
    return told


def message_of(code: str) -> str:
    """CodeDeploy's sentence for a code; the code itself where it is not known."""
    return _MESSAGES.get(code, code)


def default_config(name: str) -> dict[str, Any] | None:
    """A configuration that CodeDeploy brings, by its name; None for a name it does not know."""
    short = name.removeprefix("CodeDeployDefault.")
    routing = _ROUTING.search(short)
    info: dict[str, Any] = {"deploymentConfigName": name}
    if short in ("AllAtOnce", "HalfAtATime", "OneAtATime"):
        healthy = {
            "AllAtOnce": ("HOST_COUNT", 0),
            "HalfAtATime": ("FLEET_PERCENT", 50),
            "OneAtATime": ("FLEET_PERCENT", 99),
        }
        kind, value = healthy[short]
        return info | {"computePlatform": "Server", "minimumHealthyHosts": {"type": kind, "value": value}}
    platform = "ECS" if short.startswith("ECS") else "Lambda"
    if short in ("LambdaAllAtOnce", "ECSAllAtOnce"):
        return info | {"computePlatform": platform, "trafficRoutingConfig": {"type": "AllAtOnce"}}
    if routing is None or not name.startswith("CodeDeployDefault."):
        return None
    kind, percent, minutes = routing.groups()
    member, every = ("timeBasedCanary", "canaryInterval") if kind == "Canary" else ("timeBasedLinear", "linearInterval")
    steps = {every: int(minutes), every.replace("Interval", "Percentage"): int(percent)}
    return info | {"computePlatform": platform, "trafficRoutingConfig": {"type": f"TimeBased{kind}", member: steps}}


def shift_s(config: Config) -> float:
    """How long a configuration takes to shift all traffic, in seconds."""
    routing = config.get("trafficRoutingConfig") or {}
    if canary := routing.get("timeBasedCanary"):
        return 60.0 * float(canary["canaryInterval"])
    if linear := routing.get("timeBasedLinear"):
        return 60.0 * float(linear["linearInterval"]) * (math.ceil(100 / float(linear["linearPercentage"])) - 1)
    return 2.0


def minimum_healthy(config: Config, hosts: int) -> int:
    """How many hosts must stay healthy; `OneAtATime` takes one of any number away."""
    name = str(config.get("deploymentConfigName", ""))
    if name.endswith("OneAtATime") or hosts == 0:
        return max(hosts - 1, 0)
    healthy = config.get("minimumHealthyHosts") or {"type": "HOST_COUNT", "value": 0}
    value = float(healthy.get("value", 0))
    return math.ceil(hosts * value / 100) if healthy.get("type") == "FLEET_PERCENT" else int(value)


def in_batches(
    ids: Sequence[str], minimum: int, start_s: float, way: Callable[[str, float], TargetRun]
) -> tuple[list[TargetRun], bool]:
    """Deploy to as many at once as may be unhealthy, until too many are; the targets, and whether it went well."""
    runs: list[TargetRun] = []
    pending, at_s = list(ids), start_s
    while pending:
        room = len(ids) - minimum - sum(run.failed for run in runs)
        if room <= 0 or at_s == NEVER_S:
            break
        batch, pending = pending[:room], pending[room:]
        made = [way(one, at_s) for one in batch]
        runs += made
        at_s = max((run.end_s for run in made), default=at_s) + 1
    failed = sum(run.failed for run in runs)
    well = not pending and failed < len(ids) and len(ids) - failed >= minimum
    untouched = [replace(way(one, start_s), begin_s=None, given_up_s=None) for one in pending]
    return runs + [_never(run) for run in untouched], well


def _never(run: TargetRun) -> TargetRun:
    return replace(run, events=tuple(replace(event, start_s=None) for event in run.events))


def cut_off(run: TargetRun, stop_s: float) -> TargetRun:
    """A target of a deployment that was stopped: what had not begun by then never does."""
    if run.begin_s is None or run.begin_s >= stop_s:
        return _never(replace(run, begin_s=None, given_up_s=None))
    kept = tuple(e if e.start_s is not None and e.start_s < stop_s else replace(e, start_s=None) for e in run.events)
    return replace(run, events=kept)
