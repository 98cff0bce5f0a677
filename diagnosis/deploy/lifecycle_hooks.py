"""Do the scripts and functions of a deployment's life-cycle events run, succeed, and end in time?"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from diagnosis.answers import Absent, Blind, CouldNotTellError
from diagnosis.appspec.hooks import Hook
from diagnosis.deploy.decision_tree import (
    CERTAIN,
    CODEDEPLOYS_OWN,
    Reason,
    hook_failed,
    hook_timed_out,
    is_hook_failure,
    is_timeout,
)
from diagnosis.deploy.deployments import DeploymentTarget, GroupDeployment, LifecycleEvent
from diagnosis.deploy.failed_deployments import evidence_of, finding, impact_of
from diagnosis.deploy.revisions import Revision
from diagnosis.deploy.where_to_look import OF_PREVIOUS, read_on
from diagnosis.explain import explain
from diagnosis.findings import Finding
from diagnosis.windows import spoken

FUNCTION_TIMEOUT = timedelta(hours=1)
"""How long CodeDeploy waits for the report of a hook function.

https://docs.aws.amazon.com/codedeploy/latest/userguide/reference-appspec-file-structure-hooks.html
"""


def slow_hooks(
    group: GroupDeployment, revision: Revision | Absent | Blind, *, max_share: float = 0.8, hours_until_old: float = 24
) -> list[Finding]:
    """The group, where a hook of its newest deployment ran out of its time, or took more than `max_share` of it.

    The time is what the AppSpec file allows, added up over the scripts of an event. Where that could not be read, one
    hour, CodeDeploy's default, is allowed: longer than an hour of its own only a file can allow. CouldNotTellError
    where no hook is known to be slow, and of one that ran CodeDeploy does not tell the times.
    """
    old = timedelta(hours=hours_until_old)
    reason = hook_timed_out(group)
    if reason:
        assert reason.event is not None
        took = reason.event.length(group.as_of)
        observed = f"{reason.event.name} timed out" + (f" after {spoken(took)}" if took else "")
        return [_finding(group, reason, f"{observed} on {_where(group, reason)}", "an end within its timeout", old)]
    slow = _slowest(group, revision, max_share)
    if slow is None:
        _refuse_untimed(group, revision)
    return [slow] if slow else []


def _refuse_untimed(group: GroupDeployment, revision: Revision | Absent | Blind) -> None:
    for target in group.targets:
        hooks = [event for event in target.events if event.name not in CODEDEPLOYS_OWN]
        untimed = next((event for event in hooks if event.untimed and _allowed(group, event, revision)), None)
        if untimed:
            raise CouldNotTellError(Blind("not_observed", f"not observed: the times of {untimed.name} on {target.id}"))


def _slowest(group: GroupDeployment, revision: Revision | Absent | Blind, max_share: float) -> Finding | None:
    found = []
    for target in group.targets:
        for event in target.events:
            allowed, took = _allowed(group, event, revision), event.length(group.as_of)
            if (
                allowed
                and took
                and event.name not in CODEDEPLOYS_OWN
                and took > max_share * allowed
                and not event.failed
            ):
                found.append((took / allowed, target.id, event.name, took, allowed, target, event))
    if not found:
        return None
    _, name, event_name, took, allowed, target, event = max(found, key=lambda one: one[:3])
    reason = Reason(
        "hook",
        "timeout",
        f"{event_name} took {spoken(took)} of {spoken(allowed)} on {name}",
        f"find what the script waits for, or raise its timeout; {read_on(group, target)}",
        proven=False,
        target=target,
        event=event,
    )
    bound = f"at most {max_share:.0%} of {spoken(allowed)}"
    symptom = f"{group.target.name}: {event_name} took {spoken(took)} on {name}, expected {bound}"
    return finding(group, reason, symptom=symptom, impact="soon", evidence=evidence_of(group, reason))


def _allowed(group: GroupDeployment, event: LifecycleEvent, revision: Revision | Absent | Blind) -> timedelta | None:
    """What an event may take; None where that is not known: scripts of the revision before have their own file."""
    if group.platform != "Server":
        return FUNCTION_TIMEOUT
    if not isinstance(revision, Revision) or event.name in OF_PREVIOUS:
        return FUNCTION_TIMEOUT
    hooks: Sequence[Hook] = [hook for hook in revision.hooks if hook.event == event.name]
    return timedelta(seconds=sum(hook.timeout_s for hook in hooks)) if hooks else None


def failed_scripts(group: GroupDeployment, *, hours_until_old: float = 24) -> list[Finding]:
    """The group, where a script was missing, could not be run or failed; or where a hook function failed.

    CouldNotTellError where a hook failed and CodeDeploy knows no reason (UnknownError), and its words are none either.
    """
    reason = hook_failed(group)
    if reason is None or reason.event is None or is_timeout(reason.event, group.platform):
        _refuse_unexplained(group)
        return []
    said = reason.event.code if group.platform == "Server" else "the hook function failed"
    observed = f"{said} in {reason.event.name} on {_where(group, reason)}"
    expected = "scripts that run and end with 0" if group.platform == "Server" else "a function that reports Succeeded"
    return [_finding(group, reason, observed, expected, timedelta(hours=hours_until_old))]


def _refuse_unexplained(group: GroupDeployment) -> None:
    for target in group.targets:
        event = target.failure
        if event is None or event.name in CODEDEPLOYS_OWN or is_hook_failure(event, group):
            continue
        told = {"errorCode": event.code, "lifecycleEventName": event.name}
        if explain("codedeploy_error", event.message, told).confidence < CERTAIN:
            said = f"{event.code or 'no code'} {event.message}".strip()
            reason = f"not observed: {event.name} failed on {target.id} in {group.deployment.id}, and says only {said}"
            raise CouldNotTellError(Blind("not_observed", reason))


def _where(group: GroupDeployment, reason: Reason) -> str:
    """The target, and how many others the same happened on."""
    assert reason.target is not None
    assert reason.event is not None
    same = [target for target in group.targets if _same(target, reason.event)]
    return f"{len(same)} of {len(group.targets)} targets" if len(same) > 1 else reason.target.id


def _same(target: DeploymentTarget, event: LifecycleEvent) -> bool:
    failure = target.failure
    return failure is not None and (failure.name, failure.code) == (event.name, event.code)


def _finding(group: GroupDeployment, reason: Reason, observed: str, expected: str, old: timedelta) -> Finding:
    return finding(
        group,
        reason,
        symptom=f"{group.target.name}: {observed}, expected {expected}",
        impact=impact_of(group, old),
        evidence=evidence_of(group, reason),
    )
