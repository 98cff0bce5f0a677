"""Does --until-healthy look again for as long as it should, on new datapoints, and end with the right code?"""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from diagnosis.series import Series
from reports.rounds import Watched, newest_point
from tests.builders import NOW, ago, series

pytest_plugins = "pytester"

HOUSE = """
import json
from pathlib import Path

import pytest

import reports.rounds
from diagnosis.runs import Entrance, RunView
from diagnosis.series import Series
from diagnosis.windows import Window
from tests.builders import NOW, ago, finding

reports.rounds.BETWEEN_ROUNDS_S = 0.02
pytest_plugins = ["reports.verdicts", "reports.tally", "reports.results", "reports.terminal", "reports.rounds"]


def pytest_addoption(parser):
    parser.addoption("--out", type=Path)
    parser.addoption("--gate", action="store_true")
    parser.addoption("--list-passed", action="store_true")
    parser.addoption("--until-healthy")
    parser.addoption("--consecutive", type=int, default=3)


def pytest_vitals_run(config):
    folder = config.rootpath / "out"
    folder.mkdir(exist_ok=True)
    return RunView(str(folder), "9", "live", NOW, Window(ago(60), NOW), (Entrance("1/eu", "me"),))


def pytest_vitals_look_again(session, items, number):
    (session.config.rootpath / "number").write_text(str(number))
    (session.config.rootpath / f"round{number}").write_text(json.dumps(sorted(item.name for item in items)))
    return NOW.isoformat()


@pytest.fixture
def number(request):
    path = request.config.rootpath / "number"
    return int(path.read_text()) if path.exists() else 0
"""
CHECKS = """
import pytest

from diagnosis.series import Series
from tests.builders import ago, finding

WELL_FROM = {well_from}
NEW_POINTS = {new_points}


@pytest.fixture
def curve(number):
    return Series(60, ((ago(60 - (number if NEW_POINTS else 0)), 1.0),))


@pytest.fixture
def fact(number):
    if number < WELL_FROM and {blind}:
        pytest.fail("missing ec2:DescribeVpcs", pytrace=False)
    return [] if number >= WELL_FROM else [finding()]


def test_well():
    assert [] == []


def test_heals(fact, curve):
    assert fact == []
"""


@pytest.fixture
def rounds(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> Any:
    monkeypatch.setenv("PYTHONPATH", str(Path(__file__).resolve().parents[2]))

    def run(*words: str, well_from: int = 3, new_points: bool = True, blind: bool = False) -> Any:
        pytester.makeconftest(HOUSE)
        pytester.makepyfile(test_it=CHECKS.format(well_from=well_from, new_points=new_points, blind=blind))
        return pytester.runpytest_subprocess("-p", "no:cacheprovider", *words)

    return run


def looked(pytester: pytest.Pytester) -> dict[int, list[str]]:
    return {int(p.name[5:]): json.loads(p.read_text()) for p in pytester.path.glob("round[0-9]*")}


def test_what_heals_is_green_after_as_many_new_looks_as_wanted(rounds: Any, pytester: pytest.Pytester) -> None:
    done = rounds("--until-healthy", "20s", "--consecutive", "2")
    assert done.ret == 0
    assert sorted(looked(pytester)) == [2, 3, 4]
    assert {tuple(names) for names in looked(pytester).values()} == {("test_heals",)}
    done.stdout.fnmatch_lines(
        ["round 1: 1 not healthy*test_heals*", "round 3: 0 not healthy, 1 healthy*", "round 4: all healthy"]
    )
    lines = [json.loads(line) for line in (pytester.path / "out" / "results.jsonl").read_text().splitlines()]
    assert [line["outcome"] for line in lines if "check" in line] == ["passed", "passed"]


def test_without_new_datapoints_one_reading_counts_once(rounds: Any, pytester: pytest.Pytester) -> None:
    done = rounds("--until-healthy", "1s", "--consecutive", "2", well_from=2, new_points=False)
    assert done.ret == 6  # nothing was sick of late, and nobody knows that it is well
    done.stdout.fnmatch_lines(["*not healthy for 2 new datapoints in a row within 1 s*"])


def test_what_stays_sick_ends_in_1(rounds: Any) -> None:
    assert rounds("--until-healthy", "1s", well_from=10**9).ret == 1


def test_what_nobody_could_look_at_ends_in_6(rounds: Any) -> None:
    assert rounds("--until-healthy", "1s", well_from=10**9, blind=True).ret == 6


def test_what_is_healthy_is_looked_at_once(rounds: Any, pytester: pytest.Pytester) -> None:
    assert rounds("--until-healthy", "20s", well_from=0).ret == 0
    assert looked(pytester) == {}


def test_one_worker_settles_for_all(rounds: Any, pytester: pytest.Pytester) -> None:
    done = rounds("--until-healthy", "20s", "--consecutive", "1", "-n", "2")
    assert done.ret == 0
    assert sorted(looked(pytester)) == [2, 3]
    assert done.stderr.str().count("round 1:") == 1


@pytest.mark.parametrize(
    ("looks", "streak"),
    [
        ([("failed", 0), ("passed", 1), ("passed", 2), ("passed", 3)], 3),
        ([("failed", 0), ("passed", 1), ("passed", 1), ("passed", 1)], 1),
        ([("failed", 0), ("passed", 1), ("failed", 2), ("passed", 3)], 1),
        ([("failed", 0), ("passed", None), ("passed", None)], 2),
        ([("error", None), ("passed", 5), ("passed", 6)], 2),
    ],
)
def test_only_new_datapoints_count(looks: list[tuple[str, int | None]], streak: int) -> None:
    watched = Watched(None, [])  # type: ignore[arg-type]
    for outcome, minute in looks:
        watched.look(outcome, None if minute is None else ago(60 - minute))
    assert watched.streak == streak


def test_the_newest_point_is_found_wherever_it_is() -> None:
    older = Series(60, ((NOW - timedelta(hours=1), 1.0),))
    assert newest_point({"a": (older, [series(1, 2)]), "b": 3}) == NOW - timedelta(minutes=1)
    assert newest_point({"a": "text", "b": datetime}) is None
