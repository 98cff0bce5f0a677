"""Is this run remembered, and what do the earlier ones say? The hooks that keep and ask history."""

from __future__ import annotations

from pathlib import Path

import pytest

from diagnosis.runs import RunView
from reports.disk import remember
from reports.history.compare import Past, past_of
from reports.history.records import lines_of, source_of
from reports.history.store import HistoryError, append, read
from reports.tally import tally_of
from reports.verdicts import view_of

PAST = pytest.StashKey[Past]()


def past_in(config: pytest.Config) -> Past:
    """The run in progress beside the earlier ones: compared once, when its results are complete."""
    if PAST not in config.stash:
        view = view_of(config)
        config.stash[PAST] = _past(config, view) if view and view.history else Past()
    return config.stash[PAST]


def _past(config: pytest.Config, view: RunView) -> Past:
    own = Path(view.replayed or view.folder).name
    try:
        looks, nights = read(Path(view.history), None if view.replayed else source_of(view), view.now, own)
    except (HistoryError, OSError) as error:
        return Past(problem=str(error))
    return past_of(tally_of(config).results, looks, nights)


class HistoryPlugin:
    """Adds the run to history when its results are complete; a replay says nothing new."""

    @pytest.hookimpl(trylast=True)
    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        """Compare first, then add: a run is not its own past."""
        config = session.config
        view = view_of(config)
        if view is None or not view.history or config.option.collectonly:
            return
        past_in(config)
        complete = session.exitstatus not in (pytest.ExitCode.INTERRUPTED, pytest.ExitCode.INTERNAL_ERROR)
        if view.replayed or not complete or not tally_of(config).results:
            return
        usage = config.hook.pytest_vitals_usage(config=config)
        try:
            append(Path(view.history), lines_of(view, tally_of(config), usage, int(session.exitstatus)), view.now)
        except OSError as error:
            remember(config, error)


def pytest_configure(config: pytest.Config) -> None:
    """Remember in the process that counts."""
    if not hasattr(config, "workerinput"):
        config.pluginmanager.register(HistoryPlugin(), "vitals-history")
