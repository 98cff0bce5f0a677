"""Does the team hear of the night, whatever became of it?"""

from __future__ import annotations

from pathlib import Path

import pytest

pytestmark = [pytest.mark.long, pytest.mark.xdist_group("runbook")]


def test_the_report_is_kept_and_its_link_sent(deployed):
    account = deployed("eu-central-1")
    look = account.invoke("nightly")
    assert (look["exit"], look["hurting"]) == (1, 1)
    (told,) = account.messages("team")
    assert told["Subject"] == "vitals: last night: sick, 1 hurting now"
    assert look["report"] in told["Message"]
    (key,) = [key for key in account.keys("runs/nightly-") if key.endswith("/report.html")]
    assert key in look["report"]
    (remembered,) = account.keys("history/")
    before = account.kept(remembered).count('"type": "run"')
    account.invoke("nightly")
    assert account.kept(remembered).count('"type": "run"') == before + 1


def test_a_night_without_a_verdict_is_told(deployed, warm):
    doomed = Path(f"{warm}.kill")
    doomed.write_text("--history")
    try:
        account = deployed("eu-central-1")
        assert account.invoke("nightly")["errorType"] == "SuiteError"
    finally:
        doomed.unlink()
    (told,) = account.messages("team")
    assert told["Subject"] == "vitals: the nightly run gave no verdict"
    assert "the suite ended with -9" in told["Message"]
