"""Is YAML or JSON that cannot be read answered with a place, and never with a traceback?"""

from __future__ import annotations

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from diagnosis.appspec import validate

HEAD = "version: 0.0\nos: linux\n"


@pytest.mark.parametrize(
    ("text", "line", "words"),
    [
        ("", 1, "an empty file"),
        ("# only a comment\n", 1, "an empty file"),
        ("- a\n", 1, "a list"),
        ("hello\n", 1, "the text 'hello'"),
        (HEAD + "hooks:\n\tAfterInstall:\n", 4, "a tab, expected spaces"),
        (HEAD + "hooks:\n  AfterInstall:\n\t- location: a\n", 5, "a tab, expected spaces"),
        (HEAD + "files:\n  - source: /\n   destination: /a\n", 5, "an indentation that fits nothing above"),
        ("version: 0.0\n os: linux\n", 2, "a colon that starts no value here"),
        (HEAD + "os: windows\nfiles: []\n", 3, "'os' a second time (first in line 2)"),
        (HEAD + "---\nos: linux\n", 3, "a second document"),
        ("version: 0.0\nos: !Ref System\nfiles: []\n", 2, "the tag !Ref"),
        ("version: 0.0\nos: li\x07nux\n", 2, "a character that YAML does not allow"),
        (HEAD + 'files:\n  - source: "a\n    destination: /b\n', 6, "unreadable YAML"),
        ('{\n "version": 0.0,\n "Resources": [\n  {"a" {}}\n ]\n}', 4, "no JSON here: Expecting ':' delimiter"),
        ('{"version": 0.0,\n "os": "linux",\n "os": "linux", "files": []}', 3, "'os' a second time"),
        ("[" * 3000, 1, "nested too deeply"),
        ("a: &a [*a]\n", 1, "nested too deeply"),
        (HEAD + "? [a]\n: b\n", 3, "a list as a key"),
    ],
)
def test_unreadable_text_is_a_problem_with_a_place(text: str, line: int, words: str) -> None:
    problems = validate(text)
    assert any(problem.line == line and words in problem.message for problem in problems)
    assert any(problem.severity == "error" for problem in problems)


def test_a_byte_order_mark_and_windows_line_ends_are_read() -> None:
    assert validate("\ufeff" + HEAD.replace("\n", "\r\n") + "files: [{source: /, destination: /a}]\r\n") == []


def test_merged_keys_are_read() -> None:
    text = HEAD + "hooks:\n  AfterInstall:\n    - &first\n      location: a.sh\n    - <<: *first\n      timeout: 5\n"
    assert validate(text) == []


@pytest.mark.timeout(60)  # spelled out they are nine to the power of twenty-five
def test_many_references_are_answered() -> None:
    lines = ["a0: &a0 [x, x]"] + [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]" for n in range(1, 25)]
    assert validate("\n".join(lines))


@settings(max_examples=150, deadline=None, derandomize=True)
@given(text=st.text(alphabet=st.sampled_from("versionhkfls:0. -\n\t'\"{}[]&*!|>#,?%@"), max_size=80))
def test_any_text_is_answered(text: str) -> None:
    for problem in validate(text):
        assert problem.line >= 1
        assert problem.column >= 1
        assert "\n" not in problem.message


values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=6),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=6), inner, max_size=3),
    max_leaves=6,
)
SECTIONS = ["version", "os", "files", "file_exists_behavior", "permissions", "hooks", "Resources", "Hooks"]


@settings(max_examples=150, deadline=None, derandomize=True)
@given(document=st.dictionaries(st.sampled_from(SECTIONS), values, max_size=5))
def test_any_structure_is_answered(document: dict[str, object]) -> None:
    assert isinstance(validate(json.dumps(document)), list)
