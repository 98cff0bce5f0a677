"""What does the sandbox complete in CodeDeploy? Deployments that run, their targets, revisions and configurations."""

from __future__ import annotations

import time
from typing import Any

from sandbox.services import actions, era
from sandbox.services import codedeploy_book as book
from sandbox.services.actions import Request, epoch, refusal
from sandbox.services.codedeploy_events import NEVER_S, TargetRun
from sandbox.services.codedeploy_plans import Plan, told_of
from sandbox.services.codedeploy_telling import Told

_PAGE = 100
_BATCH = 25
Place = tuple[str, str]


def _place(request: Request) -> Place:
    return request.account, request.region


def _plan(request: Request, deployment: str) -> Plan:
    found = next((p for p in book.plans(_place(request)) if p.id == deployment), None)
    if found is None or found.created_s > time.time():
        said = f"The deployment {deployment} could not be found"
        raise refusal("DeploymentDoesNotExistException", said)
    return found


def _visible(request: Request) -> list[Plan]:
    """The deployments that were created by now, newest first."""
    now_s = time.time()
    known = [p for p in book.plans(_place(request)) if p.created_s <= now_s]
    return sorted(known, key=lambda p: p.created_s, reverse=True)


def _paged(items: list[str], request: Request, key: str) -> dict[str, Any]:
    start = int(request.get("nextToken", 0) or 0)
    more = {"nextToken": str(start + _PAGE)} if start + _PAGE < len(items) else {}
    return {key: items[start : start + _PAGE], **more}


def _list_deployments(request: Request) -> dict[str, Any]:
    application, group = request.get("applicationName"), request.get("deploymentGroupName")
    if application and not group:
        raise refusal(
            "DeploymentGroupNameRequiredException", "Deployment group name is required with an application name"
        )
    if group and not application:
        raise refusal("ApplicationNameRequiredException", "Application name is required with a deployment group name")
    if application:
        book.backend(_place(request)).get_deployment_group(application, group)
    span = request.get("createTimeRange", {})
    start_s = epoch(span["start"]) if span.get("start") else 0.0
    end_s = epoch(span["end"]) if span.get("end") else NEVER_S
    statuses, now_s = request.get("includeOnlyStatuses"), time.time()
    found = [
        p.id
        for p in _visible(request)
        if (not application or (p.application, p.group) == (application, group))
        and start_s <= p.created_s <= end_s
        and (not statuses or p.status(now_s) in statuses)
    ]
    return _paged(found, request, "deployments")


def _batch_get_deployments(request: Request) -> dict[str, Any]:
    wanted = request.get("deploymentIds", [])
    if len(wanted) > _BATCH:
        raise refusal("BatchLimitExceededException", f"The maximum number of deployments is {_BATCH}")
    now_s = time.time()
    return {"deploymentsInfo": [p.shown(now_s) for p in _visible(request) if p.id in wanted]}


def _list_deployment_targets(request: Request) -> dict[str, Any]:
    found = _started(request)
    return _paged([target.id for target in found.targets], request, "targetIds")


def _started(request: Request) -> Plan:
    found = _plan(request, request.get("deploymentId", ""))
    if found.started_s is None or found.started_s > time.time():
        raise refusal("DeploymentNotStartedException", "The specified deployment has not started.")
    return found


def _batch_get_deployment_targets(request: Request) -> dict[str, Any]:
    found, wanted = _started(request), request.get("targetIds", [])
    if len(wanted) > _BATCH:
        raise refusal("DeploymentTargetListSizeExceededException", f"The maximum number of targets is {_BATCH}")
    known = {target.id: target for target in found.targets}
    missing = [name for name in wanted if name not in known]
    if missing:
        raise refusal("DeploymentTargetDoesNotExistException", f"The target {missing[0]} does not exist.")
    return {"deploymentTargets": [_target(found, known[name]) for name in wanted]}


def _target(found: Plan, run: TargetRun) -> dict[str, Any]:
    now_s = time.time()
    over = (
        found.over(now_s)
        or (run.given_up_s or NEVER_S) <= now_s
        or any(e.failed and e.end_s <= now_s for e in run.events)
    )
    told: dict[str, Any] = {
        "deploymentId": found.id,
        "targetId": run.id,
        "targetArn": run.arn,
        "status": run.status(now_s, found.over(now_s)),
        "lastUpdatedAt": run.updated(now_s),
        "lifecycleEvents": [event.shown(now_s, over) for event in run.events],
    }
    if run.label:
        told["instanceLabel"] = run.label
    if run.function:
        told["lambdaFunctionInfo"] = {
            **run.function,
            "targetVersionWeight": 1.0 if told["status"] == "Succeeded" else 0.0,
        }
    kind = {"Server": "Instance", "Lambda": "Lambda", "ECS": "ECS"}[found.platform]
    member = {"Instance": "instanceTarget", "Lambda": "lambdaTarget", "ECS": "ecsTarget"}[kind]
    return {"deploymentTargetType": f"{kind}Target", member: told}


def _get_application_revision(request: Request) -> dict[str, Any]:
    wanted, application = request.get("revision", {}), request.get("applicationName")
    deployed = [
        p for p in _visible(request) if p.application == application and wanted in (p.revision, told_of(p.revision))
    ]
    if not deployed:
        raise refusal("RevisionDoesNotExistException", "The specified revision does not exist.")
    used = {"firstUsedTime": actions.utc(deployed[-1].created_s), "lastUsedTime": actions.utc(deployed[0].created_s)}
    info = {"deploymentGroups": sorted({p.group for p in deployed}), **used}
    return {"applicationName": application, "revision": deployed[0].revision, "revisionInfo": info}


def _last(found: Plan | None) -> dict[str, Any]:
    if found is None:
        return {}
    now_s = time.time()
    told = {"deploymentId": found.id, "status": found.status(now_s), "createTime": actions.utc(found.created_s)}
    return told | ({"endTime": actions.utc(found.end_s)} if found.over(now_s) else {})


def _get_deployment_config(request: Request) -> dict[str, Any]:
    return {"deploymentConfigInfo": book.config(_place(request), request.get("deploymentConfigName", ""))}


def _create_deployment_config(request: Request) -> dict[str, Any]:
    name = request.get("deploymentConfigName", "")
    info = {"computePlatform": "Server", **request.params}
    book.add_config(_place(request), name, info)
    return {"deploymentConfigId": name}


def _create_deployment(request: Request) -> dict[str, Any]:
    told = Told(
        request.get("applicationName", ""),
        request.get("deploymentGroupName", ""),
        era.moment().timestamp(),
        request.get("revision"),
        config=request.get("deploymentConfigName", ""),
        description=request.get("description", ""),
        ignore_stop_failures=bool(request.get("ignoreApplicationStopFailures", False)),
    )
    return {"deploymentId": book.tell(_place(request), told, {})}


def install() -> None:
    """Give moto's CodeDeploy deployments that run."""
    from moto.codedeploy import responses
    from moto.codedeploy.responses import CodeDeployResponse

    operations: dict[str, actions.Operation] = {
        "GetDeployment": lambda r: {"deploymentInfo": _plan(r, r.get("deploymentId", "")).shown(time.time())},
        "BatchGetDeployments": _batch_get_deployments,
        "ListDeployments": _list_deployments,
        "ListDeploymentTargets": _list_deployment_targets,
        "BatchGetDeploymentTargets": _batch_get_deployment_targets,
        "GetApplicationRevision": _get_application_revision,
        "GetDeploymentConfig": _get_deployment_config,
        "CreateDeploymentConfig": _create_deployment_config,
        "CreateDeployment": _create_deployment,
        "BatchGetDeploymentGroups": _batch_get_deployment_groups,
    }
    actions.add(CodeDeployResponse, operations)
    info = responses._deployment_group_info
    actions.replace(responses, "_deployment_group_info", lambda group: _group(info(group)))


def _group(told: dict[str, Any]) -> dict[str, Any]:
    """A group as GetDeploymentGroup has it, Auto Scaling groups by name."""
    named = [g if isinstance(g, dict) else {"name": g} for g in told["autoScalingGroups"]]
    return {key: value for key, value in told.items() if value is not None} | {"autoScalingGroups": named}


def _batch_get_deployment_groups(request: Request) -> dict[str, Any]:
    from moto.codedeploy import responses

    application, names = request.get("applicationName", ""), request.get("deploymentGroupNames", [])
    if len(names) > _PAGE:
        raise refusal("BatchLimitExceededException", f"The maximum number of deployment groups is {_PAGE}")
    told = []
    for name in names:
        group = book.backend(_place(request)).get_deployment_group(application, name)
        found = responses._deployment_group_info(group)
        mine = [p for p in _visible(request) if (p.application, p.group) == (application, name)]
        good = next((p for p in mine if p.status(time.time()) == "Succeeded"), None)
        last = {"lastAttemptedDeployment": _last(mine[0] if mine else None), "lastSuccessfulDeployment": _last(good)}
        own = {
            "alarmConfiguration": group.alarm_configuration or {},
            "targetRevision": mine[0].revision if mine else {},
        }
        told.append(found | last | own)
    return {"deploymentGroupsInfo": told}
