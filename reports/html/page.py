"""How does the page come about? pytest-html writes it; what it holds is made here, and its table gives way to ours."""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from diagnosis.runs import RunView
from reports.disk import spare
from reports.history.plugin import past_in
from reports.html.colophon import colophon
from reports.html.findings import findings
from reports.html.health import health, healthy
from reports.html.markup import Html, tag
from reports.html.past import past
from reports.html.table import table
from reports.html.telling import Telling
from reports.html.verdict import roots, verdict
from reports.tally import tally_of
from reports.verdicts import view_of

STYLE = Path(__file__).with_name("style.css")
_SCRIPT = Path(__file__).with_name("script.js")
_SCRIPTS = re.compile(r"<script>(.*?)</script>", re.DOTALL)


class HtmlPlugin:
    """Fills pytest-html's page, which it leaves without rows: 10,000 of them would make 6 MB that nobody reads."""

    def __init__(self, config: pytest.Config) -> None:
        self.config = config

    def pytest_html_report_title(self, report: Any) -> None:
        """The title of the page; what pytest-html would tell of the machine is not what anybody asks."""
        report.title = title_of(view_of(self.config))
        report.set_data("environment", {})

    def pytest_html_results_table_row(self, cells: list[str]) -> None:
        """No row: the page has a table of its own, with what is not healthy."""
        cells.clear()

    def pytest_html_results_summary(self, prefix: list[str]) -> None:
        """The whole page, into the place above pytest-html's table."""
        view = view_of(self.config)
        if view is None:
            return
        usage = self.config.hook.pytest_vitals_usage(config=self.config)
        asked = bool(self.config.getoption("list_passed", default=False))
        told = Telling(view, tally_of(self.config), usage, past_in(self.config), asked)
        prefix.append(tag("main", body(told)))

    @pytest.hookimpl(wrapper=True, trylast=True)
    def pytest_sessionfinish(self, session: pytest.Session) -> Any:
        """When pytest-html has written the page, give it what its template has no place for."""
        result = yield
        path = Path(self.config.option.htmlpath)
        try:
            path.write_text(dressed(path.read_text(encoding="utf-8")), encoding="utf-8")
        except OSError as error:  # the disk is full: there is half a page, or none
            spare(session, error)
        return result


def title_of(view: RunView | None) -> str:
    """`Vitals 0.1.0 · live · 2026-03-04 12:00 UTC`."""
    if view is None:
        return "Vitals"
    return f"Vitals {view.version} · {f'{view.mode} {view.scenario}'.strip()} · {view.now:%Y-%m-%d %H:%M} UTC"


def body(told: Telling) -> Iterator[Html]:
    """The sections in the order in which they are asked for."""
    yield tag("button", "light / dark", type="button", id="theme")
    yield verdict(told)
    yield roots(told)
    yield past(told)
    yield health(told)
    yield findings(told)
    yield table(told)
    yield healthy(told)
    yield colophon(told)
    yield Html(f"<script>{_SCRIPT.read_text(encoding='utf-8')}</script>")


def dressed(html: str) -> str:
    """The page with its language, a viewport for small screens, and a policy: nothing is fetched, no other script runs.

    A script that came in with AWS's text, past all escaping, would still not be run.
    """
    ours, last = _SCRIPT.read_text(encoding="utf-8"), _SCRIPTS.findall(html)[-1:]  # pytest-html's own stands at the end
    allowed = " ".join(f"'sha256-{_digest(script)}'" for script in (ours, *last))
    policy = f"default-src 'none'; img-src data:; style-src 'unsafe-inline'; script-src {allowed}"
    head = (
        f'<head>\n    <meta http-equiv="Content-Security-Policy" content="{policy}"/>'
        '\n    <meta name="viewport" content="width=device-width, initial-scale=1"/>'
    )
    html = html.replace(' onclick="location.reload()"', "", 1)  # of a button that is for reports of running tests
    skip = tag("a", "to the table of checks", href="#checks", class_="skip")
    html = html.replace("<html>", '<html lang="en">', 1).replace("<head>", head, 1)
    return html.replace("<body>", f"<body>\n    {skip}", 1)


def _digest(script: str) -> str:
    return base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
