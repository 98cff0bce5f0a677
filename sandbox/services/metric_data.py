"""What do GetMetricData, GetMetricStatistics, ListMetrics and PutMetricData answer?"""

from __future__ import annotations

import base64
import json
import math
import time
from collections.abc import Iterable
from typing import Any

from sandbox.series import Samples
from sandbox.services.actions import Request, epoch, refusal, utc
from sandbox.services.math_functions import Points
from sandbox.services.metric_queries import Result, aligned, evaluate, points
from sandbox.services.metric_store import Key, MetricStore, StatisticSet, dimensions_of, key, store
from sandbox.services.statistics import is_statistic

MAX_POINTS = 100_800
_PAGE = 500
_RECENT_S = 3 * 3600


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
    """ListMetrics: by namespace, name, dimensions and recent activity, 500 a page."""
    wanted = [(d["Name"], d.get("Value")) for d in request.get("Dimensions", [])]
    metrics = store(request.account, request.region)
    found = [k for k in metrics.identities() if _matches(k, request, wanted)]
    if request.get("RecentlyActive"):
        found = [k for k in found if _is_recent(metrics, k)]
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


def _is_recent(metrics: MetricStore, identity: Key) -> bool:
    """Whether it had a point in the past three hours, the only time that RecentlyActive knows (PT3H)."""
    now_s = time.time()
    points = metrics.read(identity, int(now_s) - _RECENT_S, int(now_s), now_s, None, 60)
    return next(iter(points), None) is not None


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
