"""Has a pinned dependency a known weakness? `make audit` asks pip-audit; what it could not look at is no good news.

Exit 0: all were looked up, and none is known to be weak. 1: some are. 6: some could not be looked up.
"""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
PINNED = ("requirements.txt", "runbook/requirements.txt", "requirements-dev.txt")


def verdict(answers: list[dict[str, Any]]) -> tuple[int, list[str]]:
    """The exit code and the lines to print for pip-audit's `dependencies`."""
    known = {one["name"]: one for one in answers}
    weak = sorted(
        f"{name} {one['version']}: {found['id']}, mended in {', '.join(found['fix_versions']) or 'no version'}"
        for name, one in known.items()
        for found in one.get("vulns", [])
    )
    unseen = sorted(name for name, one in known.items() if "skip_reason" in one)
    lines = [*weak, f"audit: {len(known) - len(unseen)} of {len(known)} dependencies looked up, {len(weak)} weaknesses"]
    if unseen:
        lines[-1] += f"; not looked up: {', '.join(unseen[:5])}{' …' if len(unseen) > 5 else ''}"
    return 1 if weak else 6 if unseen else 0, lines


def asked(file: str) -> list[dict[str, Any]]:
    """What pip-audit says of a file of pins. ValueError with its complaint where it says nothing."""
    command = [sys.executable, "-m", "pip_audit", "--disable-pip", "--require-hashes", "--progress-spinner", "off"]
    done = subprocess.run([*command, "-f", "json", "-r", file], cwd=ROOT, capture_output=True, text=True)
    if not done.stdout.startswith("{"):
        raise ValueError((done.stderr.strip().splitlines() or ["pip-audit said nothing"])[-1])
    found: list[dict[str, Any]] = json.loads(done.stdout)["dependencies"]
    return found


def main() -> int:
    """Ask about every file of pins that is there."""
    try:
        code, lines = verdict([one for name in PINNED if (ROOT / name).exists() for one in asked(name)])
    except ValueError as error:
        code, lines = 6, [f"audit: nothing was looked up: {str(error)[:200]}"]
    print("\n".join(lines))  # noqa: T201 - this is what was asked for
    return code


if __name__ == "__main__":
    sys.exit(main())
