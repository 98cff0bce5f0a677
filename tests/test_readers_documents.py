"""Do the Japanese README and the article's page say what the README and the code do?"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from fixtures import options
from fixtures.catalogue import checks_in

ROOT = Path(__file__).resolve().parents[1]
README, JAPANESE, ARTICLE = (
    (ROOT / name).read_text(encoding="utf-8") for name in ("README.md", "README.ja.md", "docs/article.md")
)


def headings(text: str) -> list[int]:
    """The levels of the headings, in order."""
    return [len(marks) for marks in re.findall(r"^(#+) ", without_code(text), re.MULTILINE)]


def without_code(text: str) -> str:
    return re.sub(r"^```.*?^```", "", text, flags=re.MULTILINE | re.DOTALL)


def tables(text: str) -> list[list[str]]:
    """The first column of each table, without its head."""
    found = re.findall(r"(?:^\|.*\n)+", without_code(text), re.MULTILINE)
    return [[re.split(r"(?<!\\)\|", row)[1].strip() for row in table.splitlines()[2:]] for table in found]


def test_both_readmes_have_the_same_parts():
    assert headings(JAPANESE) == headings(README)
    assert re.findall(r"^```.*?^```", JAPANESE, re.MULTILINE | re.DOTALL) == re.findall(
        r"^```.*?^```", README, re.MULTILINE | re.DOTALL
    )
    assert list(map(len, tables(JAPANESE))) == list(map(len, tables(README)))


def test_both_readmes_know_the_same_options_codes_and_tools():
    about = [column for column in tables(README) if re.match(r"`|\d|[A-Z]{4}", column[0])]
    japanese = [column for column in tables(JAPANESE) if re.match(r"`|\d|[A-Z]{4}", column[0])]
    assert len(about) == 4
    assert [[re.sub(r"[、。]", ",", row) for row in column] for column in japanese] == about


def test_both_readmes_name_the_same_commands_keys_and_files():
    """Whatever stands in code in the one stands in code in the other."""

    def code(text: str) -> set[str]:
        return set(re.findall(r"`([^`\n]+)`", without_code(text)))

    assert code(README) ^ code(JAPANESE) == set()


def test_the_japanese_readme_is_japanese():
    prose = re.sub(r"`[^`]*`|\]\([^)]*\)", "", without_code(JAPANESE))
    japanese = re.findall(r"[\u3040-\u30ff\u4e00-\u9fff]", prose)
    assert len(japanese) > 0.5 * len(re.findall(r"\w", prose))


class Parser:
    def __init__(self) -> None:
        self.flags: list[str] = []

    def getgroup(self, _name: str) -> Parser:
        return self

    def addoption(self, flag: str, **_: Any) -> None:
        self.flags.append(flag)


def test_every_option_is_in_both_readmes():
    parser = Parser()
    options.pytest_addoption(parser)
    assert [flag for flag in parser.flags if f"`{flag}" not in JAPANESE or f"`{flag}" not in README] == []


def keys_in(value: Any, above: str = "") -> Iterator[str]:
    if isinstance(value, list):
        for entry in value:
            yield from keys_in(entry, above)
    elif isinstance(value, dict):
        for key, entry in value.items():
            yield f"{above}{key}"
            yield from keys_in(entry, f"{above}{key}.")


def rows() -> list[list[str]]:
    return [
        [cell.strip() for cell in line.strip("| ").split(" | ")]
        for line in ARTICLE.splitlines()
        if line.startswith("|") and not re.match(r"\| Item|\|---", line)
    ]


def test_each_item_of_the_article_has_a_row_that_says_what_does_it():
    assert len(rows()) >= 75
    assert [row for row in rows() if len(row) != 2 or not row[1]] == []
    assert len({(row[0], row[1]) for row in rows()}) == len(rows())


@pytest.mark.parametrize("name", sorted(set(re.findall(r"`(test_\w+)`", ARTICLE))))
def test_the_checks_that_the_page_names_exist(name):
    assert name in checks_in([ROOT / "checks"])


def test_the_files_states_and_options_that_the_page_names_exist():
    parser = Parser()
    options.pytest_addoption(parser)
    for name in re.findall(r"`((?:fixtures|runbook|diagnosis)/[\w/.]+)`", ARTICLE):
        assert (ROOT / name).exists(), name
    for flag in re.findall(r"(?<![\w-])--[a-z][a-z-]+", ARTICLE):
        assert flag in parser.flags, flag
    machine = (ROOT / "runbook" / "incident.asl.json").read_text(encoding="utf-8")
    named = set(re.findall(r"`([A-Z]\w+)`", " ".join(row[1] for row in rows())))
    assert len(named) >= 9
    assert named - {key.rpartition(".")[2] for key in keys_in(json.loads(machine))} == set()
