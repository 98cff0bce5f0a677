"""Is a signal worse after the deployment than its control, and by how much? One comparison a signal."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from diagnosis.gate import statistics
from diagnosis.gate.controls import PRECEDING_LENGTH, Arm, arm, controls, preceding
from diagnosis.gate.signals import OLD_VERSION, PRECEDING, Control, Signal
from diagnosis.windows import Window

FIRST_LOOK = timedelta(minutes=statistics.LOOKS[0][0])
"""A shorter silence may be the metrics' own lag; and of a version on trial nobody knows what it should get."""


@dataclass(frozen=True)
class Bounds:
    """What counts: samples, effect sizes, and what fails without statistics.

    Shares are fractions of 1; `fallen` is the share of the expected requests below which they are missed, `rise` the
    relative rise of a percentile that matters, `level_rise` that of a level.
    """

    min_requests: float = 100
    min_errors: float = 5
    min_minutes: int = 2
    min_points: float = 0.005
    min_times: float = 2
    hard_share: float = 0.05
    hard_requests: float = 50
    expected_requests: float = 10
    fallen: float = 0.1
    per_minute: float = 100
    blocks: int = 5
    control_blocks: int = 10
    rise: float = 0.2
    level_rise: float = 0.5
    bound: float = 0.01


@dataclass(frozen=True)
class Comparison:
    """What came of comparing one signal: in words, and whether it decides.

    `said` is the whole comparison, `observed` what was seen and `expected` what the control lets expect.
    `p` is None where there were too few samples for statistics. `large` says that the effect is large enough to
    matter, `certain` that it fails without statistics, `enough` that a pass means something, `failing` that the few
    requests there were failed, `idle` that there was no traffic to compare and none was expected.
    """

    signal: Signal
    said: str
    observed: str = ""
    expected: str = ""
    control: Control | None = None
    p: float | None = None
    large: bool = False
    certain: str = ""
    enough: bool = True
    failing: bool = False
    idle: bool = False
    onset: datetime | None = None


def compare(signal: Signal, since: datetime, after: Window, began: datetime, bounds: Bounds) -> Comparison:
    """Compare a signal in the window after the shift and its settling with the best control that has enough to say.

    What fails without statistics counts `since` the shift itself.
    """
    before = Window(began - PRECEDING_LENGTH, began)
    if signal.kind == "ratio":
        return _ratio(signal, Window(min(since, after.start), after.end), after, before, bounds)
    return _level(signal, after, before, bounds)


def _ratio(signal: Signal, since: Window, after: Window, before: Window, bounds: Bounds) -> Comparison:
    seen = arm([signal.new.within(after)])
    offered = list(controls(signal, after, before))
    missed = _missed(signal, seen, offered, after, bounds)
    if missed:
        return missed
    control, against = next(
        ((name, one) for name, one in offered if one.requests >= bounds.min_requests), (None, Arm((), ()))
    )
    hard = _hard(arm([signal.new.within(since)]), against, bounds)
    phi = statistics.dispersion(against.pairs)
    bound = statistics.at_most(seen.errors, seen.requests, phi)
    said = f"{_called(signal)}: {_counted(seen)} after, at most {bound:.2%} (95 %)"
    onset = next((moment for moment, errors in signal.new.within(since).values.points if errors), None)
    few = seen.requests < bounds.min_requests
    if control is None or few:
        why = f"{seen.requests:,.0f} requests after" if few else "no control with enough requests"
        return Comparison(
            signal,
            f"{said}; {why}",
            _counted(seen),
            f"less than {bounds.hard_share:.0%}",
            certain=hard,
            enough=not few and bound < bounds.bound,
            failing=_is_failing(seen, bounds),
            onset=onset,
        )
    p = statistics.fisher(seen.errors, seen.requests, against.errors, against.requests, phi)
    large = _is_large(seen, against, bounds)
    doubt = (large or hard) and control not in (OLD_VERSION, PRECEDING)
    already = _already(signal, seen, before, bounds) if doubt else ""
    said = f"{said}; {_counted(against)} in {control}; p = {p:.2g}, φ = {phi:.2g}{already}"
    usual = f"about {against.share:.2%} as in {control}"
    certain = "" if already else hard
    return Comparison(signal, said, _counted(seen), usual, control, p, large and not already, certain, onset=onset)


def _called(signal: Signal) -> str:
    return f"{signal.name} of {signal.subject}"


def _counted(one: Arm) -> str:
    return f"{one.errors:,.0f} of {one.requests:,.0f} ({one.share:.2%})"


def _missed(
    signal: Signal, seen: Arm, offered: list[tuple[Control, Arm]], after: Window, bounds: Bounds
) -> Comparison | None:
    """What is said where requests do not come, or hardly any; None where they do."""
    known = () if signal.old or after.length < FIRST_LOOK else _expected(offered, after)
    least = min(known) if len(known) == len(offered) and known else 0.0
    needed = bounds.expected_requests if not seen.requests else bounds.expected_requests / bounds.fallen
    counted = f"{seen.requests:,.0f} requests" if seen.requests else "no request"
    if least >= needed and seen.requests < least * bounds.fallen:
        why = f"{counted} since {after.start:%H:%M}, {least:,.0f} expected by the control"
        return Comparison(signal, f"{_called(signal)}: {why}", counted, f"{least:,.0f}", certain=why, onset=after.start)
    if seen.requests:
        return None
    most = max(known, default=0.0)
    # Where one control only had requests, silence is neither harm nor health.
    idle = most < bounds.expected_requests
    return Comparison(
        signal, f"{_called(signal)}: no request after, {most:,.0f} expected at most", enough=idle, idle=idle
    )


def _expected(offered: list[tuple[Control, Arm]], after: Window) -> tuple[float, ...]:
    """How many requests each control lets expect; none by those that had requests now and then only."""
    minutes = after.length.total_seconds() / 60
    return tuple(minutes * one.requests / len(one.pairs) for _, one in offered if len(one.pairs) >= minutes / 2)


def _is_failing(seen: Arm, bounds: Bounds) -> bool:
    """Whether so many of a few requests failed that nobody would let them pass."""
    several = seen.errors >= bounds.min_errors or seen.errors >= seen.requests
    return several and seen.share >= bounds.hard_share


def _hard(seen: Arm, control: Arm, bounds: Bounds) -> str:
    """Why so many errors need no statistics: the control had not half of that share."""
    enough = seen.requests >= bounds.hard_requests and seen.errors >= bounds.min_errors
    if not enough or seen.share < bounds.hard_share or seen.share < bounds.min_times * control.share:
        return ""
    return f"{_counted(seen)} failed since the shift, expected less than {bounds.hard_share:.0%}"


def _is_large(seen: Arm, control: Arm, bounds: Bounds) -> bool:
    """Half a point more, twice as much, and errors in several minutes: less is not worth a rollback."""
    minutes = sum(1 for errors, _ in seen.pairs if errors)
    return (
        seen.share >= control.share + bounds.min_points
        and seen.share >= control.share * bounds.min_times
        and seen.errors >= bounds.min_errors
        and minutes >= bounds.min_minutes
    )


def _already(signal: Signal, seen: Arm, before: Window, bounds: Bounds) -> str:
    """Errors that were there an hour before the deployment are not its own, however quiet other days were."""
    hour = preceding(signal, before)
    if hour.requests < bounds.min_requests or _is_large(seen, hour, bounds) or not hour.errors:
        return ""
    if not hour.share * bounds.min_times > seen.share:
        return ""
    return f"; {_counted(hour)} already in the hour before"


def _level(signal: Signal, after: Window, before: Window, bounds: Bounds) -> Comparison:
    per_minute = bounds.per_minute if signal.kind == "latency" else 0.0
    seen = arm([signal.new.within(after)], per_minute).blocks
    offered = list(controls(signal, after, before, per_minute))
    wanted = bounds.control_blocks if signal.kind == "latency" else bounds.blocks
    # The old version in the same minutes has as many blocks as the new one, and no earlier ones.
    control, against = next(
        ((name, one) for name, one in offered if len(one.blocks) >= (bounds.blocks if name == OLD_VERSION else wanted)),
        (None, Arm((), ())),
    )
    if control is None or len(seen) < bounds.blocks:
        return Comparison(signal, f"{_called(signal)}: not compared, too few samples", idle=True)
    moved, usual = statistics.shift(seen, against.blocks), sorted(against.blocks)[len(against.blocks) // 2]
    large = moved >= max(usual * (bounds.rise if signal.kind == "latency" else bounds.level_rise), signal.floor)
    already = ""
    if large and control not in (OLD_VERSION, PRECEDING):
        hour = preceding(signal, before, per_minute).blocks
        if len(hour) >= bounds.blocks and statistics.shift(seen, hour) < moved / 2:
            already = "; so it was already in the hour before"
    p = statistics.mann_whitney(seen, against.blocks)
    said = (
        f"{_called(signal)}: moved by {moved:+.3g} {signal.unit} from {usual:.3g} {signal.unit} in {control}; "
        f"p = {p:.2g}, {len(seen)} blocks against {len(against.blocks)}{already}"
    )
    expected = f"about {usual:.3g} {signal.unit} as in {control}"
    observed = f"moved by {moved:+.3g} {signal.unit}"
    return Comparison(signal, said, observed, expected, control, p, large and not already, onset=after.start)
