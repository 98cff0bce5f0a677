"""What is known of a deployment, and what do its signals say?"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from diagnosis.deploy.stopped_tasks import StoppedTask
from diagnosis.gate.comparing import Bounds, Comparison, compare
from diagnosis.gate.signals import Signal
from diagnosis.logs.new_errors import ErrorKinds
from diagnosis.targets import Target
from diagnosis.windows import Window

SETTLE = timedelta(minutes=2)


@dataclass(frozen=True)
class Deployed:
    """A deployment, the moment its traffic shift ended, and the signals of what it moved.

    `what` names it (`service deployment …`, `version 8`), `began` is when it was asked for, `shifted` (T0) when the new
    version had all the traffic that it is to have for now. `judged_from` is the earliest moment that is examined,
    `lag` how late metrics arrive. `stops` are tasks that stopped since the shift, `errors` what its logs hold since an
    hour before it. `on_trial` says which share of the traffic the new version has, empty where all. `family` is how
    many signals are compared in the whole run. `rests_on` are the ARNs of what it moved.
    """

    target: Target
    what: str
    began: datetime
    shifted: datetime
    signals: tuple[Signal, ...]
    judged_from: datetime
    as_of: datetime
    lag: timedelta = SETTLE
    stops: tuple[StoppedTask, ...] = ()
    errors: tuple[ErrorKinds, ...] = ()
    on_trial: str = ""
    family: int = 0
    rests_on: tuple[str, ...] = ()

    def after(self, settle: timedelta = SETTLE) -> Window | None:
        """What the statistics count: from the shift and its settling to the newest metrics; None before that."""
        start = max(self.shifted + settle, self.judged_from)
        end = self.as_of - self.lag
        return Window(start, end) if start < end else None

    def minutes(self, settle: timedelta = SETTLE) -> float:
        """How many minutes that is."""
        after = self.after(settle)
        return after.length.total_seconds() / 60 if after else 0.0

    def comparisons(self, bounds: Bounds | None = None, settle: timedelta = SETTLE) -> list[Comparison]:
        """Every signal against its control; none where nothing has been measured yet."""
        after = self.after(settle)
        if after is None:
            return []
        since = max(self.shifted, self.judged_from)
        return [compare(signal, since, after, self.began, bounds or Bounds()) for signal in self.signals]

    def notes(self) -> tuple[str, ...]:
        """What a pass proves, a line for each signal that was compared; and which percentiles were not."""
        looked = f"{self.target.name}: {self.what}, {self.minutes():.0f} min after {self.shifted:%H:%M} UTC"
        trial = f", {self.on_trial}" if self.on_trial else ""
        return (f"{looked}{trial}", *(c.said for c in self.comparisons() if not c.idle or c.signal.kind == "latency"))
