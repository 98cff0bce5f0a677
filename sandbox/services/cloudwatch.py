"""What does the sandbox complete in CloudWatch? Statistics, metric math, paging, and alarms that follow the data."""

from __future__ import annotations

from sandbox.services import actions, alarms, metric_data


def install() -> None:
    """Give moto's CloudWatch these operations."""
    from moto.cloudwatch.responses import CloudWatchResponse

    actions.add(
        CloudWatchResponse,
        {
            "GetMetricData": metric_data.get_metric_data,
            "GetMetricStatistics": metric_data.get_metric_statistics,
            "ListMetrics": metric_data.list_metrics,
            "PutMetricData": metric_data.put_metric_data,
        },
    )
    alarms.install(CloudWatchResponse)
