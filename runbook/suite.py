"""What does the suite say? It runs as a process of its own, with the reader's credentials and no others."""

from __future__ import annotations

import json
import os
import shlex
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from runbook.aws import client, optional

ROOT = Path(__file__).resolve().parent.parent
HEALTHY, SICK, NOTHING, BLIND = 0, 1, 5, 6
_SPOKEN = {HEALTHY: "healthy", SICK: "sick", NOTHING: "nothing was checked", BLIND: "blind"}
UNKNOWN_NODES = 4
"""pytest's exit code where a node id that was asked for is not there any more; also for other errors of usage."""
_OWN_CREDENTIALS = ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN", "AWS_PROFILE")


class SuiteError(RuntimeError):
    """The suite said nothing about health: it crashed, was refused or did not end. The message is its last line.

    `code` is the exit code, or None where it did not end.
    """

    def __init__(self, message: str, code: int | None = None) -> None:
        super().__init__(message)
        self.code = code


@dataclass(frozen=True)
class SuiteRun:
    """A run with a verdict: its folder, exit code (0, 1, 5 or 6), results, likeliest causes, failed node ids."""

    folder: Path
    exit: int
    coverage: str
    results: tuple[Mapping[str, Any], ...]
    roots: tuple[Mapping[str, Any], ...]
    failed: tuple[str, ...]

    @property
    def verdict(self) -> str:
        """The exit code in a word."""
        return _SPOKEN[self.exit]

    def findings(self, *impacts: str) -> list[Mapping[str, Any]]:
        """The findings of failed checks with one of these impacts."""
        failed = (result for result in self.results if result["outcome"] == "failed")
        return [one for result in failed for one in result["findings"] if one["impact"] in impacts]

    def watched(self) -> list[str]:
        """The node ids whose health is the incident's end: what hurts now, else what will soon, else what was blind.

        Findings of hygiene do not heal by waiting. A run without a single complaint is watched as a whole; of one that
        complains of hygiene alone, or judged nothing, nothing can be watched.
        """
        if self.exit == HEALTHY:
            return ["checks"]
        for fits in (_hurts("now"), _hurts("soon"), lambda result: result["outcome"] == "error"):
            wanted = {(result["check"], result["target"]) for result in self.results if fits(result)}
            nodes = [node for node in self.failed if named(node) in wanted]
            if nodes:
                return nodes
        return []

    def not_seen(self, nodes: Sequence[str]) -> list[str]:
        """Those of these node ids that were not looked at: skipped here, or gone with all targets of their check.

        A run is healthy where something passed and nothing failed; what failed before and is skipped now is not well.
        """
        told = {(result["check"], result["target"]) for result in self.results}
        seen = {(r["check"], r["target"]) for r in self.results if r["outcome"] != "skipped"}
        checks = {check for check, _ in seen}
        single = [(node, named(node)) for node in nodes if "::" in node]
        return [node for node, name in single if name not in seen and (name in told or name[0] not in checks)]


def _hurts(impact: str) -> Any:
    return lambda result: result["outcome"] == "failed" and impact in {one["impact"] for one in result["findings"]}


def named(node: str) -> tuple[str, str]:
    """The check and the target of a node id; a target may hold colons (an ARN, an address) and brackets itself."""
    test, _, target = node.partition("[")
    return test.rpartition("::")[2], target.removesuffix("]")


def run_suite(folder: Path, *words: str, nodes: Sequence[str] = ("checks",), seconds: float = 780) -> SuiteRun:
    """Run the checks, or these node ids, into `folder` / run. SuiteError where there is no verdict after `seconds`.

    `--budget` makes the suite stop half a minute earlier by itself, and report what it knows by then.
    """
    listed = folder / "nodes.txt"
    listed.write_text("\n".join(nodes) + "\n", encoding="utf-8")
    budget = f"{max(int(seconds) - 30, 10)}s"
    command = [sys.executable, "-m", "pytest", f"@{listed}", "--out", str(folder / "run"), "--budget", budget]
    command += ["-q", "-o", f"cache_dir={folder / 'cache'}", *shlex.split(optional("ARGUMENTS")), *words]
    try:
        ended = subprocess.run(  # noqa: S603
            command, cwd=ROOT, env=_environment(), capture_output=True, text=True, timeout=seconds, check=False
        )
    except subprocess.TimeoutExpired:
        raise SuiteError(f"the suite did not end within {seconds:.0f} s") from None
    if ended.returncode not in _SPOKEN:
        lines = (ended.stderr.strip() or ended.stdout.strip() or "not a word").splitlines()
        raise SuiteError(f"the suite ended with {ended.returncode}: {lines[-1]}", ended.returncode)
    return _read(folder, ended.returncode)


def repeat(folder: Path, nodes: Sequence[str], seconds: float = 780) -> SuiteRun:
    """Run exactly these node ids again; where one is gone, every target of the checks that they were of.

    A target that was replaced has another id. Asking all targets of its check is wider, and so never falsely green.
    Both runs together end after `seconds`.
    """
    end = time.monotonic() + seconds
    try:
        return run_suite(folder, nodes=nodes, seconds=seconds)
    except SuiteError as error:
        checks = sorted({node.partition("[")[0] for node in nodes})
        if error.code != UNKNOWN_NODES or checks == sorted(nodes):
            raise
        wider = folder / "wider"
        wider.mkdir()
        return run_suite(wider, nodes=checks, seconds=end - time.monotonic())


def _read(folder: Path, code: int) -> SuiteRun:
    """The run folder in the runbook's words. SuiteError where the last line is missing: a part is no answer."""
    path = folder / "run" / "results.jsonl"
    lines = [json.loads(line) for line in path.read_text("utf-8").splitlines()] if path.is_file() else []
    if not lines or "run" not in lines[-1]:
        raise SuiteError(f"the suite ended with {code} and left no complete results", code)
    failed = folder / "cache" / "v" / "cache" / "lastfailed"
    return SuiteRun(
        folder=folder / "run",
        exit=code,
        coverage=str(lines[-1]["run"]["coverage"]),
        results=tuple(lines[:-1]),
        roots=tuple(lines[-1]["run"]["roots"]),
        failed=tuple(json.loads(failed.read_text("utf-8"))) if failed.is_file() else (),
    )


def _environment() -> dict[str, str]:
    """The environment with the reader's credentials in the place of the function's own, which may write."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("AWS_CONTAINER_")}
    role = optional("READER_ROLE")
    if role:
        given = client("sts").assume_role(RoleArn=role, RoleSessionName="vitals-runbook")["Credentials"]
        kept = {name: value for name, value in kept.items() if name not in _OWN_CREDENTIALS} | {
            "AWS_ACCESS_KEY_ID": given["AccessKeyId"],
            "AWS_SECRET_ACCESS_KEY": given["SecretAccessKey"],
            "AWS_SESSION_TOKEN": given["SessionToken"],
        }
    return kept | {"HOME": "/tmp", "PYTEST_ADDOPTS": ""}  # noqa: S108 - Lambda's only place to write
