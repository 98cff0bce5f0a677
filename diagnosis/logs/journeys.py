"""Where did one request end? Its log lines and its X-Ray spans, merged into one timeline."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from diagnosis import console
from diagnosis.answers import Blind, CouldNotTellError
from diagnosis.causes import Cause
from diagnosis.findings import Finding
from diagnosis.logs.words import cause_of
from diagnosis.targets import Target

MOST_TOLD = 30
Sign = Literal["ok", "bad", "begun", "ended", "none"]
"""What a line or a span says of the request: it went well, or badly, or only that it began or ended somewhere."""

_STATUS = re.compile(r'"(?:status|statusCode|status_code|http_status)"\s*:\s*"?([1-5]\d\d)\b|"\s([1-5]\d\d)\s')
_BAD = re.compile(
    r"Task timed out|Status: (?:timeout|error)|Runtime exited|signal: killed|"
    r"\b(?:ERROR|FATAL|CRITICAL|SEVERE|PANIC)\b|[A-Za-z](?:Error|Exception)\b|^Traceback |"
    r'"level":\s?"(?:error|fatal|critical)"|\blevel=(?:error|fatal|critical)\b'
)
_QUIET = re.compile(r'^\[?(?:INFO|DEBUG|TRACE|WARN)|\s(?:INFO|DEBUG|TRACE)\s|"level":\s?"(?:info|INFO|debug|DEBUG)"')


@dataclass(frozen=True)
class Step:
    """A log line about the request: when, in which group and stream, what it said without secrets, and its sign."""

    at: datetime
    where: str
    stream: str
    text: str
    sign: Sign


@dataclass(frozen=True)
class Span:
    """A segment of the request's trace. `root` has no parent that is known; `end` is None while it is in progress."""

    at: datetime
    end: datetime | None
    service: str
    root: bool
    sign: Sign
    text: str


@dataclass(frozen=True)
class Journey:
    """All that is known of one request. `unread` says what could not be searched."""

    target: Target
    ids: tuple[str, ...]
    steps: tuple[Step, ...]
    spans: tuple[Span, ...]
    unread: tuple[str, ...]
    as_of: datetime


def sign_of(line: str) -> Sign:
    """What a log line says of the request it is about."""
    if _BAD.search(line) and not _QUIET.search(line):
        return "bad"
    if found := _STATUS.search(line):
        return "bad" if int(found[1] or found[2]) >= 400 else "ok"
    if line.startswith("START RequestId"):
        return "begun"
    return "ended" if line.startswith(("REPORT RequestId", "END RequestId")) or _ended(line) else "none"


def _ended(line: str) -> bool:
    """Lambda's JSON log format tells of an invocation's end and how it went."""
    if '"platform.' not in line:
        return False
    try:
        return json.loads(line).get("type") in ("platform.report", "platform.runtimeDone")
    except (ValueError, AttributeError):
        return False


def broken_journey(journey: Journey) -> list[Finding]:
    """The request, where it ended in an error, or where it began and no end was seen.

    Raises CouldNotTellError where nothing was found, and where nothing bad was found but not all could be searched.
    """
    if not journey.steps and not journey.spans:
        why = f"; not searched: {'; '.join(journey.unread)}" if journey.unread else ": is the window right?"
        raise CouldNotTellError(Blind("missing", f"nothing was found about {journey.target.name}{why}"))
    last = _last_sign(journey)
    if last is not None and last[1] == "bad":
        return [_finding(journey, last[0], last[2], last[3])]
    if journey.unread:
        raise CouldNotTellError(Blind("partial", f"not all was searched: {'; '.join(journey.unread)}"))
    open_end = _without_end(journey)
    return [_unfinished(journey, open_end)] if open_end else []


Told = tuple[datetime, Sign, str, str]
"""When, the sign, where, and the words."""


def _last_sign(journey: Journey) -> Told | None:
    """The last thing that says how it went: a retry that went well makes up for the failure before it."""
    told: list[Told] = [(s.at, s.sign, s.where, s.text) for s in journey.steps if s.sign in ("ok", "bad")]
    told += [(s.end, s.sign, s.service, s.text) for s in journey.spans if s.root and s.end and s.sign in ("ok", "bad")]
    return max(told, key=lambda one: (one[0], one[1] == "bad"), default=None)


def _without_end(journey: Journey) -> str:
    """Where the request began and did not end; empty where it ended everywhere."""
    for span in journey.spans:
        if span.root and span.end is None:
            return span.service
    begun = [(step.where, step.stream) for step in journey.steps if step.sign == "begun"]
    ended = {(step.where, step.stream) for step in journey.steps if step.sign in ("ended", "bad")}
    return next((where for where, stream in begun if (where, stream) not in ended), "")


def timeline(journey: Journey) -> tuple[str, ...]:
    """Everything in the order of time, with the distance from the first."""
    entries = sorted(_entries(journey))
    start = entries[0][0] if entries else journey.as_of
    return tuple(f"+{(at - start).total_seconds():.3f} s {where}: {text}" for at, where, text in entries)


def _entries(journey: Journey) -> Iterator[tuple[datetime, str, str]]:
    for step in journey.steps:
        yield step.at, step.where, step.text
    for span in journey.spans:
        took = f"{(span.end - span.at).total_seconds():.3f} s" if span.end else "in progress"
        yield span.at, f"X-Ray {span.service}", f"{took}{f', {span.text}' if span.text else ''}"


def _told(journey: Journey) -> tuple[str, ...]:
    """The timeline; of a long one its beginning and its end."""
    lines = timeline(journey)
    if len(lines) <= MOST_TOLD:
        return lines
    half = MOST_TOLD // 2
    return (*lines[:half], f"… {len(lines) - 2 * half} more", *lines[-half:])


def _finding(journey: Journey, at: datetime, where: str, text: str) -> Finding:
    """The first error since it last went well is nearest to what broke; those after it are told what it was."""
    steps = sorted((step for step in journey.steps if step.sign in ("ok", "bad")), key=lambda step: step.at)
    well = max((i for i, step in enumerate(steps) if step.sign == "ok"), default=-1)
    bad = [step for step in steps[well + 1 :] if step.sign == "bad"]
    first, said = (bad[0].where, bad[0].text) if bad else (where, text)
    cause = cause_of((*(step.text for step in bad), text))
    observed = f"ended in an error at {where}, expected to complete"
    return _made(journey, cause, observed, bad[0].at if bad else at, f"{first} said: {said}", first)


def _unfinished(journey: Journey, where: str) -> Finding:
    began = min((entry[0] for entry in _entries(journey)), default=None)
    return _made(journey, "timeout", f"began at {where} and has no end, expected to complete", began, "")


def _made(journey: Journey, cause: Cause, observed: str, onset: datetime | None, why: str, where: str = "") -> Finding:
    name, place = journey.target.name, journey.target.place
    return Finding(
        subject=name,
        place=place,
        cause=cause,
        impact="now",
        symptom=f"{name}: {observed}",
        evidence=_told(journey),
        why=why,
        remedy=f"open {where}, where it first went wrong, and mend what it names"
        if where
        else "open the last hop and see what it waits for",
        resource=name,
        onset=onset,
        as_of=journey.as_of,
        link=console.link(place, "cloudwatch/home", "logsV2:logs-insights"),
    )
