"""Does a log hold kinds of errors that it did not hold yesterday and a week ago?"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime

from diagnosis import console
from diagnosis.answers import Blind, CouldNotTellError
from diagnosis.commands import aws
from diagnosis.findings import Finding
from diagnosis.logs.sources import refusers_of, sources_of
from diagnosis.logs.words import alike, cause_of
from diagnosis.targets import Target

MOST_NAMED = 5
_RECORD = re.compile(r"(?:INIT_)?REPORT |END RequestId|\{\"time\": ?\"[^\"]*\", ?\"type\": ?\"platform\.")
"""A record of Lambda's own: it says how an invocation ended, and nothing of why."""


@dataclass(frozen=True)
class ErrorKind:
    """Error lines of one signature: how many, since when, an example without secrets, and some of their streams."""

    signature: str
    type: str
    hits: int
    first: datetime
    example: str
    streams: tuple[str, ...] = ()
    stream_count: int = 1

    @property
    def name(self) -> str:
        """What people call it: its class and its signature."""
        return self.signature if not self.type or self.type in self.signature else f"{self.type}: {self.signature}"


@dataclass(frozen=True)
class ErrorKinds:
    """The kinds of errors in a log group's window, and the signatures of those before; Blind where nobody could say.

    `compared_with` names the stretches whose errors are known; without one there is nothing to compare with.
    """

    target: Target
    kinds: tuple[ErrorKind, ...]
    known: tuple[str, ...] | Blind
    compared_with: tuple[str, ...]
    as_of: datetime


def new_error_types(errors: ErrorKinds, *, min_hits: int = 5) -> list[Finding]:
    """The log group, where a kind of error that the baseline lacks occurred `min_hits` times.

    Raises CouldNotTellError where errors are so many and there is no baseline.
    """
    frequent = [kind for kind in merged(errors.kinds) if kind.hits >= min_hits]
    if not frequent:
        return []
    if isinstance(errors.known, Blind):
        raise CouldNotTellError(errors.known)
    if not errors.compared_with:
        reason = f"no baseline: {errors.target.name} logged nothing before the window that it could be compared with"
        raise CouldNotTellError(Blind("missing", reason))
    known = errors.known
    fresh = [kind for kind in frequent if not any(alike(kind.signature, other) for other in known)]
    return [_finding(errors, sorted(fresh, key=lambda kind: bool(_RECORD.match(kind.example))))] if fresh else []


def merged(kinds: Iterable[ErrorKind]) -> list[ErrorKind]:
    """Kinds that differ by a word only as one, the most frequent first."""
    found: list[ErrorKind] = []
    for kind in sorted(kinds, key=lambda kind: (-kind.hits, kind.signature)):
        index = next((i for i, other in enumerate(found) if alike(kind.signature, other.signature)), None)
        if index is None:
            found.append(kind)
        else:
            found[index] = _together(found[index], kind)
    return sorted(found, key=lambda kind: (-kind.hits, kind.signature))


def _together(one: ErrorKind, other: ErrorKind) -> ErrorKind:
    return replace(
        one,
        hits=one.hits + other.hits,
        first=min(one.first, other.first),
        streams=tuple(dict.fromkeys((*one.streams, *other.streams))),
        stream_count=max(one.stream_count, other.stream_count),
    )


def _finding(errors: ErrorKinds, fresh: list[ErrorKind]) -> Finding:
    name, worst = errors.target.name, fresh[0]
    more = f" and {len(fresh) - 1} more" if len(fresh) > 1 else ""
    return Finding(
        subject=name,
        place=errors.target.place,
        cause=cause_of(kind.example for kind in fresh),
        impact="now",
        symptom=f"{name}: new error “{worst.name}”{more}, {worst.hits:,} times, expected none that is new",
        evidence=(*(_told(kind) for kind in fresh[:MOST_NAMED]), f"absent {' and '.join(errors.compared_with)}"),
        remedy=f"see what was changed before {min(kind.first for kind in fresh):%H:%M} UTC; "
        "roll it back, or mend what the message names",
        resource=errors.target.arn,
        depends_on=(*sources_of(errors.target), *refusers_of(kind.example for kind in fresh)),
        onset=min(kind.first for kind in fresh),
        as_of=errors.as_of,
        link=console.log_group(errors.target.place, name),
        command=aws("logs", "tail", name, "--since", "1h", "--filter-pattern", f'"{worst.type or "ERROR"}"'),
    )


def _told(kind: ErrorKind) -> str:
    streams = ", ".join(kind.streams[:3])
    others = kind.stream_count - len(kind.streams[:3])
    where = f"{streams} and {others} more" if others > 0 else streams
    return f"{kind.hits:,} × since {kind.first:%H:%M:%S} UTC in {where}: {kind.example}"
