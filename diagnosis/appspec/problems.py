"""What is wrong with an AppSpec file, where, and what should stand there instead?"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Literal, Protocol

Severity = Literal["error", "warning"]
"""error: CodeDeploy refuses the file or does something else than it says; warning: it works, but not as documented."""


class Placed(Protocol):
    """Anything that stands somewhere in the file."""

    @property
    def line(self) -> int:
        """Counted from 1."""

    @property
    def column(self) -> int:
        """Counted from 1, a tab is one column."""


@dataclass(frozen=True, order=True)
class Problem:
    """One thing to correct."""

    line: int
    column: int
    found: str
    expected: str
    severity: Severity = "error"

    @property
    def message(self) -> str:
        """`<found>, expected <expected>`."""
        return f"{self.found}, expected {self.expected}"


def problem(place: Placed, found: str, expected: str, severity: Severity = "error") -> Problem:
    """A problem at a place of the file."""
    return Problem(place.line, place.column, found, expected, severity)


def one_of(names: Iterable[str]) -> str:
    """`a, b or c`."""
    *most, last = names
    return f"{', '.join(most)} or {last}" if most else last


def meant(name: str, known: Iterable[str]) -> str | None:
    """The known name that a misspelled or shortened one probably stands for; another case of it first."""
    by_lower = {candidate.lower(): candidate for candidate in known}
    lower = name.lower()
    longer = [candidate for candidate in by_lower if len(lower) > 2 and candidate.startswith(lower)]
    close = get_close_matches(lower, by_lower, n=1, cutoff=0.6)
    for candidate in (lower, *longer[:1], *close):
        if candidate in by_lower:
            return by_lower[candidate]
    return None
