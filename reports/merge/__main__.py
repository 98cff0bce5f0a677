"""How is the fleet? `python -m reports.merge FOLDER…`: run folders become fleet.html, fleet.jsonl and a summary.

A folder is a run's, or holds run folders. Exit codes are a run's: 0 healthy, 1 something is sick, 6 nothing sick was
found but a place or a check could not be looked at, 5 nothing was checked, 4 the command cannot be used.
"""

from __future__ import annotations

import argparse
import signal
import sys
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import NoReturn

from reports.merge.folders import RESULTS, RUN_FILE, PlacesFileError, expected_places
from reports.merge.night import merged
from reports.merge.page import write_page
from reports.merge.text import lines
from reports.words import one_line

OUT = Path(__file__).resolve().parents[1] / "out" / "fleet"


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        """As a run says it: one line, and 4. argparse's own 2 would be an interrupted run."""
        self.exit(4, f"{one_line(message)}; see {self.prog} --help\n")


def main(arguments: Sequence[str] | None = None) -> int:
    """Merge, write, print."""
    parser = _Parser(prog="python -m reports.merge", description=__doc__)
    parser.add_argument("folders", nargs="+", type=Path, metavar="FOLDER", help="a run folder, or one that holds some")
    parser.add_argument("--places", type=Path, metavar="FILE", help="what must be there: account/region on each line")
    parser.add_argument("--before", type=Path, metavar="FOLDER", help="an earlier merged report to compare with")
    parser.add_argument("--out", type=Path, default=OUT, metavar="DIR", help="default reports/out/fleet")
    given = parser.parse_args(arguments)
    try:
        expected = expected_places(given.places) if given.places else ()
        fleet = merged(run_folders(given.folders), given.out, expected=expected, before=given.before)
        page = write_page(fleet, given.out)
    except PlacesFileError as error:
        sys.stderr.write(f"{one_line(error)}\n")
        return 4
    except OSError as error:
        said = f"{error.filename or given.out}: {error.strerror or error}: pass --out DIR, or other folders to read"
        sys.stderr.write(f"{one_line(said)}\n")
        return 4
    for line in lines(fleet):
        sys.stdout.write(f"{line}\n")
    sys.stdout.write(f"report:   {page}\n")
    return fleet.exit_code()


def run_folders(folders: Iterable[Path]) -> Iterator[Path]:
    """The run folders that are meant: a folder that is no run's stands for those in it."""
    for folder in folders:
        inside = [] if _is_a_run(folder) or not folder.is_dir() else sorted(p for p in folder.iterdir() if p.is_dir())
        yield from inside or [folder]


def _is_a_run(folder: Path) -> bool:
    return (folder / RESULTS).exists() or (folder / RUN_FILE).exists()


if __name__ == "__main__":
    if hasattr(signal, "SIGPIPE"):  # end as other tools do where `head` has seen enough
        signal.signal(signal.SIGPIPE, signal.SIG_DFL)
    sys.exit(main())
