"""What does a merged report tell? Each place with its verdict, then what lies behind the sick ones."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from reports.tally import BLIND, HEALTHY, NOTHING_CHECKED, SICK
from reports.verdicts import Outcome

Verdict = Literal["sick", "blind", "partly blind", "nothing checked", "healthy"]
VERDICTS: tuple[Verdict, ...] = ("sick", "blind", "partly blind", "nothing checked", "healthy")
"""In the order of their weight. `blind`: nobody knows how the place is; `partly blind`: some checks could not look."""


@dataclass(frozen=True)
class PlaceView:
    """One place: how many checks came to which outcome, and why its record says less than it should.

    `problem` is empty where the run's record is whole. `unseen` is the most frequent reason of checks that could not
    look, `causes` are those of its findings, the most frequent first.
    """

    place: str
    counts: Mapping[Outcome, int]
    problem: str = ""
    unseen: str = ""
    causes: tuple[str, ...] = ()
    folders: tuple[str, ...] = ()

    @property
    def verdict(self) -> Verdict:
        """What was read counts where it is sick; a record with a gap is never healthy."""
        of = self.counts.get
        if of("failed", 0):
            return "sick"
        checked = of("passed", 0) + of("xfailed", 0)
        if self.problem or (of("error", 0) and not checked):
            return "blind"
        if of("error", 0):
            return "partly blind"
        return "healthy" if checked else "nothing checked"

    @property
    def blind(self) -> str:
        """Why nobody knows how this place is, or how the rest of it is; empty where somebody does."""
        return self.problem or (self.unseen if self.verdict == "blind" else "")


@dataclass(frozen=True)
class CauseView:
    """A cause across the fleet: in how many places it was found, and in how many it was the likeliest.

    `example` is a symptom, `at` the check and target that it is of.
    """

    cause: str
    places: int
    findings: int
    now: int
    likeliest: int
    example: str
    remedy: str
    at: str


@dataclass(frozen=True)
class ServiceView:
    """A service across the fleet, by the tag or name that its results carry."""

    service: str
    places: int
    findings: int
    now: int
    causes: tuple[str, ...]


@dataclass(frozen=True)
class Trouble:
    """One trouble: a check, its target, the cause, and the symptom."""

    check: str
    target: str
    cause: str
    symptom: str


@dataclass(frozen=True)
class Change:
    """What came since the last merged report. Counts are of all; the lists hold the first of them only.

    `found` are troubles of places or checks that nobody could look at then: nobody knows whether they are new.
    `unseen` were sick then and could not be looked at now. `problem` says why nothing can be compared.
    """

    before: str = ""
    counts: Mapping[str, int] = field(default_factory=dict)
    new: tuple[Trouble, ...] = ()
    found: tuple[Trouble, ...] = ()
    fixed: tuple[Trouble, ...] = ()
    unseen: tuple[Trouble, ...] = ()
    newly_blind: tuple[str, ...] = ()
    seen_again: tuple[str, ...] = ()
    gone: tuple[str, ...] = ()
    problem: str = ""


@dataclass(frozen=True)
class Fleet:
    """The whole fleet. `since` and `until` are the times (ISO 8601) of the first and the last run, where known."""

    places: tuple[PlaceView, ...]
    causes: tuple[CauseView, ...] = ()
    services: tuple[ServiceView, ...] = ()
    unnamed: int = 0
    """Findings whose target no service is known of."""
    change: Change = field(default_factory=Change)
    since: str = ""
    until: str = ""
    notes: tuple[str, ...] = ()
    """What else a reader must know: accounts that were left out, say."""

    def of(self, *verdicts: Verdict) -> list[PlaceView]:
        """The places with one of these verdicts, in the order of their names."""
        return [place for place in self.places if place.verdict in verdicts]

    def verdicts(self) -> dict[Verdict, int]:
        """How many places came to which verdict, the gravest first."""
        count = Counter(place.verdict for place in self.places)
        return {verdict: count[verdict] for verdict in VERDICTS}

    def blind(self) -> list[PlaceView]:
        """The places that nobody could look at, or whose record breaks off."""
        return [place for place in self.places if place.blind]

    def checks(self) -> Counter[Outcome]:
        """All checks of all places by outcome."""
        total: Counter[Outcome] = Counter()
        for place in self.places:
            total.update(place.counts)
        return total

    def exit_code(self) -> int:
        """As a run's: 1 sick, 6 nothing sick but something unseen, 5 nothing was checked anywhere, 0 healthy."""
        if self.of("sick"):
            return SICK
        if self.of("blind", "partly blind"):
            return BLIND
        return HEALTHY if self.of("healthy") else NOTHING_CHECKED

    def coverage(self) -> str:
        """`47 of 50 places looked at; 3 blind; 2 without anything to check`."""
        unseen, idle = len(self.of("blind")), len(self.of("nothing checked"))
        parts = [f"{len(self.places) - unseen:,} of {len(self.places):,} places looked at"]
        torn = len(self.blind()) - unseen
        parts += [f"{unseen:,} blind"] if unseen else []
        parts += [f"{torn:,} sick with a record that is not whole"] if torn else []
        parts += [f"{len(self.of('partly blind')):,} partly blind"] if self.of("partly blind") else []
        parts += [f"{idle:,} without anything to check"] if idle else []
        return "; ".join(parts)
