"""Checks an AppSpec file before anything is deployed: `python -m diagnosis.appspec FILE`.

Prints `FILE:LINE:COLUMN: message`, or with --json one object a problem. Exits with 0 where the file is valid, 1 where
it is not (a warning alone leaves it valid), 2 where it cannot be read.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
from collections.abc import Iterator
from pathlib import Path

from diagnosis.appspec import Problem, validate


def main(arguments: list[str] | None = None) -> int:
    """Runs the command and returns its exit code."""
    options = _parser().parse_args(arguments)
    try:
        text = options.file.read_text(encoding="utf-8-sig")
        files = None if options.no_files else _revision(options)
    except (OSError, UnicodeDecodeError) as failure:
        reason = failure.strerror if isinstance(failure, OSError) else "not UTF-8"
        sys.stderr.write(f"cannot read {getattr(failure, 'filename', None) or options.file}: {reason}\n")
        return 2
    problems = validate(text, files=files)
    for found in problems:
        sys.stdout.write(_line(options.file, found, as_json=options.json) + "\n")
    return 1 if any(found.severity == "error" for found in problems) else 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m diagnosis.appspec", description="Check a CodeDeploy AppSpec file.")
    parser.add_argument("file", type=Path, metavar="FILE", help="the AppSpec file, YAML or JSON")
    parser.add_argument("--json", action="store_true", help="print one JSON object a problem")
    known = parser.add_mutually_exclusive_group()
    known.add_argument("--bundle", type=Path, metavar="FOLDER", help="the revision's root (default: FILE's folder)")
    known.add_argument("--listing", type=Path, metavar="FILE", help="the revision's paths, one a line")
    known.add_argument("--no-files", action="store_true", help="do not look for source files and scripts")
    return parser


def _revision(options: argparse.Namespace) -> list[str]:
    """The revision's paths below its root. Raises OSError where they cannot be read."""
    if options.listing:
        return [line for line in options.listing.read_text(encoding="utf-8").splitlines() if line.strip()]
    folder: Path = options.bundle or options.file.resolve().parent
    if not folder.is_dir():
        raise NotADirectoryError(20, "not a folder: give the revision's root", str(folder))
    return list(_paths(folder))


def _paths(folder: Path) -> Iterator[str]:
    for here, folders, names in os.walk(folder):
        folders[:] = [name for name in folders if name != ".git"]
        for name in (*folders, *names):
            yield (Path(here) / name).relative_to(folder).as_posix()


def _line(file: Path, found: Problem, *, as_json: bool) -> str:
    if as_json:
        return json.dumps(
            {
                "file": str(file),
                "line": found.line,
                "column": found.column,
                "severity": found.severity,
                "found": found.found,
                "expected": found.expected,
                "message": found.message,
            }
        )
    prefix = "warning: " if found.severity == "warning" else ""
    return f"{file}:{found.line}:{found.column}: {prefix}{found.message}"


if __name__ == "__main__":
    sys.exit(main())
