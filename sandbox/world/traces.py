"""Verbs: which requests were made, and where their traces are kept."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sandbox.ago import Ago, seconds
from sandbox.errors import ScenarioError
from sandbox.services import xray_spans
from sandbox.services.xray_store import Told, place
from sandbox.traces import Call
from sandbox.world.base import Verbs


class TraceVerbs(Verbs):
    """`trace` and `transaction_search`."""

    def trace(
        self,
        request: Call,
        at: Ago = "1m",
        every: str | float | None = None,
        until: Ago = 0,
        noise: float = 0.1,
        sampled: float = 1.0,
        method: str = "GET",
        url: str = "",
        annotations: Mapping[str, Any] | None = None,
        user: str = "",
        account: str | None = None,
        region: str | None = None,
    ) -> None:
        """A request was made and traced, at `at` or from `at` to `until` with `every` between the starts.

        `request` says with `sandbox.traces.call` what it went through. `noise` is the relative standard deviation of
        each part of the work, `sampled` the share of all such requests that were traced: one in twenty is 0.05.
        """
        if not request.sends_segments:
            raise ScenarioError(
                f"trace: {request.name!r} of kind {request.kind!r} records nothing that could be traced"
            )
        here = place(*self._place(account, region))
        told = Told(
            number=len(here.told),
            request=request,
            start_s=self._moment(at).timestamp(),
            every_s=None if every is None else seconds(every),
            until_s=self._moment(until).timestamp(),
            noise=noise,
            sampled=sampled,
            method=method,
            url=url or f"https://{request.name}.example.com/",
            annotations=tuple(sorted((annotations or {}).items())),
            user=user,
        )
        here.told.append(told)
        if here.switched_s is not None:
            self._land(here.account, here.region, told, here.switched_s)

    def transaction_search(
        self, at: Ago = "30d", indexed: float = 1.0, account: str | None = None, region: str | None = None
    ) -> None:
        """Transaction Search was switched on: from then on spans are kept in the log group aws/spans.

        X-Ray itself finds only the traces from before. `indexed` is the percentage of spans that it indexes. It can be
        said before or after the traces.
        """
        here = place(*self._place(account, region))
        here.switched_s, here.indexed = self._moment(at).timestamp(), indexed
        for told in here.told:
            self._land(here.account, here.region, told, here.switched_s)

    def _land(self, account: str, region: str, told: Told, since_s: float) -> None:
        """Keep what came since then as log events."""
        from sandbox.services import logs

        moments = told.moments(since_s, self.now.timestamp())
        lines = (event for moment_s in moments for event in xray_spans.events(told.segments(moment_s, region)))
        logs.append(account, region, xray_spans.GROUP, xray_spans.STREAM, sorted(lines))
