"""Does `python -m diagnosis.explain` answer line by line?"""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from diagnosis.explain import KINDS

ROOT = Path(__file__).parents[3]


def run(lines: bytes) -> tuple[int, list[dict[str, Any]]]:
    done = subprocess.run(
        [sys.executable, "-m", "diagnosis.explain"], input=lines, capture_output=True, cwd=ROOT, check=False
    )
    assert done.stderr == b""
    return done.returncode, [json.loads(line) for line in done.stdout.splitlines()]


def test_every_line_is_answered_in_order() -> None:
    requests = [
        {"id": 1, "kind": "elb_target_health", "message": "Request timed out", "context": {"reason": "Target.Timeout"}},
        {"id": "b", "kind": "lambda_log", "message": "Task timed out after 3.00 seconds"},
        {"id": None, "kind": "ecs_stopped_reason", "message": "OutOfMemoryError: Container killed due to memory usage"},
    ]
    code, answers = run("\n".join(json.dumps(request) for request in requests).encode())
    assert code == 0
    assert [(answer["id"], answer["cause"]) for answer in answers] == [
        (1, "timeout"),
        ("b", "timeout"),
        (None, "out_of_memory"),
    ]
    assert all(answer.keys() == {"id", "cause", "confidence", "remedy"} for answer in answers)


def test_a_bad_line_is_answered_with_an_error_and_the_rest_goes_on() -> None:
    lines = [
        b"not json",
        b"[1]",
        b'{"id": 1}',
        b'{"id": 2, "kind": "nothing", "message": "x"}',
        b'{"id": 3, "kind": "lambda_log", "message": 5}',
        b'{"id": 4, "kind": "lambda_log", "message": "x", "context": []}',
        b'{"id": 5, "kind": "lambda_log", "message": "\xff"}',
        b"",
        b'{"id": "\\ud800", "kind": "lambda_log", "message": "Out of memory"}',
    ]
    code, answers = run(b"\n".join(lines) + b"\n")
    assert code == 0
    assert [answer["id"] for answer in answers] == [None, None, 1, 2, 3, 4, None, "\ud800"]
    assert all("\n" not in answer["error"] for answer in answers[:-1])
    assert answers[-1]["cause"] == "out_of_memory"


def test_no_lines_are_no_answers() -> None:
    assert run(b"") == (0, [])


@pytest.mark.parametrize(("word", "code"), [("--help", 0), ("-h", 0), ("stopped.jsonl", 2)])
def test_who_sends_nothing_is_told_what_to_send(word: str, code: int) -> None:
    """Without that, a terminal waits in silence. Its example is one that is answered."""
    command = [sys.executable, "-m", "diagnosis.explain", word]
    told = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, cwd=ROOT, check=False)
    assert told.returncode == code
    assert all(kind in told.stdout.decode() for kind in KINDS)
    _, (answer,) = run(told.stdout.rstrip().rpartition(b"For example: ")[2])
    assert answer["cause"] == "timeout"
