"""Are a stage's requests answered, and with what?"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from diagnosis import console
from diagnosis.answers import Blind, CouldNotTellError
from diagnosis.causes import Cause
from diagnosis.findings import Finding
from diagnosis.logs.integrations import integration_cause
from diagnosis.targets import Target

MOST_TOLD = 4
_TELLING = 50


@dataclass(frozen=True)
class Answered:
    """How many requests of one method and path were answered with a status, and their 95th percentile of latency.

    A metric knows no path and only the first digit of the status: `path` is empty then, `status` 400, or that of most
    errors in the log, else 500. `said` is what API Gateway or the integration said of the newest, without secrets.
    """

    status: int
    requests: int
    method: str = ""
    path: str = ""
    p95_ms: float | None = None
    said: str = ""


@dataclass(frozen=True)
class RequestsBefore:
    """The requests of an earlier day at the same clock time, and how many of them were answered with 4xx."""

    when: str
    requests: float
    client_errors: float


@dataclass(frozen=True)
class ApiRequests:
    """What was answered, as the access log or the metrics (`source`) have it, and what was on earlier days.

    `before` is read only where 4xx answers are many; Blind where it could not be. `log` is the log group that the
    stage's access log goes to: what is wrong with the stage stands there as well.
    """

    target: Target
    answers: tuple[Answered, ...]
    before: tuple[RequestsBefore, ...] | Blind
    source: str
    as_of: datetime
    log: str = ""

    @property
    def total(self) -> int:
        """All requests."""
        return sum(answer.requests for answer in self.answers)

    def of(self, hundreds: int) -> int:
        """The requests answered with a status of these hundreds."""
        return sum(answer.requests for answer in self.answers if answer.status // 100 == hundreds)


def failing_requests(
    requests: ApiRequests,
    *,
    max_5xx_share: float = 0.01,
    times_baseline_4xx: float = 3,
    min_4xx: int = 20,
    min_requests: int = 50,
) -> list[Finding]:
    """The stage, where more than `max_5xx_share` of the requests failed, or where `times_baseline_4xx` times the usual
    share, and `min_4xx` of them, were refused.

    Raises CouldNotTellError where so many were refused and nobody knows what is usual.
    """
    if requests.total < min_requests:
        return []
    share = requests.of(5) / requests.total
    failed = [_finding(requests, 5, f"{share:.1%} of", f"at most {max_5xx_share:.1%}")] if share > max_5xx_share else []
    refused = requests.of(4) / requests.total
    if requests.of(4) < min_4xx:
        return failed
    usual = _usual_4xx(requests)
    if usual is None:
        if failed:
            return failed
        raise CouldNotTellError(_no_baseline(requests))
    if refused >= times_baseline_4xx * usual:
        bound = f"less than {times_baseline_4xx:g} times the usual {usual:.1%}"
        failed.append(_finding(requests, 4, f"{refused:.1%} of", bound))
    return failed


def _usual_4xx(requests: ApiRequests) -> float | None:
    """The share of the quietest earlier day, with those that differ from it by chance alone; None where there is none.

    A day with an incident of its own is no measure, and a single day of few errors is none either.
    """
    if isinstance(requests.before, Blind) or not requests.before:
        return None
    days = [day for day in requests.before if day.requests >= _TELLING] or list(requests.before)
    quietest = min(days, key=lambda day: day.client_errors / day.requests)
    alike = [day for day in days if _is_alike(day, quietest)]
    return sum(day.client_errors for day in alike) / sum(day.requests for day in alike)


def _is_alike(day: RequestsBefore, quietest: RequestsBefore) -> bool:
    """Whether a day is within three deviations of what the quietest leads to expect."""
    expected = quietest.client_errors / quietest.requests * day.requests
    return day.client_errors <= expected + 3 * math.sqrt(expected + 1)


def _no_baseline(requests: ApiRequests) -> Blind:
    if isinstance(requests.before, Blind):
        return requests.before
    reason = f"no baseline: {requests.target.name} had no request at this time of other days to compare 4xx with"
    return Blind("missing", reason)


def _finding(requests: ApiRequests, hundreds: int, observed: str, expected: str) -> Finding:
    bad = sorted((a for a in requests.answers if a.status // 100 == hundreds), key=lambda a: -a.requests)
    name, words = requests.target.name, f"{hundreds}xx"
    cause, remedy = _cause(bad)
    return Finding(
        subject=name,
        place=requests.target.place,
        cause=cause,
        impact="now",
        symptom=f"{name}: {observed} {requests.total:,} requests answered with {words}, expected {expected}",
        evidence=(
            *(_told(answer) for answer in bad[:MOST_TOLD]),
            *_slowest(requests),
            f"counted by {requests.source}",
        ),
        remedy=remedy,
        resource=requests.target.arn,
        needed_by=(requests.log,) if requests.log else (),
        as_of=requests.as_of,
        link=console.link(requests.target.place, "apigateway/main/apis"),
    )


def _cause(bad: Iterable[Answered]) -> tuple[Cause, str]:
    """What most of these answers stand for, and what to do: by what was said of them, else by their status.

    https://docs.aws.amazon.com/apigateway/latest/developerguide/supported-gateway-response-types.html
    """
    counts: Counter[tuple[Cause, str]] = Counter()
    for answer in bad:
        counts[_stands_for(answer)] += answer.requests
    return counts.most_common(1)[0][0]


def _stands_for(answer: Answered) -> tuple[Cause, str]:
    told = integration_cause(answer.said) if answer.status >= 500 and answer.status not in _STATUSES else None
    cause = _STATUSES.get(answer.status, _unspoken(answer) if answer.status >= 500 else "config")
    return told or (cause, _REMEDIES.get(cause, "open the path and see what its integration says"))


def _unspoken(answer: Answered) -> Cause:
    """A program fails with a status of its own in the log; of what only a metric counted nobody said anything."""
    return "code" if answer.path or answer.said or answer.status != BY_METRIC else "unknown"


BY_METRIC = 500
"""What stands for a 5xx whose further digits no log tells."""
_STATUSES: dict[int, Cause] = {401: "permission", 403: "permission", 408: "timeout", 429: "throttled", 504: "timeout"}
_REMEDIES: dict[str, str] = {
    "timeout": "find what the integration waits for; API Gateway waits 29 s",
    "throttled": "raise the stage's or the usage plan's limits, or find who calls so often",
    "permission": "see what changed in authorizers, keys or the resource policy",
    "config": "see whether paths, methods or clients changed",
    "unknown": "see what is behind the stage; an access log with status, path and integration error would say more",
}


def _told(answer: Answered) -> str:
    where = " ".join(part for part in (answer.method, answer.path) if part)
    status = str(answer.status) if where else f"{answer.status // 100}xx"
    latency = f", p95 {answer.p95_ms:,.0f} ms" if answer.p95_ms is not None else ""
    said = f", said: {answer.said}" if answer.said else ""
    return f"{status}{f' {where}' if where else ''} × {answer.requests:,}{latency}{said}"


def _slowest(requests: ApiRequests) -> tuple[str, ...]:
    timed = [answer for answer in requests.answers if answer.p95_ms is not None]
    if not timed:
        return ()
    slowest = max(timed, key=lambda answer: answer.p95_ms or 0)
    return (f"slowest: {slowest.status} {slowest.method} {slowest.path} p95 {slowest.p95_ms:,.0f} ms",)
