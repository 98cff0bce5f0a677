"""Do the handlers start as Lambda starts them? In a clean environment of the pinned requirements, under its runtime.

awslambdaric is the client of the image's runtime; the Runtime API that it asks is a small one on loopback.
"""

from __future__ import annotations

import json
import os
import subprocess
import threading
import venv
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[2]
HANDLERS = sorted(path.stem for path in (ROOT / "runbook" / "handlers").glob("[a-z]*.py"))
pytestmark = pytest.mark.long


@pytest.fixture(scope="module")
def python(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A Python that has what runbook/requirements.txt pins, and nothing of this one's."""
    home = tmp_path_factory.mktemp("image")
    venv.create(home, with_pip=True)
    made = home / "bin" / "python"
    command = [
        str(made),
        "-m",
        "pip",
        "install",
        "-q",
        "--require-hashes",
        "-r",
        str(ROOT / "runbook/requirements.txt"),
    ]
    ran = subprocess.run(command, capture_output=True, text=True)
    if ran.returncode:
        if "hash" in ran.stderr.lower() or "conflict" in ran.stderr.lower():
            pytest.fail(ran.stderr)
        pytest.skip(f"no package index answers: {(ran.stderr.strip().splitlines() or ['not a word'])[-1]}")
    return made


def answered(python: Path, command: str, event: dict[str, Any], **environment: str) -> dict[str, Any]:
    """What the runtime posts for an event: the handler's answer, or its error."""
    posted: list[tuple[str, Any]] = []
    done = threading.Event()

    class RuntimeApi(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            if posted:  # there is no second event; the real one holds the line as well
                done.wait(60)
                return
            body = json.dumps(event).encode()
            self.send_response(200)
            self.send_header("Content-Type", "application/json")
            self.send_header("Lambda-Runtime-Aws-Request-Id", "1")
            self.send_header("Lambda-Runtime-Deadline-Ms", "4102444800000")
            self.send_header("Lambda-Runtime-Invoked-Function-Arn", "arn:aws:lambda:eu-west-1:123456789012:function:f")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def do_POST(self) -> None:
            text = self.rfile.read(int(self.headers["Content-Length"]))
            posted.append((self.path.rpartition("/")[2], json.loads(text)))
            self.send_response(202)
            self.send_header("Content-Length", "0")
            self.end_headers()
            done.set()

        def log_message(self, *_: Any) -> None:
            """Nobody reads it."""

    api = ThreadingHTTPServer(("127.0.0.1", 0), RuntimeApi)
    api.handle_error = lambda *_: None  # type: ignore[method-assign]
    threading.Thread(target=api.serve_forever, daemon=True).start()
    kept = {"PATH": os.environ["PATH"], "HOME": os.devnull, "AWS_EC2_METADATA_DISABLED": "true"}
    process = subprocess.Popen(
        [str(python), "-m", "awslambdaric", command],
        cwd=ROOT,
        env=kept
        | {"AWS_LAMBDA_RUNTIME_API": f"127.0.0.1:{api.server_port}", "AWS_REGION": "eu-west-1"}
        | {"AWS_DEFAULT_REGION": "eu-west-1", "AWS_ACCESS_KEY_ID": "t", "AWS_SECRET_ACCESS_KEY": "t"}
        | {"AWS_LAMBDA_FUNCTION_NAME": "f", "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": "2048"}
        | environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    came = done.wait(180)
    process.kill()
    said = process.communicate()[0]
    api.shutdown()
    assert came, said
    return dict([posted[0]])


@pytest.mark.parametrize("module", HANDLERS)
def test_each_handler_is_found_and_called(python, module):
    # Nothing is deployed here: what a handler, or the suite that it starts, misses is a setting or an address.
    event = {"state": {"incident": {}}, "execution": "e", "started": "2026-11-28T01:02:03Z", "taskToken": "t"}
    nowhere = {"AWS_ENDPOINT_URL": "http://127.0.0.1:9", "AWS_MAX_ATTEMPTS": "1"}
    answer = answered(python, f"runbook.handlers.{module}.handler", event, **nowhere)
    assert answer["error"]["errorType"] in {"KeyError", "EndpointConnectionError", "SuiteError"}, answer


def test_the_suite_gives_a_verdict_there(python, tmp_path, world):
    """As the handlers start it, with nothing but what is pinned; what it looks at is the sandbox of these tests."""
    code = (
        "from pathlib import Path; from runbook.suite import run_suite; "
        f"run = run_suite(Path({str(tmp_path)!r}), '--region', 'eu-central-1'); print(run.exit, run.watched())"
    )
    environment = {
        "PATH": os.environ["PATH"], "AWS_ENDPOINT_URL": world, "AWS_ACCESS_KEY_ID": "t", "AWS_SECRET_ACCESS_KEY": "t",
        "AWS_EC2_METADATA_DISABLED": "true", "VITALS_ARGUMENTS": "-k storage_has_headroom",
    }  # fmt: skip
    ran = subprocess.run([str(python), "-c", code], cwd=ROOT, env=environment, capture_output=True, text=True)
    assert ran.returncode == 0, ran.stderr
    assert ran.stdout.startswith("1 ['checks/database/"), ran.stdout
