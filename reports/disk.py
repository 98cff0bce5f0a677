"""What if the disk fills up in mid-run? The summary is still printed, and a run that could not be kept is not green."""

from __future__ import annotations

from typing import Any

import pytest

from reports.tally import BLIND, HEALTHY
from reports.words import one_line

PROBLEM = pytest.StashKey[str]()


def remember(config: pytest.Config, error: OSError) -> None:
    """Keep the first reason why something could not be written."""
    config.stash.setdefault(PROBLEM, one_line(f"{error.strerror or error}: {error.filename or 'a report'}"))


def spare(session: pytest.Session, error: OSError) -> None:
    """Keep the reason as well, at the end of a run that goes on without that file, and is not green."""
    remember(session.config, error)
    session.exitstatus = worsened(session.config, int(session.exitstatus))


def worsened(config: pytest.Config, code: int) -> int:
    """The exit code of a run of which something could not be written: healthy it is not."""
    return BLIND if code == HEALTHY and PROBLEM in config.stash else code


class DiskPlugin:
    """Stands around whatever writes files at the end of a run, inside of what prints the summary."""

    @pytest.hookimpl(wrapper=True, trylast=True)
    def pytest_sessionfinish(self, session: pytest.Session) -> Any:
        """A report that cannot be written costs that report only."""
        result = None
        try:
            result = yield
        except OSError as error:
            spare(session, error)
        session.exitstatus = worsened(session.config, int(session.exitstatus))
        return result

    def pytest_terminal_summary(self, terminalreporter: Any, config: pytest.Config) -> None:
        """Say it where it cannot be overlooked."""
        if PROBLEM in config.stash:
            terminalreporter.write_line(f"not everything could be written: {config.stash[PROBLEM]}", red=True)


def pytest_configure(config: pytest.Config) -> None:
    """Watch in the process that writes."""
    if not hasattr(config, "workerinput"):
        config.pluginmanager.register(DiskPlugin(), "vitals-disk")
