"""How does what a scenario tells of a deployment become one? Group, revision and instances decide the rest."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any
from uuid import NAMESPACE_URL, uuid5

from sandbox.services import codedeploy_revision as revisions
from sandbox.services.codedeploy_events import (
    AGENT_PATIENCE_S,
    NEVER_S,
    Happening,
    Sources,
    TargetRun,
    names_of,
    run,
)
from sandbox.services.codedeploy_groups import Surroundings, exists, instances, not_allowed
from sandbox.services.codedeploy_plans import (
    Plan,
    cut_off,
    in_batches,
    message_of,
    minimum_healthy,
    shift_s,
)

_DIGITS = "0123456789ABCDEFGHJKLMNPQRSTUVWXYZ"
Courses = Mapping[str, Happening]
"""Event to what happened in it."""


@dataclass(frozen=True)
class Told:
    """What a scenario says of a deployment."""

    application: str
    group: str
    created_s: float
    revision: Mapping[str, Any] | None = None
    events: Courses = field(default_factory=dict)
    targets: Mapping[str, Courses] = field(default_factory=dict)
    blue: tuple[str, ...] = ()
    config: str = ""
    creator: str = "user"
    description: str = ""
    denied: str = ""
    error: tuple[str, str] | None = None
    stopped_s: float | None = None
    stopped_by: str = ""
    queued: bool = False
    ready: bool = False
    ignore_stop_failures: bool = False
    external_id: str = ""


def deployment_id(*words: object) -> str:
    """An id as CodeDeploy gives them, the same for the same words."""
    number, text = uuid5(NAMESPACE_URL, "/".join(map(str, words))).int, ""
    for _ in range(9):
        number, digit = divmod(number, len(_DIGITS))
        text += _DIGITS[digit]
    return f"d-{text}"


def plan(told: Told, around: Surroundings) -> Plan:
    """The deployment, whole."""
    group, platform = around.group, str(around.group.application.compute_platform or "Server")
    begun = Plan(
        id=deployment_id(around.account, around.region, told.application, told.group, told.created_s, told.creator),
        application=told.application,
        group=told.group,
        platform=platform,
        created_s=told.created_s,
        started_s=None if told.queued else told.created_s + 2,
        revision=told.revision or around.previous,
        previous=around.previous,
        members=_members(told, group, str(around.config["deploymentConfigName"])),
    )
    if begun.started_s is None:
        return begun
    refused = told.error or _refused(told, begun, around)
    if refused:
        return replace(begun, end_s=begun.started_s + 5, outcome="Failed", error=refused)
    made = _on_servers(told, begun, around) if platform == "Server" else _by_traffic(told, begun, around)
    made = _waiting(told, made, group)
    return made if told.stopped_s is None else _stopped(told, made)


def _members(told: Told, group: Any, config: str) -> dict[str, Any]:
    return {
        "creator": told.creator,
        "description": told.description,
        "deploymentConfigName": config,
        "ignoreApplicationStopFailures": told.ignore_stop_failures,
        "autoRollbackConfiguration": group.auto_rollback_configuration or {"enabled": False},
        "deploymentStyle": group.deployment_style
        or {"deploymentType": "IN_PLACE", "deploymentOption": "WITHOUT_TRAFFIC_CONTROL"},
        "blueGreenDeploymentConfiguration": group.blue_green_deployment_configuration,
        "loadBalancerInfo": group.load_balancer_info,
        "externalId": told.external_id,
    }


def _refused(told: Told, begun: Plan, around: Surroundings) -> tuple[str, str] | None:
    """Why a deployment ends before it comes to a target."""
    role = str(around.group.service_role_arn)
    if not exists(role, around):
        return (
            "IAM_ROLE_MISSING",
            f"CodeDeploy cannot assume the role {role}: it does not exist or does not trust CodeDeploy.",
        )
    denied = told.denied or not_allowed(begun.platform, around)
    if denied:
        said = f"The IAM role {role} does not give you permission to perform operations in the following AWS service: "
        service = {
            "ec2": "AmazonEC2",
            "autoscaling": "AmazonAutoScaling",
            "elasticloadbalancing": "ElasticLoadBalancing",
        }
        prefix = denied.split(":", maxsplit=1)[0]
        code = "AUTO_SCALING_IAM_ROLE_PERMISSIONS" if prefix == "autoscaling" else "IAM_ROLE_PERMISSIONS"
        return code, f"{said}{service.get(prefix, prefix)}. Contact your AWS administrator if you need help."
    if revisions.read(begun.revision, around.account, around.region).gone:
        return "REVISION_MISSING", message_of("REVISION_MISSING")
    return None


def _on_servers(told: Told, begun: Plan, around: Surroundings) -> Plan:
    ids = list(dict.fromkeys([*instances(around), *told.targets]))
    begin_s = begun.started_s or 0.0
    if not ids:
        return replace(begun, end_s=begin_s + 5, outcome="Failed", error=("NO_INSTANCES", message_of("NO_INSTANCES")))
    is_blue_green = (begun.members["deploymentStyle"] or {}).get("deploymentType") == "BLUE_GREEN"
    deployed = [one for one in ids if one not in told.blue]
    minimum = 0 if is_blue_green else minimum_healthy(around.config, len(deployed))
    if minimum >= len(deployed) and deployed:
        error = ("HEALTH_CONSTRAINTS_INVALID", message_of("HEALTH_CONSTRAINTS_INVALID"))
        return replace(begun, end_s=begin_s + 5, outcome="Failed", error=error)
    way = _Way(told, begun, around, is_blue_green)
    runs, well = in_batches(deployed, minimum, begin_s, way)
    end_s = max((run.end_s for run in runs if run.begin_s is not None), default=begin_s)
    blue = [way.blue(one, end_s + 1) for one in told.blue] if well else []
    end_s = max([end_s, *(run.end_s for run in blue)]) + 1
    error_ = None if well or end_s == NEVER_S else ("HEALTH_CONSTRAINTS", message_of("HEALTH_CONSTRAINTS"))
    outcome = "Succeeded" if well else "Failed"
    return replace(begun, targets=(*runs, *blue), end_s=end_s, outcome=outcome, error=error_)


@dataclass(frozen=True)
class _Way:
    """The way of an instance through a deployment."""

    told: Told
    begun: Plan
    around: Surroundings
    is_blue_green: bool

    def __call__(self, instance: str, begin_s: float) -> TargetRun:
        return self._run(instance, begin_s, "Green" if self.is_blue_green else "")

    def blue(self, instance: str, begin_s: float) -> TargetRun:
        """An original instance, from which the traffic is taken."""
        return self._run(instance, begin_s, "Blue")

    def _run(self, instance: str, begin_s: float, label: str) -> TargetRun:
        around = self.around
        balanced = (self.begun.members["deploymentStyle"] or {}).get("deploymentOption") == "WITH_TRAFFIC_CONTROL"
        names = names_of("Server", balanced, label)
        said = {**self.told.events, **self.told.targets.get(instance, {})} if label != "Blue" else {}
        sources = Sources(self._read(self.begun.revision), self._read(self.begun.previous))
        silent_s = around.silent_s.get(instance, NEVER_S)
        events = run(names, said, sources, begin_s, True, 0)
        if self.told.ignore_stop_failures:
            events = run(names, {k: v for k, v in said.items() if k != "ApplicationStop"}, sources, begin_s, True, 0)
        arn = f"arn:aws:ec2:{around.region}:{around.account}:instance/{instance}"
        if silent_s > begin_s:
            return TargetRun(instance, arn, events, label, begin_s=begin_s)
        skipped = tuple(replace(event, start_s=None) for event in events)
        return TargetRun(instance, arn, skipped, label, begin_s + AGENT_PATIENCE_S, begin_s)

    def _read(self, revision: Mapping[str, Any]) -> revisions.Found:
        return revisions.read(revision, self.around.account, self.around.region)


def _by_traffic(told: Told, begun: Plan, around: Surroundings) -> Plan:
    """Of functions and ECS services: one target each, whose traffic is shifted."""
    begin_s, place = begun.started_s or 0.0, f"{around.region}:{around.account}"
    sources = Sources(revisions.read(begun.revision, around.account, around.region))
    function = revisions.function_of(sources.current.text) if begun.platform == "Lambda" else {}
    name = function.get("functionName", told.group)
    arn = f"arn:aws:lambda:{place}:function:{name}"
    if begun.platform == "ECS":
        service = (around.group.ecs_services or [{}])[0]
        name = f"{service.get('clusterName', '')}:{service.get('serviceName', '')}"
        arn = f"arn:aws:ecs:{place}:service/{name.replace(':', '/')}"
    name = next(iter(told.targets), name)
    said = {**told.events, **told.targets.get(name, {})}
    events = run(names_of(begun.platform), said, sources, begin_s, False, shift_s(around.config))
    target = TargetRun(name, arn, events, begin_s=begin_s, function=function)
    failed = next((event for event in events if event.failed), None)
    if failed is None:
        return replace(begun, targets=(target,), end_s=target.end_s + 1)
    code = "HOOK_EXECUTION_FAILURE" if failed.name.startswith(("Before", "After")) else "CUSTOMER_APPLICATION_UNHEALTHY"
    error = (code, failed.message if failed.message not in ("", "Succeeded") else message_of(code))
    return replace(begun, targets=(target,), end_s=target.end_s + 1, outcome="Failed", error=error)


def _waiting(told: Told, made: Plan, group: Any) -> Plan:
    """A blue/green deployment that goes well waits before the original fleet is terminated, or for somebody's word."""
    blue_green = group.blue_green_deployment_configuration or {}
    if told.ready:
        first = min(
            (e.start_s for t in made.targets for e in t.events if e.start_s is not None), default=made.created_s
        )
        return replace(made, ready_s=first, end_s=NEVER_S)
    ending = blue_green.get("terminateBlueInstancesOnDeploymentSuccess") or {}
    if made.outcome != "Succeeded" or ending.get("action") != "TERMINATE" or made.end_s == NEVER_S:
        return made
    wait_s = 60.0 * float(ending.get("terminationWaitTimeInMinutes", 0))
    return replace(made, waits_s=made.end_s, end_s=made.end_s + wait_s)


def _stopped(told: Told, made: Plan) -> Plan:
    stop_s = told.stopped_s or 0.0
    if made.end_s <= stop_s:
        return made
    targets: Sequence[TargetRun] = [cut_off(run, stop_s) for run in made.targets]
    alarm = told.stopped_by.removeprefix("alarm:") if told.stopped_by.startswith("alarm:") else ""
    said = "One or more alarms have been activated according to the Amazon CloudWatch metrics you selected, and the"
    error = ("MANUAL_STOP", f"The deployment was stopped by {told.stopped_by or 'a user'}.")
    if alarm:
        error = ("ALARM_ACTIVE", f"{said} affected deployments have been stopped. Activated alarms: {alarm}")
    nothing = NEVER_S
    return replace(
        made, targets=tuple(targets), end_s=stop_s, outcome="Stopped", error=error, ready_s=nothing, waits_s=nothing
    )
