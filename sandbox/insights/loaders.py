"""How do exported log events get into a store?"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from sandbox.insights.errors import UnreadableLog
from sandbox.insights.store import GroupKey, LogStore

ACCOUNT = "123456789012"
REGION = "ap-northeast-1"

Row = tuple[int, int, str, str]


def load_jsonl(store: LogStore, path: Path | str, account: str = ACCOUNT, region: str = REGION) -> None:
    """Load lines of {"timestamp" (epoch ms), "message", "logGroup", "logStream", "ingestionTime"?}."""
    by_group: dict[str, list[Row]] = defaultdict(list)
    for group, row in _jsonl_rows(Path(path)):
        by_group[group].append(row)
    for group, rows in by_group.items():
        store.append_rows(GroupKey(account, region, group), rows)


def _jsonl_rows(path: Path) -> Iterator[tuple[str, Row]]:
    with path.open(encoding="utf-8") as lines:
        for number, line in enumerate(lines, 1):
            if line.strip():
                try:
                    yield _jsonl_row(json.loads(line))
                except (ValueError, KeyError, TypeError, AttributeError) as error:
                    message = f"{path}, line {number}: no log event ({error!r}); give timestamp (epoch ms) and message"
                    raise UnreadableLog(message) from None


def _jsonl_row(event: dict[str, Any]) -> tuple[str, Row]:
    timestamp = int(event["timestamp"])
    ingestion = int(event.get("ingestionTime") or timestamp)
    group = str(event.get("logGroup") or "log")
    return group, (timestamp, ingestion, str(event.get("logStream") or "log"), str(event["message"]))
