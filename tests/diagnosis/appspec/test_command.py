"""Does `python -m diagnosis.appspec` print places and exit as documented?"""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]
TEXT = """version: 0.0
os: linux
files:
  - source: web
    destination: /srv/web
hooks:
  AfterInstall:
    - location: scripts/run.sh
      timeout: '60'
"""


@pytest.fixture
def appspec(tmp_path: Path) -> Path:
    for name in ("web/index.html", "scripts/run.sh", ".git/HEAD"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text("x")
    path = tmp_path / "appspec.yml"
    path.write_text(TEXT)
    return path


def run(*arguments: str | Path) -> tuple[int, list[str], str]:
    command = [sys.executable, "-m", "diagnosis.appspec", *map(str, arguments)]
    done = subprocess.run(command, capture_output=True, text=True, cwd=ROOT, check=False)
    return done.returncode, done.stdout.splitlines(), done.stderr


def test_a_warning_alone_leaves_the_file_valid(appspec: Path) -> None:
    expected = f"{appspec}:9:16: warning: the timeout 60 in quotation marks, expected a number"
    assert run(appspec) == (0, [expected], "")


def test_the_files_folder_is_the_revision(appspec: Path) -> None:
    (appspec.parent / "scripts/run.sh").unlink()
    code, lines, _ = run(appspec)
    assert code == 1
    assert lines[0].startswith(f"{appspec}:8:17: location 'scripts/run.sh', which the revision does not hold")
    assert run(appspec, "--no-files")[0] == 0


def test_a_bundle_or_a_listing_can_be_the_revision(appspec: Path, tmp_path: Path) -> None:
    other = tmp_path / "elsewhere"
    other.mkdir()
    listing = tmp_path / "listing.txt"
    listing.write_text("web/index.html\nscripts/run.sh\n")
    assert run(appspec, "--bundle", other)[0] == 1
    assert run(appspec, "--bundle", tmp_path)[0] == 0
    assert run(appspec, "--listing", listing)[0] == 0


def test_problems_come_as_json_lines(appspec: Path) -> None:
    appspec.write_text(TEXT.replace("linux", "mac"))
    code, lines, _ = run(appspec, "--json")
    first = json.loads(lines[0])
    assert code == 1
    assert first.pop("message") == "the text 'mac' as 'os', expected linux or windows"
    assert first == {
        "file": str(appspec),
        "line": 2,
        "column": 5,
        "severity": "error",
        "found": "the text 'mac' as 'os'",
        "expected": "linux or windows",
    }
    assert json.loads(lines[1])["severity"] == "warning"


def test_what_cannot_be_read_exits_with_2_and_one_line(appspec: Path, tmp_path: Path) -> None:
    binary = tmp_path / "binary.yml"
    binary.write_bytes(b"\xff\xfe\x00")
    for arguments in ([tmp_path / "absent.yml"], [tmp_path], [binary], [appspec, "--bundle", tmp_path / "absent"]):
        code, lines, errors = run(*arguments)
        assert (code, lines) == (2, [])
        assert errors.startswith("cannot read ")
        assert errors.count("\n") == 1


def test_usage_errors_exit_with_2() -> None:
    assert run()[0] == 2
    assert run("a.yml", "--no-files", "--bundle", ".")[0] == 2
