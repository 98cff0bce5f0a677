"""Imports point one way: the rooms of the house know only the rooms below them."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
ROOMS = ("checks", "diagnosis", "fixtures", "reports", "sandbox", "runbook")
MAY_IMPORT = {
    "diagnosis": set(),
    "checks": {"diagnosis"},
    "reports": {"diagnosis"},
    "fixtures": {"diagnosis"},
    "sandbox": {"diagnosis"},
    "runbook": {"diagnosis", "reports", "fixtures"},
}
SPEAKS_TO_AWS = {"boto3", "botocore", "moto"}
PURE = {"pytest", "requests", "urllib3", "socket", "http", "psycopg", "duckdb", "pydantic", *SPEAKS_TO_AWS}


def imported(path: Path) -> set[str]:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    names = {alias.name for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names}
    return names | {node.module for node in ast.walk(tree) if isinstance(node, ast.ImportFrom) and node.module}


def modules(room: str) -> list[Path]:
    return sorted((ROOT / room).rglob("*.py"))


@pytest.mark.parametrize("room", [room for room in ROOMS if (ROOT / room).is_dir()])
def test_a_room_knows_only_the_rooms_below_it(room):
    assert modules(room)
    for path in modules(room):
        rooms = {name.split(".")[0] for name in imported(path)} & set(ROOMS)
        assert rooms - {room} <= MAY_IMPORT[room], path


@pytest.mark.parametrize("room", ["checks", "diagnosis", "reports"])
def test_only_the_hands_speak_to_aws(room):
    for path in modules(room):
        assert not {name.split(".")[0] for name in imported(path)} & SPEAKS_TO_AWS, path


def test_the_mind_is_pure():
    for path in modules("diagnosis"):
        names = {name.split(".")[0] for name in imported(path)}
        assert not names & PURE, path
        assert "datetime.now(" not in path.read_text(encoding="utf-8"), path


def test_a_check_is_a_sentence():
    for path in modules("checks"):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        assert (ast.get_docstring(tree) or "").rstrip().endswith("?"), f"{path}: the module asks a question"
        for check in (node for node in tree.body if isinstance(node, ast.FunctionDef)):
            assert check.name.startswith("test_"), path
            assert ast.get_docstring(check), f"{path}: {check.name} says why it matters"
            assert len(check.body) - 1 <= 3, f"{path}: {check.name}"
            assert not [n for n in ast.walk(check) if isinstance(n, ast.If | ast.For | ast.While | ast.Try)], check.name


def test_conftest_has_no_logic():
    tree = ast.parse((ROOT / "conftest.py").read_text(encoding="utf-8"))
    assert [type(node) for node in tree.body] == [ast.Assign]
