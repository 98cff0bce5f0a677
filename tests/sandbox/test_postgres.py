"""Is the sandbox's PostgreSQL real, and does it end with whoever asked for it, however that ends?"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import psycopg
import pytest

from sandbox.errors import ScenarioError
from sandbox.postgres import server
from sandbox.postgres.installed import installed, reachable_by_all

ROOT = Path(__file__).resolve().parents[2]
SCENARIO = """
import sys
def build(world):
    world.client("rds").create_db_instance(
        DBInstanceIdentifier="orders", DBInstanceClass="db.m6g.large", Engine="postgres", AllocatedStorage=50
    )
    world.postgres("orders")
    world.session("orders", ["CREATE TABLE t (i int)", "BEGIN", "LOCK TABLE t"], at="12m")
    world.session("orders", "SELECT * FROM t", at="11m")
    from sandbox.postgres.server import running
    said = next(iter(running.values())).said
    open(sys.argv[sys.argv.index("--scenario") + 1] + ".said", "w").write(f"{said['pid']} {said['folder']}")
"""
PATIENCE_S = 5


@pytest.fixture
def scenario(tmp_path):
    path = tmp_path / "held.py"
    path.write_text(SCENARIO)
    return path


def said(scenario):
    pid, folder = Path(f"{scenario}.said").read_text().split(" ", 1)
    return int(pid), Path(folder)


def is_gone(pid):
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return True
    stat = Path(f"/proc/{pid}/stat")
    return stat.exists() and stat.read_text().rsplit(")", 1)[1].split()[0] == "Z"


def assert_nothing_is_left(pid, folder):
    deadline = time.monotonic() + PATIENCE_S
    while (not is_gone(pid) or folder.exists()) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert is_gone(pid)
    assert not folder.exists()
    if Path("/proc").is_dir():
        commands = [path.read_bytes() for path in Path("/proc").glob("[0-9]*/cmdline") if _readable(path)]
        assert not [command for command in commands if str(folder).encode() in command]


def _readable(path):
    try:
        return bool(path.read_bytes())
    except OSError:
        return False


@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGTERM, signal.SIGINT])
def test_it_ends_with_a_sandbox_that_is_killed(started, scenario, how):
    running = started("--scenario", str(scenario))
    pid, folder = said(scenario)
    assert folder.is_dir()
    running.process.send_signal(how)
    running.process.wait(30)
    assert_nothing_is_left(pid, folder)


def test_it_ends_with_a_sandbox_whose_input_ends(started, scenario):
    running = started("--scenario", str(scenario))
    pid, folder = said(scenario)
    running.stop()
    assert_nothing_is_left(pid, folder)


def test_it_ends_with_a_run_that_is_killed(scenario, tmp_path):
    words = ["checks/database/test_sessions.py", "--sandbox", str(scenario), "--out", str(tmp_path / "out")]
    waiting = "import time\ndef test_wait(database):\n    time.sleep(60)\n"
    (tmp_path / "test_wait.py").write_text(waiting)
    run = subprocess.Popen(
        [sys.executable, "-m", "pytest", *words, str(tmp_path / "test_wait.py")], cwd=ROOT, stdout=subprocess.DEVNULL
    )
    deadline = time.monotonic() + 60
    while not Path(f"{scenario}.said").exists() and time.monotonic() < deadline:
        time.sleep(0.05)
    pid, folder = said(scenario)
    run.kill()
    run.wait()
    assert_nothing_is_left(pid, folder)


@pytest.mark.parametrize("version", installed())
def test_every_version_that_is_here_starts(version):
    running = server.start(version, "shop")
    try:
        [(number,)] = running.run("SELECT current_setting('server_version_num')::int / 10000")
        assert number == version
        with pytest.raises(psycopg.OperationalError, match="password authentication failed"):
            psycopg.connect(running.dsn().replace(running.said["password"], "guess"))
    finally:
        running.stop()
    assert not Path(running.said["folder"]).exists()


def test_an_unknown_version_is_said_in_one_line():
    with pytest.raises(ScenarioError, match=r"postgres: no PostgreSQL 9 here: there are .*18"):
        server.start(9)


def test_a_setting_that_is_none_is_said_in_one_line():
    with pytest.raises(ScenarioError, match=r"the server did not start: .*no_such_setting"):
        server.start(18, settings={"no_such_setting": "1"})


def test_a_statement_that_fails_is_the_scenarios_mistake(command, tmp_path):
    scenario = tmp_path / "wrong.py"
    scenario.write_text(SCENARIO.replace("LOCK TABLE t", "LOCK TABLE nowhere"))
    ended = command("--scenario", str(scenario))
    assert ended.returncode == 2
    assert 'relation "nowhere" does not exist' in ended.stderr.splitlines()[-1]


def test_programs_that_nobody_else_can_reach_are_copied(tmp_path):
    home = tmp_path / "home"
    (home / "bin").mkdir(parents=True)
    (home / "bin" / "initdb").write_text("x")
    home.chmod(0o700)
    copy = reachable_by_all(home / "bin", tmp_path / "scratch")
    assert copy == tmp_path / "scratch" / "programs" / "bin"
    assert (copy / "initdb").read_text() == "x"


def test_a_session_is_held_once_its_last_statement_waits():
    running = server.start(18, "shop")
    try:
        slow = ["SELECT pg_sleep(0.5)", "CREATE TABLE t (i int)", "BEGIN", "LOCK TABLE t"]
        holder = running.hold(slow, "app", "app")
        waiter = running.hold(["SELECT pg_sleep(0.5)", "SELECT * FROM t"], "app", "app")
        assert running.run(f"SELECT pg_blocking_pids({waiter.pid})") == [([holder.pid],)]
    finally:
        running.stop()
