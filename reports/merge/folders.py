"""Which run is in a folder? Its places and its time, as far as run.json tells; whatever is in it, nothing is raised."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from reports.words import one_line

RESULTS, RUN_FILE = "results.jsonl", "run.json"
_NAMED = re.compile(r"(\d{12})[_/]([a-z]{2}(?:-[a-z]+)+-\d)$")
"""A folder that is called by its place: `123456789012_eu-west-1`, or `123456789012/eu-west-1`."""
_PLACE = re.compile(r"[^/\s]+/[^/\s]+")
_MOST_OF_RUN_FILE = 4_000_000


class PlacesFileError(ValueError):
    """The list of expected places cannot be used; the message names the line."""


@dataclass(frozen=True)
class RunFolder:
    """A run folder and what it says of itself; `problem` says why its results cannot be read at all."""

    path: Path
    places: tuple[str, ...]
    now: str
    problem: str = ""

    @property
    def results(self) -> Path:
        """Where its results are."""
        return self.path / RESULTS


@dataclass(frozen=True)
class Expected:
    """A place that must be in the report; `blind` says why no run of it came about, where that is known."""

    place: str
    blind: str = ""


def run_folder(path: Path) -> RunFolder:
    """What a folder says of itself; one that says nothing is called by its name."""
    plain = _run_file(path / RUN_FILE)
    entered = plain.get("access")
    places = [_place_of(entry) for entry in entered] if isinstance(entered, list) else []
    named = _NAMED.search(path.as_posix())
    known = tuple(dict.fromkeys(place for place in places if place)) or ((f"{named[1]}/{named[2]}",) if named else ())
    now = plain.get("now")
    return RunFolder(path, known or (path.name,), now if isinstance(now, str) else "", _problem(path))


def _problem(path: Path) -> str:
    if not path.is_dir():
        return "its run folder is not there"
    if not (path / RESULTS).is_file():
        return f"its run left no {RESULTS}"
    return ""


def _run_file(path: Path) -> Mapping[str, Any]:
    try:
        if not path.is_file() or path.stat().st_size > _MOST_OF_RUN_FILE:
            return {}
        plain = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError):
        return {}
    return plain if isinstance(plain, dict) else {}


def _place_of(entry: Any) -> str:
    place = entry.get("place") if isinstance(entry, dict) else None
    if not isinstance(place, dict):
        return ""
    key = f"{place.get('account')}/{place.get('region')}"
    return key if _PLACE.fullmatch(key) else ""


def expected_places(path: Path) -> list[Expected]:
    """The places of a file: `account/region` or `{"account", "region", "blind"?}` on each line.

    PlacesFileError where a line is neither: a fleet that is shorter than meant would be green too easily.
    """
    try:
        lines = path.read_text(encoding="utf-8-sig").splitlines()
    except (OSError, ValueError) as error:
        said = (isinstance(error, OSError) and error.strerror) or one_line(error)
        raise PlacesFileError(f"{path} cannot be read: {said}: pass another --places FILE") from None
    found = [_expected(text.strip(), f"{path}: line {n}") for n, text in enumerate(lines, 1) if text.strip()]
    if not found:
        raise PlacesFileError(f"{path} names no place")
    return found


def _expected(text: str, where: str) -> Expected:
    if _PLACE.fullmatch(text):
        return Expected(text)
    try:
        plain = json.loads(text)
        key = f"{plain['account']}/{plain['region']}"
    except (ValueError, KeyError, TypeError):
        key = ""
    if not _PLACE.fullmatch(key):
        raise PlacesFileError(f"{where} is no place: write account/region")
    return Expected(key, one_line(plain.get("blind") or ""))


def each_once(paths: Iterable[Path]) -> Iterator[Path]:
    """Each folder once, as they come."""
    seen: set[Path] = set()
    for path in paths:
        if (real := path.resolve()) not in seen:
            seen.add(real)
            yield real
