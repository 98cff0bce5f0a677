"""What do reports ask the rest of the house for? Hooks, so that no import leads back from the voice to the hands."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from diagnosis.changes import Change
from diagnosis.runs import Gathering, RunView, Usage
from diagnosis.triage import Case


@pytest.hookspec(firstresult=True)
def pytest_vitals_run(config: pytest.Config) -> RunView | None:
    """The run in progress; None where there is none (`--fixtures`)."""


@pytest.hookspec(firstresult=True)
def pytest_vitals_usage(config: pytest.Config) -> Usage | None:
    """What has been asked of AWS so far, workers that ended included."""


@pytest.hookspec(firstresult=True)
def pytest_vitals_gathering(config: pytest.Config) -> Gathering | None:
    """How far reading is in this process; None where another one reads."""


@pytest.hookspec(firstresult=True)
def pytest_vitals_changes(config: pytest.Config, suspects: Sequence[Case]) -> list[Change] | None:
    """The recorded changes of the resources that these findings suspect."""


@pytest.hookspec(firstresult=True)
def pytest_vitals_changes_unknown(config: pytest.Config) -> str | None:
    """Why changes could not be looked up; empty where they could."""


@pytest.hookspec(firstresult=True)
def pytest_vitals_look_again(session: pytest.Session, items: Sequence[pytest.Item], number: int) -> str | None:
    """Read again what these items rest on, for round `number`; the time that counts as now, in ISO 8601."""


@pytest.hookspec(firstresult=True)
def pytest_vitals_unsettled(config: pytest.Config) -> str | None:
    """`failed` or `error` where --until-healthy ran out of time, empty where all was healthy."""


@pytest.hookspec(firstresult=True)
def pytest_vitals_unknown_names(config: pytest.Config) -> list[str] | None:
    """The names that --target and --service give and nothing has, as they were written: `--target ordres`."""


def pytest_vitals_settled(session: pytest.Session, now: str) -> None:
    """The rounds are over, at this time (empty where one look was enough): their facts are the run's from here on."""


def pytest_vitals_result(config: pytest.Config, result: object) -> None:
    """One check's final result (`reports.tally.Result`), in the process that counts."""
