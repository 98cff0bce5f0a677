"""Is text that AWS's users wrote inert in every report? Hypothesis draws it from what renderers and terminals obey."""

from __future__ import annotations

import json
import re
import xml.etree.ElementTree as ET
from collections import Counter
from dataclasses import replace
from functools import cache
from html.parser import HTMLParser
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from diagnosis.runs import Entrance, RunView, Usage
from diagnosis.triage import triage
from diagnosis.windows import Window
from reports.github import summary, workflow_commands
from reports.history import Past
from reports.html.markup import join, tag
from reports.html.page import body
from reports.html.telling import Telling
from reports.metrics import embedded, openmetrics
from reports.postmortem.draft import draft
from reports.tally import Result, Tally
from reports.words import finding as said
from tests.builders import NOW, ago, finding

pytest_plugins = "pytester"

PIECES = (
    "<script>alert(1)</script>",
    "</td></tr></table>",
    '"><img src=x onerror=alert(1)>',
    "' autofocus onfocus='x",
    "<!--",
    "]]>",
    "javascript:alert(1)",
    "&lt;b&gt;",
    "&#60;i&#62;",
    "</script>",
    "</style>",
    "<svg/onload=x>",
    "{{7*7}}",
    "${x}",
    "![x](http://evil.example/p.png)",
    "[x](http://evil.example)",
    "[x]: http://evil.example",
    "http://evil.example/",
    "<http://a.b>",
    "| a | b |",
    "|---|",
    "```",
    "`",
    "# h",
    "- [ ] x",
    "@team",
    "~~x~~",
    "**x**",
    "\\",
    "a\\|b",
    "www.evil.example",
    "mailto:a@b.c",
    "\x1b[31m",
    "\x1b]8;;http://evil.example\x1b\\x\x1b]8;;\x1b\\",
    "\x1b]0;t\x07",
    "\x9b2J",
    "\x90q\x9c",
    "\u202e",
    "\u2066",
    "\u200b",
    "\x00",
    "\x08",
    "\x0b",
    "\ufffe",
    "\ud800",
    "\x85",
    "\u2028",
    "\r",
    "\n",
    "\t",
    "::error::x",
    "\n::set-output name=a::b",
    "##[error]x",
    "::stop-commands::x",
    "%0A::warning::y",
    "=cmd()",
    "+1",
    "@SUM(1)",
)
EVIL = (
    st.lists(st.one_of(st.sampled_from(PIECES), st.text(max_size=6)), min_size=1, max_size=5)
    .map("x".join)
    .map("x{}".format)
)
SOME = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
HARMLESS = "x"


def results_of(text: str) -> list[Result]:
    """A check that failed and one that is blind, whose every text is the same."""
    bad = finding(text, symptom=f"{text}: sick, expected {text}", evidence=(text, text), why=text, remedy=text)
    bad = replace(bad, link=text, command=f"aws x {text}", resource=text)
    target = f"123456789012/eu-west-1/{text}"
    return [
        Result(f"checks/a.py::test_a[{target}]", "test_a", target, "failed", reason=text, text=text, findings=(bad,)),
        Result(f"checks/a.py::test_b[{target}]", "test_b", target, "error", reason=f"missing {text}", text=text),
    ]


def told(text: str) -> tuple[Tally, RunView]:
    tally = Tally(results=results_of(text), collected=2)
    tally.triage = triage(tally.cases())
    entrance = Entrance("123456789012/eu-west-1", text)
    view = RunView(
        folder="/tmp/run",
        version="1",
        mode="live",
        now=NOW,
        window=Window(ago(60), NOW),
        entrances=(entrance,),
        profile="",
    )
    return tally, replace(view, scenario=text, endpoint=text)


class Elements(HTMLParser):
    """The elements of a page with the names of their attributes, and where its links lead."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.found: Counter[tuple[str, tuple[str, ...]]] = Counter()
        self.links: list[str] = []
        self.comments = 0
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found[tag, tuple(name for name, _ in attrs)] += 1
        self.links += [value or "" for name, value in attrs if name in ("href", "src", "action", "formaction", "style")]

    def handle_comment(self, data: str) -> None:
        self.comments += 1


def page(text: str) -> Elements:
    tally, view = told(text)
    return Elements(tag("main", body(Telling(view, tally, Usage(), Past(), list_passed=True))))


@cache
def harmless() -> Elements:
    return page(HARMLESS)


@SOME
@given(text=EVIL)
def test_a_page_has_no_element_attribute_or_link_that_a_harmless_one_has_not(text: str) -> None:
    found = page(text)
    assert found.found == harmless().found
    assert found.links == harmless().links
    assert found.comments == 0


@SOME
@given(text=EVIL)
def test_markup_holds_any_text_as_text(text: str) -> None:
    assert Elements(tag("p", text, title=text)).found == Counter({("p", ("title",)): 1})
    assert "<" not in join(text)


READ = MarkdownIt("gfm-like", {"linkify": False, "html": True})


def shapes(markdown: str) -> Counter[str]:
    """What a reader makes of Markdown: the kinds of its parts, text and line breaks aside."""
    found: Counter[str] = Counter()
    for token in READ.parse(markdown):
        for part in (token, *(token.children or ())):
            if part.type not in ("text", "softbreak", "inline", "hardbreak"):
                found[part.type] += 1
    return found


def markdown_of(text: str) -> list[str]:
    tally, view = told(text)
    return [summary(tally, 1, {"n": [text]}), draft(view, tally, Past())]


@SOME
@given(text=EVIL)
def test_markdown_has_no_html_link_image_or_table_of_its_own(text: str) -> None:
    for bad, good in zip(markdown_of(text), markdown_of(HARMLESS), strict=True):
        found = shapes(bad)
        assert {"html_block", "html_inline", "link_open", "image"} & found.keys() <= shapes(good).keys()
        rows = ("table_open", "tr_open", "td_open", "heading_open", "fence", "bullet_list_open")
        assert {kind: found[kind] for kind in rows} == {kind: shapes(good)[kind] for kind in rows}, bad
        assert not re.search(r"(?<![\w\\])@team", bad)


@SOME
@given(text=EVIL)
def test_a_terminal_obeys_nothing(text: str) -> None:
    tally, _ = told(text)
    lines = said(tally.results[0].findings[0])
    assert all(line.isprintable() for line in lines), lines
    assert len(lines) == len(said(told(HARMLESS)[0].results[0].findings[0]))


@SOME
@given(text=EVIL)
def test_a_runner_reads_its_own_commands_only(text: str) -> None:
    tally, _ = told(text)
    lines = list(workflow_commands(tally))
    assert [line.split(" ")[0] for line in lines] == ["::error", "::warning"]
    assert all(line.isprintable() for line in lines)
    assert all(len(re.findall(r"(?<!%3A)::", line.split(" title=")[1].split("::")[0])) == 0 for line in lines)


@SOME
@given(text=EVIL)
def test_metrics_are_lines_and_json(text: str) -> None:
    tally, view = told(text)
    text_format = openmetrics(view, tally, Usage(), 1)
    assert all(
        re.fullmatch(r'#.*|vitals_\w+(\{[\w]+="[^"\n]*"(,\w+="[^"\n]*")*\})? \S+', s) for s in text_format.splitlines()
    )
    assert json.loads(json.dumps(embedded(view, tally, Usage(), 1)))


CHECKS = """
TEXTS = {texts!r}

@pytest.mark.parametrize("target", TEXTS, ids=[str(n) for n in range(len(TEXTS))])
def test_sick(target):
    assert [finding(target, evidence=(target,), remedy=target)] == []

@pytest.mark.parametrize("target", TEXTS, ids=[str(n) for n in range(len(TEXTS))])
def test_blind(target):
    pytest.fail(target, pytrace=False)

@pytest.mark.parametrize("target", TEXTS, ids=[str(n) for n in range(len(TEXTS))])
def test_printing(target):
    print(target.encode("utf-8", "replace").decode())
    raise ValueError(target)
"""


def test_junit_and_the_terminal_of_a_whole_run(hear: Any, monkeypatch: Any) -> None:
    """Every piece in a run of its own checks: XML parses, the terminal obeys nothing, the runner is told to stop."""
    monkeypatch.setenv("GITHUB_ACTIONS", "true")
    texts = [piece for piece in PIECES if "\ud800" not in piece]
    heard = hear(CHECKS.format(texts=texts), "-rA", "-p", "reports.github")
    assert heard.code == 1, heard.text[-3000:]
    tree = ET.parse(heard.folder / "junit.xml")
    assert len(tree.findall(".//testcase")) == 3 * len(texts)
    assert {element.tag for element in tree.iter()} <= {
        "testsuites",
        "testsuite",
        "testcase",
        "failure",
        "error",
        "skipped",
        "properties",
        "property",
        "system-out",
        "system-err",
    }
    stopped = [line for line in heard.text.splitlines() if line.startswith("::stop-commands::")]
    assert len(stopped) == 2
    token = stopped[0].removeprefix("::stop-commands::")
    assert stopped == [f"::stop-commands::{token}"] * 2
    assert re.fullmatch(r"[0-9a-f]{32}", token)
    assert heard.text.count(f"\n::{token}::") == 2
