"""Are service level objectives met, and how fast is the budget for failures spent?"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from diagnosis import console
from diagnosis.answers import Blind, CouldNotTellError
from diagnosis.causes import Impact
from diagnosis.commands import aws
from diagnosis.findings import Finding
from diagnosis.targets import Target
from diagnosis.windows import spoken


@dataclass(frozen=True)
class Budget:
    """What may still go wrong: shares of the whole budget that are left now, an hour and six hours ago.

    A share below 0 is spent more than once over; None where nothing was known then. `status` is AWS's word.
    """

    target: Target
    status: str
    goal_percent: float
    attained_percent: float | None
    interval: timedelta
    left: float | None
    left_hour_ago: float | None
    left_six_hours_ago: float | None
    as_of: datetime

    def burn_rate(self, hours: int) -> float | None:
        """How many times faster than evenly the budget was spent in the last hours: 1 spends it in its interval."""
        before = self.left_hour_ago if hours == 1 else self.left_six_hours_ago
        if self.left is None or before is None:
            return None
        return max(0.0, before - self.left) * (self.interval / timedelta(hours=hours))


def missed_objective(budget: Budget, *, fast_burn: float = 14.4, slow_burn: float = 6) -> list[Finding]:
    """The objective, where its budget burns `fast_burn` times too fast for an hour or `slow_burn` times for six, or is
    spent; one that is spent while nothing goes wrong any more can wait.

    CouldNotTellError where Application Signals gives a status that this rule does not know.
    https://sre.google/workbook/alerting-on-slos/
    """
    if budget.status not in ("OK", "WARNING", "BREACHED"):
        raise CouldNotTellError(
            Blind("unreadable", f"{budget.target.name}: unknown status {budget.status or 'not given'}")
        )
    hour, six = budget.burn_rate(1), budget.burn_rate(6)
    if hour is not None and hour >= fast_burn:
        return [_finding(budget, "now", f"budget burns {hour:,.1f} times too fast", f"less than {fast_burn:g} times")]
    if budget.status == "BREACHED":
        impact: Impact = "now" if (hour or 0.0) >= 1 else "soon"
        return [_finding(budget, impact, f"{_attained(budget)} attained", f"at least {budget.goal_percent:g} %")]
    if six is not None and six >= slow_burn and (hour is None or hour >= 1):
        said = f"budget burns {six:,.1f} times too fast for six hours"
        return [_finding(budget, "soon", said, f"less than {slow_burn:g} times")]
    return []


def _attained(budget: Budget) -> str:
    return "too little" if budget.attained_percent is None else f"{budget.attained_percent:,.2f} %"


def _finding(budget: Budget, impact: Impact, observed: str, expected: str) -> Finding:
    name = budget.target.name
    rates = [(hours, rate) for hours in (1, 6) if (rate := budget.burn_rate(hours)) is not None]
    return Finding(
        subject=name,
        place=budget.target.place,
        cause="alarm",
        impact=impact,
        symptom=f"{name}: {observed}, expected {expected}",
        evidence=(
            f"BudgetStatus {budget.status}, attained {_attained(budget)}",
            f"goal {budget.goal_percent:g} % in {spoken(budget.interval)}",
            *((f"budget left {budget.left:.0%}",) if budget.left is not None else ()),
            *(f"burn rate {rate:,.1f} over {hours} h" for hours, rate in rates),
        ),
        remedy="see what fails or is slow now: the objective only counts it",
        resource=budget.target.arn,
        as_of=budget.as_of,
        link=console.link(budget.target.place, "cloudwatch/home", f"application-signals:slo/{name}"),
        command=aws("application-signals", "get-service-level-objective", "--id", budget.target.arn),
    )
