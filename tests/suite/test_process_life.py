"""The sandbox never outlives its parent, however that ends, and what was known by then can be read."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests import interrupts

ROOT = Path(__file__).resolve().parents[2]
SLOW = Path(__file__).parent / "scenarios" / "slow.py"
GONE_WITHIN_S = 5.0


def sandbox_of(parent: int) -> int | None:
    """The pid of the sandbox that this pytest started."""
    for entry in Path("/proc").glob("[0-9]*"):
        try:
            words = (entry / "cmdline").read_bytes().split(b"\0")
            status = (entry / "status").read_text()
        except OSError:
            continue
        if b"sandbox" in words and f"\nPPid:\t{parent}\n" in status:
            return int(entry.name)
    return None


def alive(pid: int) -> bool:
    try:
        return "\nState:\tZ" not in Path(f"/proc/{pid}/status").read_text()
    except OSError:
        return False


def in_mid_run(folder, *words, hearing=interrupts.heard):
    """A pytest of which some checks are done, and one waits for a slow answer."""
    chosen = ["checks", "--sandbox", str(SLOW), "--out", str(folder), "-m", "database or readiness"]
    process = subprocess.Popen(
        [sys.executable, "-m", "pytest", *chosen, *words],
        cwd=ROOT,
        env={name: value for name, value in os.environ.items() if not name.startswith(("AWS_", "PYTEST_"))},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        preexec_fn=hearing,
        text=True,
        start_new_session=True,
    )
    deadline = time.monotonic() + 30
    while not list(folder.glob("facts/retention/*.json")) and time.monotonic() < deadline:
        time.sleep(0.1)
    return process


@pytest.fixture
def running(tmp_path):
    folder = tmp_path / "run"
    process = in_mid_run(folder)
    sandbox = sandbox_of(process.pid)
    assert sandbox is not None
    yield process, sandbox, folder
    process.kill()
    process.communicate()


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="needs /proc to find the sandbox's process")
@pytest.mark.parametrize("signum", [signal.SIGKILL, signal.SIGINT, signal.SIGTERM])
def test_no_sandbox_is_left(running, signum):
    process, sandbox, folder = running
    os.kill(process.pid, signum)
    printed, _ = process.communicate(timeout=15)
    deadline = time.monotonic() + GONE_WITHIN_S
    while alive(sandbox) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert not alive(sandbox)
    if signum != signal.SIGKILL:
        assert process.returncode == 2, printed
        lines = [json.loads(line) for line in (folder / "results.jsonl").read_text().splitlines()]
        assert lines[-1]["run"]["exit"] == 2


def test_workers_of_a_run_in_the_background_are_heard_of_at_once(tmp_path):
    """What a shell starts in the background ignores SIGINT: xdist would wait ten seconds, and CI waits no longer."""
    process = in_mid_run(tmp_path / "run", "-n", "2", hearing=interrupts.unheard)
    asked = time.monotonic()
    os.kill(process.pid, signal.SIGTERM)
    printed, _ = process.communicate(timeout=30)
    assert process.returncode == 2, printed
    assert time.monotonic() - asked < GONE_WITHIN_S
