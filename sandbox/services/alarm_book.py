"""Which state is an alarm in, since when, and why? Computed from the metric's points when somebody asks."""

from __future__ import annotations

import json
import threading
import time
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from sandbox.services.actions import utc
from sandbox.services.alarm_rules import ALARM, INSUFFICIENT, OK, Rule
from sandbox.services.metric_queries import Span, evaluate, points
from sandbox.services.metric_store import MetricStore, dimensions_of, key, store

_DAY_S = 86_400
_HISTORY_S = 8 * _DAY_S
# Most transitions are recent, and eight days of a metric are dear: the present state is looked for in growing steps,
# and of an alarm that has been well for a day nobody asks since when.
_LOOK_BACK_S = (3 * 3_600, _DAY_S, _HISTORY_S)
_INITIAL_REASON = "Unchecked: Initial alarm creation"


@dataclass(frozen=True)
class Transition:
    """A change of state. `moment` is epoch seconds."""

    moment: float
    state: str
    reason: str
    data: str
    by_hand: bool = False


@dataclass
class Alarm:
    """A metric alarm or a composite one, as it was put."""

    params: dict[str, Any]
    configured: datetime
    overrides: list[Transition] = field(default_factory=list)
    """What SetAlarmState said; it holds until the next evaluation that changes the state."""

    @property
    def name(self) -> str:
        """AlarmName."""
        return str(self.params["AlarmName"])

    @property
    def is_composite(self) -> bool:
        """Whether it watches other alarms rather than a metric."""
        return "AlarmRule" in self.params


class AlarmBook:
    """The alarms of one account in one region."""

    def __init__(self, account: str, region: str) -> None:
        self.metrics: MetricStore = store(account, region)
        self.alarms: dict[str, Alarm] = {}
        self._kept: dict[str, tuple[tuple[int, int, int], list[Transition]]] = {}

    def transitions(self, alarm: Alarm, now_s: float) -> list[Transition]:
        """The latest changes of state, oldest first; the last is the present state.

        Like CloudWatch, an alarm is evaluated once a minute.
        """
        from sandbox.services import composite

        stamp = (int(now_s // 60), self.metrics.version, id(alarm))
        kept = self._kept.get(alarm.name)
        if kept is None or kept[0] != stamp or alarm.is_composite:
            found = composite.transitions(self, alarm, now_s) if alarm.is_composite else _metric(self, alarm, now_s)
            kept = (stamp, found)
            self._kept[alarm.name] = kept
        return _overridden(kept[1], alarm.overrides)

    def history(self, alarm: Alarm, now_s: float) -> list[Transition]:
        """The changes of state of the last eight days, oldest first."""
        if alarm.is_composite:
            return self.transitions(alarm, now_s)
        return _overridden(_walk(self, alarm.params, now_s, _HISTORY_S), alarm.overrides)


def _overridden(computed: list[Transition], by_hand: list[Transition]) -> list[Transition]:
    """SetAlarmState holds until the data changes the state after it."""
    return sorted([*computed, *by_hand], key=lambda t: t.moment)


def rule_of(params: dict[str, Any]) -> Rule:
    """The rule of a metric alarm's parameters."""
    periods = int(params.get("EvaluationPeriods", 1))
    return Rule(
        comparison=params["ComparisonOperator"],
        threshold=float(params.get("Threshold", 0)),
        periods=periods,
        to_alarm=int(params.get("DatapointsToAlarm") or periods),
        missing=params.get("TreatMissingData") or "missing",
    )


def _period_s(params: dict[str, Any]) -> int:
    periods = [int(params["Period"])] if params.get("Period") else []
    for query in params.get("Metrics") or []:
        periods += [int(p) for p in (query.get("Period"), query.get("MetricStat", {}).get("Period")) if p]
    return max(periods, default=60)


def _lag_s(book: AlarmBook, params: dict[str, Any]) -> int:
    named = [params] if params.get("MetricName") else []
    named += [q["MetricStat"]["Metric"] for q in params.get("Metrics") or [] if "MetricStat" in q]
    keys = [key(m["Namespace"], m["MetricName"], dimensions_of(m.get("Dimensions"))) for m in named]
    return max((book.metrics.lag_s(k) for k in keys), default=0)


def _values(book: AlarmBook, params: dict[str, Any], span: Span, now_s: float) -> dict[int, float]:
    if params.get("MetricName"):
        identity = key(params["Namespace"], params["MetricName"], dimensions_of(params.get("Dimensions")))
        stat = params.get("Statistic") or params.get("ExtendedStatistic") or "Average"
        return points(book.metrics, identity, stat, params.get("Unit"), span, now_s)
    queries = [dict(q) for q in params.get("Metrics") or []]
    results = evaluate(book.metrics, queries, span.start_s, span.end_s, now_s)
    return results[0].points if results else {}


def _metric(book: AlarmBook, alarm: Alarm, now_s: float) -> list[Transition]:
    """The transitions of a metric alarm within the shortest look back that holds one."""
    found: list[Transition] = []
    for back_s in _LOOK_BACK_S:
        found = _walk(book, alarm.params, now_s, back_s)
        if len(found) > 1 or (found[-1].state == OK and back_s >= _DAY_S):
            return found
    return found


def _walk(book: AlarmBook, params: dict[str, Any], now_s: float, back_s: int) -> list[Transition]:
    """Evaluate period by period; the first entry is the state at the beginning."""
    rule, period_s, lag_s = rule_of(params), _period_s(params), _lag_s(book, params)
    last_end = int((now_s - lag_s) // period_s * period_s)
    first = last_end - (back_s // period_s + rule.reach) * period_s
    values = _values(book, params, Span(first, last_end, period_s), now_s)
    starts = list(range(first, last_end, period_s))
    row = [values.get(s) for s in starts]
    state = INSUFFICIENT
    found: list[Transition] = []
    for end in range(min(rule.reach, len(row)), len(row) + 1):
        now_state = rule.state(row[max(0, end - rule.reach) : end], state)
        if not found or now_state != state:
            moment = starts[end - 1] + period_s + lag_s
            window = list(zip(starts[:end], row[:end], strict=True))[-rule.reach :]
            found.append(_transition(params, rule, period_s, moment, now_state, window))
        state = now_state
    return found or [Transition(now_s, INSUFFICIENT, _INITIAL_REASON, "{}")]


def _stamp(moment_s: float) -> str:
    return datetime.fromtimestamp(moment_s, UTC).strftime("%d/%m/%y %H:%M:%S")


def _transition(
    params: dict[str, Any],
    rule: Rule,
    period_s: int,
    moment: float,
    state: str,
    window: list[tuple[int, float | None]],
) -> Transition:
    """A transition with the reason as the console shows it."""
    real = [(s, v) for s, v in window if v is not None][-rule.periods :]
    data = {
        "version": "1.0",
        "queryDate": utc(moment).strftime("%Y-%m-%dT%H:%M:%S.000+0000"),
        "statistic": params.get("Statistic") or params.get("ExtendedStatistic"),
        "period": period_s,
        "recentDatapoints": [v for _, v in real],
        "threshold": rule.threshold,
    }
    return Transition(moment, state, _reason(rule, state, real), json.dumps(data))


def _reason(rule: Rule, state: str, real: list[tuple[int, float]]) -> str:
    if state == INSUFFICIENT or not real:
        missing = f"{rule.periods} datapoint{'s were' if rule.periods > 1 else ' was'} unknown."
        return f"Insufficient Data: {missing}" if state == INSUFFICIENT else f"Threshold Crossed: {missing}"
    chosen = [(s, v) for s, v in real if rule.breaches(v)] if state == ALARM else real
    listed = ", ".join(f"{v} ({_stamp(s)})" for s, v in reversed(chosen or real))
    many = len(chosen) > 1
    verb = ("were" if many else "was") + ("" if state == ALARM else " not")
    head = f"{len(chosen)} out of the last {rule.periods} datapoints [{listed}] {verb} {rule.words} the threshold"
    plural = "s" if rule.to_alarm > 1 else ""
    change = "OK -> ALARM" if state == ALARM else "ALARM -> OK"
    tail = f"(minimum {rule.to_alarm} datapoint{plural} for {change} transition)."
    return f"Threshold Crossed: {head} ({rule.threshold}) {tail}"


_books: dict[tuple[str, str], AlarmBook] = {}
_lock = threading.Lock()


def book(account: str, region: str) -> AlarmBook:
    """The alarms of a place."""
    with _lock:
        return _books.setdefault((account, region), AlarmBook(account, region))


def state_at(transitions: list[Transition], moment: float) -> str:
    """The state at a moment."""
    state = transitions[0].state if transitions else OK
    for transition in transitions:
        if transition.moment <= moment:
            state = transition.state
    return state


def now() -> float:
    """Epoch seconds."""
    return time.time()
