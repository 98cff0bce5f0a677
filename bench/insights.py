"""How fast are Logs Insights queries, against hand-written DuckDB SQL and in lines a second?

Runs the reject query over VPC flow log lines on one core, from a loaded table and from Parquet, next to the same
aggregation written by hand over the same data; and once with far less memory than the lines take.

    python bench/insights.py [lines, default 2000000]
"""

from __future__ import annotations

import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import duckdb

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from sandbox.insights.expressions import Times
from sandbox.insights.query import Answer, prepare, run
from sandbox.insights.store import GroupKey, LogStore

QUERY = """
fields @timestamp, srcAddr, dstAddr, srcPort, dstPort, action
| filter action = "REJECT"
| stats count(*) as reject_count by srcAddr, dstAddr, dstPort
| sort reject_count desc
| limit 20
"""
BY_HAND = """
SELECT split_part(message, ' ', 4) AS src, split_part(message, ' ', 5) AS dst, split_part(message, ' ', 7) AS port,
    count(*) AS reject_count
FROM {relation} WHERE split_part(message, ' ', 13) = 'REJECT'
GROUP BY src, dst, port ORDER BY reject_count DESC LIMIT 20
"""
LINES = """
SELECT 1795168800000 + i // 100 AS ts, ts AS ingestion, 'eni-0a1b2c3d4e5f60718-all' AS stream,
    '2 123456789012 eni-0a1b2c3d4e5f60718 10.0.' || (hash(i) % 16) || '.' || (hash(i + 7) % 250) || ' 10.1.'
    || (hash(i + 1) % 4) || '.' || (hash(i + 2) % 40) || ' ' || (32768 + hash(i + 3) % 28000) || ' '
    || [443, 5432, 6379, 8080][CAST(1 + hash(i + 4) % 4 AS INTEGER)] || ' 6 ' || (hash(i + 5) % 40) || ' '
    || (hash(i + 6) % 60000)
    || ' 1795168800 1795168860 ' || CASE WHEN hash(i + 8) % 10 = 0 THEN 'REJECT OK' ELSE 'ACCEPT OK' END AS message
FROM range({count}) AS lines(i)
"""
GROUP = GroupKey("123456789012", "ap-northeast-1", "flow-logs")
TIMES = Times(now_ms=1795200000000)
ROUNDS = 5


def timed(action: Callable[[], object]) -> float:
    """The median seconds of several rounds, after one that warms up."""
    action()
    seconds = []
    for _ in range(ROUNDS):
        started = time.perf_counter()
        action()
        seconds.append(time.perf_counter() - started)
    return statistics.median(seconds)


def ask(store: LogStore) -> Answer:
    """The reject query's answer."""
    return run(prepare(QUERY, TIMES), store, [GROUP], TIMES)


def compare(name: str, store: LogStore, relation: str, count: int) -> None:
    """Print both times, their ratio and the rate."""
    by_hand = BY_HAND.format(relation=relation)
    rejects = {row["reject_count"] for row in ask(store).rows}
    assert rejects == {str(row[3]) for row in store.cursor().execute(by_hand).fetchall()}
    engine = timed(lambda: ask(store))
    hand = timed(lambda: store.cursor().execute(by_hand).fetchall())
    ratio = f"{engine / hand:.2f} x by hand ({hand * 1000:.0f} ms)"
    print(f"{name}: {engine * 1000:.0f} ms, {count / engine / 1e6:.2f} million lines a second on one core, {ratio}")


def main() -> None:
    """Print the ratios for a table, for Parquet, and for logs larger than memory."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 2_000_000
    with tempfile.TemporaryDirectory() as folder:
        table = LogStore(threads=1)
        started = time.perf_counter()
        table.append_select(GROUP, LINES.format(count=count))
        print(f"loading: {count / (time.perf_counter() - started) / 1e6:.2f} million lines a second")
        compare("table", table, "events1", count)
        table.close()

        path = Path(folder) / "flow.parquet"
        duckdb.connect().execute(f"COPY ({LINES.format(count=count)}) TO '{path}' (FORMAT parquet)")
        parquet = LogStore(threads=1)
        parquet.attach_parquet(GROUP, path)
        compare("parquet", parquet, f"read_parquet('{path}')", count)
        parquet.close()

        size = path.stat().st_size
        small = LogStore(memory_bytes=100_000_000, threads=1)
        small.append_select(GROUP, LINES.format(count=count))
        matched = ask(small).statistics
        print(f"100 MB of memory: {matched.bytes_scanned / 1e6:.0f} MB of messages, {matched.records_matched} matched")
        print(f"({count} lines, {size / 1e6:.0f} MB of Parquet)")
        small.close()


if __name__ == "__main__":
    main()
