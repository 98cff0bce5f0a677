"""Run folders of a fleet, as runs leave them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

PLACE = "111111111111/eu-west-1"
OTHER = "222222222222/eu-west-1"


def result(outcome: str = "passed", place: str = PLACE, name: str = "orders", **more: Any) -> Any:
    reason = {"error": "missing rds:DescribeDBInstances", "skipped": "no database in it"}.get(outcome, "")
    line = {"check": "test_a", "target": f"{place}/{name}" if place else "", "outcome": outcome, "reason": reason}
    found = [finding(place, name)] if outcome in ("failed", "xfailed") else []
    return line | {"findings": found} | more


def finding(place: str = PLACE, name: str = "orders", cause: str = "memory", impact: str = "now") -> dict[str, Any]:
    return {
        "subject": name,
        "place": place,
        "cause": cause,
        "impact": impact,
        "symptom": f"{name}: 97% used, expected below 90%",
        "evidence": [],
        "onset": None,
        "remedy": "raise the memory",
    }


def ending(code: int, *roots: str, **more: Any) -> dict[str, Any]:
    of = [{"check": "test_a", "target": f"{PLACE}/orders", "subject": "orders", "cause": cause} for cause in roots]
    return {"run": {"schema": 1, "exit": code, "coverage": "all", "roots": of, "version": "1", "operations": {}} | more}


def text_of(lines: list[Any]) -> str:
    return "".join((line if isinstance(line, str) else json.dumps(line, ensure_ascii=False)) + "\n" for line in lines)


def write(
    folder: Path, *lines: Any, places: tuple[str, ...] = (PLACE,), now: str = "2026-03-04T02:00:00+00:00"
) -> Path:
    folder.mkdir(parents=True)
    (folder / "results.jsonl").write_text(text_of(list(lines)), encoding="utf-8")
    access = [{"place": dict(zip(("account", "region"), place.split("/"), strict=True))} for place in places]
    (folder / "run.json").write_text(json.dumps({"access": access, "now": now}), encoding="utf-8")
    return folder
