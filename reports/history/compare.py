"""What is new, what is fixed, and since when is the rest sick? This run's results beside those of earlier ones."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from reports.history.store import Look, Night
from reports.tally import Result

SICK = ("failed", "xfailed")


@dataclass(frozen=True, order=True)
class Key:
    """One trouble: a check, its target, and the cause that was found."""

    check: str
    target: str
    cause: str

    @property
    def place(self) -> str:
        """`account/region`."""
        return "/".join(self.target.split("/", 2)[:2])

    def __str__(self) -> str:
        return f"{self.check}[{self.target}] {self.cause}"


@dataclass(frozen=True)
class Sick:
    """A trouble of before or now, with its symptom; `since` is when a run first saw it, where one did."""

    key: Key
    symptom: str
    since: datetime | None = None


@dataclass(frozen=True)
class Past:
    """What became of things since the last time that each check was asked.

    `unseen` were sick then, and now nobody could look or the target was not examined. `before` is the last earlier
    run that asked any of the same checks, None where there is none: then nothing is new.
    """

    before: datetime | None = None
    new: tuple[Sick, ...] = ()
    still: tuple[Sick, ...] = ()
    fixed: tuple[Sick, ...] = ()
    unseen: tuple[Sick, ...] = ()
    nights: tuple[Night, ...] = field(default=())
    problem: str = ""

    def since(self, key: Key) -> datetime | None:
        """When a run first saw this trouble, in one unbroken stretch until now; None where it is new or unknown."""
        return next((sick.since for sick in self.still if sick.key == key), None)


def past_of(results: Sequence[Result], looks: Sequence[Look], nights: Iterable[Night] = ()) -> Past:
    """Compare results with earlier looks, oldest first; one that was narrowed to some targets is passed over."""
    looks = [look for look in looks if not look.narrowed]
    now = sick_of(results)
    new, still = [], []
    for key, symptom in sorted(now.items()):
        states = [(look, _state(look, key)) for look in reversed(looks) if _asked(look, key)]
        seen = [(look, state) for look, state in states if state != "blind"]
        if not seen or seen[0][1] == "well":
            new += [Sick(key, symptom)] if seen else []
            continue
        still.append(Sick(key, symptom, _first_of(seen)))
    fixed, unseen = _gone(results, now, looks)
    asked = {result.check for result in results}
    before = next((look.at for look in reversed(looks) if look.checks & asked), None)
    return Past(before, tuple(new), tuple(still), fixed, unseen, tuple(nights))


def sick_of(results: Iterable[Result]) -> dict[Key, str]:
    """The troubles of a run, with the symptom of each."""
    found: dict[Key, str] = {}
    for result in results:
        if result.outcome in SICK:
            for finding in result.findings:
                found.setdefault(Key(result.check, result.target, finding.cause), finding.symptom)
            if not result.findings:
                found[Key(result.check, result.target, "unknown")] = result.reason
    return found


def _asked(look: Look, key: Key) -> bool:
    return key.check in look.checks and key.place in look.places


def _state(look: Look, key: Key) -> str:
    """Whether that look found the trouble (`sick`), could not look (`blind`), or found it well."""
    outcome, causes, _ = look.found.get((key.check, key.target), ("", (), ""))
    if outcome == "error":
        return "blind"
    return "sick" if outcome and key.cause in (causes or ("unknown",)) else "well"


def _first_of(seen: Sequence[tuple[Look, str]]) -> datetime:
    """The earliest look of the unbroken stretch that the newest belongs to; newest first."""
    since = seen[0][0].at
    for look, state in seen:
        if state != "sick":
            break
        since = look.at
    return since


def _gone(
    results: Sequence[Result], now: dict[Key, str], looks: Sequence[Look]
) -> tuple[tuple[Sick, ...], tuple[Sick, ...]]:
    """What was sick when it was last asked, and is not now: fixed where it passed, unseen where nobody looked."""
    outcome = {(result.check, result.target): result.outcome for result in results}
    asked = {result.check for result in results}
    fixed, unseen = [], []
    for key, symptom in sorted(_last_known(looks).items()):
        if key in now or key.check not in asked:
            continue
        came_to = outcome.get((key.check, key.target))
        if came_to in ("passed", *SICK):
            fixed.append(Sick(key, symptom))
        else:
            unseen.append(Sick(key, symptom))
    return tuple(fixed), tuple(unseen)


def _last_known(looks: Sequence[Look]) -> dict[Key, str]:
    """The troubles that the newest look at each check and place found; what could not be looked at then is kept."""
    known: dict[Key, str] = {}
    for look in looks:
        known = {k: s for k, s in known.items() if not _asked(look, k) or _state(look, k) == "blind"}
        for (check, target), (outcome, causes, symptom) in look.found.items():
            if outcome in SICK:
                known |= {Key(check, target, cause): symptom for cause in causes or ("unknown",)}
    return known
