"""A store with events, and a way to ask it."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from typing import Any

import pytest

# pytest names these folders `sandbox` and `sandbox.insights` too; the packages of these names are what is tested
for _name in ("sandbox.insights", "sandbox"):
    if getattr(sys.modules.get(_name), "__file__", None) is None:
        sys.modules.pop(_name, None)

from sandbox.insights.expressions import Times  # noqa: E402
from sandbox.insights.query import Answer, prepare, run  # noqa: E402
from sandbox.insights.store import GroupKey, LogStore  # noqa: E402

START_MS = 1_795_168_800_000
"""2026-11-20 10:00:00 UTC."""


class Logs:
    """Log groups in a store of their own; events are a second apart."""

    def __init__(self) -> None:
        self.store = LogStore(threads=1)

    def add(self, *messages: str | dict[str, Any] | list[Any], group: str = "/app", stream: str = "main") -> None:
        texts = [m if isinstance(m, str) else json.dumps(m) for m in messages]
        events = [(START_MS + 1000 * index, text) for index, text in enumerate(texts)]
        self.store.append(GroupKey("111122223333", "eu-west-1", group), stream, events)

    def answer(self, query: str, start_ms: int | None = None, end_ms: int | None = None) -> Answer:
        times = Times(START_MS, start_ms, end_ms)
        return run(prepare(query, times), self.store, self.store.groups(), times)

    def rows(self, query: str) -> list[dict[str, str]]:
        return list(self.answer(query).rows)

    def value(self, expression: str) -> str | None:
        """What an expression is of the first event."""
        [row] = self.rows(f"fields {expression} as result | sort @timestamp | limit 1")
        return row.get("result")

    def column(self, query: str, name: str) -> list[str | None]:
        return [row.get(name) for row in self.rows(query)]


@pytest.fixture
def logs() -> Iterator[Logs]:
    made = Logs()
    yield made
    made.store.close()
