"""How do exported log events get into a store?

Forms: CloudWatch Logs exports to S3 (`<task id>/<stream>/000000.gz`, lines of `<ISO time> message`), the output of
`aws logs tail` and of `aws logs filter-log-events` or `get-log-events`, and JSON lines. Any file may be gzipped.
https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/S3Export.html
"""

from __future__ import annotations

import gzip
import json
import re
import zlib
from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import IO, Any
from urllib.parse import unquote

from sandbox.insights.errors import UnreadableLog
from sandbox.insights.store import GroupKey, LogStore

ACCOUNT = "123456789012"
REGION = "ap-northeast-1"

Row = tuple[int, int, str, str]
"""Timestamp and ingestion time in milliseconds since the epoch, stream, message."""
Event = tuple[str, Row]
"""The log group's name and the row."""

_FLUSH_ROWS = 100_000
_TASK_ID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_LINE = re.compile(r"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?)(Z|[+-]\d\d:?\d\d)? ?(.*)", re.DOTALL)
_IGNORED = frozenset({"aws-logs-write-test"})


def load_jsonl(store: LogStore, path: Path | str, account: str = ACCOUNT, region: str = REGION) -> None:
    """Load lines of {"timestamp" (epoch ms), "message", "logGroup", "logStream", "ingestionTime"?}."""
    _load(store, _json_lines(Path(path), "log"), account, region)


def load_folder(store: LogStore, folder: Path | str, account: str = ACCOUNT, region: str = REGION) -> None:
    """Load every file of a folder and those below it; UnreadableLog names the first that is no log.

    A file's place is its log group where its events do not name one: `aws/lambda/orders.log` and
    `%2Faws%2Flambda%2Forders/<task id>/…` are both of `/aws/lambda/orders`.
    """
    _load(store, read_folder(Path(folder)), account, region)


def _load(store: LogStore, events: Iterable[Event], account: str, region: str) -> None:
    for group, rows in batches(events):
        store.append_rows(GroupKey(account, region, group), rows)


def batches(events: Iterable[Event]) -> Iterator[tuple[str, list[Row]]]:
    """The events in large pieces of one group each, so that memory stays bounded and few inserts are made."""
    waiting: dict[str, list[Row]] = defaultdict(list)
    for group, row in events:
        waiting[group].append(row)
        if len(waiting[group]) >= _FLUSH_ROWS:
            yield group, waiting.pop(group)
    yield from waiting.items()


def read_folder(folder: Path) -> Iterator[Event]:
    """The events of all files below the folder, in the order of their paths."""
    if not folder.is_dir():
        raise UnreadableLog(f"{folder}: no such folder; give one that holds exported logs")
    for path in sorted(path for path in folder.rglob("*") if path.is_file()):
        hidden = any(part.startswith(".") for part in path.relative_to(folder).parts)
        if not hidden and path.name not in _IGNORED:
            yield from _readable(path, folder)


def _readable(path: Path, folder: Path) -> Iterator[Event]:
    """The events of one file; of one that is torn, or may not be read, UnreadableLog says which it is."""
    try:
        yield from read_file(path, folder)
    except (OSError, EOFError, zlib.error) as error:
        said = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
        raise UnreadableLog(f"{path}: cannot be read: {said}; give the whole file, or leave it out") from None


def read_file(path: Path, folder: Path) -> Iterator[Event]:
    """The events of one file, whatever its form."""
    parts = path.relative_to(folder).parts
    at = next((index for index, part in enumerate(parts) if _TASK_ID.fullmatch(part)), None)
    if at is not None and len(parts) > at + 2:
        group = _group_name(parts[:at]) if at else _group_name((folder.resolve().name,))
        yield from _text_lines(path, group, stream="/".join(parts[at + 1 : -1]))
        return
    group = _group_name((*parts[:-1], _stem(path)))
    with _open(path) as lines:
        first = next((line for line in lines if line.strip()), "")
    if not first:
        return
    if not first.lstrip().startswith("{"):
        yield from _text_lines(path, group, stream=None)
    elif _is_json_line(first):
        yield from _json_lines(path, group)
    else:
        yield from _api_output(path, group)


def _stem(path: Path) -> str:
    name = path.name.removesuffix(".gz")
    return name.rpartition(".")[0] or name


def _group_name(parts: tuple[str, ...]) -> str:
    name = unquote("/".join(parts))
    return f"/{name}" if name.startswith("aws/") else name


def _open(path: Path) -> IO[str]:
    if path.suffix == ".gz":
        return gzip.open(path, "rt", encoding="utf-8", errors="replace", newline="\n")
    return path.open(encoding="utf-8", errors="replace", newline="\n")


def _is_json_line(line: str) -> bool:
    """Whether the line is an event of its own, and not the beginning, or all, of an API's answer."""
    try:
        return "events" not in json.loads(line)
    except ValueError:
        return False


def _json_lines(path: Path, group: str) -> Iterator[Event]:
    with _open(path) as lines:
        for number, line in enumerate(lines, 1):
            if line.strip():
                try:
                    yield _json_event(json.loads(line), group)
                except (ValueError, KeyError, TypeError, AttributeError) as error:
                    wanted = 'give {"timestamp": epoch ms, "message": "…"}'
                    raise UnreadableLog(f"{path}, line {number}: no log event ({error!r}); {wanted}") from None


def _json_event(event: dict[str, Any], group: str) -> Event:
    timestamp = int(event["timestamp"])
    ingestion = int(event.get("ingestionTime") or timestamp)
    name = event.get("logGroup") or event.get("logGroupName") or group
    stream = event.get("logStream") or event.get("logStreamName") or "log"
    message = event["message"]
    # some tools write a JSON message as JSON and not as text
    text = message if isinstance(message, str) else json.dumps(message, ensure_ascii=False)
    return str(name), (timestamp, ingestion, str(stream), text)


def _api_output(path: Path, group: str) -> Iterator[Event]:
    with _open(path) as file:
        text = file.read()
    try:
        for event in json.loads(text)["events"]:
            yield _json_event(event, group)
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        wanted = "give the output of aws logs filter-log-events or get-log-events"
        raise UnreadableLog(f"{path}: no log events ({error!r}); {wanted}") from None


def _text_lines(path: Path, group: str, stream: str | None) -> Iterator[Event]:
    """Events of lines that begin with a time; other lines continue the message before them.

    Without a stream the lines are of `aws logs tail`: `time+00:00 stream message`, or `time message` in its short
    format.
    """
    event: tuple[int, str, str] | None = None
    with _open(path) as lines:
        for number, line in enumerate(lines, 1):
            begun = _LINE.fullmatch(line.removesuffix("\n"))
            if begun is None:
                if event is None:
                    raise UnreadableLog(f"{path}, line {number}: no time; give lines of <ISO time> message")
                event = (event[0], event[1], f"{event[2]}\n{line.removesuffix(chr(10))}")
                continue
            if event is not None:
                yield _text_event(group, event)
            event = _begun(begun, stream)
    if event is not None:
        yield _text_event(group, event)


def _begun(begun: re.Match[str], stream: str | None) -> tuple[int, str, str]:
    moment, offset, rest = begun.groups()
    parsed = datetime.fromisoformat(moment + ("+00:00" if offset in (None, "Z") else offset))
    timestamp = round(parsed.astimezone(UTC).timestamp() * 1000)
    if stream is None and offset is not None and offset != "Z":
        name, _, message = rest.partition(" ")
        return timestamp, name, message
    return timestamp, stream or "log", rest


def _text_event(group: str, event: tuple[int, str, str]) -> Event:
    timestamp, stream, message = event
    return group, (timestamp, timestamp, stream, message.rstrip("\n"))
