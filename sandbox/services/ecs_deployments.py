"""How do deployments of services go? The service deployments and revisions that ECS tells of."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sandbox.services.actions import Request, epoch, refusal
from sandbox.services.ecs_book import FINISHED, UNDER_WAY, Deployment, Service, book
from sandbox.services.ecs_tasks import backend_of, cluster_of

_FAILED = ("ROLLBACK_REQUESTED", "ROLLBACK_IN_PROGRESS", "ROLLBACK_SUCCESSFUL", "ROLLBACK_FAILED", "STOPPED")


def service_of(backend: Any, cluster: str, named: str) -> Any:
    """A service by name or ARN; ServiceNotFoundException."""
    within = cluster_of(backend, cluster).name if not named.startswith("arn:") or cluster else named.split("/")[-2]
    found = backend.services.get(f"{within}:{named.rsplit('/', 1)[-1]}")
    if found is None or found.status == "INACTIVE":
        raise refusal("ServiceNotFoundException", "Service not found.")
    return found


def list_service_deployments(request: Request) -> dict[str, Any]:
    """ListServiceDeployments, the newest first."""
    backend = backend_of(request.account, request.region)
    named = str(request.get("service", ""))
    cluster = request.get("cluster") or (named.split("/")[-2] if named.count("/") > 1 else "default")
    service = service_of(backend, str(cluster), named)
    between: dict[str, Any] = request.get("createdAt", {})
    known = sorted(known_of(backend, service).deployments, key=lambda d: d.started, reverse=True)
    found = [
        _brief(service, d)
        for d in known
        if d.status in (request.get("status") or (d.status,)) and _within(d.started, between)
    ]
    start, size = int(request.get("nextToken", 0)), int(request.get("maxResults", 100))
    more = {"nextToken": str(start + size)} if start + size < len(found) else {}
    return {"serviceDeployments": found[start : start + size], **more}


def _within(moment: datetime, between: dict[str, Any]) -> bool:
    after, before = between.get("after"), between.get("before")
    at = moment.timestamp()
    return (after is None or at >= epoch(after)) and (before is None or at <= epoch(before))


def known_of(backend: Any, service: Any) -> Service:
    """What is known of a service beyond what moto keeps."""
    return book(backend.account_id, backend.region_name).of(service.arn)


def arn_of(service: Any, deployment: Deployment) -> str:
    """The ARN of a service deployment."""
    return f"{service.arn.replace(':service/', ':service-deployment/')}/{deployment.number}"


def revision_of(service: Any, deployment: Deployment) -> str:
    """The ARN of the revision that a deployment rolls out."""
    return f"{service.arn.replace(':service/', ':service-revision/')}/{deployment.number[::-1]}"


def _brief(service: Any, deployment: Deployment) -> dict[str, Any]:
    members = {
        "serviceDeploymentArn": arn_of(service, deployment),
        "serviceArn": service.arn,
        "clusterArn": service.cluster_arn,
        "createdAt": deployment.started,
        "startedAt": deployment.started if deployment.status != "PENDING" else None,
        "finishedAt": deployment.finished,
        "targetServiceRevisionArn": revision_of(service, deployment),
        "status": deployment.status,
        "statusReason": _reason(deployment) or None,
    }
    return {name: value for name, value in members.items() if value is not None}


def describe_service_deployments(request: Request) -> dict[str, Any]:
    """DescribeServiceDeployments: revisions with their tasks, circuit breaker, alarms, rollback."""
    backend = backend_of(request.account, request.region)
    by_arn = {
        arn_of(service, deployment): (service, deployment)
        for service in backend.services.values()
        for deployment in known_of(backend, service).deployments
    }
    asked = request.get("serviceDeploymentArns", [])
    found = [_described(backend, *by_arn[arn]) for arn in asked if arn in by_arn]
    missing = [{"arn": arn, "reason": "MISSING"} for arn in asked if arn not in by_arn]
    return {"serviceDeployments": found, "failures": missing}


def _described(backend: Any, service: Any, deployment: Deployment) -> dict[str, Any]:
    known = known_of(backend, service)
    previous, traffic = known.before(deployment), deployment.traffic
    shifted = traffic is not None
    rest = {"requestedProductionTrafficWeight": 100.0 - (traffic or 0.0)} if shifted else {}
    sources = [_revision(backend, service, previous, wanted=False, extra=rest)] if previous else []
    weights = {"requestedProductionTrafficWeight": traffic} if shifted else {}
    if deployment.test_traffic is not None:
        weights["requestedTestTrafficWeight"] = deployment.test_traffic
    configuration = known.configuration()
    members: dict[str, Any] = {
        **{k: v for k, v in _brief(service, deployment).items() if k != "targetServiceRevisionArn"},
        "updatedAt": deployment.changed,
        "sourceServiceRevisions": sources,
        "targetServiceRevision": _revision(backend, service, deployment, wanted=True, extra=weights),
        "deploymentConfiguration": configuration | {"strategy": deployment.strategy},
        "deploymentCircuitBreaker": breaker_of(known, deployment, int(service.desired_count)),
        "alarms": _alarms(configuration, deployment),
    }
    if deployment.stage:
        members["lifecycleStage"] = deployment.stage
    if deployment.status.startswith("ROLLBACK") and previous:
        back = {"reason": _reason(deployment), "startedAt": deployment.changed}
        members["rollback"] = back | {"serviceRevisionArn": revision_of(service, previous)}
    return members


def _revision(
    backend: Any, service: Any, deployment: Deployment, *, wanted: bool, extra: dict[str, Any]
) -> dict[str, Any]:
    running, pending = counts(backend, service, deployment)
    return {
        "arn": revision_of(service, deployment),
        "requestedTaskCount": int(service.desired_count) if wanted else running,
        "runningTaskCount": running,
        "pendingTaskCount": pending,
        **extra,
    }


def counts(backend: Any, service: Any, deployment: Deployment) -> tuple[int, int]:
    """How many tasks of a deployment run, and how many wait."""
    tasks = [t for t in backend.tasks.get(service.cluster_name, {}).values() if t.started_by == deployment.id]
    active = [t for t in tasks if t.desired_status == "RUNNING"]
    running = sum(t.last_status == "RUNNING" for t in active)
    return running, len(active) - running


def breaker_of(known: Service, deployment: Deployment, desired: int) -> dict[str, Any]:
    """The circuit breaker: what it counted, its threshold, and whether that was enough."""
    if not known.configuration()["deploymentCircuitBreaker"]["enable"]:
        return {"status": "DISABLED", "failureCount": deployment.failed_tasks, "threshold": 0}
    threshold = known.threshold(desired)
    triggered = deployment.failed_tasks >= threshold
    status = "TRIGGERED" if triggered else "MONITORING" if deployment.status in UNDER_WAY else "MONITORING_COMPLETE"
    return {"status": status, "failureCount": deployment.failed_tasks, "threshold": threshold}


def _alarms(configuration: dict[str, Any], deployment: Deployment) -> dict[str, Any]:
    watched = configuration.get("alarms") or {}
    if not watched.get("enable") and not deployment.alarms:
        return {"status": "DISABLED", "alarmNames": [], "triggeredAlarmNames": []}
    state = "MONITORING_COMPLETE" if deployment.status in FINISHED else "MONITORING"
    return {
        "status": "TRIGGERED" if deployment.alarms else state,
        "alarmNames": list(watched.get("alarmNames", deployment.alarms)),
        "triggeredAlarmNames": list(deployment.alarms),
    }


def _reason(deployment: Deployment) -> str:
    """Why it is where it is, in ECS's words where the scenario has none."""
    if deployment.reason or deployment.status not in _FAILED:
        return deployment.reason
    if deployment.alarms:
        return "Service deployment rolled back because one or more CloudWatch alarms were triggered."
    if deployment.failed_tasks:
        return "Service deployment rolled back because the circuit breaker threshold was exceeded."
    return ""


def describe_service_revisions(request: Request) -> dict[str, Any]:
    """DescribeServiceRevisions: the task definition and images of each."""
    backend = backend_of(request.account, request.region)
    by_arn = {
        revision_of(service, deployment): (service, deployment)
        for service in backend.services.values()
        for deployment in known_of(backend, service).deployments
    }
    asked = request.get("serviceRevisionArns", [])
    found = [_revised(backend, arn, *by_arn[arn]) for arn in asked if arn in by_arn]
    missing = [{"arn": arn, "reason": "MISSING"} for arn in asked if arn not in by_arn]
    return {"serviceRevisions": found, "failures": missing}


def _revised(backend: Any, arn: str, service: Any, deployment: Deployment) -> dict[str, Any]:
    definition = backend.describe_task_definition(deployment.task_definition)
    images = [
        {"containerName": c["name"], "image": c.get("image", "")}
        | ({"imageDigest": c["image"].split("@", 1)[1]} if "@" in c.get("image", "") else {})
        for c in definition.container_definitions
    ]
    return {
        "serviceRevisionArn": arn,
        "serviceArn": service.arn,
        "clusterArn": service.cluster_arn,
        "taskDefinition": deployment.task_definition,
        "launchType": service.launch_type,
        "loadBalancers": service.load_balancers,
        "networkConfiguration": service.network_configuration or None,
        "containerImages": images,
        "createdAt": deployment.started,
    }
