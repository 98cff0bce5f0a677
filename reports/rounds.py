"""Does it get healthy? --until-healthy looks again at what is not, until it is, or the time is up.

All rounds are rounds of one session: what is not healthy is run again, silently, on fresh facts; at the end the
ordinary loop reports on the facts of the last round. Under xdist one worker does this for all.
"""

from __future__ import annotations

import dataclasses
import json
import sys
import time
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from _pytest.runner import runtestprotocol
from filelock import FileLock

from diagnosis.series import Series
from diagnosis.windows import duration, spoken
from reports.verdicts import forget_findings, forget_view, outcome_of, view_of

FILE = "rounds.json"
BETWEEN_ROUNDS_S = 15.0
"""One-minute metrics have a new point in every fourth round; configurations are worth a look at each."""
_NEWEST = pytest.StashKey[datetime | None]()
_BAD = ("failed", "error")


@dataclasses.dataclass
class Watched:
    """An item that was not healthy at first: how many healthy looks on end it has had, and what each look came to."""

    item: pytest.Item
    outcomes: list[str]
    newest: datetime | None = None
    streak: int = 0

    def look(self, outcome: str, newest: datetime | None) -> None:
        """Take a look's outcome; a healthy one counts where it saw a newer datapoint than the last that counted."""
        self.outcomes.append(outcome)
        if outcome in _BAD:
            self.streak = 0
        elif self.newest is None or newest is None or newest > self.newest or not self.streak:
            self.streak += 1
            self.newest = newest or self.newest


def newest_point(facts: object) -> datetime | None:
    """The start of the newest period that any series in these facts has; None where there is no series."""
    if isinstance(facts, Series):
        return facts.newest
    parts: Iterable[object] = ()
    if isinstance(facts, Mapping):
        parts = facts.values()
    elif isinstance(facts, list | tuple):
        parts = facts
    elif dataclasses.is_dataclass(facts) and not isinstance(facts, type):
        parts = (getattr(facts, field.name) for field in dataclasses.fields(facts))
    return max((moment for moment in map(newest_point, parts) if moment), default=None)


class RoundsPlugin:
    """Runs the rounds before the ordinary loop, in the process that has the items."""

    def __init__(self, config: pytest.Config) -> None:
        self.config = config
        self.limit = duration(config.option.until_healthy)
        self.wanted: int = config.option.consecutive

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_call(self, item: pytest.Item) -> Any:
        """Remember how new the facts of an item are: they are gone when it has been torn down."""
        item.stash[_NEWEST] = newest_point(getattr(item, "funcargs", None) or {})
        return (yield)

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtestloop(self, session: pytest.Session) -> None:
        """Settle, or take over what another worker has settled; then let the ordinary loop report."""
        view = view_of(self.config)
        if view is None or self.config.option.collectonly or self.config.pluginmanager.hasplugin("dsession"):
            return
        path = Path(view.folder) / FILE
        with FileLock(path.with_suffix(".lock")):
            if not path.exists():
                path.write_text(json.dumps(self._settle(session)), encoding="utf-8")
        self.config.hook.pytest_vitals_settled(session=session, now=json.loads(path.read_text("utf-8"))["now"])
        forget_view(self.config)

    def _settle(self, session: pytest.Session) -> dict[str, Any]:
        """Rounds, until every item that was not healthy has been so for as many looks as wanted."""
        started = time.monotonic()
        looks = [(item, *self._look(item)) for item in session.items]
        watched = [Watched(item, [outcome], newest) for item, outcome, newest in looks if outcome in _BAD]
        now, number = "", 1
        self._say(number, watched, started)
        while (unsettled := [one for one in watched if one.streak < self.wanted]) and self._time_left(started):
            time.sleep(min(BETWEEN_ROUNDS_S, self._time_left(started)))
            number += 1
            items = [one.item for one in unsettled]
            now = self.config.hook.pytest_vitals_look_again(session=session, items=items, number=number)
            forget_view(self.config)
            for one in unsettled:
                one.look(*self._look(one.item))
            self._say(number, watched, started)
        late = [outcome for one in unsettled for outcome in one.outcomes[-self.wanted :]]
        verdict = "" if not unsettled else "failed" if "failed" in late else "error"
        return {"now": now, "rounds": number, "unsettled": verdict}

    def _time_left(self, started: float) -> float:
        return max(0.0, self.limit.total_seconds() - (time.monotonic() - started))

    def _look(self, item: pytest.Item) -> tuple[str, datetime | None]:
        """Run one item without a word; what is left of it is taken away again."""
        properties = list(item.user_properties)
        item.stash[_NEWEST] = None
        reports = runtestprotocol(item, log=False, nextitem=None)
        outcomes = [outcome for outcome in map(outcome_of, reports) if outcome]
        item.user_properties[:] = properties
        item._report_sections.clear()
        forget_findings(item)
        return next((word for word in _BAD if word in outcomes), "passed"), item.stash[_NEWEST]

    def _say(self, number: int, watched: list[Watched], started: float) -> None:
        """One line for each round: in a worker on standard error, which is the controller's own."""
        open_ = [one for one in watched if one.streak < self.wanted]
        sick = sum(1 for one in open_ if one.outcomes[-1] in _BAD)
        left = spoken(timedelta(seconds=self._time_left(started)))
        names = ", ".join(sorted(one.item.name for one in open_)[:3])
        state = f"{sick} not healthy, {len(open_) - sick} healthy for fewer than {self.wanted} new looks: {names}"
        line = f"round {number}: {state if open_ else 'all healthy'}" + (f"; {left} left" if open_ else "")
        terminal = self.config.pluginmanager.get_plugin("terminalreporter")
        if terminal and not hasattr(self.config, "workerinput"):
            terminal.write_line(line)
            return
        capture: Any = self.config.pluginmanager.get_plugin("capturemanager")
        with capture.global_and_fixture_disabled():
            sys.stderr.write(f"{line}\n")
            sys.stderr.flush()

    @pytest.hookimpl(tryfirst=True)
    def pytest_terminal_summary(self, terminalreporter: Any) -> None:
        """Say that the time was up, where it was: the last look alone may have been green."""
        if pytest_vitals_unsettled(self.config):
            limit, wanted = spoken(self.limit), self.wanted
            terminalreporter.write_line(f"not healthy for {wanted} new datapoints in a row within {limit}", red=True)


def pytest_vitals_unsettled(config: pytest.Config) -> str:
    """`failed` or `error` where the time was up before all was healthy; empty otherwise."""
    view = view_of(config)
    path = Path(view.folder) / FILE if view else None
    if path is None or not config.option.until_healthy or not path.exists():
        return ""
    return str(json.loads(path.read_text(encoding="utf-8"))["unsettled"])


@pytest.hookimpl(trylast=True)
def pytest_sessionstart(session: pytest.Session) -> None:
    """Where --until-healthy was given: a scenario's ARGS are known from here on only."""
    if session.config.option.until_healthy:
        session.config.pluginmanager.register(RoundsPlugin(session.config), "vitals-rounds")
