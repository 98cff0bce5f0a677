"""Do the log checks run on yesterday's exported incident, without AWS?"""

from __future__ import annotations

import gzip
import json
from datetime import UTC, datetime, timedelta

import pytest

NOON = datetime.now(UTC).replace(hour=12, minute=0, second=0, microsecond=0) - timedelta(days=2)
TASK = "0b1c2d3e-0000-4000-8000-00000000000a"


@pytest.fixture
def exported(tmp_path):
    """An export to S3 of a week and an hour, and the output of a tool that writes JSON lines."""
    folder = tmp_path / "logs"
    stream = folder / "aws%2Fecs%2Fcheckout" / TASK / "web-1"
    stream.mkdir(parents=True)
    with gzip.open(stream / "000000.gz", "wt", encoding="utf-8") as file:
        for day in (7, 1, 0):
            for minute in range(60):
                at = NOON - timedelta(days=day) + timedelta(minutes=minute)
                file.write(f"{at:%Y-%m-%dT%H:%M:%S.000Z} INFO order {minute} taken\n")
        for second in range(600):
            at = NOON + timedelta(minutes=45, seconds=second)
            file.write(f"{at:%Y-%m-%dT%H:%M:%S.000Z} ERROR PaymentTimeoutError: no answer for order {second}\n")
            file.write(f"{at:%Y-%m-%dT%H:%M:%S.500Z} ERROR PaymentTimeoutError: no answer for order {second}\n")
    with (folder / "gateway.jsonl").open("w") as file:
        for second, text in ((1, "req-7 GET /orders"), (3, "ERROR req-7 upstream timed out")):
            at = int((NOON + timedelta(minutes=46, seconds=second)).timestamp() * 1000)
            file.write(json.dumps({"timestamp": at, "message": text, "logGroup": "/gateway", "logStream": "a"}) + "\n")
    return folder


def test_an_exported_incident_is_found(run_checks, exported):
    window = ("--from", f"{NOON:%Y-%m-%dT%H:%M:%SZ}", "--to", f"{NOON + timedelta(hours=1):%Y-%m-%dT%H:%M:%SZ}")
    run = run_checks("-m", "logs", "--sandbox-logs", str(exported), *window, "--request-id", "req-7")
    assert run.code == 1, run.stdout + run.stderr
    failed = {(line["check"], line["target"].split("/", 2)[2]) for line in run.checks if line["outcome"] == "failed"}
    group = next(name for check, name in failed if check == "test_no_error_burst")
    assert "checkout" in group
    assert failed == {
        ("test_no_error_burst", group),
        ("test_error_rate_is_near_baseline", group),
        ("test_no_new_error_type", group),
        ("test_followed_request_completes", "req-7"),
    }
    assert [line for line in run.checks if line["outcome"] == "error"] == []
    assert {finding["cause"] for line in run.checks for finding in line["findings"]} == {"timeout"}


@pytest.mark.parametrize("words", [("--sandbox-logs", "nowhere")])
def test_a_folder_that_is_none_is_said_in_one_line(run_checks, words):
    run = run_checks(*words)
    assert run.code == 4
    assert "--sandbox-logs: no folder nowhere: name one that holds exported logs" in run.stderr


def test_a_file_that_is_no_log_is_named(run_checks, tmp_path):
    (tmp_path / "logs").mkdir()
    (tmp_path / "logs" / "picture.log").write_text("no time here\n")
    run = run_checks("--sandbox-logs", str(tmp_path / "logs"))
    assert run.code == 4
    assert "picture.log, line 1: no time" in run.stderr
