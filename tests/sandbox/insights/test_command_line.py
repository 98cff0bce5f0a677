"""`python -m sandbox.insights`: JSON lines in and out."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[3]
START_MS = 1_795_168_800_000


def ask(tmp_path, *requests):
    logs = tmp_path / "logs.jsonl"
    messages = ['{"level": "ERROR"}', '{"level": "INFO"}', "text"]
    events = [
        {"timestamp": START_MS + 1000 * i, "logStream": "s", "logGroup": "/g", "message": m}
        for i, m in enumerate(messages)
    ]
    logs.write_text("".join(json.dumps(event) + "\n" for event in events))
    lines = [r if isinstance(r, str) else json.dumps({"logs": str(logs), **r}) for r in requests]
    command = [sys.executable, "-m", "sandbox.insights"]
    ran = subprocess.run(
        command, input="\n".join(lines), capture_output=True, text=True, cwd=ROOT, timeout=60, check=False
    )
    assert ran.stderr == ""
    return ran.returncode, [json.loads(line) for line in ran.stdout.splitlines()]


def test_rows_statistics_and_refusals(tmp_path):
    code, answers = ask(
        tmp_path,
        {"id": 1, "query": "filter level = 'ERROR' | stats count(*) as n by level"},
        {"id": "two", "query": "fields @message | limit 1"},
        {"id": 3, "query": "pattern @message"},
    )
    assert code == 0
    assert answers[0] == {
        "id": 1,
        "rows": [{"level": "ERROR", "n": "1"}],
        "statistics": {"recordsMatched": 1, "recordsScanned": 3, "bytesScanned": 39},
    }
    assert answers[1]["rows"] == [{"@message": "text"}]
    assert answers[2] == {
        "id": 3,
        "error": {
            "code": "MalformedQueryException",
            "message": "the command pattern is not supported",
            "start": 0,
            "end": 7,
        },
    }


def test_start_and_end_as_written_times(tmp_path):
    query = "stats count(*) as n"
    _, answers = ask(
        tmp_path,
        {"id": 1, "query": query, "start": "2026-11-20T10:00:01Z"},
        {"id": 2, "query": query, "start": "2026-11-20T10:00:00", "end": "2026-11-20T19:00:01+09:00"},
    )
    assert [answer["rows"][0]["n"] for answer in answers] == ["2", "2"]


def test_start_and_end_in_seconds_or_milliseconds(tmp_path):
    seconds = START_MS // 1000
    query = "stats count(*) as n"
    _, answers = ask(
        tmp_path,
        {"id": 1, "query": query, "start": seconds, "end": seconds + 1},
        {"id": 2, "query": query, "start": START_MS + 1, "end": START_MS + 2000},
        {"id": 3, "query": query, "start": seconds + 2},
    )
    assert [answer["rows"][0]["n"] for answer in answers] == ["2", "2", "1"]


def test_a_bad_line_answers_an_error_and_the_rest_goes_on(tmp_path):
    code, answers = ask(
        tmp_path,
        "not json",
        {"id": 2},
        {"id": 3, "query": "limit 1", "logs": "/nowhere.jsonl"},
        {"id": 4, "query": "limit 1"},
    )
    assert code == 1
    assert [answer["id"] for answer in answers] == [None, 2, 3, 4]
    assert all("give id, query and logs" in answer["error"] for answer in answers[:3])
    assert len(answers[3]["rows"]) == 1


@pytest.mark.parametrize(("word", "code"), [("--help", 0), ("app.jsonl", 2)])
def test_who_sends_nothing_is_told_what_to_send(tmp_path, word, code):
    """Without that, a terminal waits in silence. Its example is one that is answered."""
    command = [sys.executable, "-m", "sandbox.insights", word]
    told = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, text=True, cwd=ROOT, check=False)
    assert told.returncode == code
    example = json.loads(told.stdout.rpartition("For example: ")[2])
    failed, (answer,) = ask(tmp_path, {"id": 1, "query": example["query"]})
    assert not failed
    assert [row["count(*)"] for row in answer["rows"]] == ["1"]
