"""Is the reader's policy what the checks need today? Written into the templates from `pytest checks --iam-policy`.

python -m runbook.policy           write it
python -m runbook.policy --check   exit 1 where a template is out of date
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path
from textwrap import indent
from typing import Any

import yaml  # type: ignore[import-untyped]

ROOT = Path(__file__).resolve().parent.parent
_WRITTEN = re.compile(
    r"^(?P<pad> *)(?P<top># What `pytest checks --iam-policy` prints[^\n]*\n)"
    r".*?^(?P<end> *# The end of what is written\.\n)",
    re.MULTILINE | re.DOTALL,
)


def needed() -> dict[str, Any]:
    """The policy document that every check together needs, as the suite itself prints it."""
    command = [sys.executable, "-m", "pytest", "checks", "--iam-policy"]
    printed = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)  # noqa: S603
    document: dict[str, Any] = json.loads(printed.stdout)
    return document


def written(template: str, document: dict[str, Any]) -> str:
    """The template's text with this document between its two marks."""
    text = yaml.safe_dump({"PolicyDocument": document}, sort_keys=False, width=120)
    text = text.replace("Version: '2012-10-17'", 'Version: "2012-10-17"').replace("Resource: '*'", 'Resource: "*"')

    def put(found: re.Match[str]) -> str:
        return found["pad"] + found["top"] + indent(text, found["pad"]) + found["end"]

    return _WRITTEN.sub(put, template)


def templates() -> list[Path]:
    """The templates that hold the policy."""
    return [path for path in sorted((ROOT / "runbook").glob("*.yaml")) if _WRITTEN.search(path.read_text("utf-8"))]


def main(words: list[str]) -> int:
    """Write, or say what is out of date."""
    document = needed()
    late = [path for path in templates() if path.read_text("utf-8") != written(path.read_text("utf-8"), document)]
    for path in late:
        if "--check" in words:
            sys.stderr.write(
                f"{path.relative_to(ROOT)}: the reader's policy is out of date, run: make runbook-policy\n"
            )
        else:
            path.write_text(written(path.read_text("utf-8"), document), encoding="utf-8")
    return 1 if late and "--check" in words else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
