"""What came between two runs? `python -m reports.history diff RUN1 RUN2`: what is new, fixed, still sick, or unseen.

A run is a run folder, or the id of one that history remembers. Exit 0 where nothing is new, 1 where something is.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from reports.history.compare import SICK, Key
from reports.history.store import HistoryError, recorded
from reports.words import one_line

OUT = Path(__file__).resolve().parents[1] / "out"
_ORDER = ("new", "newly blind", "still sick", "fixed", "no longer sick", "no longer looked at")


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the difference; 2 where a run cannot be read."""
    parser = argparse.ArgumentParser(prog="python -m reports.history", description=__doc__)
    commands = parser.add_subparsers(required=True, metavar="diff")
    diff = commands.add_parser("diff", help="what is new, fixed, still sick, or unseen")
    diff.add_argument("run1", help="the earlier run: a run folder or its id")
    diff.add_argument("run2", help="the later run")
    diff.add_argument("--json", action="store_true", help="one object a line instead of text")
    given = parser.parse_args(arguments)
    try:
        (earlier, _), (later, whole) = results_of(given.run1), results_of(given.run2)
    except HistoryError as error:
        sys.stderr.write(f"{one_line(error)}\n")
        return 2
    found = differences(earlier, later, whole)
    for became, key, symptom in found:
        sys.stdout.write(f"{_line(became, key, symptom, given.json)}\n")
    if not found and not given.json:
        sys.stdout.write("nothing is sick in either run\n")
    return 1 if any(became == "new" for became, *_ in found) else 0


def _line(became: str, key: Key, symptom: str, as_json: bool) -> str:
    if as_json:
        plain = {"became": became, "check": key.check, "target": key.target, "cause": key.cause, "symptom": symptom}
        return json.dumps(plain, ensure_ascii=True)
    return one_line(f"{became}: {key.check}[{key.target}] {key.cause}: {symptom}")


def results_of(run: str, out: Path = OUT) -> tuple[Sequence[Mapping[str, Any]], bool]:
    """The results of a run as results.jsonl has them, and whether they are all, healthy ones included.

    History keeps those that are not healthy. HistoryError where the run is not to be found.
    """
    for folder in (Path(run), out / run):
        path = folder / "results.jsonl"
        if path.is_file():
            return [line for line in _lines(path) if "check" in line], True
    found = recorded(out / "history", run)
    if found is None:
        raise HistoryError(f"{run} is no run folder, and {out / 'history'} remembers no run of that name")
    return found, False


def _lines(path: Path) -> Iterable[Mapping[str, Any]]:
    for text in path.read_text(encoding="utf-8").splitlines():
        try:
            line = json.loads(text)
        except ValueError:
            continue  # the last line of a run that was cut off
        if isinstance(line, dict):
            yield line


def differences(
    earlier: Sequence[Mapping[str, Any]], later: Sequence[Mapping[str, Any]], whole: bool = True
) -> list[tuple[str, Key, str]]:
    """What became of each trouble, the new ones first: (what, which, symptom); `whole`: the later results are all."""
    before, now = _sick(earlier), _sick(later)
    outcomes = {(line["check"], line["target"]): line["outcome"] for line in later}
    found = [("still sick" if key in before else "new", key, symptom) for key, symptom in now.items()]
    gone = "no longer looked at" if whole else "no longer sick"
    for key, symptom in before.items():
        if key not in now:
            came_to = outcomes.get((key.check, key.target))
            found.append(("fixed" if came_to in ("passed", *SICK) else gone, key, symptom))
    was_blind = {(line["check"], line["target"]) for line in earlier if line["outcome"] == "error"}
    found += [
        ("newly blind", Key(line["check"], line["target"], "error"), str(line.get("reason", "")))
        for line in later
        if line["outcome"] == "error" and (line["check"], line["target"]) not in was_blind
    ]
    return sorted(found, key=lambda entry: (_ORDER.index(entry[0]), entry[1]))


def _sick(lines: Iterable[Mapping[str, Any]]) -> dict[Key, str]:
    found: dict[Key, str] = {}
    for line in lines:
        if line["outcome"] in SICK:
            said = line.get("findings") or [{"cause": "unknown", "symptom": line.get("reason", "")}]
            for finding in said:
                found.setdefault(Key(line["check"], line["target"], finding["cause"]), str(finding.get("symptom", "")))
    return found


if __name__ == "__main__":
    sys.exit(main())
