"""What can come back instead of a fact? A reason why nobody could look, or why there is nothing to look at."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Obstacle = Literal[
    "denied", "throttled", "timeout", "unreachable", "credentials", "partial", "stale", "missing", "budget",
    "unreadable", "not_observed", "failed",
]  # fmt: skip


@dataclass(frozen=True)
class Blind:
    """Could not look. It ends a check as ERROR and is never kept for a later run.

    `action` is the IAM action that was refused, where one was.
    """

    obstacle: Obstacle
    reason: str
    action: str = ""


@dataclass(frozen=True)
class Absent:
    """There is nothing to judge here, and that is known: the check is SKIPPED with this reason.

    `unmet` are words of the command line that name something else than this: one that names nothing at all is an ERROR.
    `awaited` says that there will be something: a gate waits for it, and it is an ERROR there.
    """

    reason: str
    unmet: tuple[str, ...] = ()
    awaited: bool = False


class CouldNotTellError(Exception):
    """A rule had its facts and still could not judge by them; the check is an ERROR with `blind.reason`."""

    def __init__(self, blind: Blind) -> None:
        super().__init__(blind.reason)
        self.blind = blind
