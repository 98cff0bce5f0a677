"""Is it known while a run goes on what is sick, and at its end, in order, whatever the budget?"""

from __future__ import annotations

import os
import pty
import subprocess
import sys

from tests.suite.conftest import ROOT, clean_environment

OUTAGE = ("slow_outage.py", "--budget", "30s", "-m", "deploy or serverless")


def test_reds_come_as_they_are_found_and_the_ranking_at_the_end(suite):
    run = suite(*OUTAGE)
    reds = [line for line in run.stdout.splitlines() if line.startswith("sick after")]
    assert any("checkout: 4 of 4 targets unhealthy" in line for line in reds)
    assert run.stdout.index("sick after") < run.stdout.index("likeliest cause") < run.stdout.index("coverage:")
    assert any("the run's budget was spent" in line["reason"] for line in run.checks if line["outcome"] == "error")
    assert run.summary["roots"][0]["target"].endswith("checkout")
    assert run.code == 1


def test_a_terminal_gets_one_line_that_is_gone_at_the_end(suite, tmp_path):
    recorded = suite(*OUTAGE).folder
    words = ["checks", "--replay", str(recorded), "-m", "deploy", "--out", str(tmp_path / "run")]
    leader, follower = pty.openpty()
    done = subprocess.Popen(
        [sys.executable, "-m", "pytest", *words],
        cwd=ROOT,
        env=clean_environment() | {"COLUMNS": "120"},
        stdout=follower,
    )
    os.close(follower)
    said = b""
    while part := _read(leader):
        said += part
    os.close(leader)
    assert done.wait(60) == 1
    text = said.decode()
    live, summary = text.split("likeliest cause", 1)
    assert "\r\x1b[K" in live
    assert " checks" in live.split("collected", 1)[1]
    assert ".py ." not in live
    assert "sick after" in live
    assert "\x1b[K" not in summary


def _read(descriptor: int) -> bytes:
    try:
        return os.read(descriptor, 65536)
    except OSError:  # how a terminal says on Linux that nobody writes any more
        return b""
