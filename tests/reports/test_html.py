"""Is everything in report.html that came from AWS text, and nothing else?"""

from __future__ import annotations

import re
from html.parser import HTMLParser

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from diagnosis import console
from diagnosis.exhibits import Bars, Hop, Journey, Line, Pairs, Stay, Timeline, Waterfall
from diagnosis.places import Place
from diagnosis.runs import RunView
from diagnosis.windows import Window
from reports.charts import figure
from reports.charts.drawing import number
from reports.html import markup
from reports.html.telling import Telling
from reports.html.verdict import verdict
from reports.tally import Result, Tally
from reports.words import visible
from tests.builders import NOW, ago

SCRIPT = "<script>alert('x')</script>"
IMAGE = '"><img src=x onerror=alert(1)>'
QUOTES = 'it\'s "quoted" & <b>bold</b>'
BRIEF = settings(max_examples=80, deadline=None, derandomize=True)
SCRIPTS = re.compile(r"<script[^>]*>(.*?)</script>", re.DOTALL)
pytest_plugins = "pytester"


class Page(HTMLParser):
    """What a browser would make of a page: its elements, links, handlers and text."""

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.tags: list[str] = []
        self.links: list[str] = []
        self.handlers: list[str] = []
        self.said: list[str] = []
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

    def handle_endtag(self, tag: str) -> None:
        while self._inside and self._inside.pop() != tag:
            pass

    def handle_data(self, data: str) -> None:
        if not self._inside or self._inside[-1] not in ("script", "style"):
            self.said.append(data)

    @property
    def text(self) -> str:
        return " ".join(self.said)


def table_of(html: str) -> list[Page]:
    """The rows of the table of checks, each as a page of its own."""
    body = html.split('id="table"', 1)[1].split("<tbody>", 1)[1].split("</tbody>", 1)[0]
    return [Page(f"<tr{row}") for row in body.split("<tr")[1:]]


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
    assert plain.handlers == []
    assert not any("alert" in link or link == "x" for link in plain.links)
    assert plain.tags.count("script") == 2  # the page's and pytest-html's
    assert plain.tags.count("img") == 1  # pytest-html's, in a template
    assert "b" not in {tag for row in table_of(page.html) for tag in row.tags}
    assert [script for script in SCRIPTS.findall(page.html) if "alert" in script] == []


def test_what_came_from_aws_is_there_as_text(page):
    told = Page(page.html).text
    for text in (SCRIPT, IMAGE, QUOTES):
        assert f"{text} is sick" in told
        assert f"saw {text}" in told
    assert f"why {IMAGE}" in told
    assert f"try {SCRIPT}" in told
    assert f"the check itself failed: RuntimeError: {SCRIPT}" in told


def test_the_likeliest_cause_above_the_table_is_text(page):
    above = Page(page.html.split('id="table"')[0]).text
    assert "Likeliest cause" in above
    assert IMAGE in above


def test_places_and_scenario_are_text(page):
    run = Page(page.html.split('id="run"')[1].split("</section>")[0])
    assert {"img", "script", "a"}.isdisjoint(run.tags)
    assert f"blind: {SCRIPT}" in run.text
    assert IMAGE in run.text


def test_every_check_that_is_not_healthy_has_its_row(page):
    told = " ".join(row.text for row in table_of(page.html))
    unwell = [line for line in page.checks.values() if line["outcome"] in ("failed", "error", "xfailed")]
    assert len(table_of(page.html)) == len(unwell) == 6
    assert all(line["check"] in told for line in unwell)


def test_healthy_checks_are_counted_and_listed_only_when_asked(hear):
    checks = """
@pytest.mark.parametrize("target", ["1/r/a", "1/r/b"])
def test_well(target):
    assert [] == []


def test_sick():
    assert [finding()] == []
"""
    counted = hear(checks, html=True).html
    assert [row.text.split()[0] for row in table_of(counted)] == ["sick"]
    assert "2 healthy" in Page(counted).text
    listed = table_of(hear(checks, "--list-passed", html=True).html)
    assert [row.text.split()[0] for row in listed] == ["sick", "healthy", "healthy"]


def test_what_many_checks_say_alike_is_one_row(hear):
    html = hear(
        """
@pytest.fixture
def denied():
    pytest.fail("missing pi:GetResourceMetrics", pytrace=False)


@pytest.mark.parametrize("target", [f"1/r/{number}" for number in range(5)])
def test_load(denied, target):
    pass
""",
        html=True,
    ).html
    (row,) = table_of(html)
    assert "5 targets" in row.text
    assert all(f"1/r/{number}" in row.text for number in range(5))


def test_a_page_without_anything_sick_has_no_empty_parts(hear):
    text = Page(hear("def test_well():\n    assert [] == []", html=True).html).text
    assert "Healthy" in text
    assert "Likeliest cause" not in text
    assert "Findings by cause" not in text


def test_a_module_that_cannot_be_collected_has_a_row_too(hear, pytester):
    pytester.makepyfile(test_broken=f"raise RuntimeError({SCRIPT!r})")
    heard = hear("def test_well():\n    assert [] == []", "--continue-on-collection-errors", html=True)
    assert heard.code == 6
    told = [row.text for row in table_of(heard.html)]
    assert any("test_broken.py" in text and SCRIPT in text for text in told)


def test_the_page_runs_no_script_but_its_own_and_fetches_nothing(page):
    policy = page.html.split('http-equiv="Content-Security-Policy" content="')[1].split('"')[0]
    assert policy.startswith("default-src 'none';")
    assert policy.count("'sha256-") == 2
    assert "script-src 'unsafe" not in policy
    assert '<html lang="en">' in page.html


@pytest.mark.parametrize("partition", ["aws", "aws-cn", "aws-us-gov"])
def test_a_console_link_is_a_link(partition):
    link = console.alarm(Place("123456789012", "eu-west-1", partition), '<checkout> "5xx"')
    (found,) = Page(markup.console(link)).links
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
    assert markup.console(link) is None


def test_quotes_in_a_console_link_stay_inside_it():
    link = 'https://eu-west-1.console.aws.amazon.com/x?"onmouseover="alert(1)'
    page = Page(markup.console(link))
    assert page.handlers == []
    assert page.links == [link]


@BRIEF
@given(st.text(), st.text())
def test_any_text_stays_text(content, attribute):
    """Whatever an element holds or an attribute says comes back, made visible, and brings no element along."""
    page = Page(markup.tag("p", content, title=attribute, href=attribute))
    assert page.tags == ["p"]
    assert page.links == [visible(attribute)]
    assert "".join(page.said) == visible(content)


shown = st.one_of(
    st.builds(lambda t, n: Bars(t, t, ((t, n), ("b", 1.0)), n), st.text(), st.floats()),
    st.builds(lambda t, n: Pairs(t, t, ((t, n, 2.0),), t, t), st.text(), st.floats()),
    st.builds(lambda t: Journey(t, (Hop(t), Hop(t, t), Hop("sg-" + t))), st.text(min_size=1)),
    st.builds(lambda t, n: Waterfall(t, (Stay(t, 0.0, n, 3, n), Stay(t, n, 1.0))), st.text(), st.floats()),
    st.builds(
        lambda t, n: Timeline(t, t, (Line(t, ((ago(2), n), (ago(1), 2.0))), Line(t, ())), n, (0.0, n), ago(1)),
        st.text(),
        st.floats(),
    ),
)


@BRIEF
@given(shown)
def test_any_exhibit_is_drawn_and_its_words_stay_words(exhibit):
    page = Page(figure(exhibit))
    allowed = {"figure", "figcaption", "svg", "title", "rect", "line", "text", "polyline"}
    assert set(page.tags) <= allowed
    assert "svg" in page.tags
    assert page.handlers == page.links == []


def test_numbers_are_for_people():
    said = [
        number(1234567.0),
        number(0.25, "s"),
        number(97.0, "%"),
        number(3.1e9, "bytes"),
        number(12.34),
        number(7.0, "MB"),
    ]
    assert said == ["1,234,567", "0.25 s", "97%", "3.1 GB", "12.3", "7 MB"]


@pytest.mark.parametrize(
    ("collected", "unsettled", "colour", "words"),
    [
        (1, "", "good", "Healthy"),
        (3, "", "unsure", "Nothing sick was found, but 2 checks did not run"),
        (1, "error", "unsure", "Healthy now, but not for long enough"),
        (1, "failed", "bad", "Sick in the last rounds: healthy now, but not for long enough"),
    ],
)
def test_a_run_that_was_cut_off_or_not_well_for_long_enough_is_not_green(collected, unsettled, colour, words):
    view = RunView("/x/run", "9.9.9", "live", NOW, Window(ago(60), NOW), ())
    well = Result("test_a", "test_a", "1/r/a", "passed")
    html = verdict(Telling(view, Tally([well], collected=collected, unsettled=unsettled)))
    assert f'class="verdict {colour}"' in html
    assert f"</span>{words}</h2>" in html
