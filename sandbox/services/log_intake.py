"""What does CloudWatch say of a log group's intake? The events and bytes that were logged, minute by minute.

https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/CloudWatch-Logs-Monitoring-CloudWatch-Metrics.html
"""

from __future__ import annotations

from collections.abc import Iterable

from sandbox.insights.store import GroupKey
from sandbox.services.log_store import store
from sandbox.services.metric_store import Key, StatisticSet

_NAMES = ("IncomingLogEvents", "IncomingBytes")


class LogIntake:
    """The metrics of AWS/Logs that follow from the log events of one account in one region."""

    def __init__(self, account: str, region: str) -> None:
        self._place = account, region

    def identities(self) -> Iterable[Key]:
        """Two metrics of each group that has events."""
        mine = [group for group in store().groups() if (group.account, group.region) == self._place]
        return [Key("AWS/Logs", name, (("LogGroupName", group.name),)) for group in mine for name in _NAMES]

    def read(self, identity: Key, start_s: int, end_s: int) -> Iterable[tuple[int, StatisticSet]]:
        """The minutes of [start, end) in which something was logged."""
        group = dict(identity.dimensions).get("LogGroupName")
        if identity.name not in _NAMES or group is None or len(identity.dimensions) != 1:
            return
        for minute_ms, events, octets in store().per_minute(
            GroupKey(*self._place, group), start_s * 1000, end_s * 1000 - 1
        ):
            value = float(events if identity.name == "IncomingLogEvents" else octets)
            yield minute_ms // 1000, StatisticSet(value, value, value, 1)
