"""Checks of one's own, as CONTRIBUTING.md shows them: its own words are run."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from sandbox.proof import differences
from sandbox.scenario import load

ROOT = Path(__file__).resolve().parents[2]
FILES = {"our_rules.py", "conftest.py", "test_queues.py", "stuck.py"}


@pytest.fixture
def our_checks(tmp_path):
    """The worked example: each block of Python in the file that the text before it names."""
    folder = tmp_path / "our-checks"
    folder.mkdir()
    text = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    pieces = re.split(r"```python\n(.*?)```\n", text, flags=re.DOTALL)
    for before, code in zip(pieces[::2], pieces[1::2], strict=False):
        named = [name for name in re.findall(r"`([\w.]+\.py)`", before) if name in FILES]
        (folder / named[-1]).write_text(code, encoding="utf-8")
    assert {entry.name for entry in folder.iterdir()} == FILES
    return folder


def test_the_worked_example_works_beside_the_house(our_checks, run_checks):
    scenario = our_checks / "stuck.py"
    run = run_checks(str(our_checks), "-k", "messages", "--sandbox", str(scenario))
    assert differences(load(str(scenario)).expected, run.lines) == []
    assert run.code == 1, run.stdout
    assert run.of("test_messages_do_not_wait", "/mail")["outcome"] == "passed"
    [found] = run.of("test_messages_do_not_wait", "/orders")["findings"]
    assert found["symptom"].startswith("orders: oldest message waits for 2 h")


def test_a_limit_of_ones_own_check_can_be_set(our_checks, run_checks, tmp_path):
    text = '[[threshold]]\ncheck = "test_messages_do_not_wait"\nlimits = { max_minutes = 600 }\n'
    (tmp_path / "targets.toml").write_text(text)
    words = ("--sandbox", str(our_checks / "stuck.py"), "--targets", str(tmp_path / "targets.toml"))
    assert run_checks(str(our_checks), "-k", "messages", *words).code == 0
