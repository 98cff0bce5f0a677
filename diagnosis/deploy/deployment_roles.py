"""May CodeDeploy do what its deployments take, in the name of the role that the group gives it?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from diagnosis import console
from diagnosis.answers import Absent
from diagnosis.commands import aws
from diagnosis.deploy.decision_tree import role_lacks_permission
from diagnosis.deploy.deployments import GroupDeployment
from diagnosis.deploy.failed_deployments import evidence_of, finding, impact_of
from diagnosis.findings import Finding
from diagnosis.simulation import NOT_SIMULATED, Need, Ruling, refused, whose
from diagnosis.targets import Target

_MOST_ACTIONS = 6
_INSTANCES = ("ec2:DescribeInstances", "ec2:DescribeInstanceStatus", "tag:GetResources")
_SCALING = ("autoscaling:DescribeAutoScalingGroups", "autoscaling:DescribeLifecycleHooks")
_SCALING_GROUP = (
    "autoscaling:PutLifecycleHook", "autoscaling:DeleteLifecycleHook", "autoscaling:CompleteLifecycleAction",
    "autoscaling:RecordLifecycleActionHeartbeat",
)  # fmt: skip
_HEALTH = ("elasticloadbalancing:DescribeTargetGroups", "elasticloadbalancing:DescribeTargetHealth")
_TARGET_GROUP = ("elasticloadbalancing:RegisterTargets", "elasticloadbalancing:DeregisterTargets")
_CLASSIC = ("elasticloadbalancing:DescribeLoadBalancers", "elasticloadbalancing:DescribeInstanceHealth")
_FUNCTION = ("lambda:GetAlias", "lambda:UpdateAlias")
_SERVICE = ("ecs:DescribeServices", "ecs:UpdateServicePrimaryTaskSet")
_TASK_SETS = ("ecs:CreateTaskSet", "ecs:DeleteTaskSet")
_LISTENERS = (
    "elasticloadbalancing:DescribeTargetGroups", "elasticloadbalancing:DescribeListeners",
    "elasticloadbalancing:DescribeRules",
)  # fmt: skip


@dataclass(frozen=True)
class GroupWork:
    """What a group's deployments take: its fleets, load balancers, alarms, topics, functions and services by ARN."""

    platform: str
    tagged: bool = False
    classic: bool = False
    alarmed: bool = False
    scaling_groups: tuple[str, ...] = ()
    target_groups: tuple[str, ...] = ()
    listeners: tuple[str, ...] = ()
    topics: tuple[str, ...] = ()
    functions: tuple[str, ...] = ()
    hooks: tuple[str, ...] = ()
    services: tuple[str, ...] = ()


@dataclass(frozen=True)
class DeploymentRole:
    """A group's service role: whether it exists, whether CodeDeploy may assume it, and the rulings on its needs.

    `rulings` are empty where the role does not exist.
    """

    target: Target
    role: str
    exists: bool
    trusted: bool
    rulings: tuple[Ruling, ...]
    as_of: datetime


def needs_of(work: GroupWork) -> list[Need]:
    """The actions that CodeDeploy calls for such a group, on the resources that are known.

    https://docs.aws.amazon.com/codedeploy/latest/userguide/getting-started-create-service-role.html
    """
    needs = _each(("cloudwatch:DescribeAlarms",), ("*",) if work.alarmed else (), "watch the alarms")
    needs += _each(("sns:Publish",), work.topics, "notify")
    if work.platform == "Server":
        return needs + _on_servers(work)
    if work.platform == "Lambda":
        needs += _each(_FUNCTION, work.functions, "shift traffic")
    else:
        task_sets = tuple(f"{arn.replace(':service/', ':task-set/')}/ecs-svc" for arn in work.services)
        needs += _each(_SERVICE, work.services, "replace the tasks")
        needs += _each(_TASK_SETS, task_sets, "replace the tasks")
        needs += _each(_LISTENERS, ("*",), "shift traffic")
        needs += _each(("elasticloadbalancing:ModifyListener",), work.listeners, "shift traffic")
    return needs + _each(("lambda:InvokeFunction",), work.hooks, "run hooks")


def _on_servers(work: GroupWork) -> list[Need]:
    all_of = ("*",)
    needs = _each(_INSTANCES, all_of if work.tagged or work.scaling_groups else (), "find the instances")
    needs += _each(_SCALING, all_of if work.scaling_groups else (), "follow the Auto Scaling group")
    needs += _each(_SCALING_GROUP, work.scaling_groups, "follow the Auto Scaling group")
    needs += _each(_HEALTH, all_of if work.target_groups else (), "see whether instances are healthy")
    needs += _each(_TARGET_GROUP, work.target_groups, "take instances out of traffic and back")
    return needs + _each(_CLASSIC, all_of if work.classic else (), "see whether instances are healthy")


def _each(actions: Sequence[str], resources: Sequence[str], purpose: str) -> list[Need]:
    return [Need(action, resource, purpose) for resource in resources for action in actions]


def weak_roles(group: GroupDeployment | Absent, role: DeploymentRole, *, hours_until_old: float = 24) -> list[Finding]:
    """The group, where its role is missing, not CodeDeploy's to assume, or does not allow what deployments take.

    A denial that CodeDeploy logged is a finding whatever the simulator says. A ruling that hangs on a condition which
    nobody can know beforehand is none.
    """
    lacking = refused(role.rulings)
    deployed = None if isinstance(group, Absent) else group
    if not role.exists or not role.trusted or lacking:
        return [_by_configuration(deployed, role, lacking)]
    reason = role_lacks_permission(deployed) if deployed else None
    if deployed is None or reason is None:
        return []
    group = deployed
    code = group.deployment.error_code or (reason.event.code if reason.event else "a denial")
    return [
        finding(
            group,
            reason,
            symptom=f"{group.target.name}: {group.deployment.id} ended with {code}, expected roles that allow it",
            impact=impact_of(group, timedelta(hours=hours_until_old)),
            evidence=(*evidence_of(group, reason), f"the service role's own policies allow it; {NOT_SIMULATED}"),
        )
    ]


def _by_configuration(group: GroupDeployment | None, role: DeploymentRole, lacking: list[Ruling]) -> Finding:
    name, short = role.target.name, role.role.rsplit("/", 1)[-1] or "no role"
    failing = group is not None and group.deployment.status in ("Failed", "Stopped")
    return Finding(
        subject=name,
        place=role.target.place,
        cause="permission",
        impact="now" if failing else "soon",
        symptom=f"{name}: {_observed(role, lacking)}, expected a role that CodeDeploy may use for its deployments",
        evidence=_evidence(group, role, lacking),
        why=_why(role, lacking),
        remedy=_remedy(role, lacking),
        resource=role.target.arn,
        depends_on=(role.role,) if role.role else (),
        onset=group.deployment.completed if group and failing else None,
        as_of=role.as_of,
        proven=True,
        link=console.link(role.target.place, "iam/home", f"/roles/details/{short}"),
        command=aws("iam", "list-attached-role-policies", "--role-name", short),
    )


def _observed(role: DeploymentRole, lacking: list[Ruling]) -> str:
    short = role.role.rsplit("/", 1)[-1] or "none"
    if not role.exists:
        return f"service role {short} does not exist"
    if not role.trusted:
        return f"service role {short} does not trust codedeploy.amazonaws.com"
    return f"service role {short} is not allowed {_actions(lacking)}"


def _actions(lacking: list[Ruling]) -> str:
    named = list(dict.fromkeys(ruling.need.action for ruling in lacking))
    more = f" and {len(named) - _MOST_ACTIONS} more" if len(named) > _MOST_ACTIONS else ""
    return ", ".join(named[:_MOST_ACTIONS]) + more


def _evidence(group: GroupDeployment | None, role: DeploymentRole, lacking: list[Ruling]) -> tuple[str, ...]:
    lines = [
        f"{ruling.need.action} on {ruling.need.resource} to {ruling.need.purpose}: {ruling.decision}, {whose(ruling)}"
        for ruling in lacking[:_MOST_ACTIONS]
    ]
    if group and group.deployment.error_code:
        lines.append(f"{group.deployment.id}: {group.deployment.error_code}: {group.deployment.error_message}")
    return tuple(lines) or (f"service role {role.role or 'not set'}",)


def _why(role: DeploymentRole, lacking: list[Ruling]) -> str:
    if not role.exists:
        return f"the deployment group names {role.role or 'no role'}, and IAM has no such role"
    if not role.trusted:
        return f"the trust policy of {role.role} names no codedeploy.amazonaws.com"
    return f"{role.role} lacks {_actions(lacking)}: {whose(lacking[0])}"


def _remedy(role: DeploymentRole, lacking: list[Ruling]) -> str:
    if not role.exists:
        return "create the role again, or give the deployment group another one"
    if not role.trusted:
        return "let codedeploy.amazonaws.com assume the role in its trust policy"
    return f"allow {_actions(lacking)} for the role: the managed policies AWSCodeDeployRole… hold what CodeDeploy takes"
