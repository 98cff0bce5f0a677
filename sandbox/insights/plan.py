"""What does a compiled query consist of, and in which order may its commands come?"""

from __future__ import annotations

from dataclasses import dataclass

from sandbox.insights import syntax
from sandbox.insights.errors import MalformedQuery
from sandbox.insights.values import Kind, Value

MOST_ROWS = 100_000
DEFAULT_ROWS = 10_000
MOST_STATS = 10

SYSTEM = {
    "@timestamp": Value("ts", Kind.TIME),
    "@ingestionTime": Value("ingestion", Kind.TIME),
    "@message": Value("message", Kind.TEXT),
    "@logStream": Value("stream", Kind.TEXT),
    "@log": Value("log", Kind.TEXT),
    "@ptr": Value("ptr", Kind.TEXT),
}


@dataclass(frozen=True)
class Plan:
    """SQL in stages.

    `discovered` maps the fields that the events' relation must offer to their column names. `stages` are
    (name, SELECT) pairs; the stage at `aggregated` (None without `stats`) has a column `matched`, the number
    of events in each group, or in all where `counting` is `max`; without `stats` the rows of the stage named
    `matched` are the matched events.
    """

    discovered: dict[str, str]
    stages: tuple[tuple[str, str], ...]
    aggregated: int | None
    matched: str
    counting: str
    filtered: bool
    labels: tuple[str, ...]
    shown: tuple[str, ...]
    order: tuple[str, ...]
    limit: int | None


def check_order(commands: tuple[syntax.Command, ...]) -> None:
    """MalformedQuery where a command stands before or after what it must not."""
    stats = [index for index, command in enumerate(commands) if isinstance(command, syntax.Stats)]
    if len(stats) > MOST_STATS:
        extra = commands[stats[MOST_STATS]]
        raise MalformedQuery(f"a query has at most {MOST_STATS} stats commands", extra.start, extra.end)
    for command in commands[: stats[-1] if len(stats) > 1 else 0]:
        if isinstance(command, syntax.Sort | syntax.Limit | syntax.Dedup):
            name = type(command).__name__.lower()
            raise MalformedQuery(f"{name} must come after the last stats", command.start, command.end)
    dedup = next((i for i, command in enumerate(commands) if isinstance(command, syntax.Dedup)), len(commands))
    for command in commands[dedup + 1 :]:
        if not isinstance(command, syntax.Limit):
            raise MalformedQuery("only limit may follow dedup", command.start, command.end)
