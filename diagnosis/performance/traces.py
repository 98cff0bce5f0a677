"""What is a trace? Spans of one request, each with the span that caused it, made into one tree.

Segments and subsegments of X-Ray and spans of OpenTelemetry are the same thing here.
https://docs.aws.amazon.com/xray/latest/devguide/xray-api-segmentdocuments.html
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from itertools import pairwise
from typing import Literal

Work = Literal["own", "database", "aws", "queue", "service"]
"""What the time of a span is spent on: the service's own code, or waiting for something."""


@dataclass(frozen=True)
class Span:
    """One piece of work; times are epoch seconds, `end_s` None where it had not ended when it was recorded.

    `service` is whose time it is, `name` what was done or waited for, `detail` a statement or operation, redacted.
    `zone` is the Availability Zone it ran in, where that was recorded.
    `serves` says that the service answered a request with it: its callers wait for it.
    """

    id: str
    parent: str
    service: str
    name: str
    work: Work
    start_s: float
    end_s: float | None
    serves: bool = False
    failed: bool = False
    throttled: bool = False
    detail: str = ""
    zone: str = ""


@dataclass(frozen=True)
class Trace:
    """The spans of one request, as they were recorded."""

    id: str
    spans: tuple[Span, ...]


@dataclass(frozen=True)
class Interval:
    """From when to when, in epoch seconds."""

    start_s: float
    end_s: float

    @property
    def length_s(self) -> float:
        """How long it is."""
        return self.end_s - self.start_s

    def cut(self, other: Interval) -> Interval:
        """The part of the other that lies inside this one, empty where none does."""
        start = min(max(other.start_s, self.start_s), self.end_s)
        return Interval(start, max(start, min(other.end_s, self.end_s)))


@dataclass(frozen=True)
class Tree:
    """A span and everything below it, each cut to what its parent saw of it.

    Work that goes on after the parent's end, and clocks that disagree, take no time of the parent's but what overlaps.
    """

    root: Span
    intervals: Mapping[str, Interval]
    children: Mapping[str, tuple[Span, ...]] = field(default_factory=dict)

    @property
    def duration_s(self) -> float:
        """How long the root took."""
        return self.intervals[self.root.id].length_s

    def spans(self) -> Iterator[Span]:
        """The root and all below it."""
        left = [self.root]
        while left:
            span = left.pop()
            yield span
            left += self.children.get(span.id, ())


def tree_of(trace: Trace, service: str = "") -> Tree | None:
    """The tree of a trace below its first span, or below the longest request that `service` answered in it.

    None where the trace has no such span.
    """
    spans = _finished(trace.spans)
    known = {span.id: span for span in spans}
    if service:
        tops = [span for span in spans if span.serves and span.service == service]
        chosen = max(tops, key=lambda span: (_end(span, spans) - span.start_s, span.id), default=None)
    else:
        tops = [span for span in spans if span.parent not in known]
        chosen = min(tops, key=lambda span: (span.start_s, span.id), default=None)
    return None if chosen is None else _grown(chosen, spans)


def _finished(spans: Iterable[Span]) -> list[Span]:
    """Each span once: what was sent while it ran gives way to what was sent at its end."""
    kept: dict[str, Span] = {}
    for span in spans:
        before = kept.get(span.id)
        if before is None or before.end_s is None:
            kept[span.id] = span
    return list(kept.values())


def _end(span: Span, spans: Iterable[Span]) -> float:
    """When a span ended; one that did not goes on for as long as anything is known."""
    if span.end_s is not None:
        return max(span.start_s, span.end_s)
    return max(max(other.start_s, other.end_s or other.start_s) for other in spans)


def _grown(root: Span, spans: list[Span]) -> Tree:
    below: dict[str, list[Span]] = {}
    for span in spans:
        if span.id != span.parent:
            below.setdefault(span.parent, []).append(span)
    intervals = {root.id: Interval(root.start_s, _end(root, spans))}
    children: dict[str, tuple[Span, ...]] = {}
    left = [root]
    while left:
        parent = left.pop()
        mine = [span for span in below.get(parent.id, ()) if span.id not in intervals]
        mine += _pauses(mine)
        for span in mine:
            whole = Interval(span.start_s, _end(span, spans))
            intervals[span.id] = intervals[parent.id].cut(whole)
        children[parent.id] = tuple(mine)
        left += mine
    return Tree(root, intervals, children)


def _pauses(siblings: Iterable[Span]) -> list[Span]:
    """The waits between a call that failed and its next attempt: time that the called costs, not the caller's code."""
    attempts: dict[tuple[str, Work], list[Span]] = {}
    for span in sorted(siblings, key=lambda span: (span.start_s, span.id)):
        if span.work != "own":
            attempts.setdefault((span.name, span.work), []).append(span)
    return [
        replace(one, id=f"{one.id}+", start_s=one.end_s, end_s=following.start_s, serves=False)
        for several in attempts.values()
        for one, following in pairwise(several)
        if (one.failed or one.throttled) and one.end_s is not None and one.end_s < following.start_s
    ]
