"""The same evidence gives the same verdicts, without a call."""

from __future__ import annotations

import json

import pytest

from sandbox.scenario import load
from tests.suite.each_scenario import each_scenario

ALWAYS = {"checkout-outage"}
NOWHERE = {"AWS_ACCESS_KEY_ID": "", "AWS_ENDPOINT_URL": "http://127.0.0.1:1"}


def verdicts(run):
    return sorted(json.dumps(line, sort_keys=True) for line in run.checks)


@pytest.mark.parametrize("scenario", each_scenario(ALWAYS))
def test_every_scenario_replays_to_the_same_results_without_a_call(suite, run_checks, scenario):
    live = suite(scenario)
    again = run_checks("--replay", str(live.folder), *_judging(load(scenario).args), env=NOWHERE)
    assert verdicts(again) == verdicts(live)
    assert again.summary == live.summary | {"operations": {}}


def _judging(words):
    """The words of a scenario that say what is judged and how; a replay waits for nothing."""
    left = list(words)
    for option in ("--until-healthy", "--consecutive", "--bake"):
        if option in left:
            del left[left.index(option) : left.index(option) + 2]
    return left


def test_a_replay_knows_what_could_not_be_seen(suite, run_checks):
    live = suite("readers_denied.py")
    again = run_checks("--replay", str(live.folder))
    assert verdicts(again) == verdicts(live)
    assert again.code == live.code


def test_what_was_not_recorded_is_an_error(suite, run_checks):
    live = suite("checkout-outage", "-m", "network")
    again = run_checks("--replay", str(live.folder), "-m", "database")
    assert {line["outcome"] for line in again.checks} == {"error"}
    assert again.code == 6


def test_a_run_folder_holds_no_secret_and_is_private(suite):
    folder = suite("checkout-outage").folder
    assert folder.stat().st_mode & 0o777 == 0o700
    assert {"results.jsonl", "report.html", "junit.xml", "run.json"} <= {entry.name for entry in folder.iterdir()}
    assert "secret_key" not in (folder / "run.json").read_text()
