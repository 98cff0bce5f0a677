"""What does Application Signals say of service level objectives? Their budgets, computed from CloudWatch's metrics.

https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch-ServiceLevelObjectives.html
"""

from __future__ import annotations

import operator
import threading
import time
from dataclasses import dataclass
from typing import Any

from sandbox.services import own
from sandbox.services.actions import Request, epoch, refusal, utc
from sandbox.services.metric_queries import evaluate
from sandbox.services.metric_store import store

_UNITS_S = {"MINUTE": 60, "HOUR": 3_600, "DAY": 86_400, "MONTH": 30 * 86_400}
_COMPARE = {
    "GreaterThanOrEqualTo": operator.ge, "GreaterThan": operator.gt, "LessThan": operator.lt,
    "LessThanOrEqualTo": operator.le,
}  # fmt: skip
_PAGE, _REPORTS_PER_CALL = 50, 50


@dataclass(frozen=True)
class Objective:
    """An objective as it was created."""

    arn: str
    name: str
    params: dict[str, Any]
    created_s: float

    @property
    def goal(self) -> dict[str, Any]:
        """Interval, AttainmentGoal and WarningThreshold (percent)."""
        return {"AttainmentGoal": 99.0, "WarningThreshold": 50.0} | (self.params.get("Goal") or {})

    @property
    def interval_s(self) -> int:
        """How long the interval is; seven days where none is said."""
        interval = self.goal.get("Interval") or {}
        span = interval.get("RollingInterval") or interval.get("CalendarInterval")
        return _UNITS_S[span["DurationUnit"]] * int(span["Duration"]) if span else 7 * 86_400


_objectives: dict[tuple[str, str], dict[str, Objective]] = {}
_lock = threading.Lock()


def _kept(request: Request) -> dict[str, Objective]:
    with _lock:
        return _objectives.setdefault((request.account, request.region), {})


def create_service_level_objective(request: Request) -> dict[str, Any]:
    """CreateServiceLevelObjective: of periods or of requests, by CloudWatch metrics."""
    name = request.get("Name")
    if name in _kept(request):
        raise refusal("ConflictException", f"SLO {name} already exists")
    if not (_periods(request.params) or _requests(request.params)):
        raise refusal("ValidationException", "An SLI with metric data queries is required")
    arn = f"arn:aws:application-signals:{request.region}:{request.account}:slo/{name}"
    made = _kept(request)[name] = Objective(arn, name, dict(request.params), time.time())
    return {"Slo": _summary(made) | {"LastUpdatedTime": utc(made.created_s), "Goal": made.goal}}


def _summary(objective: Objective) -> dict[str, Any]:
    by_requests = bool(_requests(objective.params))
    return {
        "Arn": objective.arn,
        "Name": objective.name,
        "CreatedTime": utc(objective.created_s),
        "EvaluationType": "RequestBased" if by_requests else "PeriodBased",
        "MetricSourceType": "CloudWatchMetric",
    }


def list_service_level_objectives(request: Request) -> dict[str, Any]:
    """ListServiceLevelObjectives."""
    known = list(_kept(request).values())
    size, start = int(request.get("MaxResults", _PAGE)), int(request.get("NextToken", "0"))
    more = {"NextToken": str(start + size)} if start + size < len(known) else {}
    return {"SloSummaries": [_summary(one) for one in known[start : start + size]], **more}


def batch_get_budget_report(request: Request) -> dict[str, Any]:
    """BatchGetServiceLevelObjectiveBudgetReport, of the interval that ends at Timestamp."""
    ids, moment_s = request.get("SloIds", []), epoch(request.get("Timestamp"))
    if len(ids) > _REPORTS_PER_CALL:
        raise refusal("ValidationException", f"At most {_REPORTS_PER_CALL} SLOs at a time")
    by_id = {key: one for one in _kept(request).values() for key in (one.name, one.arn)}
    lacking = [
        {"Name": i, "Arn": i, "ErrorCode": "ResourceNotFoundException", "ErrorMessage": "no such SLO"} for i in ids
    ]
    return {
        "Timestamp": utc(moment_s),
        "Reports": [_report(by_id[i], request, moment_s) for i in ids if i in by_id],
        "Errors": [one for one in lacking if one["Arn"] not in by_id],
    }


def _report(objective: Objective, request: Request, moment_s: float) -> dict[str, Any]:
    good, total, unit_s = _counted(objective, request, moment_s)
    goal = objective.goal
    told: dict[str, Any] = {"Arn": objective.arn, "Name": objective.name, "Goal": goal}
    by_requests = bool(_requests(objective.params))
    told["EvaluationType"] = "RequestBased" if by_requests else "PeriodBased"
    if not total:
        return told | {"BudgetStatus": "INSUFFICIENT_DATA"}
    whole = total if by_requests else objective.interval_s / unit_s
    budget = whole * (1 - goal["AttainmentGoal"] / 100)
    left = budget - (total - good)
    share_left = left / budget * 100 if budget else 0.0
    status = "BREACHED" if left < 0 else "WARNING" if share_left < goal["WarningThreshold"] else "OK"
    told |= {"BudgetStatus": status, "Attainment": good / total * 100}
    if by_requests:
        return told | {"TotalBudgetRequests": round(budget), "BudgetRequestsRemaining": round(left)}
    return told | {"TotalBudgetSeconds": round(budget * unit_s), "BudgetSecondsRemaining": round(left * unit_s)}


def _counted(objective: Objective, request: Request, moment_s: float) -> tuple[float, float, int]:
    """Good and all periods, or requests, within the interval; seconds of a period."""
    start_s = moment_s - objective.interval_s
    by_requests = _requests(objective.params)
    if by_requests:
        total = _sum(by_requests["TotalRequestCountMetric"], request, start_s, moment_s)
        counted = by_requests.get("MonitoredRequestCountMetric", {})
        if counted.get("BadCountMetric"):
            return total - _sum(counted["BadCountMetric"], request, start_s, moment_s), total, 1
        return _sum(counted.get("GoodCountMetric", []), request, start_s, moment_s), total, 1
    config = objective.params["SliConfig"]
    compare, bound = _COMPARE[config["ComparisonOperator"]], config["MetricThreshold"]
    queries = _periods(objective.params)
    values = _values(queries, request, start_s, moment_s)
    period_s = next((q["MetricStat"]["Period"] for q in queries if "MetricStat" in q), 60)
    return sum(1 for v in values if compare(v, bound)), len(values), int(period_s)


def _periods(params: dict[str, Any]) -> list[dict[str, Any]]:
    config = (params.get("SliConfig") or {}).get("SliMetricConfig") or {}
    return list(config.get("MetricDataQueries") or [])


def _requests(params: dict[str, Any]) -> dict[str, Any]:
    config = (params.get("RequestBasedSliConfig") or {}).get("RequestBasedSliMetricConfig") or {}
    return config if config.get("TotalRequestCountMetric") else {}


def _sum(queries: list[dict[str, Any]], request: Request, start_s: float, end_s: float) -> float:
    return sum(_values(queries, request, start_s, end_s))


def _values(queries: list[dict[str, Any]], request: Request, start_s: float, end_s: float) -> list[float]:
    """The values of the query that is to be returned."""
    if not queries:
        return []
    results = evaluate(store(request.account, request.region), queries, start_s, end_s, time.time())
    returned = {q["Id"] for q in queries if q.get("ReturnData", True) is not False}
    return [value for result in results if result.id in returned for value in result.points.values()]


def install() -> None:
    """Serve Application Signals' objectives."""
    own.serve(
        "application-signals",
        {
            "BatchGetServiceLevelObjectiveBudgetReport": batch_get_budget_report,
            "CreateServiceLevelObjective": create_service_level_objective,
            "ListServiceLevelObjectives": list_service_level_objectives,
        },
    )
