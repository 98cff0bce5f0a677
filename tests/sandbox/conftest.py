"""Sandboxes for tests: one laboratory for all that only asks, others on demand."""

from __future__ import annotations

import importlib
import json
import os
import subprocess
import sys
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import boto3
import pytest
from botocore.config import Config

from tests import interrupts

# Seen from tests/, this folder has the name of the real package and would hide it.
if getattr(sys.modules.get("sandbox"), "__file__", None) is None:
    sys.modules.pop("sandbox", None)
importlib.import_module("sandbox")

ROOT = Path(__file__).resolve().parents[2]
LABORATORY = Path(__file__).with_name("laboratory.py")


@cache
def _session() -> boto3.Session:
    return boto3.Session()


@cache
def _client(endpoint: str, service: str, region: str, key: tuple[tuple[str, str], ...]) -> Any:
    config = Config(retries={"total_max_attempts": 1}, read_timeout=20, proxies={})
    credentials = {"aws_secret_access_key": "sandbox"} | dict(key)
    return _session().client(service, region, endpoint_url=endpoint, config=config, **credentials)


@dataclass
class Running:
    """A sandbox process and how to ask it."""

    process: subprocess.Popen[str]
    announced: dict[str, Any]

    def client(self, service: str, account: str = "123456789012", region: str = "ap-northeast-1", **key: str) -> Any:
        return _client(
            self.announced["endpoint"], service, region, tuple(({"aws_access_key_id": account} | key).items())
        )

    def control(self, method: str, path: str, content: Any = None) -> Any:
        data = None if content is None else json.dumps(content).encode()
        request = urllib.request.Request(self.announced["endpoint"] + path, data, method=method)
        with urllib.request.build_opener(urllib.request.ProxyHandler({})).open(request, timeout=10) as answer:
            return json.load(answer)

    def stop(self) -> int:
        assert self.process.stdin is not None
        self.process.stdin.close()
        return self.process.wait(10)


def environment() -> dict[str, str]:
    kept = {k: v for k, v in os.environ.items() if not k.startswith("AWS_")}
    return kept | {"PYTHONPATH": str(ROOT)}


def start(*words: str) -> Running:
    process = subprocess.Popen(
        [sys.executable, "-m", "sandbox", "--parent-pipe", *words],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        cwd=ROOT,
        text=True,
        env=environment(),
        preexec_fn=interrupts.heard,
    )
    assert process.stdout is not None
    return Running(process, json.loads(process.stdout.readline()))


@pytest.fixture
def started() -> Iterator[Callable[..., Running]]:
    """Start sandboxes that end with the test."""
    running: list[Running] = []

    def begin(*words: str) -> Running:
        running.append(start(*words))
        return running[-1]

    yield begin
    for one in running:
        one.process.kill()
        one.process.wait()
        for pipe in (one.process.stdin, one.process.stdout):
            if pipe is not None:
                pipe.close()


@pytest.fixture
def command() -> Callable[..., subprocess.CompletedProcess[str]]:
    """Run `python -m sandbox` to its end."""

    def run(*words: str) -> subprocess.CompletedProcess[str]:
        line = [sys.executable, "-m", "sandbox", *words]
        return subprocess.run(line, cwd=ROOT, env=environment(), capture_output=True, text=True, timeout=120)

    return run


@pytest.fixture(scope="session")
def _start() -> Callable[..., Running]:
    return start


@pytest.fixture(scope="session")
def _laboratory() -> Iterator[Running]:
    running = start("--scenario", str(LABORATORY))
    yield running
    running.stop()


@pytest.fixture
def laboratory(_laboratory: Running) -> Iterator[Running]:
    """The shared sandbox; faults are cleared after each test."""
    yield _laboratory
    _laboratory.control("DELETE", "/vitals/faults")
