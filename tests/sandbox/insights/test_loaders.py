"""Exported logs, in each form."""

from __future__ import annotations

import gzip
import json

import pytest

from sandbox.insights.errors import UnreadableLog
from sandbox.insights.loaders import load_folder, load_jsonl
from sandbox.insights.store import GroupKey

TASK = "8f3d0b1e-2c4a-4b6d-8e7f-0123456789ab"
START_MS = 1_795_168_800_000


def loaded(logs, folder):
    """(group, time since the start in ms, stream, message) of everything below the folder."""
    load_folder(logs.store, folder, "111122223333", "eu-west-1")
    return sorted(
        (group.name, event.timestamp_ms - START_MS, event.stream, event.message)
        for group in logs.store.groups()
        for event in logs.store.read(group, None, None, None)
    )


def write(path, text):
    path.parent.mkdir(parents=True, exist_ok=True)
    if path.suffix == ".gz":
        path.write_bytes(gzip.compress(text.encode()))
    else:
        path.write_text(text)


def test_exports_to_s3(logs, tmp_path):
    folder = tmp_path / "aws" / "lambda" / "orders" / TASK
    write(folder / "2026-11-20-[$LATEST]abc" / "000000.gz", "2026-11-20T10:00:00.123Z first\nsecond line\n")
    write(folder / "2026-11-20-[$LATEST]abc" / "000001.gz", '2026-11-20T10:00:01.000Z {"a": 1}\n\n')
    write(tmp_path / "aws-logs-write-test", "Permission Check Successful")
    assert loaded(logs, tmp_path) == [
        ("/aws/lambda/orders", 123, "2026-11-20-[$LATEST]abc", "first\nsecond line"),
        ("/aws/lambda/orders", 1000, "2026-11-20-[$LATEST]abc", '{"a": 1}'),
    ]
    assert logs.rows("stats count(*) as n, max(a) as a") == [{"n": "2", "a": "1"}]


def test_a_bare_export_is_called_by_its_folder(logs, tmp_path):
    write(tmp_path / "%2Fapp%2Fweb" / TASK / "s" / "000000.gz", "2026-11-20T10:00:00.000Z x\n")
    assert loaded(logs, tmp_path / "%2Fapp%2Fweb") == [("/app/web", 0, "s", "x")]


def test_tail_output_long_and_short(logs, tmp_path):
    write(tmp_path / "web.log", "2026-11-20T10:00:00.500000+00:00 web/1 ERROR boom\n  at line 3\n")
    write(tmp_path / "short.txt", "2026-11-20T10:00:02 ERROR boom\n2026-11-20T10:00:03 again\n")
    assert loaded(logs, tmp_path) == [
        ("short", 2000, "log", "ERROR boom"),
        ("short", 3000, "log", "again"),
        ("web", 500, "web/1", "ERROR boom\n  at line 3"),
    ]


def test_other_offsets_are_converted(logs, tmp_path):
    write(tmp_path / "web.log", "2026-11-20T19:00:00+09:00 s x\n")
    assert loaded(logs, tmp_path) == [("web", 0, "s", "x")]


@pytest.mark.parametrize("indent", [None, 4])
def test_filter_log_events_output(logs, tmp_path, indent):
    events = [
        {"logStreamName": "s", "timestamp": START_MS, "message": "x", "ingestionTime": START_MS + 5, "eventId": "1"}
    ]
    write(tmp_path / "aws" / "ecs.json", json.dumps({"events": events, "searchedLogStreams": []}, indent=indent))
    assert loaded(logs, tmp_path) == [("/aws/ecs", 0, "s", "x")]


def test_json_lines(logs, tmp_path):
    lines = [
        {"timestamp": START_MS, "message": "a", "logGroup": "/g", "logStream": "s"},
        {"timestamp": START_MS + 1, "message": "b"},
    ]
    write(tmp_path / "day.jsonl.gz", "\n".join(map(json.dumps, lines)))
    write(tmp_path / "empty.jsonl", "\n")
    write(tmp_path / ".hidden", "nothing to read")
    assert loaded(logs, tmp_path) == [("/g", 0, "s", "a"), ("day", 1, "log", "b")]


@pytest.mark.parametrize(
    ("name", "text", "told"),
    [
        ("a.jsonl", '{"timestamp": 1, "message": "x"}\n{"message": "y"}\n', "a.jsonl, line 2"),
        ("a.json", '{"events": [{"message": "x"}]}', "a.json"),
        ("a.log", "no time here\n", "a.log, line 1: no time"),
    ],
)
def test_what_is_no_log_is_named(logs, tmp_path, name, text, told):
    write(tmp_path / name, text)
    with pytest.raises(UnreadableLog, match=told) as caught:
        load_folder(logs.store, tmp_path)
    assert "give" in str(caught.value)


WHOLE = gzip.compress(b"2026-11-20T10:00:00Z " + bytes(range(256)) * 40, mtime=0)


@pytest.mark.parametrize("content", [b"no gzip", WHOLE[:-9], WHOLE[:60], WHOLE[:60] + b"?" * 99])
def test_a_torn_file_is_named(logs, tmp_path, content):
    """What a download that broke off leaves."""
    (tmp_path / "000000.gz").write_bytes(content)
    with pytest.raises(UnreadableLog, match=r"000000\.gz: cannot be read: .*; give the whole file") as caught:
        load_folder(logs.store, tmp_path)
    assert str(caught.value).isprintable()


def test_a_missing_folder_is_named(logs, tmp_path):
    with pytest.raises(UnreadableLog, match="no such folder"):
        load_folder(logs.store, tmp_path / "nowhere")


def test_one_file_of_json_lines(logs, tmp_path):
    write(tmp_path / "x.jsonl", json.dumps({"timestamp": START_MS, "message": "a", "logGroup": "/g"}))
    load_jsonl(logs.store, tmp_path / "x.jsonl", "1", "r")
    assert logs.store.groups() == [GroupKey("1", "r", "/g")]
