"""What is kept of a look at the account? Its folder in the bucket, and a summary that fits into a state's output."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping
from typing import Any

from reports.words import one_line
from runbook.bucket import address, keep, keep_folder
from runbook.suite import SuiteRun

MOST_TOLD = 10
LONGEST = 300


def kept_look(run: SuiteRun, prefix: str, function_arn: str, hurt: Collection[str] = ()) -> dict[str, Any]:
    """Keep the run folder and the watched node ids under `prefix`; the summary of the run, in builtins.

    A state's output holds 256 KB at most, so that lists are cut; what is watched is in the bucket, complete. Of the
    node ids that `hurt` when somebody looked before, those that are not healthy here are watched whatever they are now.
    """
    keep_folder(run.folder, prefix)
    watched = run.watched()
    watched += [node for node in run.failed if node in hurt and node not in watched]
    hurting = run.findings("now")
    draft = run.folder / "postmortem.md"
    return {
        "exit": run.exit,
        "verdict": run.verdict,
        "coverage": run.coverage,
        "roots": [_cut(root.get("sentence") or root["subject"]) for root in run.roots[:MOST_TOLD]],
        "findings": [_cut(one["symptom"]) for one in hurting[:MOST_TOLD]],
        "hurting": len(hurting),
        "failed": watched[:MOST_TOLD],
        "watched": {"count": len(watched), "key": keep(f"{prefix}/watched.json", json.dumps(watched))},
        "report": address(f"{prefix}/report.html", function_arn),
        "draft": f"{prefix}/postmortem.md" if draft.is_file() else "",
    }


def told(look: Mapping[str, Any]) -> list[str]:
    """A look in lines of plain text."""
    lines = [f"The suite says: {look['verdict']}. {look['coverage']}"]
    lines += [f"  likeliest cause: {root}" for root in look["roots"][:3]]
    lines += [f"  - {symptom}" for symptom in look["findings"]]
    if look["hurting"] > len(look["findings"]):
        lines.append(f"  and {look['hurting'] - len(look['findings'])} more")
    return [*lines, f"Report: {look['report']}"]


def _cut(text: object) -> str:
    line = one_line(text)
    return line if len(line) <= LONGEST else f"{line[: LONGEST - 1]}…"
