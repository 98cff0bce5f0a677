"""What do the queries of GetMetricData amount to? Metrics and expressions, period by period."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from typing import Any

from sandbox.series import Samples
from sandbox.services import metric_math
from sandbox.services.actions import epoch, refusal
from sandbox.services.math_functions import MathError, Points
from sandbox.services.metric_math import Scope
from sandbox.services.metric_store import Key, MetricStore, StatisticSet, dimensions_of, key
from sandbox.services.statistics import is_statistic, statistic

MAX_QUERIES = 500
_ID = re.compile(r"[a-z][A-Za-z0-9_]*")


@dataclass(frozen=True)
class Span:
    """The periods of a request: starts from `start_s`, each `period_s` long, the end exclusive."""

    start_s: int
    end_s: int
    period_s: int

    @property
    def slots(self) -> range:
        """The start of each period."""
        return range(self.start_s, self.end_s, self.period_s)


def aligned(start: Any, end: Any, period_s: int, now_s: float) -> Span:
    """The periods of a request as CloudWatch lays them.

    StartTime is rounded down to the minute, or further where the data is older and coarser (GetMetricStatistics);
    periods count from there. Raises the errors of GetMetricData for a wrong period or order.
    """
    start_s, end_s = epoch(start), epoch(end)
    if start_s >= end_s:
        raise refusal("ValidationError", "The parameter StartTime must be less than the parameter EndTime.")
    if period_s not in (1, 5, 10, 20, 30) and (period_s < 60 or period_s % 60):
        raise refusal(
            "ValidationError", f"The parameter Period ({period_s}) must be 1, 5, 10, 20, 30 or a multiple of 60"
        )
    age_s = now_s - start_s
    rounding = 60 if age_s <= 15 * 86_400 else 300 if age_s <= 63 * 86_400 else 3_600
    if period_s < 60:
        rounding = period_s
    return Span(int(start_s // rounding * rounding), math.ceil(end_s), period_s)


def points(metrics: MetricStore, identity: Key, stat: str, unit: str | None, span: Span, now_s: float) -> Points:
    """The statistic of each period that has data."""
    collected: dict[int, list[Samples | StatisticSet]] = {}
    for moment_s, contents in metrics.read(identity, span.start_s, span.end_s, now_s, unit, span.period_s):
        slot = moment_s - (moment_s - span.start_s) % span.period_s
        collected.setdefault(slot, []).append(contents)
    found = ((slot, statistic(stat, contents)) for slot, contents in sorted(collected.items()))
    return {slot: value for slot, value in found if value is not None}


@dataclass(frozen=True)
class Result:
    """One series of an answer."""

    id: str
    label: str
    points: Points


class _Evaluation:
    """One request's queries, each evaluated once, expressions after what they refer to."""

    def __init__(self, metrics: MetricStore, queries: list[dict[str, Any]], start: Any, end: Any, now_s: float):
        self._metrics, self._start, self._end, self._now_s = metrics, start, end, now_s
        self._queries = {q["Id"]: q for q in queries}
        self._done: dict[str, list[Points]] = {}
        self._periods: dict[str, int] = {}
        self._open: list[str] = []

    def run(self) -> list[Result]:
        return [
            Result(identity, self._label(query), series)
            for identity, query in self._queries.items()
            for series in self._series(identity)
            if query.get("ReturnData", True)
        ]

    def _label(self, query: dict[str, Any]) -> str:
        if label := query.get("Label"):
            return str(label)
        stat = query.get("MetricStat")
        return str(stat["Metric"]["MetricName"]) if stat else str(query["Id"])

    def _series(self, identity: str) -> list[Points]:
        if identity in self._open:
            raise refusal("ValidationError", f"Error in expression '{identity}': it refers to itself")
        if identity not in self._done:
            self._open.append(identity)
            query = self._queries[identity]
            self._done[identity] = self._metric(query) if "MetricStat" in query else self._expression(query)
            self._open.pop()
        return self._done[identity]

    def _metric(self, query: dict[str, Any]) -> list[Points]:
        asked = query["MetricStat"]
        metric = asked["Metric"]
        if not is_statistic(asked["Stat"]):
            raise refusal(
                "ValidationError", f"The value {asked['Stat']} for parameter MetricStat.Stat is not supported."
            )
        identity = key(metric["Namespace"], metric["MetricName"], dimensions_of(metric.get("Dimensions")))
        period_s = int(asked["Period"])
        self._periods[query["Id"]] = period_s
        span = aligned(self._start, self._end, period_s, self._now_s)
        return [points(self._metrics, identity, asked["Stat"], asked.get("Unit"), span, self._now_s)]

    def _expression(self, query: dict[str, Any]) -> list[Points]:
        identity, text = query["Id"], str(query["Expression"])
        try:
            mentioned = metric_math.references(text)
            metrics = tuple(i for i, q in self._queries.items() if "MetricStat" in q)
            wanted = [i for i in self._queries if i in mentioned or (i in metrics and "METRICS" in text.upper())]
            # METRICS() spans the metrics of the request, an id in it any query.
            results = {i: self._series(i)[0] for i in wanted if self._series(i)}
            period_s = max([self._periods[i] for i in wanted if i in self._periods], default=query.get("Period") or 60)
            self._periods[identity] = period_s
            span = aligned(self._start, self._end, period_s, self._now_s)
            labels = {i: str(self._queries[i].get("Label", "")) for i in metrics}
            return metric_math.evaluate(text, Scope(results, metrics, labels, period_s, span.slots))
        except MathError as error:
            raise refusal("ValidationError", f"Error in expression '{identity}': {error}") from error


def evaluate(metrics: MetricStore, queries: list[dict[str, Any]], start: Any, end: Any, now_s: float) -> list[Result]:
    """The results of MetricDataQueries, in their order. Raises ValidationError as AWS words it."""
    ids = [q.get("Id", "") for q in queries]
    if len(ids) > MAX_QUERIES:
        raise refusal(
            "ValidationError", f"The collection MetricDataQueries must not have a size greater than {MAX_QUERIES}."
        )
    for identity, query in zip(ids, queries, strict=True):
        if not _ID.fullmatch(identity):
            raise refusal("ValidationError", f"The value {identity} for parameter Id is not a valid identifier.")
        if ids.count(identity) > 1:
            raise refusal(
                "ValidationError", f"The values for parameter id in MetricDataQueries are not unique: {identity}"
            )
        if ("MetricStat" in query) == ("Expression" in query):
            raise refusal("ValidationError", "Exactly one of MetricStat and Expression must be given for each query.")
    return _Evaluation(metrics, queries, start, end, now_s).run()
