"""Is there more work than vCPUs, and what is it?"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from diagnosis import console
from diagnosis.answers import Blind, CouldNotTellError
from diagnosis.causes import Cause
from diagnosis.commands import aws
from diagnosis.database.inside import WaitShare
from diagnosis.database.waits import CPU, meaning
from diagnosis.exhibits import Bars, Exhibit, Timeline, line
from diagnosis.findings import Finding
from diagnosis.series import Series
from diagnosis.targets import Target

_DOMINANT = 0.5


@dataclass(frozen=True)
class StatementLoad:
    """A statement without literals, its mean active sessions, and the wait that holds most of them."""

    statement: str
    sessions: float
    wait: str


@dataclass(frozen=True)
class DatabaseLoad:
    """Performance Insights' view: active sessions each minute, and in the last minutes by wait and by statement.

    `vcpus` is None where the class does not tell.
    """

    target: Target
    instance_class: str
    vcpus: int | None
    load: Series
    waits: tuple[WaitShare, ...]
    statements: tuple[StatementLoad, ...]
    as_of: datetime


def overload(load: DatabaseLoad, *, minutes: float = 5, per_vcpu: float = 1) -> list[Finding]:
    """The instance, where more sessions were active than `per_vcpu` for each vCPU, for `minutes` on end and still.

    CouldNotTellError where nobody knows how many vCPUs it has.
    """
    if load.vcpus is None:
        reason = f"how many vCPUs {load.target.name} has is not known: class {load.instance_class}"
        raise CouldNotTellError(Blind("missing", reason))
    bound = per_vcpu * load.vcpus
    needed = max(1, int(minutes * 60 / load.load.period_s))
    recent = load.load.values[-needed:]
    if len(recent) < needed or min(recent) <= bound:
        return []
    name, mean = load.target.name, sum(recent) / len(recent)
    cause, why, remedy = _blame(load, mean)
    return [
        Finding(
            subject=name,
            place=load.target.place,
            cause=cause,
            impact="now",
            symptom=f"{name}: {mean:.1f} sessions active on {load.vcpus} vCPUs, expected at most {bound:g}",
            evidence=(
                "waits: " + ", ".join(f"{share.wait} {share.sessions:.1f}" for share in load.waits[:5]),
                *(f"{one.sessions:.1f} sessions, mostly {one.wait}: {one.statement}" for one in load.statements[:3]),
            ),
            why=why,
            remedy=remedy,
            resource=load.target.arn,
            onset=load.load.onset(lambda value: value > bound),
            as_of=load.as_of,
            link=console.database(load.target.place, name),
            command=aws("rds", "describe-db-instances", "--db-instance-identifier", name),
            exhibits=_exhibits(load, bound),
        )
    ]


def _exhibits(load: DatabaseLoad, bound: float) -> tuple[Exhibit, ...]:
    """The load against its vCPUs, and what it waits for."""
    name = load.target.name
    curve = Timeline(f"{name}: active sessions", "sessions", (line("load", load.load),), bound=bound)
    waits = tuple((share.wait, share.sessions) for share in load.waits[:5])
    return (curve, Bars(f"{name}: load by what is waited for", "sessions", waits)) if waits else (curve,)


def _blame(load: DatabaseLoad, mean: float) -> tuple[Cause, str, str]:
    """Locks before statements, for a statement that waits for one is a victim; then the statement, then the wait."""
    top = max(load.waits, key=lambda share: share.sessions, default=None)
    cause, means, remedy = meaning(top.wait) if top else ("unknown", "", "see the top statements")
    if top and cause == "lock" and top.sessions >= _DOMINANT * mean:
        return cause, means, remedy
    worst = max(load.statements, key=lambda one: one.sessions, default=None)
    if worst and worst.sessions >= _DOMINANT * mean:
        why = f"one statement holds {worst.sessions / mean:.0%} of the load: {worst.statement}"
        return "slow_query", why, "look at its plan: EXPLAIN (ANALYZE, BUFFERS); then at the indexes of its tables"
    if top is None or top.wait == CPU:
        return "cpu", "many statements want CPU at once", "find what came with the load; fewer calls, or a larger class"
    return cause, means, remedy
