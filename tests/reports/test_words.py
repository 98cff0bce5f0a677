"""Is what AWS wrote shown, and never obeyed?"""

from __future__ import annotations

import shlex

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reports.words import command, finding, first_line, hurting, one_line, several, visible
from tests.builders import finding as made

EVIL = [
    "\x1b[31mred\x1b[0m",
    "\x1b]8;;https://evil.example\x1b\\link\x1b]8;;\x1b\\",
    "\x1b]0;title\x07",
    "\x9b31mred",
    "gone\rnew start",
    "up\x1b[1A\x1b[2Kand over",
    "back\x08\x08\x08space",
    "bell\x07",
    "null\x00",
    "two\nlines\r\nthree\u2028four\u2029five\x0bsix\x0cseven\x85eight",
    "right\u202eto left\u2066",
    "zero\u200bwidth\ufeff",
    "lone\ud800surrogate",
    "tag\U000e0041character",
]


@pytest.mark.parametrize("text", EVIL, ids=range(len(EVIL)))
def test_nothing_that_a_terminal_obeys_gets_through(text):
    for said in (one_line(text), visible(text), first_line(text)):
        assert said.isprintable()
    assert one_line(text).encode("utf-8")


@settings(max_examples=300, deadline=None, derandomize=True)
@given(st.text(st.characters()))
def test_any_text_is_one_printable_line(text):
    """Property: whatever a name or a message holds, one line of visible characters comes of it."""
    said = one_line(text)
    assert said.isprintable()
    assert said == said.strip()
    assert one_line(said) == said
    assert visible(text).isprintable()


@settings(max_examples=100, deadline=None, derandomize=True)
@given(st.text("abcäß日本語 ·–→×[]{}()<>&'\"", max_size=30))
def test_what_is_readable_stays(text):
    assert one_line(text) == " ".join(text.split())


def test_escape_sequences_are_seen():
    assert visible("\x1b[31m") == "\\x1b[31m"
    assert one_line("a\r\n b\tc") == "a b c"
    assert one_line("\u202e") == "\\u202e"


def test_every_field_of_a_finding_is_said_on_lines_of_its_own():
    evil = made(
        symptom="checkout: \x1b[2Jsick\nFAILED fake",
        evidence=("first\x1b]0;x\x07", "second\nthird"),
        why="because\rof",
        remedy="do\nthis",
        link="https://x\n.example",
        command="aws x\x1b[1A",
    )
    lines = finding(evil, "prod")
    assert all(line.isprintable() for line in lines)
    assert [line.strip().split(" ")[0] for line in lines] == [
        "checkout:",
        "saw:",
        "saw:",
        "why:",
        "try:",
        "open:",
        "aws",
    ]
    assert lines[0].endswith("cause: unknown")


def test_what_is_empty_is_left_out():
    lines = finding(made(evidence=(), why="", link="", command=""))
    assert [line.split()[0] for line in lines] == ["checkout:", "try:"]


@pytest.mark.parametrize(("impact", "end"), [("now", "unknown"), ("soon", "(soon)"), ("hygiene", "(hygiene)")])
def test_an_impact_other_than_now_is_said(impact, end):
    assert finding(made(impact=impact))[0].endswith(end)


def test_the_command_has_region_and_profile_and_stays_one_command():
    found = made(command="aws ec2 describe-vpcs")
    assert command(found) == "aws ec2 describe-vpcs --region eu-west-1"
    words = shlex.split(command(found, "prod; rm -rf ~"))
    assert words[-2:] == ["--profile", "prod; rm -rf ~"]
    assert command(made(command="")) == ""


def test_numbers_have_their_noun():
    assert [several(number, "check") for number in (0, 1, 2, 1200)] == [
        "0 checks",
        "1 check",
        "2 checks",
        "1,200 checks",
    ]


def test_how_many_hurt():
    assert [hurting(number) for number in (0, 1, 1200)] == [
        "none of them hurts now",
        "1 of them hurts now",
        "1,200 of them hurt now",
    ]


def test_the_first_line_that_says_something():
    assert first_line("\n  \n  why\nmore") == "why"
    assert first_line("") == ""
