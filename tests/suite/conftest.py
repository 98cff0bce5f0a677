"""Whole runs: the suite in a process of its own against the embedded AWS, as a user starts it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[2]
SCENARIOS = Path(__file__).parent / "scenarios"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Whole runs take long: `make proofs` has them, `make test` only those that are marked to be always run."""
    for item in items:
        if item.path.is_relative_to(Path(__file__).parent) and not item.get_closest_marker("always"):
            item.add_marker(pytest.mark.long)


@dataclass(frozen=True)
class SuiteRun:
    """A finished run: exit code, what was printed, and its folder."""

    code: int
    stdout: str
    stderr: str
    folder: Path

    @cached_property
    def lines(self) -> list[dict[str, Any]]:
        path = self.folder / "results.jsonl"
        return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]

    @property
    def checks(self) -> list[dict[str, Any]]:
        return [line for line in self.lines if "check" in line]

    @property
    def summary(self) -> dict[str, Any]:
        return next(line["run"] for line in self.lines if "run" in line)

    def outcomes(self) -> dict[tuple[str, str], str]:
        return {(line["check"], line["target"]): line["outcome"] for line in self.checks}

    def of(self, check: str, target: str = "") -> dict[str, Any]:
        found = [line for line in self.checks if line["check"] == check and line["target"].endswith(target)]
        assert len(found) == 1, f"{check} on {target}: {found}"
        return found[0]


def clean_environment() -> dict[str, str]:
    """No AWS settings of the machine, no pytest settings of the outer run."""
    kept = {k: v for k, v in os.environ.items() if not k.startswith(("AWS_", "PYTEST_", "COV_", "COVERAGE"))}
    return kept | {"AWS_EC2_METADATA_DISABLED": "true", "AWS_CONFIG_FILE": os.devnull}


def run_pytest(
    folder: Path, *words: str, cwd: Path = ROOT, env: dict[str, str] | None = None, timeout: float = 300
) -> SuiteRun:
    """Run pytest with the house's checks; `folder` becomes the run folder."""
    command = [sys.executable, "-m", "pytest", *words, "--out", str(folder)]
    done = subprocess.run(
        command, cwd=cwd, env=clean_environment() | (env or {}), capture_output=True, text=True, timeout=timeout
    )
    return SuiteRun(done.returncode, done.stdout, done.stderr, folder)


def beyond(spread: Counter[str], serial: Counter[str]) -> Counter[str]:
    """The calls that are more than by one process. Which metrics meet in a call is a matter of moments, and a query is
    polled until it is done.
    """
    more = spread - serial
    del more["logs:GetQueryResults"]
    if more["cloudwatch:GetMetricData"] <= 2:
        del more["cloudwatch:GetMetricData"]
    return more


@pytest.fixture(scope="session")
def suite(tmp_path_factory: pytest.TempPathFactory) -> Callable[..., SuiteRun]:
    """Run the checks against a scenario, once for the same words."""
    seen: dict[tuple[str, ...], SuiteRun] = {}

    def run(scenario: str, *words: str) -> SuiteRun:
        key = (scenario, *words)
        if key not in seen:
            path = str(SCENARIOS / scenario) if scenario.endswith(".py") else scenario
            folder = tmp_path_factory.mktemp("runs") / "run"
            seen[key] = run_pytest(folder, "checks", "--sandbox", path, *words)
        return seen[key]

    return run


@pytest.fixture
def run_checks(tmp_path: Path) -> Callable[..., SuiteRun]:
    """Run the checks once, in the test's own run folder."""

    def run(*words: str, **options: Any) -> SuiteRun:
        return run_pytest(tmp_path / "run", "checks", *words, **options)

    return run
