"""Was something that was rolled out taken back?"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Literal

from diagnosis import console
from diagnosis.causes import Impact
from diagnosis.commands import aws
from diagnosis.deploy.stack_reasons import stack_reason
from diagnosis.explain import Explanation, explain
from diagnosis.findings import Finding
from diagnosis.targets import Target

Kind = Literal["service", "deployment_group", "stack"]


@dataclass(frozen=True)
class Rollback:
    """One operation that failed and was taken back, or could not be.

    `what` is the deployment's id or the stack's operation, `state` AWS's status of it, `reason` the stored cause in
    AWS's words; `failing` is the resource that failed first, with `failing_id`. `stuck`: the way back failed, too.
    """

    what: str
    state: str
    reason: str
    at: datetime
    failing: str = ""
    failing_id: str = ""
    stuck: bool = False
    under_way: bool = False


@dataclass(frozen=True)
class Rollout:
    """A service, deployment group or stack, and what was rolled back of it in the window, newest first.

    `well_since` is when something newer succeeded, None where nothing did.
    """

    target: Target
    kind: Kind
    rollbacks: tuple[Rollback, ...]
    as_of: datetime
    well_since: datetime | None = None


_EXPLAINED: dict[Kind, Callable[[str], Explanation]] = {
    "service": partial(explain, "ecs_service_event"),
    "deployment_group": partial(explain, "codedeploy_error"),
    "stack": stack_reason,
}


def rolled_back(rollout: Rollout) -> list[Finding]:
    """The service, group or stack, where something was rolled back in the window, with the stored cause.

    The newest counts. Where something newer succeeded since, it is `soon`: what was rolled back is still not there.
    """
    if not rollout.rollbacks:
        return []
    newest = rollout.rollbacks[0]
    name = rollout.target.name
    more = f", and {len(rollout.rollbacks) - 1} before" if len(rollout.rollbacks) > 1 else ""
    impact: Impact = "soon" if rollout.well_since and rollout.well_since > newest.at else "now"
    return [
        Finding(
            subject=name,
            place=rollout.target.place,
            cause="rollback",
            impact=impact,
            symptom=f"{name}: {newest.what} {_became(newest)} ({newest.state}){more}, expected none in the window",
            evidence=_evidence(rollout.kind, newest),
            why=newest.reason,
            remedy=_remedy(rollout.kind, newest),
            resource=rollout.target.arn,
            depends_on=(newest.failing_id,) if newest.failing_id else (),
            onset=newest.at,
            as_of=rollout.as_of,
            proven=bool(newest.reason),
            link=_link(rollout),
            command=_command(rollout, newest),
        )
    ]


def _became(rollback: Rollback) -> str:
    if rollback.stuck:
        return "could not be rolled back"
    if rollback.under_way:
        return "is being rolled back"
    kept = rollback.state.endswith("_FAILED")
    return "failed and was left as it is" if kept else "was rolled back"


def _evidence(kind: Kind, rollback: Rollback) -> tuple[str, ...]:
    lines = [f"{rollback.at:%Y-%m-%d %H:%M} UTC: {rollback.what} {rollback.state}"]
    if rollback.failing:
        lines.append(f"first to fail: {rollback.failing}")
    if rollback.reason:
        stored = _EXPLAINED[kind](rollback.reason).specific_cause
        lines.append(f"reason: {rollback.reason}" + (f" ({stored})" if stored else ""))
    return tuple(lines)


def _remedy(kind: Kind, rollback: Rollback) -> str:
    explained = _EXPLAINED[kind](rollback.reason) if rollback.reason else None
    hint = f"; {explained.remedy}" if explained and explained.specific_cause else ""
    if kind == "stack" and rollback.state.startswith("ROLLBACK_"):  # of a creation: nothing can be updated
        failing = rollback.failing or "the resource that failed first"
        return f"correct {failing}, then delete the stack and create it again{hint}"
    if kind == "stack" and rollback.stuck:
        return f"continue the rollback (aws cloudformation continue-update-rollback) once its reason is mended{hint}"
    if kind == "stack":
        return f"correct {rollback.failing or 'the resource that failed first'} and update the stack again{hint}"
    return f"open the failed {'revision' if kind == 'service' else 'deployment'} before deploying again{hint}"


def _link(rollout: Rollout) -> str:
    place, name = rollout.target.place, rollout.target.name
    if rollout.kind == "stack":
        return console.link(place, "cloudformation/home", f"/stacks/events?stackId={rollout.target.arn}")
    if rollout.kind == "service":
        cluster, _, service = name.partition("/")
        return console.link(place, f"ecs/v2/clusters/{cluster}/services/{service}/deployments")
    application, _, group = name.partition("/")
    return console.link(place, f"codesuite/codedeploy/applications/{application}/deployment-groups/{group}")


def _command(rollout: Rollout, rollback: Rollback) -> str:
    name = rollout.target.name
    if rollout.kind == "stack":
        return aws("cloudformation", "describe-stack-events", "--stack-name", name)
    if rollout.kind == "service":
        cluster, _, service = name.partition("/")
        return aws("ecs", "list-service-deployments", "--cluster", cluster, "--service", service)
    return aws("deploy", "get-deployment", "--deployment-id", rollback.what)
