"""What the documents say is what the code does."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from diagnosis import VERSION
from fixtures import handbook, options
from fixtures.settings import load_settings

ROOT = Path(__file__).resolve().parents[1]
MORE_DOCUMENTS = ("CONTRIBUTING.md", "CHANGELOG.md", "sandbox/README.md", "runbook/README.md", "docs/article.md")
README = (ROOT / "README.md").read_text(encoding="utf-8")


class Parser:
    """Takes the names of options as pytest's parser would."""

    def __init__(self):
        self.flags: list[str] = []

    def getgroup(self, name):
        return self

    def addoption(self, flag, **_):
        self.flags.append(flag)


@pytest.fixture
def flags():
    parser = Parser()
    options.pytest_addoption(parser)
    return parser.flags


def test_the_page_of_checks_is_current():
    assert handbook.PAGE.read_text(encoding="utf-8") == handbook.page(), "run: make docs"


def test_every_option_is_in_the_readme(flags):
    assert len(flags) > 10
    assert [flag for flag in flags if f"`{flag}" not in README] == []


def test_every_option_of_the_readme_exists(flags):
    named = set(re.findall(r"(?<![\\w-])--[a-z][a-z-]+", README))
    others = {"--lf", "--list", "--json", "--places", "--before"}  # of pytest, of the sandbox, of small tools
    assert named - set(flags) - others == set()


def test_the_example_settings_are_valid():
    assert load_settings(ROOT / "targets.example.toml").accept


def test_the_version_is_in_the_changelog_and_the_readme():
    assert re.search(rf"^## {re.escape(VERSION)} ", (ROOT / "CHANGELOG.md").read_text(encoding="utf-8"), re.MULTILINE)
    assert f"Version {VERSION} " in README


def test_every_file_that_a_document_links_to_is_there():
    for document in ("README.md", "README.ja.md", "SECURITY.md", *MORE_DOCUMENTS):
        folder = (ROOT / document).parent
        for link in re.findall(r"\]\((?!https?://|#)([^)#]+)", (ROOT / document).read_text(encoding="utf-8")):
            assert (folder / link).exists(), f"{document}: {link}"
