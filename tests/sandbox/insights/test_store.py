"""Events in bulk, from Parquet, and beyond memory."""

from __future__ import annotations

import duckdb
import pytest

from sandbox.insights.expressions import Times
from sandbox.insights.query import prepare, run
from sandbox.insights.store import GroupKey, LogStore

GROUP = GroupKey("1", "r", "flow")
LINE = "2 123456789012 eni-1 10.0.0.{} 10.0.0.2 40000 443 6 10 840 1 2 {} OK"
SELECT = """SELECT i AS ts, i AS ingestion, 's' AS stream,
    '2 123456789012 eni-1 10.0.0.' || (i % 7) || ' 10.0.0.2 4 443 6 1 8 1 2 '
    || if(i % 10 = 0, 'REJECT', 'ACCEPT') || ' OK' AS message FROM range({}) AS lines(i)"""
QUERY = "filter action = 'REJECT' | stats count(*) as n by srcAddr | sort srcAddr | limit 3"


def ask(store, query=QUERY):
    times = Times(0)
    return run(prepare(query, times), store, store.groups(), times)


def test_eight_days_of_baseline_are_kept_whole():
    store = LogStore(threads=1)
    events = ((i * 2000, LINE.format(i % 200, "ACCEPT")) for i in range(8 * 86_400 // 2))
    store.append(GROUP, "s", events)
    assert ask(store, "stats count(*) as n").rows == ({"n": "345600"},)
    store.close()


def test_parquet_gives_the_rows_of_a_table(tmp_path):
    path = tmp_path / "flow.parquet"
    duckdb.connect().execute(f"COPY ({SELECT.format(10_000)}) TO '{path}' (FORMAT parquet)")
    table, parquet = LogStore(threads=1), LogStore(threads=1)
    table.append_select(GROUP, SELECT.format(10_000))
    parquet.attach_parquet(GROUP, path)
    assert ask(table) == ask(parquet)
    assert len(ask(parquet).rows) == 3
    assert ask(parquet, "fields @message | sort @timestamp | limit 2") == ask(
        table, "fields @message | sort @timestamp | limit 2"
    )


def test_logs_may_be_larger_than_memory():
    store = LogStore(memory_bytes=30_000_000, threads=1)
    store.append_select(GROUP, SELECT.format(600_000))
    answer = ask(store)
    assert answer.statistics.bytes_scanned > 35_000_000
    assert answer.statistics.records_matched == 60_000
    assert [row["srcAddr"] for row in answer.rows] == ["10.0.0.0", "10.0.0.1", "10.0.0.2"]
    store.close()


def test_events_are_read_in_order_and_in_pieces(logs):
    logs.add("a", "b", "c", stream="one")
    logs.add("d", stream="two")
    [group] = logs.store.groups()
    first = logs.store.read(group, None, None, None, most=2)
    assert [event.message for event in first] == ["a", "d"]
    last = first[-1]
    rest = logs.store.read(group, None, None, None, after=(last.timestamp_ms, last.sequence))
    assert [event.message for event in rest] == ["b", "c"]
    assert [event.message for event in logs.store.read(group, ["two"], None, None)] == ["d"]
    assert logs.store.read(GROUP, None, None, None) == []


def test_what_is_deleted_is_gone(logs):
    logs.add("a", stream="one")
    logs.add("b", stream="two")
    [group] = logs.store.groups()
    assert {name: s.records for name, s in logs.store.summaries(group).items()} == {"one": 1, "two": 1}
    logs.store.delete_stream(group, "one")
    assert logs.column("fields @message", "@message") == ["b"]
    logs.store.delete_group(group)
    assert logs.rows("stats count(*) by @log") == []


@pytest.mark.parametrize(
    "query", ["fields a, b | filter a = 1", "stats sum(a) by b | sort b", "fields jsonParse(a) as j | display j.k"]
)
def test_a_group_without_events_answers_nothing(query):
    store = LogStore(threads=1)
    times = Times(0)
    answer = run(prepare(query, times), store, [GROUP], times)
    assert answer.rows == ()
    assert answer.statistics.records_scanned == 0
    store.close()


def test_any_message_can_be_logged(logs):
    messages = [
        "",
        "\x00",
        "a\nb",
        "\ud83d half a pair",
        "日本",
        '{"a": "\\ud83d"}',
        "{" * 300,
        '{"a":' * 500,
        "{,}",
        "\\",
        "'; DROP TABLE x",
    ]
    logs.add(*messages, group="/aws/lambda/it's")
    found = logs.column("fields @message | sort @timestamp", "@message")
    assert found == [message.encode("utf-8", "replace").decode() for message in messages]
    assert logs.rows("stats count(a) as a, count(*) as n") == [{"a": "0", "n": str(len(messages))}]
