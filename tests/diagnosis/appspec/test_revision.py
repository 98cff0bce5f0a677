"""Are source files and scripts that a revision does not hold found?"""

from __future__ import annotations

import pytest

from diagnosis.appspec import validate

TEXT = """version: 0.0
os: linux
files:
  - source: /
    destination: /srv/all
  - source: web
    destination: /srv/web
  - source: /conf/app.ini
    destination: /etc
hooks:
  AfterInstall:
    - location: ./scripts/run.sh
"""
FILES = ["appspec.yml", "web/index.html", "conf/app.ini", "scripts/run.sh"]


@pytest.mark.parametrize(
    "files", [FILES, [f"./{name}" for name in FILES], {f"/{name}" for name in FILES}, [*FILES, "web/", "deep/er/"]]
)
def test_a_complete_revision_has_no_problem(files: list[str]) -> None:
    assert validate(TEXT, files=files) == []


def test_without_a_listing_nothing_is_missing() -> None:
    assert validate(TEXT, files=None) == []


@pytest.mark.parametrize(
    ("absent", "line", "words"),
    [
        ("web/index.html", 6, "source 'web', which the revision does not hold"),
        ("conf/app.ini", 8, "source '/conf/app.ini', which the revision does not hold"),
        ("scripts/run.sh", 12, "location './scripts/run.sh', which the revision does not hold"),
    ],
)
def test_a_missing_file_is_named_at_its_line(absent: str, line: int, words: str) -> None:
    (problem,) = validate(TEXT, files=[name for name in FILES if name != absent])
    assert (problem.line, problem.severity) == (line, "error")
    assert words in problem.message


def test_another_case_is_another_file_on_linux_only() -> None:
    files = [name.replace("run.sh", "Run.sh") for name in FILES]
    (problem,) = validate(TEXT, files=files)
    assert problem.expected == "'scripts/Run.sh'"
    windows = TEXT.replace("linux", "windows")
    assert validate(windows, files=files) == []


def test_wildcards_are_not_expanded() -> None:
    (problem,) = validate(TEXT.replace("source: web", "source: web/*.html"), files=FILES)
    assert "wildcards are not expanded" in problem.message


def test_an_empty_revision_still_has_a_root() -> None:
    assert validate("version: 0.0\nos: linux\nfiles:\n  - source: /\n    destination: /a\n", files=[]) == []
