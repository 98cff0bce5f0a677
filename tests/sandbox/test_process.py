"""Does the sandbox live as long as it should, and say why it does not?"""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
QUICK = "def build(world):\n    print('building')\n    world.metric('Lab', 'One', {}, 1)\n"

PARENT = """
import subprocess, sys, time
child = subprocess.Popen(
    [sys.executable, "-m", "sandbox", "--parent-pipe", "--scenario", sys.argv[1]],
    stdin=subprocess.PIPE, stdout=subprocess.PIPE, start_new_session=True,
)
child.stdout.readline()
print(child.pid, flush=True)
time.sleep(60)
"""


@pytest.fixture
def quick(tmp_path):
    path = tmp_path / "quick_one.py"
    path.write_text(QUICK + "TARGETS = '[expect]'\nARGS = ['--since', '1h']\n")
    return str(path)


def is_alive(pid):
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    state = Path(f"/proc/{pid}/stat")
    return not state.exists() or state.read_text().rsplit(")", 1)[1].split()[0] != "Z"


def test_the_announcement_says_what_a_runner_needs(started, quick):
    said = started("--scenario", quick).announced
    assert said["scenario"] == "quick-one"
    assert said["endpoint"].startswith("http://127.0.0.1:")
    assert (said["targets"], said["args"], said["expected"]) == ("[expect]", ["--since", "1h"], [])
    assert (said["account"], said["region"]) == ("123456789012", "ap-northeast-1")


def test_it_ends_when_its_input_ends(started, quick):
    assert started("--scenario", quick).stop() == 0


def test_sigterm_ends_it_cleanly(started, quick):
    running = started("--scenario", quick)
    running.process.send_signal(signal.SIGTERM)
    assert running.process.wait(60) == 0


def test_it_does_not_outlive_a_killed_parent(quick, tmp_path):
    parent = subprocess.Popen([sys.executable, "-c", PARENT, quick], stdout=subprocess.PIPE, text=True, cwd=ROOT)
    child = int(parent.stdout.readline())
    assert is_alive(child)
    parent.kill()
    parent.wait()
    parent.stdout.close()
    deadline = time.monotonic() + 5
    while is_alive(child) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert not is_alive(child)


def test_latency_is_added_to_every_call(started, quick):
    running = started("--scenario", quick, "--latency-ms", "120")
    running.client("sts").get_caller_identity()
    assert running.control("GET", "/vitals/requests")["requests"][0]["duration_ms"] >= 120


def test_a_taken_port_is_said_in_one_line(started, command, quick):
    port = started("--scenario", quick).announced["endpoint"].rpartition(":")[2]
    ended = command("--scenario", quick, "--port", port)
    assert ended.returncode == 2
    assert ended.stderr.strip() == f"sandbox: port {port} is taken or cannot be used: choose another with --port, or 0"


def test_the_shipped_scenarios_are_listed(command):
    assert {"healthy", "checkout-outage"} <= set(command("--list").stdout.split())


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("def build(world):\n    world.metric('a')\n", r"{path}:2: TypeError: "),
        ("def build(world):\n    world.change('DeleteRoute')\n", r"{path}:2: change: whose DeleteRoute?"),
        ("def build(world):\n    world.logs('a', 'b', at='3 parsecs')\n", r"{path}:2: '3 parsecs' is no span"),
        ("def build(world:\n", r"{path}:1: "),
        ("x = 1\n", r"{path}: no build(world)"),
        ("EXPECTED = [{'check': 'a'}]\ndef build(world): pass\n", r"{path}: EXPECTED has"),
        ("TARGETS = 5\ndef build(world): pass\n", r"{path}: TARGETS must be text"),
    ],
)
def test_a_wrong_scenario_ends_in_one_line_and_exit_code_2(command, tmp_path, text, said):
    path = tmp_path / "wrong.py"
    path.write_text(text)
    ended = command("--scenario", str(path))
    assert ended.returncode == 2
    assert ended.stdout == ""
    assert ended.stderr.startswith(f"sandbox: {said.format(path=path)}")
    assert ended.stderr.count("\n") == 1


def test_an_unknown_scenario_names_the_shipped_ones_and_the_nearest(command):
    ended = command("--scenario", "helthy")
    assert ended.returncode == 2
    assert {"checkout-outage", "healthy"} <= set(re.findall(r"[a-z0-9-]+", ended.stderr))
    assert "did you mean healthy?" in ended.stderr
    assert ended.stderr.count("\n") == 1


def test_an_unknown_file_is_named(command):
    assert "no scenario file ./nowhere.py" in command("--scenario", "./nowhere.py").stderr


def test_requests_are_logged_and_forgotten(started, quick):
    running = started("--scenario", quick)
    running.client("ec2", region="us-east-1").describe_vpcs()
    running.client("ec2").describe_vpcs()
    report = running.control("GET", "/vitals/requests")
    assert report["counts"] == {"ec2:DescribeVpcs": 2}
    assert [r["region"] for r in report["requests"]] == ["us-east-1", "ap-northeast-1"]
    assert {r["status"] for r in report["requests"]} == {200}
    assert running.control("DELETE", "/vitals/requests")["total"] == 0


def test_the_announcement_is_one_line_of_json(command, quick):
    line = [sys.executable, "-m", "sandbox", "--parent-pipe", "--scenario", quick]
    child = subprocess.Popen(line, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=ROOT)
    first = child.stdout.readline()
    rest, _ = child.communicate()
    assert json.loads(first)
    assert rest == ""
