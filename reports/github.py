"""What does GitHub Actions show? An annotation for each finding, and the summary of the job in Markdown.

https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-commands
"""

from __future__ import annotations

import os
import secrets
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from diagnosis.findings import Finding
from reports.notes import notes_of
from reports.tally import Result, Tally, tally_of
from reports.verdicts import view_of
from reports.words import one_line

MOST_ANNOTATIONS = 10
"""GitHub shows ten errors and ten warnings of a step."""
MOST_ROWS = 50
_LEVEL = {"failed": "error", "error": "warning"}
_HEADINGS = {
    0: "✅ healthy",
    1: "❌ something is sick",
    5: "⚠️ nothing was checked",
    6: "⚠️ nothing sick was found, but something could not be looked at",
}


def workflow_commands(tally: Tally) -> Iterator[str]:
    """A workflow command for each check that failed or could not look; the rest is in the summary."""
    for outcome, level in _LEVEL.items():
        results = tally.of(outcome)  # type: ignore[arg-type]
        for result in results[:MOST_ANNOTATIONS]:
            text = "\n".join(_told(result))
            yield f"::{level} title={_property(_title(result))}::{_data(text)}"


def _title(result: Result) -> str:
    return one_line(f"{result.check}[{result.target}]")


def _told(result: Result) -> Iterator[str]:
    for finding in result.findings:
        yield f"{one_line(finding.symptom)} (cause: {finding.cause}, {finding.impact})"
        yield f"try: {one_line(finding.remedy)}"
    if not result.findings:
        yield one_line(result.reason) or "failed"


def _data(text: str) -> str:
    """The escapes of a command's message: text from AWS must not begin a command of its own."""
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")


def summary(tally: Tally, code: int, notes: dict[str, list[str]]) -> str:
    """The job's summary: verdict, likeliest cause, a table of what is red or blind, what passes prove, coverage."""
    lines = [f"## Vitals: {_HEADINGS.get(code, f'exit {code}')}", ""]
    for root in tally.triage.roots[:1]:
        lines += [f"**Likeliest cause:** {_cell(root.sentence())} ({root.confidence:.0%})", ""]
    rows = [(result, finding) for result in tally.of("failed", "xfailed") for finding in result.findings]
    if rows:
        lines += ["| check | what | cause | try |", "|---|---|---|---|", *(_row(*row) for row in rows[:MOST_ROWS]), ""]
    if len(rows) > MOST_ROWS:
        lines += [f"… and {len(rows) - MOST_ROWS} more in report.html", ""]
    blind = tally.of("error")
    if blind:
        lines += ["| could not look | why |", "|---|---|"]
        lines += [f"| {_cell(_title(result))} | {_cell(result.reason)} |" for result in blind[:MOST_ROWS]] + [""]
    if notes:
        lines += ["<details><summary>what passes prove</summary>", ""]
        lines += [f"- {_cell(note)}" for several in notes.values() for note in several] + ["", "</details>", ""]
    return "\n".join([*lines, f"Coverage: {_cell(tally.coverage())}", ""])


def _row(result: Result, finding: Finding) -> str:
    impact = "" if result.outcome == "failed" else f" ({finding.impact}, does not block)"
    cells = (f"{result.check} `{finding.subject}`", finding.symptom + impact, finding.cause, finding.remedy)
    return f"| {' | '.join(_cell(cell) for cell in cells)} |"


def _cell(text: str) -> str:
    """Text of AWS in a table: no new column, no HTML, no mention, no link."""
    plain = one_line(text).replace("&", "&amp;").replace("<", "&lt;").replace("\\", "\\\\").replace("|", "\\|")
    return plain.replace("@", "@\u200b").replace("](", "]\u200b(")


class GithubPlugin:
    """Speaks to the runner at the end of a run, and keeps everybody else from doing so before and after.

    The runner obeys a command wherever it stands in a line (`##[…]`) or at its beginning, white space aside (`::…`):
    a resource that is called so would give orders with every finding about it.
    """

    def __init__(self) -> None:
        self._notes: dict[str, list[str]] = {}
        self._token = secrets.token_hex(16)

    @pytest.hookimpl(tryfirst=True)
    def pytest_sessionstart(self, session: pytest.Session) -> None:
        """Let the runner take nothing for a command that does not know the token."""
        self._write(session.config, f"::stop-commands::{self._token}")

    @pytest.hookimpl(trylast=True)
    def pytest_unconfigure(self, config: pytest.Config) -> None:
        """Let the runner listen again."""
        self._write(config, f"::{self._token}::")

    @staticmethod
    def _write(config: pytest.Config, line: str) -> None:
        terminal = config.pluginmanager.get_plugin("terminalreporter")
        if terminal is not None:
            terminal.ensure_newline()
            terminal.write_line(line)

    def pytest_runtest_logreport(self, report: Any) -> None:
        """Remember what passes prove."""
        if report.when == "call" and notes_of(report):
            self._notes[report.nodeid] = notes_of(report)

    @pytest.hookimpl(trylast=True)
    def pytest_terminal_summary(self, terminalreporter: Any, exitstatus: int, config: pytest.Config) -> None:
        """Write annotations to the log, and the summary where GITHUB_STEP_SUMMARY says."""
        if view_of(config) is None or config.option.collectonly:
            return
        tally = tally_of(config)
        code = exitstatus if exitstatus in (2, 3) else int(config.stash.get(EXIT, tally.exit_code()))
        for line in (f"::{self._token}::", *workflow_commands(tally), f"::stop-commands::{self._token}"):
            terminalreporter.write_line(line)
        path = os.environ.get("GITHUB_STEP_SUMMARY")
        if path:
            with Path(path).open("a", encoding="utf-8") as file:
                file.write(summary(tally, code, self._notes))

    @pytest.hookimpl(trylast=True)
    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        """Keep the exit code that was decided."""
        session.config.stash[EXIT] = int(session.exitstatus)


EXIT = pytest.StashKey[int]()


def pytest_configure(config: pytest.Config) -> None:
    """Speak where GitHub listens, and in the process that sees every report only."""
    if os.environ.get("GITHUB_ACTIONS") == "true" and not hasattr(config, "workerinput"):
        config.pluginmanager.register(GithubPlugin(), "vitals-github")
