"""What state do an alarm's points put it in? The evaluation of CloudWatch, one period at a time.

Follows "Alarm evaluation" and "Configuring how CloudWatch alarms treat missing data" of the CloudWatch guide.
"""

from __future__ import annotations

import operator
from collections.abc import Callable
from dataclasses import dataclass

OK, ALARM, INSUFFICIENT = "OK", "ALARM", "INSUFFICIENT_DATA"

_COMPARE: dict[str, tuple[Callable[[float, float], bool], str]] = {
    "GreaterThanThreshold": (operator.gt, "greater than"),
    "GreaterThanOrEqualToThreshold": (operator.ge, "greater than or equal to"),
    "LessThanThreshold": (operator.lt, "less than"),
    "LessThanOrEqualToThreshold": (operator.le, "less than or equal to"),
}
# CloudWatch looks at more periods than it evaluates, so that late points find their place.
_EXTRA_PERIODS = 2


@dataclass(frozen=True)
class Rule:
    """What an alarm compares, and how many of how many periods must breach."""

    comparison: str
    threshold: float
    periods: int
    """N of "M out of N"."""
    to_alarm: int
    """M of "M out of N"."""
    missing: str
    """breaching, notBreaching, ignore or missing."""

    @property
    def reach(self) -> int:
        """How many periods one evaluation looks at."""
        return self.periods + _EXTRA_PERIODS

    @property
    def words(self) -> str:
        """The comparison in AWS's words."""
        return _COMPARE[self.comparison][1]

    def breaches(self, value: float) -> bool:
        """Whether a value is on the wrong side."""
        return _COMPARE[self.comparison][0](value, self.threshold)

    def state(self, values: list[float | None], before: str) -> str:
        """The state after the newest of these values (oldest first, None is missing), given the one before."""
        window = values[-self.reach :]
        real = [self.breaches(v) for v in window if v is not None]
        if len(real) >= self.periods:
            return ALARM if sum(real[-self.periods :]) >= self.to_alarm else OK
        return self._with_missing(window, real, before)

    def _with_missing(self, window: list[float | None], real: list[bool], before: str) -> str:
        lacking = self.periods - len(real)
        if self.missing == "breaching":
            return ALARM if sum(real) + lacking >= self.to_alarm else OK
        if self.missing == "notBreaching":
            return ALARM if sum(real) >= self.to_alarm else OK
        if not real:
            return before if self.missing == "ignore" else INSUFFICIENT
        if sum(real) >= self.to_alarm or self._premature(window):
            return ALARM
        return before if self.missing == "ignore" else OK

    def _premature(self, window: list[float | None]) -> bool:
        """Nothing but breaching or missing points since a breaching one that is at least M periods old."""
        recent = window[-self.periods :]
        first = next((i for i, v in enumerate(recent) if v is not None and self.breaches(v)), None)
        if first is None or len(recent) - first < self.to_alarm:
            return False
        return all(v is None or self.breaches(v) for v in recent[first:])
