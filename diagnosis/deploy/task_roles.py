"""Do a task definition's roles exist, may ECS take them, and may they do what its tasks need to start?"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from diagnosis import console
from diagnosis.answers import Blind, CouldNotTellError
from diagnosis.commands import aws
from diagnosis.findings import Finding
from diagnosis.simulation import NOT_SIMULATED, Ruling, refused, whose
from diagnosis.targets import Target

WHO = "ecs-tasks.amazonaws.com"
_MOST_NAMED = 6


@dataclass(frozen=True)
class TaskRole:
    """A role of a task definition: `use` is execution or task, `rulings` what the simulator says of its needs."""

    use: str
    arn: str
    exists: bool
    trusts: bool
    rulings: tuple[Ruling, ...] = ()

    @property
    def name(self) -> str:
        """The role's name."""
        return self.arn.rsplit("/", 1)[-1]


@dataclass(frozen=True)
class TaskRoles:
    """The roles of a task definition that a service uses.

    `lacks_execution` is what its tasks need an execution role for where it names none; `starting` says that a service
    is about to start such tasks, or fails to.
    """

    target: Target
    roles: tuple[TaskRole, ...]
    as_of: datetime
    lacks_execution: str = ""
    starting: bool = False


def unpermitted_roles(roles: TaskRoles) -> list[Finding]:
    """The task definition whose role is missing, is not ECS's to take, or lacks a permission its tasks need to start.

    What the simulator allows may still be refused: policies of organisations, resources, endpoints and sessions are
    not simulated. CouldNotTellError where it refuses for a condition that nobody can know beforehand.
    """
    complaints = list(_complaints(roles))
    if not complaints:
        _refuse_uncertain(roles)
        return []
    name = roles.target.name
    denied = [ruling for role in roles.roles for ruling in refused(role.rulings)]
    return [
        Finding(
            subject=name,
            place=roles.target.place,
            cause="permission",
            impact="now" if roles.starting else "soon",
            symptom=f"{name}: {complaints[0]}, expected every role to exist and be permitted",
            evidence=(*complaints, *(_ruled(ruling) for ruling in denied[:_MOST_NAMED]), NOT_SIMULATED),
            why="; ".join(complaints),
            remedy=_remedy(roles, denied),
            resource=roles.target.arn,
            depends_on=tuple(role.arn for role in roles.roles),
            as_of=roles.as_of,
            proven=True,
            link=console.role(roles.target.place, roles.roles[0].name) if roles.roles else "",
            command=_command(roles, denied),
        )
    ]


def _complaints(roles: TaskRoles) -> Iterator[str]:
    if roles.lacks_execution:
        yield f"no execution role, which its tasks need for {roles.lacks_execution}"
    for role in roles.roles:
        if not role.exists:
            yield f"{role.use} role {role.name} does not exist"
        elif not role.trusts:
            yield f"{role.use} role {role.name} does not trust {WHO}"
        elif denied := refused(role.rulings):
            actions = sorted({ruling.need.action for ruling in denied})
            yield f"{role.use} role {role.name} may not {', '.join(actions)}"


def _ruled(ruling: Ruling) -> str:
    return f"{ruling.need.action} on {ruling.need.resource}: {ruling.decision}, {whose(ruling)} ({ruling.need.purpose})"


def _remedy(roles: TaskRoles, denied: list[Ruling]) -> str:
    if roles.lacks_execution:
        return "set executionRoleArn in the task definition"
    for role in roles.roles:
        if not role.exists:
            return f"create the role {role.name} with {WHO} as its principal, or name one that exists"
        if not role.trusts:
            return f"let {WHO} assume {role.name} in its trust policy"
    actions = sorted({f"{ruling.need.action} on {ruling.need.resource}" for ruling in denied})
    place = "the permissions boundary" if any(ruling.bounded for ruling in denied) else "the role's policies"
    return f"allow {', '.join(actions[:_MOST_NAMED])} in {place}"


def _command(roles: TaskRoles, denied: list[Ruling]) -> str:
    role = next((r for r in roles.roles if set(r.rulings) & set(denied)), roles.roles[0] if roles.roles else None)
    if role is None:
        return aws("ecs", "describe-task-definition", "--task-definition", roles.target.name)
    if not denied:
        return aws("iam", "get-role", "--role-name", role.name)
    need = denied[0].need
    words = ("--policy-source-arn", role.arn, "--action-names", need.action, "--resource-arns", need.resource)
    return aws("iam", "simulate-principal-policy", *words)


def _refuse_uncertain(roles: TaskRoles) -> None:
    for role in roles.roles:
        for ruling in role.rulings:
            if ruling.uncertain:
                keys = ", ".join(ruling.missing)
                reason = f"not observed: {role.name} may {ruling.need.action} only under conditions on {keys}"
                raise CouldNotTellError(Blind("not_observed", f"{reason}, which nobody can know beforehand"))


def trusts_tasks(document: Mapping[str, Any], account: str) -> bool:
    """Whether a trust policy lets ECS take the role for tasks of this account.

    https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task-iam-roles.html
    """
    statements = document.get("Statement", ())
    several = statements if isinstance(statements, list) else [statements]
    about = [s for s in several if _names_tasks(s) and _holds(s.get("Condition") or {}, account)]
    return bool(about) and all(s.get("Effect") == "Allow" for s in about)


def _names_tasks(statement: Mapping[str, Any]) -> bool:
    principal, actions = statement.get("Principal", {}), _several(statement.get("Action"))
    services = (
        ["*"] if principal == "*" else _several(principal.get("Service") if isinstance(principal, Mapping) else ())
    )
    assumes = any(str(action).lower() in ("sts:assumerole", "sts:*", "*") for action in actions)
    return assumes and (WHO in services or "*" in services)


def _holds(conditions: Mapping[str, Any], account: str) -> bool:
    """Whether conditions on the caller's account hold; others may."""
    for keys in conditions.values():
        for key, values in keys.items():
            if key.lower() == "aws:sourceaccount" and account not in _several(values):
                return False
            if key.lower() == "aws:sourcearn" and not any(_of_account(str(v), account) for v in _several(values)):
                return False
    return True


def _of_account(arn: str, account: str) -> bool:
    parts = arn.split(":")
    return arn == "*" or (len(parts) > 4 and parts[4] in (account, "*"))


def _several(value: Any) -> list[Any]:
    if value is None:
        return []
    return list(value) if isinstance(value, list | tuple) else [value]
