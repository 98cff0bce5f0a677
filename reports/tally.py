"""What did the whole run come to? Counts, coverage, reasons for blindness, and the exit code."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

import pytest

from diagnosis.changes import Change
from diagnosis.findings import Finding
from diagnosis.triage import Case, Triage, triage
from reports.labels import Labels
from reports.verdicts import Outcome, check_of, findings_of, labels_of, outcome_of, reason_of, text_of, view_of
from reports.words import several

TALLY = pytest.StashKey["Tally"]()

HEALTHY, SICK, NOTHING_CHECKED, BLIND = 0, 1, 5, 6


@dataclass(frozen=True)
class Result:
    """What came of one check on one target."""

    nodeid: str
    check: str
    target: str
    outcome: Outcome
    reason: str = ""
    findings: tuple[Finding, ...] = ()
    text: str = ""
    duration_s: float = 0.0
    labels: Labels = field(default_factory=Labels)


@dataclass
class Tally:
    """All results so far. A check's result is final when its last phase has been reported."""

    results: list[Result] = field(default_factory=list)
    triage: Triage = field(default_factory=Triage)
    changes: tuple[Change, ...] = ()
    changes_unknown: str = ""
    collected: int = 0
    unsettled: str = ""
    """`failed` or `error` where --until-healthy ran out of time before all was healthy for long enough."""
    unknown_names: tuple[str, ...] = ()
    """What was asked for by a name that nothing has."""
    _open: dict[str, Result] = field(default_factory=dict)

    def hear(self, report: Any) -> Result | None:
        """Take one report; the result, once it is final."""
        outcome = outcome_of(report)
        known = self._open.get(report.nodeid)
        if outcome and (known is None or (outcome == "error" and known.outcome != "failed")):
            check, target = check_of(report)
            self._open[report.nodeid] = Result(
                report.nodeid, check, target, outcome, reason_of(report), tuple(findings_of(report)),
                text_of(report) if report.failed else "", report.duration, labels_of(report),
            )  # fmt: skip
        if report.when not in ("teardown", "???"):
            return None
        final = self._open.pop(report.nodeid, None)
        if final:
            self.results.append(final)
        return final

    def hear_collected(self, report: Any) -> Result:
        """Take the report of a module that could not be collected: its checks could not look."""
        result = Result(
            report.nodeid, *check_of(report), "error", reason_of(report), text=text_of(report), labels=labels_of(report)
        )
        self.results.append(result)
        return result

    def of(self, *outcomes: Outcome) -> list[Result]:
        """The results with one of these outcomes, in the order of their ids."""
        return sorted((r for r in self.results if r.outcome in outcomes), key=lambda r: r.nodeid)

    def cases(self) -> list[Case]:
        """Every finding of a check that failed, or that only a gate let through."""
        return [
            Case(result.check, result.target, finding)
            for result in self.of("failed", "xfailed")
            if not result.reason.startswith("accepted")
            for finding in result.findings
        ]

    def rank(self, changes: Iterable[Change]) -> None:
        """Look for the finding that explains the others."""
        blind = {result.target for result in self.of("error")}
        self.changes = tuple(changes)
        self.triage = triage(self.cases(), self.changes, blind)

    def exit_code(self) -> int:
        """0 healthy, 1 sick, 6 nothing sick but something unseen, 5 nothing checked."""
        if self.of("failed") or self.unsettled == "failed":
            return SICK
        if self.of("error") or self.unsettled:
            return BLIND
        if not self.of("passed", "xfailed"):
            return NOTHING_CHECKED
        return BLIND if self.unknown_names else HEALTHY

    def blind_reasons(self) -> list[tuple[str, int]]:
        """Why checks could not look, the most frequent first."""
        return Counter(result.reason for result in self.of("error")).most_common()

    def missed(self) -> int:
        """How many checks were collected and did not run: the run was cut off."""
        return max(0, self.collected - len({result.nodeid for result in self.results}))

    def coverage(self) -> str:
        """`47 of 52 checked; 5 blind: missing pi:GetResourceMetrics`."""
        blind = len(self.of("error"))
        checked = len(self.of("passed", "failed", "xfailed"))
        parts = [f"{checked} of {checked + blind} checked"]
        if blind:
            named = "; ".join(f"{why} ({count})" if blind > count else why for why, count in self.blind_reasons()[:3])
            parts.append(f"{blind} blind: {named}")
        parts += [f"nothing is called {name}" for name in self.unknown_names]
        off = [result for result in self.of("skipped") if result.reason.startswith("switched off")]
        idle = len(self.of("skipped")) - len(off)
        if idle:
            parts.append(f"{idle} not applicable")
        if self.missed():
            parts.append(f"{self.missed():,} not run")
        if off:
            parts.append(f"{several(len(off), 'check')} switched off")
        return "; ".join(parts)


def tally_of(config: pytest.Config) -> Tally:
    """The controller's tally."""
    return config.stash.setdefault(TALLY, Tally())


class TallyPlugin:
    """Counts in the process that sees every report: the only one, or xdist's controller."""

    def __init__(self, config: pytest.Config) -> None:
        self.config = config

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtest_logreport(self, report: Any) -> None:
        """Count; whoever keeps results is told when one is final."""
        result = tally_of(self.config).hear(report)
        if result:
            self.config.hook.pytest_vitals_result(config=self.config, result=result)

    def pytest_collection_finish(self, session: pytest.Session) -> None:
        """How many checks there are: what an interrupted run did not come to is no coverage."""
        tally_of(self.config).collected = max(tally_of(self.config).collected, len(session.items))

    @pytest.hookimpl(optionalhook=True)
    def pytest_xdist_node_collection_finished(self, ids: Sequence[str]) -> None:
        """The same from workers: the controller collects nothing itself."""
        tally_of(self.config).collected = max(tally_of(self.config).collected, len(ids))

    def pytest_collectreport(self, report: Any) -> None:
        """A module that could not be collected is a gap in the coverage, whether or not the run goes on."""
        if report.failed and view_of(self.config) is not None:
            result = tally_of(self.config).hear_collected(report)
            self.config.hook.pytest_vitals_result(config=self.config, result=result)

    @pytest.hookimpl(tryfirst=True)
    def pytest_sessionfinish(self, session: pytest.Session, exitstatus: int) -> None:
        """Rank the causes and set the exit code, where pytest's own says no more than pass or fail."""
        tally = tally_of(self.config)
        tally.unsettled = self.config.hook.pytest_vitals_unsettled(config=self.config) or ""
        cases = tally.cases()
        if cases:
            tally.rank(self.config.hook.pytest_vitals_changes(config=self.config, suspects=cases) or ())
            tally.changes_unknown = self.config.hook.pytest_vitals_changes_unknown(config=self.config) or ""
        if exitstatus in (pytest.ExitCode.OK, pytest.ExitCode.TESTS_FAILED) and self._judged():
            tally.unknown_names = tuple(self.config.hook.pytest_vitals_unknown_names(config=self.config) or ())
            session.exitstatus = tally.exit_code()

    def _judged(self) -> bool:
        """Was anything to be judged, or only collected?"""
        return not self.config.option.collectonly and view_of(self.config) is not None


@pytest.hookimpl(tryfirst=True)
def pytest_configure(config: pytest.Config) -> None:
    """Count in one process only."""
    if not hasattr(config, "workerinput"):
        config.pluginmanager.register(TallyPlugin(config), "vitals-tally")
