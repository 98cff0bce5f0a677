"""Did the newest deployment of a CodeDeploy group come to its end, on every target and in time?"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import datetime, timedelta
from statistics import median

from diagnosis.answers import Blind, CouldNotTellError
from diagnosis.causes import Impact
from diagnosis.deploy.decision_tree import Reason, reason_of
from diagnosis.deploy.deployments import FINISHED, TARGET_STATES, UNFINISHED, Deployment, GroupDeployment
from diagnosis.deploy.where_to_look import AGENT_LOG, read_on
from diagnosis.findings import Finding
from diagnosis.windows import spoken

_MOST_EVENTS = 6
_MOST_TAIL_LINES = 6


def failed_deployments(
    group: GroupDeployment, *, minutes_at_least: float = 30, times_the_usual: float = 2, hours_until_old: float = 24
) -> list[Finding]:
    """The group, where its newest deployment failed or was stopped, failed on a target, or does not end.

    A deployment that runs is late after `times_the_usual` the median of the ten before, and `minutes_at_least`; the
    waits that its group asks for are not counted. A failure older than `hours_until_old` is hygiene. A deployment that
    CodeDeploy made to go back is not the newest one, unless it failed as well. CouldNotTellError for a status that is
    not known here.
    """
    deployment = group.deployment
    _refuse_unknown(group)
    if deployment.status in ("Failed", "Stopped") or _failed_on_targets(group):
        return [_failed(group, timedelta(hours=hours_until_old))]
    late = _late(group, timedelta(minutes=minutes_at_least), times_the_usual)
    return [late] if late else []


def _refuse_unknown(group: GroupDeployment) -> None:
    odd = [group.deployment.status] if group.deployment.status not in FINISHED | UNFINISHED else []
    odd += [target.status for target in group.targets if target.status not in TARGET_STATES]
    if odd:
        said = (
            f"{group.target.name}: status {odd[0] or 'not given'} in {group.deployment.id} is nothing this rule knows"
        )
        raise CouldNotTellError(Blind("unreadable", said))


def _failed_on_targets(group: GroupDeployment) -> bool:
    """Some target failed although the deployment did not, or not yet; or none was ever reached."""
    finished = group.deployment.status in FINISHED
    unreached = finished and bool(group.targets) and all(target.skipped_all for target in group.targets)
    return bool(group.failed_targets) or unreached


def _failed(group: GroupDeployment, old: timedelta) -> Finding:
    deployment, reason = group.deployment, reason_of(group)
    return finding(
        group,
        reason,
        symptom=f"{group.target.name}: {_observed(group)}, expected Succeeded on every target",
        impact=impact_of(group, old),
        evidence=(_about(deployment), *_counted(group), *evidence_of(group, reason)),
    )


def _counted(group: GroupDeployment) -> list[str]:
    """How the targets stand, where there are several."""
    counts = Counter(target.status for target in group.targets)
    return ["targets: " + ", ".join(f"{n} {status}" for status, n in counts.most_common())] if len(counts) > 1 else []


def impact_of(group: GroupDeployment, old: timedelta) -> Impact:
    """Hygiene where it is long over, soon where the deployment went on without the targets that failed."""
    ended = group.deployment.completed
    if ended and group.as_of - ended > old:
        return "hygiene"
    return "soon" if group.deployment.status == "Succeeded" else "now"


def _observed(group: GroupDeployment) -> str:
    deployment, failed = group.deployment, len(group.failed_targets)
    counted = f" on {failed} of {len(group.targets)} targets" if failed else ""
    code = f" ({deployment.error_code})" if deployment.error_code else ""
    verb = "stopped" if deployment.status == "Stopped" else "failed"
    return f"deployment {deployment.id} {verb}{counted}{code}"


def _about(deployment: Deployment) -> str:
    when = f"created {deployment.created:%Y-%m-%d %H:%M} UTC by {deployment.creator or 'nobody named'}"
    back = f", rolled back by {deployment.rollback}" if deployment.rollback else ""
    said = f"; {deployment.error_code}: {deployment.error_message}" if deployment.error_code else ""
    return f"{deployment.id} {deployment.status}, {when}{back}{said}"


def evidence_of(group: GroupDeployment, reason: Reason) -> tuple[str, ...]:
    """The way of the target that shows it, the failed event's words, its log's end, and what its instance says."""
    lines: list[str] = []
    if reason.target:
        lines.append(f"{reason.target.id}: {_way(group, reason)}")
    if reason.event:
        event = reason.event
        said = " ".join(word for word in (event.code, event.message) if word)
        lines.append(f"{event.name}: {said or 'no message and no log'}")
        lines += [f"log: {line}" for line in event.log_tail.splitlines()[-_MOST_TAIL_LINES:]]
    lines += [f"script log: {line}" for line in group.script_log[-_MOST_TAIL_LINES:]]
    lines += [f"agent log: {line}" for line in group.agent_log[-_MOST_TAIL_LINES:]]
    if reason.cause == "agent":
        lines += _instances(group)
    return tuple(lines)


def _way(group: GroupDeployment, reason: Reason) -> str:
    """The events of a target with their lengths: `BeforeInstall 12 s, AfterInstall Failed after 5 min`."""
    assert reason.target is not None
    if reason.target.skipped_all:
        return f"all {len(reason.target.events)} life-cycle events skipped"
    begun = [event for event in reason.target.events if event.started is not None]
    words = []
    for event in begun[-_MOST_EVENTS:]:
        length = spoken(event.length(group.as_of) or timedelta())
        words.append(
            f"{event.name} {length}" if event.status == "Succeeded" else f"{event.name} {event.status} after {length}"
        )
    return ", ".join(words)


def _instances(group: GroupDeployment) -> list[str]:
    if group.instances_unread:
        return [f"nobody could ask Systems Manager about the instances: {group.instances_unread}"]
    return [_instance(one.id, one.ping, one.last_ping, one.state, one.profile) for one in group.instances[:3]]


def _instance(name: str, ping: str, last: datetime | None, state: str, profile: str) -> str:
    heard = f"{ping}, last heard at {last:%H:%M} UTC" if ping and last else "not known to Systems Manager"
    return f"{name}: {state or 'state unknown'}, {f'profile {profile}' if profile else 'no instance profile'}; {heard}"


def finding(
    group: GroupDeployment, reason: Reason, *, symptom: str, impact: Impact, evidence: tuple[str, ...]
) -> Finding:
    """A finding about a group, for this reason."""
    remedy = reason.remedy
    if reason.cause == "agent":
        remedy = f"{_agent_remedy(group) or remedy}"
        if reason.target:
            remedy += f"; {read_on(group, reason.target, AGENT_LOG)}"
    return Finding(
        subject=group.target.name,
        place=group.target.place,
        cause=reason.cause,
        impact=impact,
        symptom=symptom,
        evidence=evidence,
        why=reason.why,
        remedy=remedy,
        resource=group.target.arn,
        depends_on=tuple(need for need in dict.fromkeys(_needs(group, reason)) if need),
        onset=reason.at or group.deployment.completed or group.deployment.created,
        as_of=group.as_of,
        proven=reason.proven,
        link=group.link,
        command=group.command,
    )


def _needs(group: GroupDeployment, reason: Reason) -> Iterator[str]:
    """What the deployment rests on, as far as its reason points there: fleet, load balancers, role, alarms; and the
    function or service that it deploys.
    """
    if reason.branch == "health":
        yield from group.load_balancers
    if reason.branch == "role" and reason.target is None and group.service_role:
        yield group.service_role
    if reason.cause == "alarm":
        names = group.deployment.error_message.partition("Activated alarms:")[2]
        yield from (group.target.place.arn("cloudwatch", f"alarm:{n.strip()}") for n in names.split(",") if n.strip())
    if reason.target:
        yield reason.target.id if reason.target.kind == "Instance" else reason.target.arn or reason.target.id
    yield from (_without_alias(target.arn) for target in group.targets if target.kind in ("Lambda", "ECS"))


def _without_alias(arn: str) -> str:
    """The ARN of a function without the alias that is deployed to; any other as it is."""
    return ":".join(arn.split(":")[:7]) if ":function:" in arn else arn


def _agent_remedy(group: GroupDeployment) -> str:
    """What to do first, by what EC2 and Systems Manager know of the instances that were not heard."""
    known = group.instances
    if not known or group.instances_unread:
        return ""
    if all(one.state and one.state != "running" for one in known):
        return (
            f"start the instances, or take them out of the group: {', '.join(one.id for one in known[:3])} do not run"
        )
    if all(not one.profile for one in known):
        return "attach an instance profile: without one the CodeDeploy agent cannot sign its requests"
    if all(one.ping and one.ping != "Online" for one in known):
        return (
            "Systems Manager does not hear the instances either: look at their way to AWS's endpoints on 443, at their "
            "clocks, and whether they still answer"
        )
    if all(one.ping == "Online" for one in known):
        return "the instances are up and heard by Systems Manager: start or install the CodeDeploy agent on them"
    return ""


def _late(group: GroupDeployment, least: timedelta, times: float) -> Finding | None:
    deployment = group.deployment
    if deployment.status not in UNFINISHED or deployment.status == "Ready" or _waits_its_turn(group):
        return None
    allowed = max(least, times * usual_length(group)) + group.shift + deployment.termination_wait
    took = group.as_of - (deployment.started or deployment.created)
    if took <= allowed:
        return None
    running = next((t for t in group.targets if any(e.status == "InProgress" for e in t.events)), None)
    waiting = running or next((t for t in group.targets if t.status in ("Pending", "InProgress")), None)
    event = next((e for e in waiting.events if e.status == "InProgress"), None) if waiting else None
    pending = bool(waiting and event is None and group.platform == "Server")
    where = f"{event.name} runs on {waiting.id} since then" if waiting and event else "no life-cycle event runs"
    reason = Reason(
        "otherwise",
        "agent" if pending else "timeout",
        f"{waiting.id} has not taken the deployment up" if waiting and pending else where,
        "see what the running event waits for, or stop the deployment",
        proven=False,
        target=waiting,
        event=event,
    )
    return finding(
        group,
        reason,
        symptom=f"{group.target.name}: deployment {deployment.id} {deployment.status} for {spoken(took)}, "
        f"expected at most {spoken(allowed)}",
        impact="now",
        evidence=(_about(deployment), *evidence_of(group, reason)),
    )


def _waits_its_turn(group: GroupDeployment) -> bool:
    """Whether it is queued behind another deployment of the group that still runs."""
    others = any(other.status in UNFINISHED - {"Queued"} for other in group.others)
    return group.deployment.status in ("Queued", "Created") and others


def usual_length(group: GroupDeployment) -> timedelta:
    """The median length of the ten newest deployments that succeeded; zero where there is none."""
    known = [other.length.total_seconds() for other in group.others if other.status == "Succeeded" and other.length]
    return timedelta(seconds=median(known[:10])) if known else timedelta()
