"""Do the examples say what the suite understands, and does the hook tell CodeDeploy the truth?"""

from __future__ import annotations

import argparse
import importlib.util
import json
import re
import shlex
import sys
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import Any

import pytest
import yaml

from fixtures import options

ROOT = Path(__file__).resolve().parents[1]
EXAMPLES = ROOT / "examples"
FILES = ("github-actions.yml", "gitlab-ci.yml", "buildspec.yml")


def texts(node: Any) -> Iterator[str]:
    if isinstance(node, str):
        yield node
    for inner in node.values() if isinstance(node, dict) else node if isinstance(node, list) else ():
        yield from texts(inner)


def commands(name: str) -> list[list[str]]:
    """The command lines of a file that start the suite."""
    found = (text for text in texts(yaml.safe_load((EXAMPLES / name).read_text(encoding="utf-8"))) if "pytest" in text)
    return [shlex.split(re.sub(r"\$\{\{.*?\}\}|\$\w+", "checkout:42", text)) for text in found]


class Group:
    """Stands in for pytest's group of options: what is added here is what users may type."""

    def __init__(self, parser: argparse.ArgumentParser) -> None:
        self.parser = parser

    def addoption(self, *names: str, **settings: Any) -> None:
        self.parser.add_argument(*names, **settings)


def understood(words: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(exit_on_error=False)
    parser.add_argument("paths", nargs="*")
    parser.add_argument("-m")
    parser.add_argument("-p")
    options.pytest_addoption(SimpleNamespace(getgroup=lambda name: Group(parser)))  # type: ignore[arg-type]
    return parser.parse_args(words[words.index("pytest") + 1 :])


@pytest.mark.parametrize("name", FILES)
def test_each_file_starts_a_gate_by_options_that_exist(name: str) -> None:
    (words,) = commands(name)
    asked = understood(words)
    assert asked.gate
    assert asked.m == "deploy"
    assert asked.paths == ["checks"]
    assert asked.service == ["checkout"] or asked.service == ["checkout:42"]


@pytest.mark.parametrize("name", FILES)
def test_what_each_file_installs_exists(name: str) -> None:
    named = set(re.findall(r"requirements[\w-]*\.txt", (EXAMPLES / name).read_text(encoding="utf-8")))
    assert named
    assert all((ROOT / one).exists() for one in named)


def test_each_file_has_the_shape_of_its_runner() -> None:
    github, gitlab, build = (yaml.safe_load((EXAMPLES / name).read_text(encoding="utf-8")) for name in FILES)
    assert {step for job in github["jobs"].values() for step in job} >= {"steps", "runs-on"}
    assert all({"uses", "run"} & set(step) for job in github["jobs"].values() for step in job["steps"])
    assert gitlab["gate"]["stage"] in gitlab["stages"]
    assert gitlab["gate"]["allow_failure"]["exit_codes"] == [5, 6]
    assert gitlab["gate"]["artifacts"]["reports"]["junit"] == "gate/junit.xml"
    assert build["version"] == 0.2
    assert set(build["phases"]) <= {"install", "pre_build", "build", "post_build"}
    assert build["reports"]["gate"]["file-format"] == "JUNITXML"


@pytest.fixture
def hook() -> ModuleType:
    spec = importlib.util.spec_from_file_location("codedeploy_hook", EXAMPLES / "codedeploy_hook.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


class Told(BaseHTTPRequestHandler):
    """Plays CodeDeploy: keeps what it was told."""

    heard: list[tuple[str, dict[str, str]]]

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.heard.append((self.headers["X-Amz-Target"], json.loads(body)))
        answer = json.dumps({"lifecycleEventHookExecutionId": "hook-1"}).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/x-amz-json-1.1")
        self.send_header("Content-Length", str(len(answer)))
        self.end_headers()
        self.wfile.write(answer)

    def log_message(self, *_: Any) -> None:
        pass


@pytest.fixture
def codedeploy(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[tuple[str, dict[str, str]]]]:
    handler = type("Handler", (Told,), {"heard": []})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    for name, value in {
        "AWS_ENDPOINT_URL_CODEDEPLOY": f"http://127.0.0.1:{server.server_port}",
        "AWS_ACCESS_KEY_ID": "test",
        "AWS_SECRET_ACCESS_KEY": "test",
        "AWS_DEFAULT_REGION": "eu-west-1",
    }.items():
        monkeypatch.setenv(name, value)
    yield handler.heard
    server.shutdown()


EVENT = {"DeploymentId": "d-ABCDEF123", "LifecycleEventHookExecutionId": "hook-1"}
CONTEXT = SimpleNamespace(get_remaining_time_in_millis=lambda: 600_000)


@pytest.mark.parametrize(("code", "status"), [(0, "Succeeded"), (1, "Failed"), (5, "Failed"), (4, "Failed")])
def test_the_hook_tells_codedeploy(
    hook: ModuleType,
    codedeploy: list[tuple[str, dict[str, str]]],
    monkeypatch: pytest.MonkeyPatch,
    code: int,
    status: str,
) -> None:
    monkeypatch.setattr(hook, "command", lambda deployment: [sys.executable, "-c", f"raise SystemExit({code})"])
    assert hook.handler(EVENT, CONTEXT) == f"{status}: the gate ended with {code}"
    ((action, told),) = codedeploy
    assert action.endswith(".PutLifecycleEventHookExecutionStatus")
    assert told == {
        "deploymentId": "d-ABCDEF123",
        "lifecycleEventHookExecutionId": "hook-1",
        "status": status,
    }


def test_the_hook_asks_again_while_nobody_can_tell(hook: ModuleType) -> None:
    codes, left, slept = iter([6, 6, 0]), iter([500.0, 300.0, 200.0]), []
    run = lambda *_, **__: SimpleNamespace(returncode=next(codes))  # noqa: E731
    assert hook.judge("d-1", lambda: next(left), run, slept.append) == 0
    assert slept == [hook.RETRY_S] * 2
    run = lambda *_, **__: SimpleNamespace(returncode=6)  # noqa: E731
    assert hook.judge("d-1", lambda: 100.0, run, slept.append) == 6


def test_the_hook_runs_the_suite(
    hook: ModuleType,
    codedeploy: list[tuple[str, dict[str, str]]],
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
) -> None:
    """The real command against an account in which nothing is deployed: nothing was checked, which is no success."""
    scenario = tmp_path / "empty.py"
    scenario.write_text("EXPECTED = []\n\n\ndef build(world):\n    pass\n")
    monkeypatch.setenv("VITALS_WORDS", f"--sandbox {scenario} --out {tmp_path / 'run'}")
    assert understood(hook.command("d-1")).deployment == "d-1"
    monkeypatch.chdir(ROOT)
    assert hook.handler(EVENT, CONTEXT) == "Failed: the gate ended with 5"
    assert codedeploy[0][1]["status"] == "Failed"
