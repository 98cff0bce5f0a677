"""What do Logs Insights queries answer over log files? Reads and writes JSONL, one query a line."""

from __future__ import annotations

import json
import sys
import time
from datetime import UTC, datetime
from typing import Any

import duckdb

from sandbox.insights.errors import MalformedQuery, UnreadableLog
from sandbox.insights.expressions import Times
from sandbox.insights.loaders import load_jsonl
from sandbox.insights.query import Answer, prepare, run
from sandbox.insights.store import LogStore

_USAGE = """usage: python -m sandbox.insights < queries.jsonl

One query a line, {"id", "query", "logs", "start"?, "end"?}: logs is a file of {"timestamp": epoch ms, "message": "…"}
lines, which may name logGroup and logStream; start and end are epoch seconds or milliseconds.

For example: {"id": 1, "query": "filter @message like /ERROR/ | stats count(*) by bin(5m)", "logs": "app.jsonl"}
"""
_MILLISECONDS_FROM = 100_000_000_000
"""Times from here on can only be milliseconds: as seconds they would lie beyond the year 5000."""


def main() -> int:
    """Answer every line of standard input; 0 when each got an answer or a refusal. An argument, as there is none, is
    answered by what is to be sent.
    """
    if sys.argv[1:]:
        sys.stdout.write(_USAGE)
        return 0 if set(sys.argv[1:]) <= {"-h", "--help"} else 2
    stores: dict[str, LogStore] = {}
    failed = False
    for line in sys.stdin:
        if not line.strip():
            continue
        reply = _reply(line, stores)
        failed = failed or isinstance(reply.get("error"), str)
        sys.stdout.write(json.dumps(reply, ensure_ascii=False) + "\n")
        sys.stdout.flush()
    for store in stores.values():
        store.close()
    return int(failed)


def _reply(line: str, stores: dict[str, LogStore]) -> dict[str, Any]:
    request: Any = None
    try:
        request = json.loads(line)
        return {"id": request.get("id"), **_answer(request, stores)}
    except MalformedQuery as error:
        refusal = {"code": error.code, "message": error.message, "start": error.start, "end": error.end}
        return {"id": request.get("id"), "error": refusal}
    except duckdb.Error as error:
        return {"id": request.get("id"), "error": f"the query failed: {error}"}
    except (ValueError, KeyError, TypeError, AttributeError, UnreadableLog, OSError) as error:
        given = request.get("id") if isinstance(request, dict) else None
        return {"id": given, "error": f"cannot read the request: {error!r}; give id, query and logs"}


def _answer(request: dict[str, Any], stores: dict[str, LogStore]) -> dict[str, Any]:
    times = Times(int(time.time() * 1000), _as_ms(request.get("start")), _as_ms(request.get("end")))
    plan = prepare(str(request["query"]), times)
    path = str(request["logs"])
    if path not in stores:
        store = LogStore()
        load_jsonl(store, path)
        stores[path] = store
    store = stores[path]
    return _as_json(run(plan, store, store.groups(), times))


def _as_ms(given: float | str | None) -> int | None:
    """Epoch seconds or milliseconds, or a time in ISO 8601 (UTC where it names no zone), in milliseconds."""
    if given is None:
        return None
    if isinstance(given, str):
        moment = datetime.fromisoformat(given)
        return round((moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp() * 1000)
    return int(given if given >= _MILLISECONDS_FROM else given * 1000)


def _as_json(answer: Answer) -> dict[str, Any]:
    statistics = answer.statistics
    return {
        "rows": list(answer.rows),
        "statistics": {
            "recordsMatched": statistics.records_matched,
            "recordsScanned": statistics.records_scanned,
            "bytesScanned": statistics.bytes_scanned,
        },
    }


if __name__ == "__main__":
    sys.exit(main())
