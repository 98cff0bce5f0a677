"""Is everything in report.html that came from AWS text, and nothing else?"""

from __future__ import annotations

import json
from html.parser import HTMLParser

import pytest

from diagnosis import console
from diagnosis.places import Place
from reports.files import evidence
from tests.builders import finding

SCRIPT = "<script>alert('x')</script>"
IMAGE = '"><img src=x onerror=alert(1)>'
QUOTES = 'it\'s "quoted" & <b>bold</b>'
pytest_plugins = "pytester"


class Page(HTMLParser):
    """What a browser would make of a page: its elements, links, handlers and text."""

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.tags: list[str] = []
        self.links: list[str] = []
        self.handlers: list[str] = []
        self.said: list[str] = []
        self.blob = ""
        self._inside: list[str] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self._inside.append(tag)
        for name, value in attrs:
            if name.startswith("on"):
                self.handlers.append(f"{name}={value}")
            if name in ("href", "src", "action", "formaction"):
                self.links.append(value or "")
            if name == "data-jsonblob":
                self.blob = value or ""

    def handle_endtag(self, tag: str) -> None:
        while self._inside and self._inside.pop() != tag:
            pass

    def handle_data(self, data: str) -> None:
        if not self._inside or self._inside[-1] not in ("script", "style"):
            self.said.append(data)

    @property
    def text(self) -> str:
        return " ".join(self.said)


def rows(html: str) -> list[Page]:
    """The rows of the table: what the report's script sets as innerHTML, cell by cell and below them."""
    data = json.loads(Page(html).blob)
    tests = [test for several in data["tests"].values() for test in several]
    return [Page("".join((*test["resultsTableRow"], test.get("log", "")))) for test in tests]


EVIL = f"""
SCRIPT, IMAGE, QUOTES = {SCRIPT!r}, {IMAGE!r}, {QUOTES!r}


@pytest.mark.parametrize("target", [SCRIPT, IMAGE, QUOTES])
def test_evil(target):
    assert [finding(target, symptom=target + " is sick", evidence=(SCRIPT, IMAGE, QUOTES), why=IMAGE, remedy=SCRIPT,
                    resource=IMAGE, link="javascript:alert(1)", command="aws " + SCRIPT, proven=True)] == []


@pytest.mark.parametrize("target", [IMAGE])
def test_blind(target, request):
    pytest.skip(SCRIPT)


@pytest.fixture
def no():
    pytest.fail(SCRIPT + chr(10) + IMAGE, pytrace=False)


def test_denied(no):
    pass


def test_crash():
    raise RuntimeError(SCRIPT)


def test_printing():
    print(SCRIPT)
    assert 1 == 2
"""


@pytest.fixture
def page(hear):
    entrances = f"(Entrance({IMAGE!r}, {SCRIPT!r}), Entrance('2/r', '', blind={SCRIPT!r}))"
    return hear(EVIL, view=f"{{'entrances': {entrances}, 'scenario': {IMAGE!r}}}", html=True)


def test_nothing_that_came_from_aws_becomes_an_element_or_a_handler(page):
    plain = Page(page.html)
    whole = [plain, *rows(page.html)]
    for one in whole:
        assert not any("alert" in handler for handler in one.handlers)
        assert not any("alert" in link or link == "x" for link in one.links)
    assert all(not {"img", "script", "b"} & set(one.tags) for one in rows(page.html))
    assert "b" not in plain.tags


def test_what_came_from_aws_is_there_as_text(page):
    told = " ".join(one.text for one in rows(page.html))
    for text in (SCRIPT, IMAGE, QUOTES):
        assert f"{text} is sick" in told
        assert f"saw: {text}" in told
    assert f"why: {IMAGE}" in told
    assert f"try: {SCRIPT}" in told
    assert f"the check itself failed: RuntimeError: {SCRIPT}" in told


def test_the_likeliest_cause_above_the_table_is_text(page):
    assert "Likeliest cause" in Page(page.html).text
    assert IMAGE in Page(page.html).text


def test_the_environment_is_text(page):
    environment = json.loads(Page(page.html).blob)["environment"]
    for value in environment.values():  # the script sets them as innerHTML, and the keys as textContent
        assert Page(str(value)).tags == []
    assert SCRIPT in Page(str(environment["place 2/r"])).text


def test_every_check_has_its_row(page):
    assert len(rows(page.html)) == len(page.checks) == 7


def test_a_module_that_cannot_be_collected_has_a_row_too(hear, pytester):
    pytester.makepyfile(test_broken=f"raise RuntimeError({SCRIPT!r})")
    heard = hear("def test_well():\n    assert [] == []", "--continue-on-collection-errors", html=True)
    assert heard.code == 6
    told = [one.text for one in rows(heard.html)]
    assert any("test_broken.py" in text and SCRIPT in text for text in told)
    assert all("script" not in one.tags for one in rows(heard.html))


@pytest.mark.parametrize("partition", ["aws", "aws-cn", "aws-us-gov"])
def test_a_console_link_is_a_link(partition):
    link = console.alarm(Place("123456789012", "eu-west-1", partition), '<checkout> "5xx"')
    (found,) = Page(evidence(finding(link=link), "")).links
    assert found == link


@pytest.mark.parametrize(
    "link",
    [
        "",
        "javascript:alert(1)",
        "data:text/html,x",
        "http://console.aws.amazon.com/",
        "https://evil.example/",
        "https://evil.example/https://console.aws.amazon.com/",
        "https://evil.example?.console.aws.amazon.com/",
        "https://console.aws.amazon.com.evil.example/",
        "https://console.aws.amazon.com@evil.example/",
        "https://evilaws.amazon.com.example/",
        "https://evilconsole.amazonaws.cn/",
        "https://evilamazonaws.cn/",
        "https://evilamazonaws-us-gov.com/",
        "https://evil-aws.amazon.com/",
        " https://console.aws.amazon.com/",
        "https://console.aws.amazon.com",
    ],
)
def test_any_other_address_is_no_link(link):
    page = Page(evidence(finding(link=link), ""))
    assert page.links == []
    assert "a" not in page.tags


def test_quotes_in_a_console_link_stay_inside_it():
    link = 'https://eu-west-1.console.aws.amazon.com/x?"onmouseover="alert(1)'
    page = Page(evidence(finding(link=link), ""))
    assert page.handlers == []
    assert page.links == [link]
