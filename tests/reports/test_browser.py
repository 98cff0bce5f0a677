"""Does the page work in a browser: its script, its filters, its keys, on small screens, in the dark, on paper?"""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Error, Page, expect, sync_playwright

from tests.reports.test_html import EVIL, IMAGE, SCRIPT

pytest_plugins = "pytester"
pytestmark = pytest.mark.xdist_group("browser")

CHECKS = """
from diagnosis.exhibits import Bars, Hop, Journey

WAY = Journey("the way", (Hop("eni-1"), Hop("sg-1", "admits nothing"), Hop("eni-2")))


@pytest.mark.parametrize("target", ["1/r/orders", "1/r/checkout"])
def test_memory(target):
    assert [finding(target, cause="memory", impact="soon", symptom=target + " is full", command="aws x",
                    exhibits=(Bars("memory", "MB", (("used", 97.0),), bound=100.0),))] == []


def test_path():
    assert [finding("way", cause="route", symptom="way: blocked, expected open", exhibits=(WAY,))] == []


@pytest.fixture
def denied():
    pytest.fail("missing a:B", pytrace=False)


@pytest.mark.parametrize("target", [f"1/r/{number}" for number in range(9)])
def test_blind(denied, target):
    pass


@pytest.mark.parametrize("target", [f"1/r/{number}" for number in range(30)])
def test_well(target):
    assert [] == []
"""


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Debian's Chromium, or any that is installed, without a window."""
    found = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
    if found is None:
        pytest.skip("no Chromium is installed (Debian: apt-get install chromium)")
    with sync_playwright() as playwright:
        try:
            chromium = playwright.chromium.launch(executable_path=found, args=["--no-sandbox"])
        except Error as error:
            pytest.skip(f"{found} does not start: {str(error).splitlines()[0]}")
        yield chromium
        chromium.close()


class Opened:
    """A page, what its script complained about, what it asked for, and whether anything popped up."""

    def __init__(self, browser: Browser, path: Path, **settings: object) -> None:
        self.page: Page = browser.new_context(**settings).new_page()  # type: ignore[arg-type]
        self.complaints: list[str] = []
        self.requests: list[str] = []
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.page.on("console", lambda said: self.complaints.append(said.text) if said.type == "error" else None)
        self.page.on("request", lambda asked: self.requests.append(asked.url))
        self.page.on("dialog", lambda dialog: (self.complaints.append(dialog.message), dialog.dismiss()))
        self.page.goto(path.as_uri())

    def shown(self) -> list[str]:
        """The checks and targets of the rows that are seen, in their order."""
        rows = self.page.locator("#table tbody tr:visible").all()
        return [" ".join(cell.inner_text() for cell in row.locator("td").all()[1:3]) for row in rows]


MADE: dict[str, str] = {}


@pytest.fixture
def path(request, tmp_path) -> Path:
    """The report of CHECKS: made once, for every test its own copy."""
    if "html" not in MADE:
        MADE["html"] = request.getfixturevalue("hear")(CHECKS, html=True).html
    copy = tmp_path / "report.html"
    copy.write_text(MADE["html"], encoding="utf-8")
    return copy


@pytest.fixture
def page(path, browser) -> Opened:
    return Opened(browser, path)


def test_what_came_from_aws_is_text_and_nothing_is_fetched(hear, browser):
    view = f"{{'entrances': (Entrance({IMAGE!r}, {SCRIPT!r}),), 'scenario': {IMAGE!r}}}"
    path = hear(EVIL, view=view, html=True).folder / "report.html"
    page = Opened(browser, path)
    page.page.locator("details").evaluate_all("several => several.forEach(one => { one.open = true; })")
    assert page.complaints == []
    assert page.requests == [path.as_uri()]
    text = page.page.locator("body").inner_text()
    assert f"{SCRIPT} is sick" in text
    assert f"{IMAGE} is sick" in text


def test_a_script_that_got_past_everything_would_still_not_run(path, browser):
    html = path.read_text(encoding="utf-8")
    path.write_text(html.replace("<h2", "<script>window.hacked = 1</script><h2", 1), encoding="utf-8")
    page = Opened(browser, path)
    assert page.page.evaluate("window.hacked") is None
    assert any("Content Security Policy" in said for said in page.complaints)
    page.page.fill("#search", "orders")
    assert page.page.locator("#number").inner_text() != ""


def test_search_and_filters_narrow_the_table(page):
    number = page.page.locator("#number")
    assert len(page.shown()) == 4
    assert number.inner_text() == "12 checks"
    page.page.fill("#search", "FULL checkout")
    expect(number).to_have_text("1 check")
    assert page.shown() == ["test_memory 1/r/checkout"]
    page.page.fill("#search", "")
    page.page.select_option("#by-cause", "route")
    expect(number).to_have_text("1 check")
    assert "test_path" in page.shown()[0]
    page.page.select_option("#by-cause", "")
    page.page.get_by_label("could not look").uncheck()
    assert number.inner_text() == "3 checks"
    assert page.complaints == []


def test_columns_sort_both_ways_by_key(page):
    page.page.get_by_role("button", name="Impact").focus()
    page.page.keyboard.press("Enter")
    head = page.page.locator("th[data-column=impact]")
    assert head.get_attribute("aria-sort") == "ascending"
    assert "test_path" in next(row for row in page.shown() if "blind" not in row and row.startswith("test"))
    page.page.keyboard.press("Enter")
    assert head.get_attribute("aria-sort") == "descending"
    assert "test_memory" in page.shown()[0]


def test_the_keyboard_gets_everywhere(page):
    page.page.locator("body").press("Tab")
    assert page.page.evaluate("document.activeElement.className") == "skip"
    page.page.keyboard.press("Enter")
    assert page.page.evaluate("location.hash") == "#checks"
    page.page.keyboard.press("/")
    assert page.page.evaluate("document.activeElement.id") == "search"
    nameless = """[...document.querySelectorAll("main button, section button, input, select, summary, svg[role=img]")]
        .filter(e => e.checkVisibility() && !(e.labels?.length || e.textContent.trim() || e.getAttribute("aria-label")))
        .map(e => e.outerHTML)"""
    assert page.page.evaluate(nameless) == []


@pytest.mark.parametrize("width", [320, 390, 768, 1600])
def test_no_screen_is_too_small(path, browser, width):
    page = Opened(browser, path, viewport={"width": width, "height": 800})
    assert page.page.evaluate("document.documentElement.scrollWidth") <= width


def test_counts_are_seen_whole_on_a_telephone(hear, browser, tmp_path):
    copy = tmp_path / "report.html"
    idle = "\n@pytest.mark.serverless\ndef test_idle():\n    pytest.skip('no traffic')\n"
    copy.write_text(hear(CHECKS + idle, html=True).html, encoding="utf-8")
    page = Opened(browser, copy, viewport={"width": 390, "height": 800}).page
    wide = "[...document.querySelectorAll('.totals')].map(table => table.scrollWidth - table.parentElement.clientWidth)"
    assert max(page.evaluate(wide)) <= 0


def test_what_does_not_apply_is_no_warning(hear, browser, tmp_path):
    copy = tmp_path / "report.html"
    idle = "def test_idle():\n    pytest.skip('no traffic')\n"
    copy.write_text(hear(idle, "--list-passed", html=True).html, encoding="utf-8")
    page = Opened(browser, copy).page
    colours = "['.mark.skipped', '#number'].map(of => getComputedStyle(document.querySelector(of)).color)"
    mark, quiet = page.evaluate(colours)
    assert mark == quiet


def test_it_is_dark_where_the_system_is_and_where_somebody_wants_it(path, browser):
    colour = "getComputedStyle(document.body).backgroundColor"
    light, dark = (Opened(browser, path, color_scheme=scheme).page for scheme in ("light", "dark"))
    bright, dim = light.evaluate(colour), dark.evaluate(colour)
    assert bright != dim
    light.click("#theme")
    dark.click("#theme")
    assert (light.evaluate(colour), dark.evaluate(colour)) == (dim, bright)


def test_text_can_be_told_from_its_ground_in_both(path, browser):
    """Contrast of at least 4.5 to 1 (WCAG 2.2, 1.4.3), for the page's own pairs of colours."""
    script = """() => {
        const style = getComputedStyle(document.documentElement);
        const read = (name) => {
            const hex = style.getPropertyValue(name).trim().slice(1);
            const [r, g, b] = (hex.length === 3 ? [...hex].map(h => h + h) : hex.match(/../g))
                .map(h => parseInt(h, 16));
            const part = (c) => (c /= 255) <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4;
            return 0.2126 * part(r) + 0.7152 * part(g) + 0.0722 * part(b);
        };
        const pairs = [["--ink", "--paper"], ["--ink", "--card"], ["--ink", "--bad-soft"], ["--quiet", "--paper"],
            ["--quiet", "--card"], ["--link", "--paper"], ["--bad", "--card"], ["--bad", "--bad-soft"],
            ["--unsure", "--card"], ["--good", "--card"], ["--ink", "--blue-soft"], ["--paper", "--bad"]];
        return pairs.map(([a, b]) => {
            const [x, y] = [read(a), read(b)].sort((m, n) => n - m);
            return [`${a} on ${b}`, (x + 0.05) / (y + 0.05)];
        }).filter(([, ratio]) => !(ratio >= 4.5));
    }"""
    for scheme in ("light", "dark"):
        assert Opened(browser, path, color_scheme=scheme).page.evaluate(script) == []


def test_on_paper_everything_is_unfolded_and_nothing_can_be_pressed(page):
    page.page.emulate_media(media="print")
    page.page.evaluate("dispatchEvent(new Event('beforeprint'))")
    assert page.page.locator("details:not([open])").count() == 0
    assert not page.page.locator("#theme").is_visible()
    page.page.evaluate("dispatchEvent(new Event('afterprint'))")
    assert page.page.locator("details:not([open])").count() > 0


def test_a_command_is_copied(path, browser):
    page = Opened(browser, path, permissions=["clipboard-read", "clipboard-write"]).page
    page.locator(".root .copy").first.click()
    page.wait_for_selector("text=copied")
    assert page.evaluate("getSelection().toString()").startswith("aws x --region eu-west-1 --profile prod")


def test_without_script_everything_can_be_read(path, browser):
    page = Opened(browser, path, java_script_enabled=False)
    assert len(page.shown()) == 4
    assert "way: blocked, expected open" in page.page.locator(".finding").first.inner_text()
