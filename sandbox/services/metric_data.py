"""What do GetMetricData, GetMetricStatistics, ListMetrics and PutMetricData answer?"""

from __future__ import annotations

import base64
import json
import math
import re
import time
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from sandbox.series import Samples
from sandbox.services import metric_math
from sandbox.services.actions import Request, epoch, refusal, utc
from sandbox.services.metric_math import MathError, Points, Scope
from sandbox.services.metric_store import Key, MetricStore, StatisticSet, dimensions_of, key, store
from sandbox.services.statistics import is_statistic, statistic

MAX_QUERIES = 500
MAX_POINTS = 100_800
_PAGE = 500
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


def get_metric_data(request: Request) -> dict[str, Any]:
    """GetMetricData: newest first unless asked otherwise, in pages of MaxDatapoints."""
    token = _opened(request.get("NextToken"))
    now_s, skipped = token or (time.time(), 0)
    limit = min(int(request.get("MaxDatapoints", MAX_POINTS)), MAX_POINTS)
    results = evaluate(
        store(request.account, request.region),
        request.get("MetricDataQueries", []),
        request.get("StartTime"),
        request.get("EndTime"),
        now_s,
    )
    newest_first = request.get("ScanBy", "TimestampDescending") == "TimestampDescending"
    page, more = _page(results, skipped, limit, newest_first)
    answer: dict[str, Any] = {"MetricDataResults": page, "Messages": []}
    if more:
        answer["NextToken"] = base64.urlsafe_b64encode(json.dumps([now_s, skipped + limit]).encode()).decode()
    return answer


def _opened(token: str | None) -> tuple[float, int] | None:
    if token is None:
        return None
    try:
        now_s, skipped = json.loads(base64.urlsafe_b64decode(token))
    except ValueError as error:
        raise refusal("InvalidNextToken", "Request parameter NextToken is invalid") from error
    return float(now_s), int(skipped)


def _page(results: list[Result], skipped: int, limit: int, newest_first: bool) -> tuple[list[dict[str, Any]], bool]:
    """The results cut to one page; a result that goes on in the next one is PartialData."""
    page: list[dict[str, Any]] = []
    position = 0
    for result in results:
        moments = sorted(result.points, reverse=newest_first)
        first, last = skipped - position, skipped + limit - position
        position += len(moments)
        is_here = first < len(moments) or (first <= 0 and not moments)
        if not is_here or (last <= 0 and moments):
            continue
        kept = moments[max(first, 0) : max(last, 0)]
        page.append(
            {
                "Id": result.id,
                "Label": result.label,
                "Timestamps": [utc(m) for m in kept],
                "Values": [result.points[m] for m in kept],
                "StatusCode": "Complete" if last >= len(moments) else "PartialData",
            }
        )
    return page, position > skipped + limit


def get_metric_statistics(request: Request) -> dict[str, Any]:
    """GetMetricStatistics: one metric, several statistics; at most 1,440 points, in no promised order."""
    period_s, plain = int(request.get("Period")), list(request.get("Statistics", []))
    extended = list(request.get("ExtendedStatistics", []))
    if not plain and not extended:
        raise refusal("InvalidParameterCombination", "Must specify either Statistics or ExtendedStatistics")
    unsupported = [s for s in plain + extended if not is_statistic(s)]
    if unsupported:
        raise refusal(
            "InvalidParameterValue", f"The value {unsupported[0]} for parameter ExtendedStatistics is not supported."
        )
    now_s, metrics = time.time(), store(request.account, request.region)
    span = aligned(request.get("StartTime"), request.get("EndTime"), period_s, now_s)
    if len(span.slots) > 1_440:
        message = f"You have requested up to {len(span.slots)} datapoints, which exceeds the limit of 1440."
        raise refusal(
            "InvalidParameterCombination",
            f"{message} You may reduce the datapoints requested by increasing Period, or decreasing the time range.",
        )
    identity = key(request.get("Namespace"), request.get("MetricName"), dimensions_of(request.get("Dimensions")))
    unit = request.get("Unit")
    columns = {s: points(metrics, identity, s, unit, span, now_s) for s in plain + extended}
    return {
        "Label": request.get("MetricName"),
        "Datapoints": list(_datapoints(columns, plain, extended, metrics.unit(identity))),
    }


def _datapoints(
    columns: dict[str, Points], plain: list[str], extended: list[str], unit: str
) -> Iterable[dict[str, Any]]:
    for moment in sorted({m for column in columns.values() for m in column}):
        datapoint: dict[str, Any] = {"Timestamp": utc(moment), "Unit": unit}
        datapoint |= {s: columns[s][moment] for s in plain if moment in columns[s]}
        if percentiles := {s: columns[s][moment] for s in extended if moment in columns[s]}:
            datapoint["ExtendedStatistics"] = percentiles
        yield datapoint


def list_metrics(request: Request) -> dict[str, Any]:
    """ListMetrics: by namespace, name and dimensions, 500 a page."""
    wanted = [(d["Name"], d.get("Value")) for d in request.get("Dimensions", [])]
    found = [k for k in store(request.account, request.region).identities() if _matches(k, request, wanted)]
    start = int(request.get("NextToken", "0"))
    answer: dict[str, Any] = {
        "Metrics": [
            {
                "Namespace": k.namespace,
                "MetricName": k.name,
                "Dimensions": [{"Name": n, "Value": v} for n, v in k.dimensions],
            }
            for k in found[start : start + _PAGE]
        ]
    }
    if start + _PAGE < len(found):
        answer["NextToken"] = str(start + _PAGE)
    return answer


def _matches(identity: Key, request: Request, wanted: list[tuple[str, str | None]]) -> bool:
    if request.get("Namespace", identity.namespace) != identity.namespace:
        return False
    if request.get("MetricName", identity.name) != identity.name:
        return False
    return all(any(n == name and value in (None, v) for n, v in identity.dimensions) for name, value in wanted)


def put_metric_data(request: Request) -> None:
    """PutMetricData: values, values with counts, and statistic sets; visible at once."""
    metrics = store(request.account, request.region)
    for datum in request.get("MetricData", []):
        identity = key(request.get("Namespace"), datum["MetricName"], dimensions_of(datum.get("Dimensions")))
        moment = int(epoch(datum["Timestamp"]) if "Timestamp" in datum else time.time())
        resolution = int(datum.get("StorageResolution") or 60)
        metrics.put(identity, moment - moment % resolution, _content(datum), datum.get("Unit"))


def _content(datum: dict[str, Any]) -> Samples | StatisticSet:
    if sets := datum.get("StatisticValues"):
        return StatisticSet(
            float(sets["Minimum"]), float(sets["Maximum"]), float(sets["Sum"]), float(sets["SampleCount"])
        )
    values = [float(v) for v in datum.get("Values") or [datum.get("Value", 0.0)]]
    counts = [float(c) for c in datum.get("Counts") or [1.0] * len(values)]
    if len(values) != len(counts):
        raise refusal("InvalidParameterValue", "The parameters Values and Counts must be of the same size.")
    if any(not math.isfinite(v) for v in values):
        raise refusal("InvalidParameterValue", "The value NaN for parameter MetricData.member.1.Value is invalid.")
    return tuple(zip(values, counts, strict=True))
