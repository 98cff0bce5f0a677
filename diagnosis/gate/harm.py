"""Did the deployment do harm, did it not, or can nobody tell yet?"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from diagnosis import console
from diagnosis.answers import Absent, Blind, CouldNotTellError
from diagnosis.deploy.stopped_tasks import ending
from diagnosis.exhibits import Timeline, line
from diagnosis.findings import Finding, earliest
from diagnosis.gate import statistics
from diagnosis.gate.comparing import Bounds, Comparison
from diagnosis.gate.deployed import Deployed
from diagnosis.gate.signals import Signal
from diagnosis.logs.new_errors import merged
from diagnosis.logs.words import alike

_MOST_QUOTES, _MOST_DRAWN = 4, 2


def harm(
    deployed: Deployed,
    *,
    settle_minutes: float = 2,
    min_requests: float = 100,
    min_errors: float = 5,
    min_points: float = 0.005,
    min_times: float = 2,
    hard_share: float = 0.05,
    hard_requests: float = 50,
    latency_rise: float = 0.2,
    level_rise: float = 0.5,
    min_stops: int = 2,
    min_hits: int = 5,
    low_traffic_passes: bool = False,
) -> list[Finding]:
    """The deployment, where a signal is worse than its control, or what needs no statistics says so.

    `settle_minutes` after the traffic shift are left out of the statistics: 5 suit a JVM. CouldNotTellError where it is
    too early, or where fewer than `min_requests` came and none of the hard signals decides; `low_traffic_passes` lets
    such a deployment pass, where its few requests do not fail.
    """
    bounds = Bounds(
        min_requests=min_requests,
        min_errors=min_errors,
        min_points=min_points,
        min_times=min_times,
        hard_share=hard_share,
        hard_requests=hard_requests,
        rise=latency_rise,
        level_rise=level_rise,
    )
    settle = timedelta(minutes=settle_minutes)
    compared = deployed.comparisons(bounds, settle)
    minutes = deployed.minutes(settle)
    worse = [one for one in compared if one.certain] + _significant(compared, minutes, deployed.family)
    broken = [*_abnormal_stops(deployed, min_stops), *_new_errors(deployed, min_hits)]
    if worse or broken:
        return [_harmful(deployed, list(dict.fromkeys(worse)), broken, compared)]
    _refuse_to_hurry(deployed, minutes, settle)
    if not low_traffic_passes:
        _refuse_to_guess(deployed, compared, bounds)
    _refuse_the_failing(deployed, compared)
    return []


def _abnormal_stops(deployed: Deployed, bound: int) -> list[str]:
    """The tasks that stopped since the shift though nobody wished it, in ECS's words; none where they are too few."""
    found = [task for task in deployed.stops if task.stopped >= deployed.shifted and not ending(task).normal]
    said = [f"task {task.id[:12]} stopped: {task.reason or task.code}" for task in found]
    return [f"{len(found)} tasks stopped since the shift", *said] if len(found) >= bound else []


def _new_errors(deployed: Deployed, min_hits: int) -> list[str]:
    """Kinds of errors that began after the deployment did, and that neither the hour before nor other days had."""
    told: list[str] = []
    for errors in deployed.errors:
        begun = [k for k in merged(errors.kinds) if k.hits >= min_hits and k.first >= deployed.began]
        if begun and isinstance(errors.known, Blind):
            raise CouldNotTellError(errors.known)
        known = () if isinstance(errors.known, Blind) else errors.known
        fresh = [kind for kind in begun if not any(alike(kind.signature, other) for other in known)]
        told += [
            f"new error in {errors.target.name}, {k.hits:,} times since {k.first:%H:%M}: {k.example}" for k in fresh
        ]
    return told


def _significant(compared: Sequence[Comparison], minutes: float, family: int) -> list[Comparison]:
    """What is both significant, all signals taken together, and large enough to matter."""
    tested = [one for one in compared if one.p is not None]
    spent = statistics.alpha(minutes)
    if not spent:
        return []
    verdicts = statistics.holm([one.p or 0.0 for one in tested], spent, family)
    return [one for one, significant in zip(tested, verdicts, strict=True) if significant and one.large]


def _refuse_to_hurry(deployed: Deployed, minutes: float, settle: timedelta) -> None:
    first = statistics.LOOKS[0][0]
    if minutes < first:
        at = deployed.shifted + settle + timedelta(minutes=first) + deployed.lag
        seen = f"{minutes:.0f} min of metrics after it, expected {first:.0f}"
        raise _unknown(f"{deployed.target.name}: {deployed.what}: too early: {seen}; ask at {at:%H:%M} UTC")


def _refuse_to_guess(deployed: Deployed, compared: Sequence[Comparison], bounds: Bounds) -> None:
    name = f"{deployed.target.name}: {deployed.what}"
    ratios = [one for one in compared if one.signal.proves]
    if all(one.idle for one in ratios):
        raise _unknown(f"{name}: inconclusive: no traffic after it to compare")
    thin = [one for one in ratios if not one.enough]
    if thin:
        need = f"expected at least {bounds.min_requests:.0f} requests and a control: wait, or set low_traffic_passes"
        raise _unknown(f"{name}: inconclusive: {thin[0].said}; {need}")


def _refuse_the_failing(deployed: Deployed, compared: Sequence[Comparison]) -> None:
    for one in compared:
        if one.failing and one.signal.proves:
            raise _unknown(f"{deployed.target.name}: {deployed.what}: inconclusive: {one.said}; few, but they fail")


def _unknown(reason: str) -> CouldNotTellError:
    return CouldNotTellError(Blind("not_observed", reason))


def _harmful(
    deployed: Deployed, worse: Sequence[Comparison], broken: Sequence[str], compared: Sequence[Comparison]
) -> Finding:
    first = worse[0] if worse else None
    others = [one.said for one in compared if one not in worse and not one.idle]
    name = deployed.target.name
    return Finding(
        subject=name,
        place=deployed.target.place,
        cause="code",
        impact="now",
        symptom=f"{name}: {_observed(first, broken)}, expected {_expected(first)}",
        evidence=(f"{deployed.what}", *(one.said for one in worse), *broken[:_MOST_QUOTES], *others[:_MOST_QUOTES]),
        why=_why(deployed, first, broken),
        remedy="roll back to the version before, then look at what the new one changes",
        resource=deployed.target.arn,
        needed_by=tuple(dict.fromkeys([*(one.signal.resource for one in worse), *deployed.rests_on])),
        onset=_onset(deployed, worse),
        as_of=deployed.as_of,
        link=_link(deployed, worse),
        exhibits=tuple(_drawn(one.signal, deployed.shifted) for one in worse[:_MOST_DRAWN]),
    )


def _drawn(signal: Signal, shifted: datetime) -> Timeline:
    """A signal from an hour before the deployment on, the shift marked, beside the old version where that is known."""
    lines = [line("now", signal.new.values)]
    lines += [line("old version", signal.old.values)] if signal.old and signal.old.values else []
    title = f"{signal.name} of {signal.subject}, before and after the shift"
    return Timeline(title, signal.unit, tuple(lines), onset=shifted)


def _observed(first: Comparison | None, broken: Sequence[str]) -> str:
    return f"{first.signal.name} of {first.signal.subject} {first.observed}" if first else broken[0]


def _expected(first: Comparison | None) -> str:
    return first.expected if first else "none since the version before"


def _why(deployed: Deployed, first: Comparison | None, broken: Sequence[str]) -> str:
    since = f"since {deployed.what} got its traffic at {deployed.shifted:%H:%M} UTC"
    share = f" ({deployed.on_trial})" if deployed.on_trial else ""
    said = f"{first.signal.name} of {first.signal.subject} {first.observed}" if first else broken[0]
    return f"{said} {since}{share}"


def _onset(deployed: Deployed, worse: Sequence[Comparison]) -> datetime:
    return earliest(one.onset for one in worse) or deployed.shifted


def _link(deployed: Deployed, worse: Sequence[Comparison]) -> str:
    """The page of what the signal was measured on, else none: a deployment has no page that shows its harm."""
    resource = next((one.signal.resource for one in worse), "")
    if ":targetgroup/" in resource:
        return console.target_group(deployed.target.place, resource)
    if ":function:" in resource:
        return console.function(deployed.target.place, resource.split(":")[6])
    return ""


def not_yet(deployed: Deployed) -> Absent | None:
    """Why there is nothing to judge yet, where no gate waits for an answer: it is too early, or nobody came."""
    try:
        harm(deployed)
    except CouldNotTellError as error:
        compared = deployed.comparisons()
        early = deployed.minutes() < statistics.LOOKS[0][0]
        idle = all(one.idle for one in compared if one.signal.proves)
        return Absent(error.blind.reason, awaited=True) if early or idle else None
    return None
