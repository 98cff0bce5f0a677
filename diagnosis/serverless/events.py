"""Are events consumed: read from streams and queues in time, and none of them lost?"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from diagnosis import console
from diagnosis.answers import Absent, Blind, CouldNotTellError
from diagnosis.causes import Cause
from diagnosis.commands import aws
from diagnosis.findings import Finding
from diagnosis.series import Series
from diagnosis.serverless.dead_letters import DeadLetters, dead_lettered, why_given_up
from diagnosis.serverless.function_log import FunctionLog, leading
from diagnosis.serverless.mapping_words import CODES, FUNCTION_FAILED, cause_of_mapping
from diagnosis.targets import Target
from diagnosis.windows import spoken

_ENABLED = frozenset({"Enabled", "Creating", "Enabling", "Updating"})
_DISABLED = frozenset({"Disabled", "Disabling", "Deleting"})
_LOST = (
    ("AsyncEventsDropped", "events were dropped", "give the function a dead-letter queue or an on-failure destination"),
    (
        "DeadLetterErrors",
        "events did not reach the dead-letter queue",
        "let the function's role send to its dead-letter queue",
    ),
    (
        "DestinationDeliveryFailures",
        "results did not reach their destination",
        "let the function's role send to its destinations, and see that they exist",
    ),
)
"""Metric, what it counts, and what to do."""
MANY_ERRORS = 0.01
MORE_THAN_USUAL = 1.5
"""From so many times the usual invocations on, a backlog is the traffic's."""
Log = FunctionLog | Absent | Blind
LOST_METRICS = tuple(name for name, _, _ in _LOST)


@dataclass(frozen=True)
class EventSource:
    """An event source mapping. `kind` is sqs, kinesis, dynamodb, or another service's word.

    `oldest_s` is the age in seconds of a queue's oldest message, None where the source is no queue; `retention_s` how
    long the queue keeps messages; `dead_letters` where it sends what is taken in vain, None where nowhere.
    """

    uuid: str
    source: str
    kind: str
    state: str
    reason: str
    result: str
    oldest_s: Series | None = None
    retention_s: int = 0
    dead_letters: DeadLetters | None = None

    @property
    def name(self) -> str:
        """The source's own name: `orders` of a queue, `clicks` of a stream."""
        resource = self.source.split(":", 5)[-1]
        return resource.removeprefix("stream/").removeprefix("table/").split("/")[0] or self.uuid


@dataclass(frozen=True)
class FunctionEvents:
    """What brings events to a function, and what became of them.

    `iterator_age_ms` are the maxima of five minutes for its streams; `async_age_ms` those of events that waited to be
    handed over; `lost` the sums of what was lost, by metric. `usual_invocations` are those of the same time a day and a
    week before, the larger; None where nothing waits, or nobody knows.
    """

    target: Target
    sources: tuple[EventSource, ...]
    iterator_age_ms: Series
    async_age_ms: Series
    lost: tuple[tuple[str, float], ...]
    errors: float
    throttles: float
    as_of: datetime
    invocations: float = 0.0
    usual_invocations: float | None = None


def unconsumed(
    events: FunctionEvents,
    log: Log,
    *,
    max_age_s: float = 60,
    max_share: float = 0.1,
    max_async_age_s: float = 3600,
    disabled_is_sick: bool = True,
) -> list[Finding]:
    """The function's sources that are switched off or fall behind, and the events that were lost.

    A stream falls behind where its iterator is older than `max_age_s` and grows older, a queue where its oldest message
    has waited for more than `max_share` of its retention. What came to a queue's dead-letter queue is lost, too.
    """
    findings = [
        found for source in events.sources for found in _of_source(events, log, source, max_share, disabled_is_sick)
    ]
    findings += _stream_behind(events, log, max_age_s)
    waited = max(events.async_age_ms.values, default=0.0) / 1000
    if waited > max_async_age_s and _grows(events.async_age_ms):
        evidence = f"AsyncEventAge maximum {waited:,.0f} s"
        findings.append(_finding(events, log, "asynchronous events", waited, evidence, max_async_age_s))
    why = why_given_up(events.errors, events.throttles, log)
    findings += [
        dead_lettered(events.target, source.name, source.dead_letters, *why, events.as_of)
        for source in events.sources
        if source.dead_letters and source.dead_letters.came > 0
    ]
    return findings + list(_lost(events, log))


def _of_source(
    events: FunctionEvents, log: Log, source: EventSource, max_share: float, disabled_is_sick: bool
) -> Iterator[Finding]:
    if source.state in _DISABLED:
        if disabled_is_sick:
            yield _disabled(events, source)
    elif source.state not in _ENABLED:
        reason = f"{source.name}: unknown state {source.state or 'not given'} of the event source mapping {source.uuid}"
        raise CouldNotTellError(Blind("unreadable", reason))
    elif source.result.startswith("PROBLEM"):
        yield _problem(events, source, source.result, log)
    elif CODES.search(source.reason):
        yield _problem(events, source, source.reason, log)
    elif source.oldest_s and source.retention_s:
        oldest, most = source.oldest_s.last or 0.0, max_share * source.retention_s
        if oldest > most:
            evidence = f"ApproximateAgeOfOldestMessage {oldest:,.0f} s, retention {source.retention_s:,} s"
            yield replace(_finding(events, log, source.name, oldest, evidence, most), resource=source.source)


def _stream_behind(events: FunctionEvents, log: Log, max_age_s: float) -> Iterator[Finding]:
    age_s = (events.iterator_age_ms.last or 0.0) / 1000
    if age_s > max_age_s and _grows(events.iterator_age_ms):
        streams = ", ".join(s.name for s in events.sources if s.oldest_s is None) or "its streams"
        yield _finding(events, log, streams, age_s, f"IteratorAge maximum {age_s:,.0f} s and rising", max_age_s)


def _grows(age: Series) -> bool:
    """Whether the newest age is the largest of several: a backlog that is being worked off shrinks."""
    return len(age.points) >= 2 and age.values[-1] >= max(age.values) * 0.99 and age.values[-1] > age.values[0]


def _why_behind(events: FunctionEvents, log: Log) -> tuple[Cause, str, str]:
    """Cause, explanation and remedy of a backlog, by what the function itself suffers from."""
    if events.throttles > 0:
        return "throttled", f"{events.throttles:,.0f} throttles in the window", "raise the function's concurrency"
    if events.errors > max(events.invocations, events.errors) * MANY_ERRORS:
        most = leading(log.failures) if isinstance(log, FunctionLog) else None
        why = f"{events.errors:,.0f} errors in the window: what fails is tried again and holds up the rest"
        return most.cause if most else "unknown", why, "mend what fails, or send it to a dead-letter queue"
    usual = events.usual_invocations
    more = "let the function take more at once: concurrency, batch size, parallelization factor"
    if usual and events.invocations >= MORE_THAN_USUAL * usual:
        return "traffic", f"{events.invocations:,.0f} invocations, usually about {usual:,.0f}", more
    why = "" if events.invocations else "no invocation in the window: nothing is taken from it at all"
    return "unknown", why, f"see how long each event takes and how many come; {more}"


def _finding(events: FunctionEvents, log: Log, what: str, age_s: float, evidence: str, most_s: float) -> Finding:
    cause, why, remedy = _why_behind(events, log)
    age, most = spoken(timedelta(seconds=age_s)), spoken(timedelta(seconds=most_s))
    name = events.target.name
    return Finding(
        subject=name,
        place=events.target.place,
        cause=cause,
        impact="now",
        symptom=f"{name}: {what} wait for {age}, expected at most {most}",
        evidence=(evidence,),
        why=why,
        remedy=remedy,
        resource=events.target.arn,
        depends_on=(events.target.arn,),
        as_of=events.as_of,
        link=console.function(events.target.place, name),
        command=aws("lambda", "list-event-source-mappings", "--function-name", name),
    )


def _disabled(events: FunctionEvents, source: EventSource) -> Finding:
    cause, remedy = cause_of_mapping(source.reason) or ("config", "enable it, if it is meant to run")
    return _of_mapping(events, source, cause, f"is {source.state}, expected Enabled", remedy)


def _problem(events: FunctionEvents, source: EventSource, said: str, log: Log) -> Finding:
    """What Lambda says of a mapping; of a function that failed, its log knows more."""
    cause, remedy = cause_of_mapping(said) or ("unknown", "see what Lambda says of the mapping, and the function's log")
    most = leading(log.failures) if FUNCTION_FAILED in said and isinstance(log, FunctionLog) else None
    if most is None:
        return _of_mapping(events, source, cause, f"says {said}, expected OK", remedy)
    found = _of_mapping(events, source, most.cause, f"says {said}, expected OK", most.remedy)
    return replace(found, proven=False, needed_by=(), depends_on=(events.target.arn,))


def _of_mapping(events: FunctionEvents, source: EventSource, cause: Cause, said: str, remedy: str) -> Finding:
    name = events.target.name
    return Finding(
        subject=name,
        place=events.target.place,
        cause=cause,
        impact="now",
        symptom=f"{name}: its event source mapping of {source.name} {said}",
        evidence=(
            f"State {source.state}: {source.reason or 'no reason given'}",
            f"LastProcessingResult {source.result or 'none'}",
        ),
        remedy=remedy,
        resource=source.uuid,
        needed_by=(events.target.arn,),
        as_of=events.as_of,
        proven=cause != "unknown",
        link=console.function(events.target.place, name),
        command=aws("lambda", "get-event-source-mapping", "--uuid", source.uuid),
    )


def _lost(events: FunctionEvents, log: Log) -> Iterator[Finding]:
    lost = dict(events.lost)
    for metric, what, remedy in _LOST:
        if lost.get(metric, 0.0) > 0:
            cause, why, _ = _why_behind(events, log)
            is_delivery = metric != "AsyncEventsDropped"
            name = events.target.name
            yield Finding(
                subject=name,
                place=events.target.place,
                cause="config" if is_delivery else cause,
                impact="now",
                symptom=f"{name}: {lost[metric]:,.0f} {what}, expected none",
                evidence=(f"{metric} {lost[metric]:,.0f}",),
                why="" if is_delivery else why,
                remedy=remedy,
                resource=events.target.arn,
                depends_on=(events.target.arn,),
                as_of=events.as_of,
                link=console.function(events.target.place, name),
                command=aws("lambda", "get-function-event-invoke-config", "--function-name", name),
            )
