"""Where do report.html and junit.xml go? Into the run folder, beside results.jsonl, without being asked."""

from __future__ import annotations

import re
from collections.abc import Iterable
from html import escape
from pathlib import Path
from typing import Any

import pytest

from diagnosis.findings import Finding
from diagnosis.runs import RunView
from reports.tally import Tally, tally_of
from reports.verdicts import check_of, findings_of, outcome_of, reason_of, view_of
from reports.words import command, doubts, one_line, several

HTML, JUNIT = "report.html", "junit.xml"
STYLE = Path(__file__).with_name("report.css")
_CONSOLE = re.compile(r"https://([a-z0-9-]+\.)?console\.(aws\.amazon\.com|amazonaws\.cn|amazonaws-us-gov\.com)/")
_LABEL = {
    "failed": "Failed",
    "error": "Error",
    "passed": "Passed",
    "skipped": "Skipped",
    "xfailed": "XFailed",
}


@pytest.hookimpl(tryfirst=True)
def pytest_configure(config: pytest.Config) -> None:
    """Lead pytest-html and junitxml, which look at their options at configure time, to the run folder.

    The module that makes the folder is listed after this one, so its own `tryfirst` hook has run already.
    """
    if hasattr(config, "workerinput") or config.option.collectonly:
        return
    if not config.option.out or not config.option.out.is_dir():
        return
    config.option.xmlpath = config.option.xmlpath or str(config.option.out / JUNIT)
    if config.pluginmanager.hasplugin("html"):  # absent where somebody passed -p no:html
        config.option.htmlpath = config.option.htmlpath or str(config.option.out / HTML)
        config.option.self_contained_html = True
        config.option.css = [*config.option.css, str(STYLE)]
        config.pluginmanager.register(HtmlPlugin(config), "vitals-html")


class HtmlPlugin:
    """Adds the likeliest cause, cause and remedy to pytest-html, with every text from AWS escaped."""

    def __init__(self, config: pytest.Config) -> None:
        self.config = config

    def pytest_html_report_title(self, report: Any) -> None:
        """The title of the page."""
        view = view_of(self.config)
        report.title = f"Vitals {view.version} · {view.now:%Y-%m-%d %H:%M} UTC" if view else "Vitals"
        report.set_data("environment", _environment(view) if view else {})

    def pytest_html_results_summary(self, prefix: list[str]) -> None:
        """Verdict, likeliest cause and coverage above the table."""
        prefix.extend(_summary(tally_of(self.config)))

    def pytest_html_results_table_header(self, cells: list[str]) -> None:
        """Result, check, target, cause, symptom and remedy; the links column goes."""
        cells[1:2] = [_head("Check", "testId"), _head("Target", "target"), _head("Cause", "cause")]
        cells[4:] = ["<th>Symptom</th>", "<th>Remedy</th>", cells[4]]

    def pytest_html_results_table_row(self, report: Any, cells: list[str]) -> None:
        """One check."""
        check, target = check_of(report)
        outcome = outcome_of(report)
        if outcome:
            cells[0] = _cell("result", _LABEL[outcome])
        findings = findings_of(report) if outcome in ("failed", "xfailed") else []
        duration = cells[2]
        cells[1:] = [
            _cell("testId", check),
            _cell("target", target),
            _cell("cause", ", ".join(sorted({finding.cause for finding in findings}))),
            _cell("symptom", *(finding.symptom for finding in findings) if findings else (reason_of(report),)),
            _cell("remedy", *dict.fromkeys(finding.remedy for finding in findings)),
            duration,
        ]

    def pytest_html_results_table_html(self, report: Any, data: list[str]) -> None:
        """The evidence, folded open under a failed check."""
        findings = findings_of(report)
        if findings and outcome_of(report) in ("failed", "xfailed"):
            view = view_of(self.config)
            data[:] = [evidence(finding, view.profile if view else "") for finding in findings]
        elif report.skipped:
            data[:] = [escape(reason_of(report))]


def _environment(view: RunView) -> dict[str, str]:
    places = {f"place {e.place}": escape((e.blind and f"blind: {e.blind}") or e.identity) for e in view.entrances}
    window = f"{view.window.start:%Y-%m-%d %H:%M} to {view.window.end:%H:%M} UTC"
    known = {"version": view.version, "mode": f"{view.mode} {view.scenario}".strip(), "window": window}
    return {key: escape(value) for key, value in known.items()} | places


def _summary(tally: Tally) -> Iterable[str]:
    sick = len(tally.of("failed"))
    verdict = f"{several(sick, 'check')} failed" if sick else "nothing sick was found"
    yield f"<p><strong>{escape(verdict)}.</strong> Coverage: {escape(one_line(tally.coverage()))}</p>"
    for rank, root in enumerate(tally.triage.roots, 1):
        title = "Likeliest cause" if rank == 1 else f"Cause {rank}"
        yield (
            f"<p><strong>{title}:</strong> {escape(one_line(root.sentence()))} "
            f"(explains {several(len(root.explains), 'other finding')}, confidence {root.confidence:.0%})<br>"
            f"<strong>Try:</strong> {escape(one_line(root.case.finding.remedy))}"
            f"{''.join(f'<br>{escape(line)}' for line in doubts(root))}</p>"
        )


def evidence(finding: Finding, profile: str) -> str:
    """One finding as lines of escaped HTML; the console link is one only where it leads to an AWS console."""
    rows = [*(("saw", text) for text in finding.evidence), ("why", finding.why), ("try", finding.remedy)]
    rows.append(("look", command(finding, profile)))
    lines = [f"<strong>{escape(one_line(finding.symptom))}</strong>"]
    lines += [f"{name}: {escape(one_line(text))}" for name, text in rows if text]
    if _CONSOLE.match(finding.link):
        link = escape(finding.link, quote=True)
        lines.append(f'open: <a href="{link}" rel="noreferrer">{link}</a>')
    return "\n".join(lines) + "\n"


def _head(title: str, column: str) -> str:
    return f'<th class="sortable" data-column-type="{column}">{title}</th>'


def _cell(column: str, *texts: str) -> str:
    return f'<td class="col-{column}">{"<br>".join(escape(one_line(text)) for text in texts)}</td>'
