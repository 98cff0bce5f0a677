"""Which traces does X-Ray hold? Those that scenarios told, recorded when somebody asks, and those that were sent."""

from __future__ import annotations

import json
import threading
import time
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from sandbox.services.xray_segments import Document, Setting, documents, with_inferred
from sandbox.traces import Call

LAG_S = 10
"""How long after its end a trace can be read."""
_KEPT_S = 30 * 86_400


@dataclass(frozen=True)
class Told:
    """A request that was made again and again; all times are epoch seconds."""

    number: int
    request: Call
    start_s: float
    every_s: float | None
    until_s: float
    noise: float
    sampled: float
    method: str
    url: str
    annotations: tuple[tuple[str, Any], ...]
    user: str

    def moments(self, start_s: float, end_s: float) -> Iterator[float]:
        """When it was made within [start, end)."""
        if self.every_s is None:
            if start_s <= self.start_s < end_s:
                yield self.start_s
            return
        step = max(0, -int(-(start_s - self.start_s) // self.every_s))
        while (moment := self.start_s + step * self.every_s) < min(end_s, self.until_s):
            yield moment
            step += 1

    def trace_id(self, moment_s: float) -> str:
        """The id of the trace of one such request: its second, and what tells it from others."""
        seed = f"{self.number}/{moment_s:.6f}"
        tail = "".join(f"{zlib.crc32(f'{seed}/{i}'.encode()):08x}" for i in range(3))
        return f"1-{int(moment_s):08x}-{tail}"

    def segments(self, moment_s: float, region: str) -> list[Document]:
        """What one such request left."""
        identity = self.trace_id(moment_s)
        setting = Setting(identity, identity, self.noise, region, self.method, self.url, self.annotations, self.user)
        return documents(self.request, moment_s, setting)


@dataclass
class Place:
    """The traces of one account in one region."""

    account: str
    region: str
    told: list[Told] = field(default_factory=list)
    switched_s: float | None = None
    """Since when Transaction Search takes the spans instead."""
    indexed: float = 1.0
    """The percentage of spans that it indexes as traces."""

    def traces(self, start_s: float, end_s: float) -> Iterator[tuple[str, list[Document]]]:
        """Id and segments, inferred ones included, of each trace that began in [start, end) and has arrived."""
        end_s = min(end_s, time.time() - LAG_S, self.switched_s or end_s)
        start_s = max(start_s, time.time() - _KEPT_S)
        for told in self.told:
            for moment_s in told.moments(start_s, end_s):
                yield told.trace_id(moment_s), with_inferred(told.segments(moment_s, self.region))
        for identity, segments in self._sent().items():
            if start_s <= min(s["start_time"] for s in segments) < end_s:
                yield identity, with_inferred(segments)

    def find(self, identity: str) -> list[Document] | None:
        """The segments of a trace; None where X-Ray has none."""
        try:
            second = int(identity.split("-")[1], 16)
        except (IndexError, ValueError):
            return None
        for known, segments in self.traces(second - 1, second + 2):
            if known == identity:
                return segments
        sent = self._sent().get(identity)
        return with_inferred(sent) if sent else None

    def sampling(self, start_s: float, end_s: float) -> tuple[int, int]:
        """How many requests were made in [start, end), and how many of them were traced."""
        traced = [(told, sum(1 for _ in told.moments(start_s, end_s))) for told in self.told]
        return round(sum(n / told.sampled for told, n in traced)), sum(n for _, n in traced)

    def _sent(self) -> dict[str, list[Document]]:
        """What came by PutTraceSegments, newest document of each segment."""
        from moto.xray.models import xray_backends

        held = xray_backends[self.account][self.region]._segment_collection._traces
        found: dict[str, list[Document]] = {}
        for identity, trace in list(held.items()):
            newest = {document["id"]: document for document in (json.loads(s.raw) for s in trace["segments"])}
            if newest:
                found[identity] = list(newest.values())
        return found


_places: dict[tuple[str, str], Place] = {}
_lock = threading.Lock()


def place(account: str, region: str) -> Place:
    """The traces of a place."""
    with _lock:
        return _places.setdefault((account, region), Place(account, region))
