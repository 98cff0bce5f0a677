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


def _invocation(at, request, status="", before=()):
    """What Lambda writes about one invocation that took two seconds."""
    end = f"\tStatus: {status}" if status else ""
    report = f"REPORT RequestId: {request}\tDuration: 2000.00 ms\tBilled Duration: 2000 ms\tMemory Size: 128 MB\t"
    lines = [f"START RequestId: {request} Version: $LATEST", *before, f"END RequestId: {request}"]
    lines.append(f"{report}Max Memory Used: {128 if status == 'error' else 60} MB\t{end}")
    stamp = f"{at:%Y-%m-%dT%H:%M:%S.000Z}"
    return "".join(f"{stamp} {line}\n" for line in lines)


@pytest.fixture
def exported_functions(tmp_path):
    """Exports of three functions: one runs well, one times out, one is killed for want of memory."""
    ends = {
        "mailer": ("", ()),
        "printer": (
            "timeout",
            ("waiting for the printer", "2026-01-01T00:00:00Z {} Task timed out after 2.00 seconds"),
        ),
        "zipper": ("error", ("RequestId: {} Error: Runtime exited with error: signal: killed",)),
    }
    for name, (status, before) in ends.items():
        stream = tmp_path / "logs" / f"aws%2Flambda%2F{name}" / TASK / "2026-01-01-[$LATEST]a1"
        stream.mkdir(parents=True)
        with gzip.open(stream / "000000.gz", "wt", encoding="utf-8") as file:
            for day in (7, 1, 0):
                for minute in range(60):
                    request = f"8f507cfc-0000-4bcd-8e5f-0000000{day:02}{minute:03}"
                    is_bad = day == 0 and minute > 35
                    said = tuple(line.format(request) for line in before) if is_bad else ("working",)
                    at = NOON - timedelta(days=day) + timedelta(minutes=minute, seconds=2)
                    file.write(_invocation(at, request, status if is_bad else "", said))
    return tmp_path / "logs"


def test_exported_logs_of_functions_answer_for_their_invocations(run_checks, exported_functions):
    window = ("--from", f"{NOON:%Y-%m-%dT%H:%M:%SZ}", "--to", f"{NOON + timedelta(hours=1):%Y-%m-%dT%H:%M:%SZ}")
    run = run_checks("-m", "serverless", "--sandbox-logs", str(exported_functions), *window)
    assert run.code == 1, run.stdout + run.stderr
    found = {
        (line["check"], line["target"].split("/", 2)[2]): {finding["cause"] for finding in line["findings"]}
        for line in run.checks
        if line["outcome"] == "failed"
    }
    assert found == {
        ("test_function_errors_are_rare", "printer"): {"timeout"},
        ("test_function_finishes_in_time", "printer"): {"timeout"},
        ("test_function_errors_are_rare", "zipper"): {"out_of_memory"},
        ("test_function_is_not_killed", "zipper"): {"out_of_memory"},
        ("test_function_memory_has_headroom", "zipper"): {"memory"},
    }
    assert [line for line in run.checks if line["outcome"] == "error"] == []
    skipped = {line["check"]: line["reason"] for line in run.checks if line["outcome"] == "skipped"}
    assert "lambda:GetFunctionConfiguration" in skipped["test_function_is_active"]
    assert "test_function_memory_has_headroom" not in skipped


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
