"""What is a deployment compared with? The best control that has enough to say."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta

from diagnosis.gate.signals import OLD_VERSION, PRECEDING, SAME_CLOCK, Control, Measured, Signal
from diagnosis.windows import Window

PRECEDING_LENGTH = timedelta(hours=1)
SHORTEST_CONTROL = timedelta(minutes=30)
"""A control of earlier days begins so much before its end at least: ten minutes of few requests prove little."""
Pairs = tuple[tuple[float, float], ...]
"""Errors and requests of each minute that had requests."""


@dataclass(frozen=True)
class Arm:
    """One side of a comparison: minutes of errors and requests, and blocks of a percentile or level."""

    pairs: Pairs
    blocks: tuple[float, ...]

    @property
    def errors(self) -> float:
        """All errors."""
        return sum(errors for errors, _ in self.pairs)

    @property
    def requests(self) -> float:
        """All requests."""
        return sum(requests for _, requests in self.pairs)

    @property
    def share(self) -> float:
        """The share of requests that failed; 0 without requests."""
        return min(1.0, self.errors / self.requests) if self.requests else 0.0


def arm(several: list[Measured], per_minute: float = 0.0) -> Arm:
    """The minutes and blocks of some stretches together; blocks count that had `per_minute` requests a minute."""
    return Arm(
        tuple(pair for measured in several for pair in _pairs(measured)),
        tuple(value for measured in several for value in _blocks(measured, per_minute)),
    )


def _pairs(measured: Measured) -> Iterator[tuple[float, float]]:
    """Errors are never more than requests: each metric arrives with a lag of its own, and a late minute is no health.

    A minute with errors whose requests have not arrived counts as many requests as errors.
    """
    errors, requests = dict(measured.values.points), dict(measured.requests.points)
    for moment in sorted(errors.keys() | requests.keys()):
        failed = errors.get(moment, 0.0)
        if failed or requests.get(moment, 0.0):
            yield failed, max(failed, requests.get(moment, 0.0))


def _blocks(measured: Measured, per_minute: float) -> Iterator[float]:
    """A percentile of a few requests is one of them, and no percentile."""
    length = timedelta(seconds=measured.values.period_s)
    for moment, value in measured.values.points:
        of_block = measured.requests.within(Window(moment, moment + length)).total
        if not per_minute or of_block >= per_minute * length.total_seconds() / 60:
            yield value


def controls(signal: Signal, after: Window, began: Window, per_minute: float = 0.0) -> Iterator[tuple[Control, Arm]]:
    """The controls of a signal, the best first; `began` is the hour before the deployment."""
    if signal.old is not None:
        yield OLD_VERSION, arm([signal.old.within(after)], per_minute)
    stretch = after.at_least(SHORTEST_CONTROL)
    days = [measured.within(stretch.before(ago)) for ago, measured in signal.days]
    if days:
        yield SAME_CLOCK, arm(days, per_minute)
    yield PRECEDING, preceding(signal, began, per_minute)


def preceding(signal: Signal, began: Window, per_minute: float = 0.0) -> Arm:
    """The hour before the deployment: of the old version, where versions are told apart."""
    return arm([(signal.old or signal.new).within(began)], per_minute)
