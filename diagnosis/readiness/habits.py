"""Do the habits hold that keep incidents short? A diagnosis every night, and lessons that are acted upon."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from diagnosis.findings import Finding
from diagnosis.readiness.lacking import lacking
from diagnosis.targets import Target
from diagnosis.windows import spoken

_TOLD = 5


@dataclass(frozen=True)
class NightlyRun:
    """The schedule that starts the nightly run, by its name in targets.toml: its state in AWS's word, and its targets.

    `state` is empty where neither EventBridge nor its Scheduler knows the name.
    """

    target: Target
    name: str
    state: str
    targets: tuple[str, ...]
    as_of: datetime


@dataclass(frozen=True)
class OpenAction:
    """An action of a postmortem that is not done: an OpsItem that is neither resolved nor closed."""

    id: str
    title: str
    status: str
    created: datetime


@dataclass(frozen=True)
class PostmortemActions:
    """The open actions of a place."""

    target: Target
    open: tuple[OpenAction, ...]
    as_of: datetime


def missing_nightly_run(nightly: NightlyRun) -> list[Finding]:
    """The place in which nothing starts the nightly run."""
    observed, remedy = "", ""
    if not nightly.state:
        observed, remedy = f"no schedule {nightly.name}", "create it, or correct [readiness] nightly in targets.toml"
    elif nightly.state != "ENABLED":
        observed, remedy = f"{nightly.name} is {nightly.state.lower()}", f"enable {nightly.name}"
    elif not nightly.targets:
        observed, remedy = f"{nightly.name} starts nothing", f"give {nightly.name} a target that runs the checks"
    if not observed:
        return []
    return [
        lacking(
            nightly.target,
            observed,
            expected="a diagnosis every night",
            evidence=(f"State {nightly.state or 'none'}; targets {', '.join(nightly.targets) or 'none'}",),
            remedy=remedy,
            as_of=nightly.as_of,
            cause="process",
        )
    ]


def forgotten_actions(actions: PostmortemActions, *, max_days: float = 30) -> list[Finding]:
    """The place with actions of postmortems that have been open for longer than `max_days`."""
    old = [one for one in actions.open if actions.as_of - one.created > timedelta(days=max_days)]
    if not old:
        return []
    oldest = sorted(old, key=lambda one: one.created)
    return [
        lacking(
            actions.target,
            f"open actions of postmortems: {len(old)}, the oldest for {spoken(actions.as_of - oldest[0].created)}",
            expected=f"none for longer than {max_days:g} days",
            evidence=[f"{one.id} {one.status}: {one.title}" for one in oldest[:_TOLD]],
            remedy="do them, or decide that they will not be done and close them",
            as_of=actions.as_of,
            cause="process",
        )
    ]
