"""Does an incident go the way that the runbook says? Executed, by an interpreter of the states language.

The suite runs for real in each of them, over the databases of world.py.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import boto3
import pytest

from tests.runbook.conftest import alarm
from tests.runbook.slack_server import Slack, listening

pytestmark = [pytest.mark.long, pytest.mark.xdist_group("runbook")]
BRIEFLY = {"VITALS_WATCH_SECONDS": "1"}
"""Nobody mends the databases, so that watching them for longer tells nothing more."""


@contextmanager
def killed(warm: Any, word: str) -> Iterator[None]:
    """Meanwhile every run of the suite whose command holds this word is killed."""
    doomed = Path(f"{warm}.kill")
    doomed.write_text(word)
    try:
        yield
    finally:
        doomed.unlink()


def mend(world: str, region: str) -> None:
    """Somebody adds storage: from now on CloudWatch reports room."""
    boto3.client(
        "cloudwatch", endpoint_url=world, region_name=region, aws_access_key_id="t", aws_secret_access_key="t"
    ).put_metric_data(
        Namespace="AWS/RDS",
        MetricData=[
            {
                "MetricName": "FreeStorageSpace", "Dimensions": [{"Name": "DBInstanceIdentifier", "Value": "orders"}],
                "Timestamp": datetime.now(UTC), "Value": 80e9, "Unit": "Bytes",
            }
        ],
    )  # fmt: skip


def document(account: Any, end: dict[str, Any]) -> str:
    return str(account.kept(f"postmortems/{end['incident_id']}.md"))


def test_a_critical_incident_pages_diagnoses_and_meets(deployed):
    account = deployed("eu-west-1", **BRIEFLY)
    execution = account.start(alarm())
    end = account.ended(execution)
    states = account.states(execution)
    assert states[:3] == ["ClassifyIncident", "DetermineResponse", "CriticalResponse"]
    assert {"PageOnCall", "CollectDiagnostics", "CreateIncidentChannel"} == set(states[3:6])
    first, again = account.messages("oncall")
    assert first["Subject"].startswith("CRITICAL: storage: ")
    assert "three or more services are hit now" in first["Message"]
    assert all(name in first["Message"] for name in ("orders", "stock", "mail", "report.html"))
    assert again["Subject"].startswith("CRITICAL: not recovered: ")
    notes = [json.loads(message["Message"]) for message in account.messages("chat")]
    assert {note["metadata"]["threadId"] for note in notes} == {end["incident_id"]}
    assert (notes[0]["version"], notes[0]["source"]) == ("1.0", "custom")
    kept = account.keys(f"runs/{end['incident_id']}/1-diagnostics/")
    assert {"report.html", "results.jsonl", "postmortem.md", "watched.json"} <= {Path(key).name for key in kept}
    text = document(account, end)
    assert "paged: on call" in text
    assert "# Postmortem draft: " in text
    items = account.client("ssm").describe_ops_items(OpsItemFilters=[])["OpsItemSummaries"]
    assert [(item["Source"], item["Severity"]) for item in items] == [("vitals", "1")]
    assert items[0]["OpsItemId"] in end["ops_item"]


def test_a_high_incident_tells_the_team_and_wakes_nobody(deployed):
    account = deployed("eu-central-1", VITALS_WATCH_SECONDS="1")
    execution = account.start(alarm())
    end = account.ended(execution)
    states = account.states(execution)
    assert states[:3] == ["ClassifyIncident", "DetermineResponse", "HighResponse"]
    told = [message["Subject"] for message in account.messages("team")]
    assert told[0].startswith("HIGH: storage: orders")
    # It hurts, and did not recover: the second analysis is critical, and pages.
    assert "CriticalResponse" in states
    assert [message["Subject"] for message in account.messages("oncall")] == [
        "CRITICAL: not recovered: storage: orders: 0.3% of storage free, expected at least 10%"
    ]
    assert told[-1] == f"{end['incident_id']}: NOT RECOVERED"


def test_a_standard_incident_is_written_down(deployed):
    account = deployed("us-east-1", **BRIEFLY)
    execution = account.start(alarm())
    end = account.ended(execution)
    states = account.states(execution)
    assert states[:4] == ["ClassifyIncident", "DetermineResponse", "StandardResponse", "MonitorRecovery"]
    assert not {"CriticalResponse", "HighResponse"} & set(states)
    assert account.messages("oncall") == []
    assert "standard, after 2 analyses: no rule asks for more" in document(account, end)


def test_paging_does_not_depend_on_diagnostics(deployed, warm):
    with killed(warm, "--postmortem"):
        account = deployed("eu-west-1", **BRIEFLY)
        execution = account.start(alarm())
        end = account.ended(execution)
    states = account.states(execution)
    assert {"PageOnCall", "DiagnosticsFailed", "CreateIncidentChannel"} <= set(states)
    assert account.messages("oncall")[0]["Subject"].startswith("CRITICAL: storage: ")
    assert len(account.messages("chat")) == 2
    # What the short look found is watched all the same.
    assert account.keys(f"runs/{end['incident_id']}/1-look-1/")
    text = document(account, end)
    assert "could not be collected" in text
    assert "the suite ended with -9" in text


def test_what_cannot_be_classified_is_critical(deployed, warm):
    with killed(warm, "pytest"):
        account = deployed("eu-west-1", **BRIEFLY)
        execution = account.start(alarm())
        end = account.ended(execution)
    assert account.states(execution)[:4] == [
        "ClassifyIncident", "AssumeTheWorst", "DetermineResponse", "CriticalResponse",
    ]  # fmt: skip
    (page,) = account.messages("oncall")
    assert page["Subject"] == "CRITICAL: an incident that could not be classified"
    assert "orders-storage" in page["Message"]
    assert end["recovered"] is False
    assert "nothing can be watched" in document(account, end)


def test_slack_that_is_down_stops_nothing_and_is_tried_again(deployed):
    # Four times 500 is what the first response has patience for; the second one, at the next analysis, meets the rest.
    slack = Slack(troubles=[*[(500, {})] * 4, (500, {}), (429, {"Retry-After": "2"})])
    with listening(slack):
        account = deployed("eu-west-1", VITALS_SLACK_SECRET="slack", VITALS_SLACK_URL=slack.address, **BRIEFLY)
        execution = account.start(alarm())
        end = account.ended(execution)
    states = account.states(execution)
    assert states.count("ChannelFailed") == 1
    assert states.count("PageOnCall") == states.count("CollectDiagnostics") == len(account.messages("oncall")) == 2
    created = [at for method, _, at in slack.asked if method == "conversations.create"]
    assert len(created) == 7
    assert created[6] - created[5] >= 2
    assert list(slack.channels) == [end["incident_id"]]
    assert slack.methods()[-1] == "chat.postMessage"
    assert "channel | slack, `C00000000`" in document(account, end)
    assert account.messages("chat") == []


def test_recovery_after_two_looks_is_green_three_times_in_a_row(deployed, world):
    account = deployed("us-west-2")
    execution = account.start(alarm())
    name = wait_for_look(account, 2)
    mend(world, "us-west-2")
    end = account.ended(execution)
    assert end["recovered"] is True
    assert account.states(execution).count("ClassifyIncident") == 1
    exits = [
        exit_of(account, f"runs/{name}/1-look-{look}/results.jsonl") for look in range(1, looks(account, name) + 1)
    ]
    assert exits[:2] == [1, 1]
    assert exits[-3:] == [0, 0, 0]
    assert set(exits[:-3]) == {1}
    checks = [json.loads(line) for line in account.kept(f"runs/{name}/1-look-1/results.jsonl").splitlines()[:-1]]
    assert [(one["check"], one["target"].rpartition("/")[2]) for one in checks] == [
        ("test_storage_has_headroom", "orders")
    ]
    assert "green 3 times in a row" in document(account, end)
    assert account.client("scheduler").list_schedules(GroupName="rounds")["Schedules"] == []


def test_what_never_recovers_goes_back_to_analysis_and_is_documented_so(deployed):
    account = deployed("eu-central-1", VITALS_WATCH_SECONDS="4")
    execution = account.start(alarm())
    end = account.ended(execution)
    states = account.states(execution)
    assert states.count("ClassifyIncident") == states.count("MonitorRecovery") == 2
    assert states[-1] == "DocumentIncident"
    assert end["recovered"] is False
    assert "not green 3 times in a row by" in document(account, end)


def test_an_alarm_that_fires_twice_opens_one_incident(deployed):
    account = deployed("eu-central-1", VITALS_WATCH_SECONDS="1")
    first = account.start(alarm())
    account.wait_for_state(first, "DetermineResponse")
    same = account.start(alarm())
    flapping = account.start(alarm(at="2026-11-28T01:05:03.000+0000", number=2))
    for later in (same, flapping):
        assert account.ended(later)["classification"]["of"] == first
        assert account.states(later) == ["ClassifyIncident", "DetermineResponse", "AlreadyOpen"]
    account.ended(first)
    # Its end makes room for the next change, and not for another delivery of the old one.
    assert account.ended(account.start(alarm()))["classification"]["of"] == first
    fresh = account.start(alarm(at="2026-11-28T03:00:00.000+0000", number=3))
    account.wait_for_state(fresh, "HighResponse")


def looks(account: Any, name: str) -> int:
    return len({key.split("/")[2] for key in account.keys(f"runs/{name}/1-look-")})


def wait_for_look(account: Any, number: int) -> str:
    """The incident's name, once so many looks are kept."""
    found = account.wait_for(lambda: [key for key in account.keys("runs/") if f"-look-{number}/" in key])
    return str(found[0].split("/")[1])


def exit_of(account: Any, key: str) -> int:
    return int(json.loads(account.kept(key).splitlines()[-1])["run"]["exit"])
