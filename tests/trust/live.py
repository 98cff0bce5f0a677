"""A run against a sandbox that outlives it, as if it were AWS: what became of what the run had started?"""

from __future__ import annotations

import json
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.request import Request, urlopen

from botocore.session import Session

from fixtures.sandbox import Sandbox, start_sandbox
from tests import interrupts
from tests.suite.conftest import ROOT, SuiteRun, clean_environment, run_pytest


@dataclass
class Live:
    """A sandbox that serves on its own."""

    sandbox: Sandbox

    @property
    def environment(self) -> dict[str, str]:
        return {
            "AWS_ENDPOINT_URL": self.sandbox.endpoint,
            "AWS_ACCESS_KEY_ID": "testing",
            "AWS_SECRET_ACCESS_KEY": "testing",
            "AWS_REGION": str(self.sandbox.announced["region"]),
            "AWS_SHARED_CREDENTIALS_FILE": "/dev/null",
        }

    def run(self, folder: Path, *words: str, timeout: float = 600) -> SuiteRun:
        return run_pytest(folder, "checks", *words, env=self.environment, timeout=timeout)

    def start(self, folder: Path, *words: str) -> subprocess.Popen[str]:
        """Begin a run in a session of its own."""
        return subprocess.Popen(
            [sys.executable, "-m", "pytest", "checks", *words, "--out", str(folder)],
            cwd=ROOT,
            env=clean_environment() | self.environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
            preexec_fn=interrupts.heard,
        )

    def control(self, method: str, path: str, content: Any = None) -> Any:
        data = None if content is None else json.dumps(content).encode()
        with urlopen(Request(f"{self.sandbox.endpoint}/vitals/{path}", data, method=method), timeout=60) as answer:
            return json.load(answer)

    def fault(self, kind: str, operation: str = "*", **more: Any) -> None:
        self.control("POST", "faults", {"kind": kind, "operation": operation, **more})

    def heal(self) -> None:
        self.control("DELETE", "faults")

    def asked(self) -> Counter[str]:
        """How often was each operation asked, by the server's own log?"""
        log = self.control("GET", "requests")["requests"]
        return Counter(f"{one['service']}:{one['operation']}" for one in log)

    def client(self, service: str) -> Any:
        session = Session()
        session.set_credentials("testing", "testing")
        region = self.sandbox.announced["region"]
        return session.create_client(service, region_name=region, endpoint_url=self.sandbox.endpoint)


@contextmanager
def live_sandbox(scenario: str, folder: Path) -> Iterator[Live]:
    running = start_sandbox(scenario, folder / "sandbox.log")
    try:
        yield Live(running)
    finally:
        running.stop()
