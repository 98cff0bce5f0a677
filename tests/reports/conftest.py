"""A small house for the tests of the voice: checks whose findings a test makes up, and every report of them."""

from __future__ import annotations

import json
import shutil
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

import reports.files
import reports.history.plugin
import reports.labels
import reports.metrics
import reports.postmortem.plugin
import reports.results
import reports.tally
import reports.terminal
import reports.verdicts  # noqa: F401 - loaded here once, not anew in every inner run
from tests import builders  # noqa: F401

HOUSE = """
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from diagnosis.changes import Change
from diagnosis.exemptions import Exemption
from diagnosis.runs import Entrance, RunView, Usage
from diagnosis.windows import Window
from tests.builders import NOW, ago, finding

pytest_plugins = [
    "reports.files", "reports.labels", "reports.verdicts", "reports.tally", "reports.history.plugin",
    "reports.postmortem.plugin", "reports.results", "reports.metrics", "reports.terminal",
]


def pytest_addoption(parser):
    parser.addoption("--out", type=Path)
    parser.addoption("--gate", action="store_true")
    parser.addoption("--list-passed", action="store_true")
    parser.addoption("--postmortem", action="store_true")


def pytest_vitals_run(config):
    view = RunView(
        folder=str(config.rootpath / "out"),
        version="9.9.9",
        mode="live",
        now=NOW,
        window=Window(ago(60), NOW),
        entrances=(Entrance("123456789012/eu-west-1", "arn:aws:iam::123456789012:user/me"),),
        gate=config.option.gate,
        profile="prod",
    )
    return replace(view, **CHANGES)


def pytest_vitals_usage(config):
    return Usage({"ec2:DescribeVpcs": 3, "logs:StartQuery": 2}, 2_500_000_000, 2_000)


def pytest_vitals_changes(config, suspects):
    return CHANGED


def pytest_collection_modifyitems(items):
    for item in items:
        target = item.name.split("[", 1)[1].removesuffix("]") if "[" in item.name else ""
        item.user_properties += [("check", item.originalname), ("target", target)]


CHANGES, CHANGED = {}, []
"""


@dataclass
class Heard:
    """What a run said, and wrote."""

    code: int
    text: str
    folder: Path

    @property
    def lines(self) -> list[dict[str, Any]]:
        path = self.folder / "results.jsonl"
        return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]

    @property
    def checks(self) -> dict[str, dict[str, Any]]:
        return {line["check"] + (f"[{line['target']}]" if line["target"] else ""): line for line in self.lines[:-1]}

    @property
    def summary(self) -> dict[str, Any]:
        assert list(self.lines[-1]) == ["run"]
        return dict(self.lines[-1]["run"])

    @property
    def html(self) -> str:
        return (self.folder / "report.html").read_text(encoding="utf-8")


SILENT = [f"-pno:{name}" for name in ("cacheprovider", "cov", "hypothesispytest", "xdist", "timeout")]


@pytest.fixture
def hear(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Heard]:
    """Run checks written out in a text; `view` holds changes of the RunView, `changed` changes in AWS, as Python."""
    monkeypatch.setattr(sys, "dont_write_bytecode", True)

    def run(checks: str, *words: str, view: str = "{}", changed: str = "[]", html: bool = False) -> Heard:
        pytester.makeconftest(HOUSE.replace("CHANGES, CHANGED = {}, []", f"CHANGES, CHANGED = {view}, {changed}"))
        pytester.makepyfile(test_house="import pytest\nfrom tests.builders import NOW, ago, finding\n\n" + checks)
        folder = pytester.path / "out"
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir()
        quiet = SILENT if html else [*SILENT, "-pno:html", "-pno:metadata"]
        result = pytester.runpytest_inprocess(*quiet, "--out", str(folder), *words, no_reraise_ctrlc=True)
        return Heard(int(result.ret), "\n".join(result.outlines + result.errlines), folder)

    return run
