"""Verbs: what a metric did."""

from __future__ import annotations

from collections.abc import Mapping

from sandbox.series import Series, steady
from sandbox.services.metric_store import Metric, store
from sandbox.world.base import Verbs


class MetricVerbs(Verbs):
    """`metric`."""

    def metric(
        self,
        namespace: str,
        name: str,
        dimensions: Mapping[str, str],
        series: Series | float,
        unit: str | None = None,
        period_s: int = 60,
        lag_s: int | None = None,
        since: str | float = "15d",
        account: str | None = None,
        region: str | None = None,
    ) -> None:
        """A metric reported this every `period_s` seconds, since `since` and on into the future.

        A point arrives `lag_s` after its period ends: by default one minute for periods below five minutes and
        five minutes otherwise, as in CloudWatch, so that the newest minutes are missing. Calling it again for the
        same metric replaces it.
        """
        metric = Metric(
            series if isinstance(series, Series) else steady(series),
            unit=unit,
            period_s=period_s,
            lag_s=lag_s if lag_s is not None else (60 if period_s < 300 else 300),
            now_s=int(self.now.timestamp()),
            since_s=int(self._moment(since).timestamp()),
        )
        store(*self._place(account, region)).declare(namespace, name, dict(dimensions), metric)
