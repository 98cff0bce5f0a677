"""What is being gathered, how far is it, and is anything red yet? Said while a run goes on, not at its end.

On a terminal one line is painted over and over, in place of pytest's dots; elsewhere a plain line is written now and
then. What is found sick is said at once.
"""

from __future__ import annotations

import os
import shutil
import threading
import time
from collections import Counter
from datetime import timedelta
from typing import Any, TextIO

import pytest

from diagnosis.runs import Gathering
from diagnosis.windows import spoken
from reports.tally import Result, tally_of
from reports.verdicts import view_of
from reports.words import one_line, several

PAINT_S, PLAIN_S = 0.25, 10.0
"""How often a terminal is painted, and a plain line written."""
MOST_AT_ONCE = 10
"""So many findings are said as they come; the summary has them all, ranked."""
_NAMED = 2


class ProgressPlugin:
    """Speaks while checks run, in the process that hears of every result."""

    def __init__(self, config: pytest.Config, reporter: Any, out: TextIO | None) -> None:
        self.config = config
        self.reporter = reporter
        self.out = out
        self.paints = bool(out and out.isatty())
        self._started = time.monotonic()
        self._counts: Counter[str] = Counter()
        self._lock = threading.RLock()
        self._over = threading.Event()
        self._thread: threading.Thread | None = None
        if self.paints:
            reporter.showfspath = False

    @pytest.hookimpl(trylast=True)
    def pytest_collection_finish(self) -> None:
        """From here on readers read."""
        self._begin()

    @pytest.hookimpl(optionalhook=True)
    def pytest_xdist_node_collection_finished(self) -> None:
        """The same from workers."""
        self._begin()

    def _begin(self) -> None:
        if self._thread is None and self.out and view_of(self.config):
            self._thread = threading.Thread(target=self._speak, daemon=True, name="vitals-progress")
            self._thread.start()

    @pytest.hookimpl(wrapper=True)
    def pytest_report_teststatus(self) -> Any:
        """No dots where a line is painted: the category alone, for pytest's own counts."""
        status = yield
        return (status[0], "", "") if self.paints and status and view_of(self.config) else status

    def pytest_vitals_result(self, result: Result) -> None:
        """Count; and say what is sick, at once."""
        with self._lock:
            self._counts[result.outcome] += 1
            if result.outcome == "failed" and self._counts["failed"] <= MOST_AT_ONCE:
                self._say(result)

    def _say(self, result: Result) -> None:
        urgent = [f for f in result.findings if f.impact != "hygiene"]
        lines = [f"{one_line(f.symptom)}  (cause: {f.cause})" for f in urgent]
        if not result.findings:
            lines = [f"{result.check}[{result.target}]: {one_line(result.reason)}"]
        self._clear()
        for line in lines:
            self.reporter.write_line(f"sick after {self._elapsed()}: {line}", red=True)
        if self._counts["failed"] == MOST_AT_ONCE:
            self.reporter.write_line("what else is sick stands in the summary")

    @pytest.hookimpl(tryfirst=True)
    def pytest_sessionfinish(self) -> None:
        """Be silent before anything is summed up."""
        self._over.set()
        if self._thread:
            self._thread.join(timeout=1)
        with self._lock:
            self._clear()

    def _speak(self) -> None:
        if self.paints:
            self._tell()
        while not self._over.wait(PAINT_S if self.paints else PLAIN_S):
            self._tell()

    def _tell(self) -> None:
        with self._lock:
            if not self._over.is_set():
                self._write(self.line())

    def _write(self, line: str) -> None:
        assert self.out is not None
        if self.paints:
            columns = shutil.get_terminal_size().columns
            self.out.write(f"\r{line[: columns - 1]}\x1b[K")
        else:
            self.out.write(f"{'' if self.reporter.currentfspath is None else chr(10)}{line}\n")
        self.out.flush()

    def _clear(self) -> None:
        if self.paints and self.out:
            self.out.write("\r\x1b[K")
            self.out.flush()

    def line(self) -> str:
        """Where the run stands, in one line."""
        done, total = sum(self._counts.values()), tally_of(self.config).collected
        gathering: Gathering | None = self.config.hook.pytest_vitals_gathering(config=self.config)
        parts = [self._elapsed(), f"{done:,} of {several(total, 'check')}"]
        parts += [f"{self._counts['failed']:,} sick"] if self._counts["failed"] else []
        parts += [f"{self._counts['error']:,} could not look"] if self._counts["error"] else []
        return one_line(" · ".join([*parts, *_gathered(gathering)]))

    def _elapsed(self) -> str:
        return spoken(timedelta(seconds=time.monotonic() - self._started))


def _gathered(gathering: Gathering | None) -> list[str]:
    """How many readings have ended, and which are still waited for, and where."""
    if gathering is None or not gathering.waiting:
        return []
    named = ", ".join(gathering.waiting[:_NAMED])
    left = len(gathering.waiting) - _NAMED
    more = f" and {left} more" if left > 0 else ""
    return [f"{gathering.done} of {several(gathering.total, 'fact')}, gathering {named}{more}"]


@pytest.hookimpl(trylast=True)
def pytest_configure(config: pytest.Config) -> None:
    """Speak where somebody listens: not in a worker, not when silence was asked for."""
    reporter = config.pluginmanager.get_plugin("terminalreporter")
    if hasattr(config, "workerinput") or reporter is None or config.option.verbose < 0 or config.option.collectonly:
        return
    config.pluginmanager.register(ProgressPlugin(config, reporter, _own_output(config)), "vitals-progress")


def _own_output(config: pytest.Config) -> TextIO | None:
    """The terminal by a descriptor of its own: pytest points the usual one elsewhere while a check runs."""
    file = config.get_terminal_writer()._file
    try:
        out = os.fdopen(os.dup(file.fileno()), "w", encoding="utf-8", errors="replace")
    except (OSError, ValueError, AttributeError):
        return None
    config.add_cleanup(out.close)
    return out
