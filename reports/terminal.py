"""What does somebody read at 3 a.m.? The likeliest cause, the findings, what could not be seen, and where more is."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest

from diagnosis.runs import Entrance, RunView, Usage
from diagnosis.windows import spoken
from reports import words
from reports.disk import worsened
from reports.history import Past
from reports.history.plugin import past_in
from reports.tally import Result, Tally, tally_of
from reports.verdicts import view_of
from reports.words import one_line, several, size, visible

FOLD_FROM = 3
SHOWN_OF_A_KIND = 5
"""So many findings of one check and cause are written out; the report and results.jsonl keep every one."""
_MEANING = {
    0: "0, healthy",
    1: "1, something is sick",
    5: "5, nothing was checked",
    6: "6, nothing sick was found, but something could not be looked at",
}
_CUT_SHORT = {
    2: "2, interrupted: what is missing above was not looked at",
    3: "3, the suite itself failed",
    4: "4, the command cannot be used: ERROR below says why",
}


def pytest_report_header(config: pytest.Config) -> list[str] | None:
    """Which version looks at which places, as whom, through which endpoint, and for how long it may."""
    view = view_of(config)
    if view is None:
        return None
    start, end = view.window.start, view.window.end
    mode = f"{view.mode} {view.scenario}".strip()
    window = f"{start:%Y-%m-%d %H:%M}–{end:%H:%M} UTC ({spoken(view.window.length)})"
    lines = [f"vitals {view.version} · {mode} · {window} · {view.folder}"]
    lines += [_entrance(entrance) for entrance in view.entrances]
    if view.endpoint:
        lines.append(f"endpoint: {view.endpoint}")
    return lines


def _entrance(entrance: Entrance) -> str:
    if entrance.blind:
        return f"place: {entrance.place} · blind: {one_line(entrance.blind)}"
    end = f" · credentials end {entrance.expires}" if entrance.expires else ""
    return f"place: {entrance.place} · {entrance.identity or 'recorded'}{end}"


class SummaryPlugin:
    """Writes the summary in place of pytest's tracebacks and short summary."""

    def pytest_terminal_summary(self, terminalreporter: Any, exitstatus: int, config: pytest.Config) -> None:
        """The whole summary, the likeliest cause first."""
        view = view_of(config)
        if view is None or config.option.collectonly:
            return
        tally = tally_of(config)
        write = Writer(terminalreporter)
        _root_cause(write, tally)
        _findings(write, tally, view.profile)
        _blind(write, tally)
        _excused(write, tally, view)
        code = exitstatus if exitstatus in _CUT_SHORT else worsened(config, tally.exit_code())
        _closing(write, tally, view, config.hook.pytest_vitals_usage(config=config), past_in(config))
        write.lines([f"exit:     {_CUT_SHORT.get(code) or _MEANING[code]}"])


class Writer:
    """Sections and lines on pytest's terminal."""

    def __init__(self, reporter: Any) -> None:
        self._reporter = reporter

    def section(self, title: str, **markup: bool) -> None:
        """A ruled heading."""
        self._reporter.write_sep("=", title, **markup)

    def lines(self, lines: Iterable[str], **markup: bool) -> None:
        """Lines of text."""
        for line in lines:
            self._reporter.write_line(line, **markup)


def _root_cause(write: Writer, tally: Tally) -> None:
    cases = [case for case in tally.cases() if case.finding.impact != "hygiene"]
    if not cases:
        return
    write.section("likeliest cause", bold=True)
    if not tally.triage.roots:
        write.lines([f"cause unknown: {several(len(cases), 'finding')}, none of them more than a symptom"])
        return
    for rank, root in enumerate(tally.triage.roots, 1):
        others = several(len(cases) - 1, "other finding")
        share = f"explains {len(root.explains)} of {others}" if len(cases) > 1 else "the only finding"
        write.lines([f"{rank}. {one_line(root.sentence())}"], bold=rank == 1)
        write.lines([f"   {share} · confidence {root.confidence:.0%} · {root.case.check}[{root.case.target}]"])
        write.lines([f"   try: {one_line(root.case.finding.remedy)}"])
        write.lines((f"   {line}" for line in words.doubts(root)), yellow=True)
    if tally.changes_unknown:
        write.lines([f"could not rule out a change: {one_line(tally.changes_unknown)}"], yellow=True)
    if tally.triage.unexplained:
        left = ", ".join(sorted({one_line(case.finding.subject) for case in tally.triage.unexplained}))
        write.lines([f"not explained by these: {left}"])


def _findings(write: Writer, tally: Tally, profile: str) -> None:
    failed = tally.of("failed")
    if not failed:
        return
    write.section(f"{several(len(failed), 'check')} failed", red=True)
    shown: Counter[tuple[str, ...]] = Counter()
    for result in sorted(failed, key=_urgency):
        kind = (result.check, *sorted({finding.cause for finding in result.findings}))
        shown[kind] += 1
        if result.findings and shown[kind] > SHOWN_OF_A_KIND:
            continue
        write.lines([f"FAILED {result.nodeid}"], red=True, bold=True)
        for finding in result.findings:
            write.lines(words.finding(finding, profile))
        if not result.findings:
            write.lines(f"  {visible(line)}" for line in result.text.splitlines())
    for (check, *causes), count in shown.items():
        if causes and count > SHOWN_OF_A_KIND:
            more = f"{count - SHOWN_OF_A_KIND:,} more of {check}, cause {'/'.join(causes)}"
            write.lines([f"FAILED {more}: all of them are in the report"], red=True)


def _urgency(result: Result) -> tuple[int, str]:
    order = {"now": 0, "soon": 1, "hygiene": 2}
    return min((order[finding.impact] for finding in result.findings), default=0), result.nodeid


def _blind(write: Writer, tally: Tally) -> None:
    blind = tally.of("error")
    if not blind:
        return
    write.section(f"{several(len(blind), 'check')} could not look", yellow=True)
    for reason, count in tally.blind_reasons():
        same = [result for result in blind if result.reason == reason]
        if count < FOLD_FROM:
            write.lines([f"ERROR {result.nodeid}\n  {reason}" for result in same])
        else:
            names = sorted({result.check for result in same})
            write.lines([f"ERROR {several(count, 'check')}: {reason}", f"  {', '.join(names)}"])


def _excused(write: Writer, tally: Tally, view: RunView) -> None:
    excused = tally.of("xfailed")
    if excused:
        write.section(f"{several(len(excused), 'check')} excused")
        write.lines(f"XFAIL {result.nodeid}\n  {result.reason}" for result in excused)
    ending = [exemption for exemption in view.exemptions if exemption.expires_soon(view.now)]
    over = [exemption for exemption in view.exemptions if exemption.expired(view.now)]
    write.lines(
        (f"warning: accepted until {e.expires}: {e.check} {e.target}: renew or mend" for e in ending),
        yellow=True,
    )
    write.lines(
        (f"warning: expired on {e.expires}: {e.check} {e.target}: no longer accepted" for e in over),
        yellow=True,
    )


def _closing(write: Writer, tally: Tally, view: RunView, usage: Usage | None, past: Past) -> None:
    write.section("coverage")
    write.lines([f"coverage: {tally.coverage()}"])
    if usage and view.mode != "replay":
        scanned = f"{size(usage.scanned_bytes)} of logs scanned, " if usage.scanned_bytes else ""
        calls = several(sum(usage.calls.values()), "AWS call")
        write.lines([f"usage:    {calls}, {scanned}about ${usage.cost_usd:.4f}"])
    write.lines(_since_last_time(past))
    write.lines([f"report:   {Path(view.folder) / 'report.html'}"])


def _since_last_time(past: Past) -> list[str]:
    """What became of things since the last run that asked the same, where history knows one."""
    if past.problem:
        return [f"history:  {one_line(past.problem)}"]
    if past.before is None:
        return []
    counts = [f"{len(past.new)} new", f"{len(past.fixed)} fixed", f"{len(past.still)} still sick"]
    counts += [f"{len(past.unseen)} not seen this time"] if past.unseen else []
    return [f"history:  {', '.join(counts)}, compared with {past.before:%Y-%m-%d %H:%M} UTC"]


@pytest.hookimpl(tryfirst=True)
def pytest_configure(config: pytest.Config) -> None:
    """Leave tracebacks and pytest's short summary out, unless they were asked for."""
    if hasattr(config, "workerinput") or not config.pluginmanager.hasplugin("terminal"):
        return
    if config.option.tbstyle == "auto":
        config.option.tbstyle = "no"
    if config.option.reportchars == "fE":
        config.option.reportchars = ""
    config.pluginmanager.register(SummaryPlugin(), "vitals-summary")
