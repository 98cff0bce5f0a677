"""Where did a request's time go? Self time of each span, and the critical path through all of them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from diagnosis.exhibits import Stay, Waterfall
from diagnosis.performance.traces import Interval, Span, Trace, Tree, Work, tree_of

MOST_STAYS = 14
"""So many spans of a request are drawn."""


def self_times(tree: Tree) -> dict[str, float]:
    """Seconds that each span, by id, was busy while none of its children was."""
    found: dict[str, float] = {}
    for span in tree.spans():
        whole = tree.intervals[span.id]
        inside = [tree.intervals[child.id] for child in tree.children.get(span.id, ())]
        found[span.id] = whole.length_s - _union_s(inside)
    return found


def _union_s(intervals: Iterable[Interval]) -> float:
    total, reached = 0.0, float("-inf")
    for one in sorted(intervals, key=lambda one: one.start_s):
        total += max(0.0, one.end_s - max(one.start_s, reached))
        reached = max(reached, one.end_s)
    return total


def critical_path(tree: Tree) -> dict[str, float]:
    """Seconds of the root's duration that each span, by id, accounts for; together they are the root's duration.

    Walked backwards from the end: what finished last is what was waited for, until it began, and before that what
    finished last by then. Of calls made at the same time only the longest counts.
    """
    seconds: dict[str, float] = {}
    left = [(tree.root, tree.intervals[tree.root.id])]
    while left:
        span, window = left.pop()
        at_s = window.end_s
        for child in sorted(tree.children.get(span.id, ()), key=lambda c: (-tree.intervals[c.id].end_s, c.id)):
            part = Interval(window.start_s, at_s).cut(tree.intervals[child.id])
            if part.length_s <= 0:
                continue
            seconds[span.id] = seconds.get(span.id, 0.0) + at_s - part.end_s
            left.append((child, part))
            at_s = part.start_s
        seconds[span.id] = seconds.get(span.id, 0.0) + at_s - window.start_s
    return seconds


def waterfall(tree: Tree, title: str) -> Waterfall:
    """The request drawn: at most MOST_STAYS spans, those first that account for most of its time, in their order."""
    seconds = critical_path(tree)
    depths = {tree.root.id: 0}
    for span in tree.spans():
        depths |= {child.id: depths[span.id] + 1 for child in tree.children.get(span.id, ())}
    begin_s = tree.intervals[tree.root.id].start_s
    weighty = sorted(tree.spans(), key=lambda s: (-seconds.get(s.id, 0.0), -tree.intervals[s.id].length_s, s.id))
    drawn = sorted(weighty[:MOST_STAYS], key=lambda s: (tree.intervals[s.id].start_s, depths[s.id], s.id))
    return Waterfall(title, tuple(_stay(s, tree.intervals[s.id], begin_s, depths[s.id], seconds) for s in drawn))


def _stay(span: Span, whole: Interval, begin_s: float, depth: int, seconds: Mapping[str, float]) -> Stay:
    name = span.name if span.name == span.service else f"{span.service}: {span.name}"
    return Stay(name, whole.start_s - begin_s, whole.end_s - begin_s, depth, seconds.get(span.id, 0.0))


@dataclass(frozen=True)
class Cost:
    """What slow requests spent their time on: the costliest thing on their critical paths, and its share of them.

    `service` is who waited or worked, `name` what for; `typical_s` is its median cost in a request.
    """

    service: str
    name: str
    work: Work
    share: float
    typical_s: float
    traces: int
    throttled: bool
    detail: str

    def sentence(self) -> str:
        """The cost in words."""
        told = f" ({self.detail})" if self.detail else ""
        share = f"{self.share:.0%} of their time"
        if self.work == "own":
            return f"{share} is spent in {self.service} itself{told}, typically {self.typical_s:,.2f} s"
        waits = "throttled, waits" if self.throttled else "waits"
        what = {"database": "the database", "aws": "the AWS API", "queue": "the queue", "service": "the service"}
        return (
            f"{share} {self.service} {waits} for {what[self.work]} {self.name}{told}, typically {self.typical_s:,.2f} s"
        )


def costs(traces: Iterable[Trace], service: str = "") -> list[Cost]:
    """What the requests that `service` answered in these traces waited for, the costliest first."""
    trees = [tree for tree in (tree_of(trace, service) for trace in traces) if tree and tree.duration_s > 0]
    total = sum(tree.duration_s for tree in trees)
    spent: dict[tuple[str, str, Work], list[float]] = {}
    example: dict[tuple[str, str, Work], Span] = {}
    for tree in trees:
        for key, (seconds, span) in _by_work(tree).items():
            spent.setdefault(key, []).append(seconds)
            if key not in example or (span.detail and not example[key].detail) or span.throttled:
                example[key] = span
    found = [_cost(key, several, total, example[key]) for key, several in spent.items()]
    return sorted(found, key=lambda cost: (-cost.share, cost.service, cost.name))


def _by_work(tree: Tree) -> Mapping[tuple[str, str, Work], tuple[float, Span]]:
    """Seconds on the critical path by whose they are and what for, and the costliest span of each."""
    spans = {span.id: span for span in tree.spans()}
    callers = {child.id: spans[parent].service for parent, several in tree.children.items() for child in several}
    found: dict[tuple[str, str, Work], tuple[float, Span]] = {}
    for identity, seconds in sorted(critical_path(tree).items(), key=lambda entry: entry[1]):
        span = spans[identity]
        waits = span.work != "own"
        who = callers.get(identity, span.service) if waits else span.service
        key = (who, span.name if waits else span.service, span.work)
        found[key] = (found.get(key, (0.0, span))[0] + seconds, span)
    return {key: entry for key, entry in found.items() if entry[0] > 0}


def _cost(key: tuple[str, str, Work], several: list[float], total_s: float, span: Span) -> Cost:
    service, name, work = key
    middle = sorted(several)[len(several) // 2]
    return Cost(service, name, work, sum(several) / total_s, middle, len(several), span.throttled, span.detail)
