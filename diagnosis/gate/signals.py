"""What tells whether a deployment did harm? Signals by minute, before it, after it, and on earlier days."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Literal

from diagnosis.series import Series
from diagnosis.windows import Window

Kind = Literal["ratio", "latency", "level"]
Control = Literal["the old version in the same minutes", "the same clock time 1 d and 7 d before", "the hour before"]
OLD_VERSION: Control = "the old version in the same minutes"
SAME_CLOCK: Control = "the same clock time 1 d and 7 d before"
PRECEDING: Control = "the hour before"


_NONE = Series(60)


@dataclass(frozen=True)
class Measured:
    """What was measured over a stretch: errors, a percentile or a level, and the requests it was measured on.

    Errors and requests are sums of a minute, percentiles and levels are of two minutes, in the metric's own unit.
    """

    values: Series
    requests: Series = _NONE

    def within(self, window: Window) -> Measured:
        """The periods that start inside the window."""
        return Measured(self.values.within(window), self.requests.within(window))


@dataclass(frozen=True)
class Signal:
    """One signal of one subject: `name` in CloudWatch's words, `subject` the resource that it is measured on.

    `new` is what was measured on the new version, or on all of the subject where versions are not told apart, from an
    hour before the deployment on; `old` the old version over the same stretch, `days` the same stretch by how long
    before. `shared` is what others use, too: it can show harm, and proves no health. `floor` is the smallest rise of a
    percentile or a level that matters, in its own `unit`.
    """

    subject: str
    resource: str
    name: str
    kind: Kind
    new: Measured
    old: Measured | None = None
    days: tuple[tuple[timedelta, Measured], ...] = ()
    unit: str = ""
    floor: float = 0.0
    shared: bool = False

    @property
    def proves(self) -> bool:
        """Whether a pass can rest on it."""
        return self.kind == "ratio" and not self.shared
