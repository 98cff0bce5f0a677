"""Was a draft asked for? Then it is written when all causes are ranked: `--postmortem`."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from reports.disk import remember
from reports.history.plugin import past_in
from reports.postmortem.draft import draft
from reports.tally import tally_of
from reports.verdicts import view_of

NAME = "postmortem.md"
_WRITTEN = pytest.StashKey[Path]()


class PostmortemPlugin:
    """Writes postmortem.md into the run folder, where something is sick."""

    @pytest.hookimpl(trylast=True)
    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        """Nothing is drafted of a run that found nothing."""
        config = session.config
        view, tally = view_of(config), tally_of(config)
        if view is None or not any(case.finding.impact != "hygiene" for case in tally.cases()):
            return
        path = Path(view.folder) / NAME
        try:
            path.write_text(draft(view, tally, past_in(config)), encoding="utf-8")
        except OSError as error:
            remember(config, error)
            return
        config.stash[_WRITTEN] = path

    def pytest_terminal_summary(self, terminalreporter: Any, config: pytest.Config) -> None:
        """Say where it is, or why there is none."""
        path = config.stash.get(_WRITTEN, None)
        terminalreporter.write_line(f"draft:    {path}" if path else "draft:    none, nothing sick was found")


def pytest_configure(config: pytest.Config) -> None:
    """Only where it was asked for, in the process that counts."""
    if not hasattr(config, "workerinput") and config.getoption("postmortem", default=False):
        config.pluginmanager.register(PostmortemPlugin(), "vitals-postmortem")
