"""What is new, fixed and still sick? And does what is remembered survive what happens to files?"""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta

import pytest

from diagnosis.runs import Entrance, RunView, Usage
from diagnosis.windows import Window
from reports.history import HistoryError, Key, append, lines_of, read
from reports.history.__main__ import differences, main, results_of
from reports.history.compare import past_of
from reports.tally import Result, Tally
from tests.builders import NOW, ago, finding

PLACE = "123456789012/eu-west-1"
pytest_plugins = "pytester"
DAY = timedelta(days=1)
VIEW = RunView("/x/run", "9.9.9", "live", NOW, Window(ago(60), NOW), (Entrance(PLACE, "me"),))


def result(name: str, outcome: str = "failed", cause: str = "memory", check: str = "test_room") -> Result:
    found = (finding(name, cause=cause, symptom=f"{name}: full, expected room"),) if outcome == "failed" else ()
    reason = "denied" if outcome == "error" else ""
    return Result(f"{check}[{PLACE}/{name}]", check, f"{PLACE}/{name}", outcome, reason, found)


def night(folder, days_ago: int, *results: Result, source: str = "", collected: int = 0, **changes) -> None:
    at = NOW - days_ago * DAY
    view = replace(VIEW, now=at, folder=f"/x/run-{days_ago}", scenario=source, **changes)
    append(folder, lines_of(view, Tally(list(results), collected=collected), Usage({"a:B": 2}), 1), at)


def past(folder, *results: Result):
    looks, nights = read(folder, "live", NOW, "run")
    return past_of(list(results), looks, nights)


def names(several) -> list[str]:
    return [sick.key.target.rsplit("/", 1)[-1] for sick in several]


def test_new_fixed_and_still_sick_since_when(tmp_path):
    night(tmp_path, 3, result("a", "passed"), result("b"), result("c"))
    night(tmp_path, 2, result("a"), result("b"), result("c"))
    night(tmp_path, 1, result("a"), result("b"), result("c", "passed"), result("d"))
    found = past(tmp_path, result("a"), result("b", "passed"), result("c"), result("d", "error"))
    assert (names(found.new), names(found.fixed), names(found.unseen)) == (["c"], ["b"], ["d"])
    assert [(sick.key.target[-1], sick.since) for sick in found.still] == [("a", NOW - 2 * DAY)]
    assert found.since(found.still[0].key) == NOW - 2 * DAY
    assert found.before == NOW - DAY


def test_a_run_that_could_not_look_interrupts_no_stretch(tmp_path):
    night(tmp_path, 3, result("a"))
    night(tmp_path, 2, result("a", "error"))
    assert past(tmp_path, result("a")).still[0].since == NOW - 3 * DAY
    assert names(past(tmp_path, result("a", "passed")).fixed) == ["a"]


def test_another_cause_on_the_same_target_is_new(tmp_path):
    night(tmp_path, 1, result("a", cause="memory"))
    found = past(tmp_path, result("a", cause="timeout"))
    assert ([s.key.cause for s in found.new], [s.key.cause for s in found.fixed]) == (["timeout"], ["memory"])


def test_without_an_earlier_look_nothing_is_new(tmp_path):
    assert past(tmp_path, result("a")).new == ()
    night(tmp_path, 1, result("a", check="test_other"))
    assert past(tmp_path, result("a")).new == ()


def test_what_is_compared_with_is_the_last_run_that_asked_the_same(tmp_path):
    night(tmp_path, 2, result("a"))
    night(tmp_path, 1, result("a", check="test_other"))
    assert past(tmp_path, result("a", "passed")).before == NOW - 2 * DAY
    assert past(tmp_path, result("a", check="test_third")).before is None


def test_runs_of_elsewhere_or_of_some_targets_only_are_nothing_to_compare_with(tmp_path):
    night(tmp_path, 1, result("z"), source="checkout-outage")
    night(tmp_path, 2, result("z"), narrowed=True)
    assert past(tmp_path, result("a")).new == ()
    assert past(tmp_path, result("z", "passed")).fixed == ()


def test_what_a_run_that_stopped_early_did_not_come_to_was_not_well(tmp_path):
    night(tmp_path, 2, result("a"), result("b"))
    night(tmp_path, 1, result("a"), collected=2)
    found = past(tmp_path, result("a"), result("b"))
    assert (names(found.new), names(found.still)) == ([], ["a", "b"])


def test_the_trend_has_the_most_complete_run_of_each_day(tmp_path):
    night(tmp_path, 2, result("a"))
    night(tmp_path, 1, result("a"))
    night(tmp_path, 1, result("a", "passed"), result("b", "passed"))
    _, nights = read(tmp_path, "live", NOW, "run")
    assert [dict(one.counts) for one in nights] == [{"failed": 1}, {"passed": 2}]


def test_a_torn_line_costs_that_line_only(tmp_path):
    night(tmp_path, 2, result("a"))
    (path,) = tmp_path.glob("*.jsonl")
    path.write_bytes(path.read_bytes() + b'{"schema": 1, "type": "result", "run": "run-9", "time": "20')
    assert names(past(tmp_path, result("b")).new) == ["b"]
    night(tmp_path, 1, result("b"))
    assert names(past(tmp_path, result("b")).still) == ["b"]


def test_a_run_without_its_own_line_does_not_count(tmp_path):
    lines = lines_of(replace(VIEW, now=ago(600)), Tally([result("a")]), None, 1)
    append(tmp_path, lines[:-1], ago(600))
    assert read(tmp_path, "live", NOW) == ([], [])


def test_a_later_schema_is_refused_in_one_line(tmp_path):
    night(tmp_path, 1, result("a"))
    (path,) = tmp_path.glob("*.jsonl")
    path.write_text(path.read_text().replace('"schema": 1', '"schema": 7'))
    with pytest.raises(HistoryError, match="has schema 7, this version reads up to 1") as raised:
        read(tmp_path, "live", NOW)
    assert "\n" not in str(raised.value)


def test_an_earlier_schema_without_what_came_later_is_read(tmp_path):
    head = {"schema": 0, "run": "r", "time": ago(600).isoformat()}
    old = [
        head | {"type": "result", "check": "test_room", "target": f"{PLACE}/a", "outcome": "failed"},
        head | {"type": "run", "source": "live", "places": [PLACE], "checks": ["test_room"]},
    ]
    append(tmp_path, old, ago(600))
    looks, _ = read(tmp_path, "live", NOW)
    assert looks[0].found == {("test_room", f"{PLACE}/a"): ("failed", (), "")}


def test_the_difference_of_two_run_folders(tmp_path, capsys):
    for name, sick in (("one", ["a", "b"]), ("two", ["b", "c"])):
        (tmp_path / name).mkdir()
        lines = [
            {"check": "test_room", "target": f"{PLACE}/{t}", "outcome": "failed" if t in sick else "passed",
             "reason": "", "findings": [{"cause": "memory", "symptom": f"{t}: full"}] if t in sick else []}
            for t in "abc"
        ]  # fmt: skip
        (tmp_path / name / "results.jsonl").write_text("".join(json.dumps(line) + "\n" for line in lines) + '{"che')
    assert main(["diff", str(tmp_path / "one"), str(tmp_path / "two")]) == 1
    told = capsys.readouterr().out.splitlines()
    assert [line.split(":")[0] for line in told] == ["new", "still sick", "fixed"]
    assert f"test_room[{PLACE}/c] memory: c: full" in told[0]
    assert main(["diff", "--json", str(tmp_path / "two"), str(tmp_path / "two")]) == 0
    assert json.loads(capsys.readouterr().out.splitlines()[0])["became"] == "still sick"


def test_a_run_that_is_nowhere_is_said_in_one_line(tmp_path, capsys):
    assert main(["diff", str(tmp_path / "none"), str(tmp_path / "none")]) == 2
    assert len(capsys.readouterr().err.splitlines()) == 1


def test_a_run_whose_folder_is_gone_is_remembered(tmp_path):
    night(tmp_path / "history", 1, result("a"), result("b", "error"))
    lines, whole = results_of("run-1", tmp_path)
    assert not whole
    assert differences([], lines) == [
        ("new", Key("test_room", f"{PLACE}/a", "memory"), "a: full, expected room"),
        ("newly blind", Key("test_room", f"{PLACE}/b", "error"), "denied"),
    ]
    assert differences(lines, [], whole=False)[0][0] == "no longer sick"


CHECKS = """
@pytest.mark.parametrize("name", ["123456789012/eu-west-1/a", "123456789012/eu-west-1/b"])
def test_room(name):
    assert [finding(name[-1], cause="memory", symptom=name[-1] + ": full")][not name.endswith(SICK):] == []
"""


def test_a_run_is_remembered_and_the_next_one_says_what_became_of_things(hear, tmp_path):
    kept = tmp_path / "kept"
    first = hear(f"SICK = 'a'\n{CHECKS}", view=f"{{'history': {str(kept)!r}}}", html=True)
    assert "no earlier run" in first.html
    assert "history:" not in first.text
    (path,) = kept.glob("*.jsonl")
    path.write_text(path.read_text().replace('"run": "out"', '"run": "first"'))
    later = f"{{'history': {str(kept)!r}, 'now': NOW.replace(hour=18)}}"
    second = hear(f"SICK = 'b'\n{CHECKS}", view=later, html=True)
    assert "history:  1 new, 1 fixed, 0 still sick, compared with 2026-03-04 12:00 UTC" in second.text
    assert "New (1)" in second.html
    assert "Fixed (1)" in second.html
    assert [line["run"] for line in map(json.loads, path.read_text().splitlines()) if line["type"] == "run"] == [
        "first",
        "out",
    ]
    assert kept.stat().st_mode & 0o777 == 0o700


def test_a_replay_is_compared_and_not_remembered(hear, tmp_path):
    night(tmp_path, 1, result("a"))
    night(tmp_path, 0, result("b"))
    before = {path: path.read_bytes() for path in tmp_path.glob("*.jsonl")}
    view = f"{{'history': {str(tmp_path)!r}, 'mode': 'replay', 'replayed': '/x/run-0'}}"
    heard = hear(f"SICK = 'b'\n{CHECKS}", view=view)
    assert "history:  1 new, 1 fixed" in heard.text
    assert {path: path.read_bytes() for path in tmp_path.glob("*.jsonl")} == before


def test_history_that_cannot_be_read_costs_no_more_than_itself(hear, tmp_path):
    night(tmp_path, 1, result("a"))
    (path,) = tmp_path.glob("*.jsonl")
    path.write_text(path.read_text().replace('"schema": 1', '"schema": 7'))
    heard = hear(f"SICK = 'b'\n{CHECKS}", view=f"{{'history': {str(tmp_path)!r}}}")
    assert heard.code == 1
    assert "history:  history in" in heard.text
    assert "has schema 7" in heard.text
