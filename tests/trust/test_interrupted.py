"""However a run ends: what it knew can be read, nothing of it goes on at AWS, and the exit code is right."""

from __future__ import annotations

import json
import os
import resource
import signal
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.trust.live import Live, live_sandbox

pytestmark = pytest.mark.long

SEEN, FULL_AT_BYTES = 5, 3_000
PATIENCE_S = 120.0
WORDS = ("-m", "database or logs or network or readiness", "--allow-paid")
"""Checks of databases come first, and none of them waits for a query."""
PATH = """
[[path]]
name = "orders"
source = "service:catalog"
destination = "database:orders"
port = 5432
"""


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[Live]:
    with live_sandbox("checkout-outage", tmp_path) as live:
        yield live


@pytest.fixture
def words(tmp_path: Path) -> tuple[str, ...]:
    (tmp_path / "targets.toml").write_text(PATH)
    return (*WORDS, "--targets", str(tmp_path / "targets.toml"))


def until(known) -> None:
    """Wait until it is so."""
    deadline = time.monotonic() + PATIENCE_S
    while not known():
        assert time.monotonic() < deadline, "it never came so far"
        time.sleep(0.2)


def lines_of(folder: Path) -> list[dict]:
    path = folder / "results.jsonl"
    return [json.loads(line) for line in path.read_text("utf-8").splitlines()] if path.exists() else []


def begun(shop: Live, folder: Path, *words: str):
    """A run in the middle: queries and an analysis run at AWS and do not end, some checks are done."""
    shop.fault("slow", "logs:GetQueryResults", milliseconds=60_000)
    shop.fault("slow", "ec2:DescribeNetworkInsightsAnalyses", milliseconds=60_000)
    process = shop.start(folder, *words)

    def halfway() -> bool:
        asked = shop.asked()
        return bool(asked["logs:StartQuery"] and asked["ec2:StartNetworkInsightsAnalysis"] and lines_of(folder))

    try:
        until(halfway)
    except BaseException:
        process.kill()
        raise
    return process


def left_behind(shop: Live) -> tuple[int, list[str]]:
    """Queries that were started and not stopped, and paths of Reachability Analyzer."""
    asked = shop.asked()
    paths = shop.client("ec2").describe_network_insights_paths()["NetworkInsightsPaths"]
    return asked["logs:StartQuery"] - asked["logs:StopQuery"], [path["NetworkInsightsPathId"] for path in paths]


@pytest.mark.parametrize("spread", [(), ("-n", "2")], ids=["serial", "spread"])
@pytest.mark.parametrize("signum", [signal.SIGINT, signal.SIGTERM])
def test_who_is_asked_to_end_leaves_nothing(shop, words, tmp_path, signum, spread):
    folder = tmp_path / "run"
    process = begun(shop, folder, *words, *spread)
    os.kill(process.pid, signum)
    printed, _ = process.communicate(timeout=PATIENCE_S)
    assert process.returncode == 2, printed
    *known, last = lines_of(folder)
    assert known
    assert last["run"]["exit"] == 2
    assert left_behind(shop) == (0, [])


def test_what_a_killed_run_left_is_ended_by_the_next(shop, words, tmp_path):
    process = begun(shop, tmp_path / "run", *words)
    os.kill(process.pid, signal.SIGKILL)
    process.communicate(timeout=PATIENCE_S)
    known = lines_of(tmp_path / "run")
    assert known
    assert all("check" in line for line in known)
    queries, paths = left_behind(shop)
    assert queries > 0
    assert paths
    shop.heal()
    before = shop.asked()["logs:StopQuery"]
    after = shop.run(tmp_path / "next", "-k", "test_path_exists", "--allow-paid", *words[-2:])
    assert after.code in (0, 1)
    assert shop.asked()["logs:StopQuery"] - before >= queries
    assert left_behind(shop)[1] == []


def test_a_disk_that_fills_costs_what_was_not_written_and_makes_nothing_green(shop, tmp_path):
    whole = shop.run(tmp_path / "whole", "-m", "serverless or deploy")
    process = shop.start(tmp_path / "run", "-m", "serverless or deploy")
    until(lambda: len(lines_of(tmp_path / "run")) > SEEN)
    resource.prlimit(process.pid, resource.RLIMIT_FSIZE, (FULL_AT_BYTES, FULL_AT_BYTES))  # no file grows beyond
    printed, _ = process.communicate(timeout=300)
    assert process.returncode == whole.code == 1, printed
    assert "not everything could be written" in printed
    known = whole.outcomes()
    path = tmp_path / "run" / "results.jsonl"
    written = [json.loads(line) for line in path.read_text("utf-8").splitlines(keepends=True) if line.endswith("\n")]
    assert len(written) > SEEN
    told = [(line["outcome"], known[line["check"], line["target"]]) for line in written if "check" in line]
    assert all(came in ("error", before) for came, before in told)
