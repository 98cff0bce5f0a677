"""What will another program read? results.jsonl, one object a check, written as each becomes known.

results.schema.json, beside this module, describes its lines.
"""

from __future__ import annotations

import contextlib
import json
from pathlib import Path
from typing import Any, TextIO

import pytest

from reports.disk import remember
from reports.tally import Result, tally_of
from reports.verdicts import view_of

NAME = "results.jsonl"
SCHEMA = 1


class ResultsPlugin:
    """Appends to the run folder; what was known when a run was cut off stays readable."""

    def __init__(self) -> None:
        self._file: TextIO | None = None

    def pytest_vitals_result(self, config: pytest.Config, result: Result) -> None:
        """Write one result."""
        self._write(config, as_plain(result))

    @pytest.hookimpl(trylast=True)
    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        """Write the last line, which speaks of the whole run."""
        config = session.config
        view = view_of(config)
        if view is None or config.option.collectonly:
            return
        tally = tally_of(config)
        roots = [_root(root) for root in tally.triage.roots]
        summary = {
            "schema": SCHEMA,
            "exit": int(session.exitstatus),
            "coverage": tally.coverage(),
            "roots": roots,
            "version": view.version,
        }
        usage = config.hook.pytest_vitals_usage(config=config)
        summary["operations"] = dict(sorted(usage.calls.items())) if usage else {}
        self._write(config, {"run": summary})
        if self._file:
            with contextlib.suppress(OSError):  # what could not be flushed was said already
                self._file.close()

    def _write(self, config: pytest.Config, plain: dict[str, Any]) -> None:
        try:
            if self._file is None:
                view = view_of(config)
                assert view is not None
                self._file = (Path(view.folder) / NAME).open("a", encoding="utf-8")
            self._file.write(json.dumps(plain, ensure_ascii=False) + "\n")
            self._file.flush()
        except OSError as error:
            remember(config, error)


def as_plain(result: Result) -> dict[str, Any]:
    """One line of results.jsonl; of its labels those that are known."""
    plain = {
        "check": result.check,
        "target": result.target,
        "outcome": result.outcome,
        "reason": result.reason,
        "findings": [finding.to_dict() for finding in result.findings],
    }
    return plain | {name: value for name, value in vars(result.labels).items() if value}


def _root(root: Any) -> dict[str, Any]:
    case = root.case
    return {
        "check": case.check,
        "target": case.target,
        "subject": case.finding.subject,
        "cause": case.finding.cause,
        "explains": [f"{other.check}[{other.target}]" for other in root.explains],
        "confidence": root.confidence,
        "sentence": root.sentence(),
        "rival": f"{root.rival.check}[{root.rival.target}]" if root.rival else "",
        "not_ruled_out": list(root.not_ruled_out),
    }


def pytest_configure(config: pytest.Config) -> None:
    """Write in the process that counts."""
    if not hasattr(config, "workerinput"):
        config.pluginmanager.register(ResultsPlugin(), "vitals-results")
