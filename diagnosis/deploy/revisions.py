"""Can CodeDeploy read the AppSpec file of what it was told to deploy?"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

from diagnosis import appspec, console
from diagnosis.appspec.hooks import Hook
from diagnosis.commands import aws
from diagnosis.deploy.decision_tree import appspec_is_invalid
from diagnosis.deploy.deployments import GroupDeployment
from diagnosis.deploy.failed_deployments import evidence_of, finding, impact_of
from diagnosis.findings import Finding
from diagnosis.targets import Target

_MOST_PROBLEMS = 5


@dataclass(frozen=True)
class AppSpecProblem:
    """One thing that is wrong in the file; `line` counts from 1, `text` is that line."""

    line: int
    message: str
    error: bool
    text: str = ""


@dataclass(frozen=True)
class Revision:
    """The AppSpec file of the revision that a group's newest deployment is of.

    `source` says where it comes from (`s3://bucket/key`), `file` how the file is called there, empty where there is
    none; `lacking` says why there is none. `hooks` are the scripts or functions that it runs, `functions` those that it
    deploys.
    """

    target: Target
    source: str
    file: str
    problems: tuple[AppSpecProblem, ...]
    hooks: tuple[Hook, ...]
    as_of: datetime
    lacking: str = ""
    functions: tuple[str, ...] = ()


def problems_of(text: str, files: Collection[str] | None) -> tuple[AppSpecProblem, ...]:
    """What the validator says of a file, each with the line it is about."""
    lines = text.splitlines()
    return tuple(
        AppSpecProblem(
            found.line,
            found.message,
            found.severity == "error",
            lines[found.line - 1].strip() if 0 < found.line <= len(lines) else "",
        )
        for found in appspec.validate(text, files=files)
    )


_CORRECT = "correct the line, check it with `python -m diagnosis.appspec appspec.yml`, and deploy again"
_DEPLOY_ANOTHER = (
    "upload the bundle again, with an AppSpec file at its root, or deploy a revision that is there; life-cycle rules "
    "of the bucket should keep what may be deployed or rolled back to"
)


def invalid_appspec(group: GroupDeployment, revision: Revision, *, hours_until_old: float = 24) -> list[Finding]:
    """The group, where the AppSpec file of its newest deployment has errors, is missing, or CodeDeploy refused it.

    A warning of the validator alone leaves the file valid.
    """
    errors = [problem for problem in revision.problems if problem.error]
    if errors or revision.lacking:
        return [_by_file(group, revision, errors)]
    reason = appspec_is_invalid(group)
    if reason is None:
        return []
    code = group.deployment.error_code or "an error in its AppSpec file"
    return [
        finding(
            group,
            reason,
            symptom=f"{group.target.name}: {revision.source} refused with {code}, expected a valid AppSpec file",
            impact=impact_of(group, timedelta(hours=hours_until_old)),
            evidence=evidence_of(group, reason) or (group.deployment.error_message,),
        )
    ]


def _by_file(group: GroupDeployment, revision: Revision, errors: list[AppSpecProblem]) -> Finding:
    name, deployment = group.target.name, group.deployment
    first = errors[0] if errors else None
    if first:
        found = (
            f"{revision.file} has {len(errors)} {'error' if len(errors) == 1 else 'errors'}, first in line {first.line}"
        )
        evidence = tuple(_quoted(revision, problem) for problem in errors[:_MOST_PROBLEMS])
        why = f"line {first.line} of {revision.file}: {first.message}"
    else:
        found, evidence, why = revision.lacking, (f"revision {revision.source}",), revision.lacking
    return Finding(
        subject=name,
        place=group.target.place,
        cause="appspec",
        impact="now" if deployment.status != "Succeeded" else "soon",
        symptom=f"{name}: {found}, expected a valid AppSpec file",
        evidence=(f"{deployment.id} {deployment.status} of {revision.source}", *evidence),
        why=why,
        remedy=_CORRECT if first else _DEPLOY_ANOTHER,
        resource=group.target.arn,
        onset=deployment.completed or deployment.created,
        as_of=revision.as_of,
        proven=True,
        link=console.link(group.target.place, f"codesuite/codedeploy/deployments/{deployment.id}"),
        command=aws("deploy", "get-deployment", "--deployment-id", deployment.id, "--query", "deploymentInfo.revision"),
    )


def _quoted(revision: Revision, problem: AppSpecProblem) -> str:
    shown = f" | {problem.text}" if problem.text else ""
    return f"{revision.file}:{problem.line}: {problem.message}{shown}"
