"""The same evidence gives the same verdicts, without a call."""

from __future__ import annotations


def verdicts(run):
    return sorted(str(line) for line in run.checks)


def test_a_replay_repeats_every_line_and_calls_nothing(suite, run_checks):
    live = suite("checkout-outage")
    again = run_checks(
        "--replay", str(live.folder), env={"AWS_ACCESS_KEY_ID": "", "AWS_ENDPOINT_URL": "http://127.0.0.1:1"}
    )
    assert again.code == live.code
    assert verdicts(again) == verdicts(live)
    assert again.summary["roots"] == live.summary["roots"]
    assert again.summary["operations"] == {}


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
