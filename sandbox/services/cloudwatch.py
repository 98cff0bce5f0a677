"""What does the sandbox complete in CloudWatch? Statistics, metric math, paging, and alarms that follow the data."""

from __future__ import annotations

import json
from typing import Any

from moto.core.responses import ActionResult

from sandbox.services import actions, alarms, metric_data
from sandbox.services.actions import Request


def install() -> None:
    """Give moto's CloudWatch these operations."""
    from moto.cloudwatch.responses import CloudWatchResponse

    actions.add(
        CloudWatchResponse,
        {
            "GetMetricStatistics": metric_data.get_metric_statistics,
            "ListMetrics": metric_data.list_metrics,
            "PutMetricData": metric_data.put_metric_data,
        },
    )
    actions.replace(CloudWatchResponse, "get_metric_data", _get_metric_data)
    alarms.install(CloudWatchResponse)


def _get_metric_data(response: Any) -> Any:
    """GetMetricData, its hundred thousand points written as JSON directly where the protocol is JSON."""
    request = Request(response.current_account, response.region, dict(response.params))
    answer = metric_data.get_metric_data(request)
    if "x-amz-target" not in response.headers:
        return ActionResult(answer)
    response.response_headers["Content-Type"] = "application/x-amz-json-1.0"
    return json.dumps(answer, default=lambda moment: moment.timestamp())
