"""The fleet's state machine is executed: places that are denied or crash are blind, the others are examined."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import boto3
import pytest

from runbook import aws
from runbook.nights import night_of
from runbook.organization import Choice, chosen, roll

ROOT = Path(__file__).resolve().parents[2]
CONTROL, REGION, BUCKET = "123456789012", "ap-northeast-1", "vitals-reports"


@dataclass
class Fleet:
    """A sandbox with an organization and the fleet's state machine in it."""

    endpoint: str

    def client(self, service: str, account: str = CONTROL) -> Any:
        return boto3.client(
            service, REGION, endpoint_url=self.endpoint, aws_access_key_id=account, aws_secret_access_key="sandbox"
        )

    def control(self, method: str, path: str, content: Any = None) -> Any:
        data = None if content is None else json.dumps(content).encode()
        asked = urllib.request.Request(f"{self.endpoint}{path}", data, method=method)
        with urllib.request.urlopen(asked, timeout=20) as answer:
            return json.load(answer)

    def night(self, name: str, seconds: float) -> dict[str, Any]:
        """Execute the state machine to its end."""
        machines = self.client("stepfunctions")
        arn = machines.list_state_machines()["stateMachines"][0]["stateMachineArn"]
        execution = machines.start_execution(stateMachineArn=arn, name=name, input="{}")["executionArn"]
        end = time.monotonic() + seconds
        while (told := machines.describe_execution(executionArn=execution))["status"] == "RUNNING":
            assert time.monotonic() < end, "the night did not end"
            time.sleep(0.5)
        return dict(told)

    def report(self) -> list[dict[str, Any]]:
        """The lines of the newest fleet.jsonl."""
        bucket = self.client("s3")
        night = json.load(bucket.get_object(Bucket=BUCKET, Key="fleet/latest.json")["Body"])["night"]
        record = bucket.get_object(Bucket=BUCKET, Key=f"fleet/{night}/report/fleet.jsonl")["Body"].read()
        return [json.loads(line) for line in record.splitlines()]

    def messages(self) -> list[dict[str, Any]]:
        """What the team has been told."""
        queues = self.client("sqs")
        url = queues.get_queue_url(QueueName="team")["QueueUrl"]
        received = queues.receive_message(QueueUrl=url, MaxNumberOfMessages=10).get("Messages", [])
        return [json.loads(one["Body"]) for one in received]

    def accounts(self) -> dict[str, str]:
        return {one["Name"]: one["Id"] for one in self.client("organizations").list_accounts()["Accounts"]}


def begun(accounts: int, denied: int, warm: Path) -> tuple[subprocess.Popen[str], Fleet]:
    kept = {k: v for k, v in os.environ.items() if not k.startswith(("AWS_", "PYTEST_", "COV_", "VITALS_"))}
    words = {"PYTHONPATH": str(ROOT), "FLEET_ACCOUNTS": str(accounts), "FLEET_DENIED": str(denied), "WARM": str(warm)}
    world = Path(__file__).with_name("fleet_world.py")
    process = subprocess.Popen(
        [sys.executable, "-m", "sandbox", "--parent-pipe", "--scenario", str(world)],
        cwd=ROOT, env=kept | words, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True,
    )  # fmt: skip
    assert process.stdout is not None
    return process, Fleet(json.loads(process.stdout.readline())["endpoint"])


@pytest.fixture(scope="module")
def fleet(warm: Path) -> Iterator[Fleet]:
    process, running = begun(accounts=4, denied=1, warm=warm)
    yield running
    process.kill()
    process.wait()


@pytest.fixture
def asked(fleet: Fleet, monkeypatch: pytest.MonkeyPatch) -> Iterator[Fleet]:
    """The fleet's functions called in here, as the control account."""
    settings = {"ENDPOINT_URL": fleet.endpoint, "DEFAULT_REGION": REGION, "ACCESS_KEY_ID": CONTROL}
    for name, value in (settings | {"SECRET_ACCESS_KEY": "sandbox"}).items():
        monkeypatch.setenv(f"AWS_{name}", value)
    aws.client.cache_clear()
    yield fleet
    aws.client.cache_clear()
    fleet.control("DELETE", "/vitals/faults")


@pytest.mark.long
def test_a_night_names_exactly_the_places_that_came_to_nothing(fleet):
    told = fleet.night("first", seconds=300)
    assert told["status"] == "SUCCEEDED", told
    *_, whole = fleet.report()
    accounts = sorted(fleet.accounts()[f"shop-{number}"] for number in range(4))
    blind = {one["place"]: one["reason"] for one in whole["fleet"]["blind"]}
    assert list(blind) == [f"{accounts[2]}/{REGION}", f"{accounts[3]}/{REGION}"], blind
    assert "vitals/vitals-read cannot be assumed: missing sts:AssumeRole" in blind[f"{accounts[2]}/{REGION}"]
    assert "signal: killed" in blind[f"{accounts[3]}/{REGION}"]
    assert whole["fleet"]["verdicts"] == {"sick": 1, "blind": 2, "partly blind": 0, "nothing checked": 0, "healthy": 1}
    assert json.loads(told["output"])["exit"] == whole["fleet"]["exit"] == 1
    assert [cause["cause"] for cause in whole["fleet"]["causes"]] == ["timeout"]
    assert whole["fleet"]["notes"] == [f"account {fleet.accounts()['shop-4']} (shop-4) is not examined: SUSPENDED"]
    (message,) = fleet.messages()
    assert message["Subject"] == "vitals: the fleet last night: 1 sick, 2 blind, 1 healthy"
    assert "fleet.html" in message["Message"]
    assert f"{accounts[3]}/{REGION}: RequestId: 7 Error: Runtime exited" in message["Message"]


def test_a_fleet_that_cannot_be_listed_is_no_healthy_night(asked):
    asked.control("POST", "/vitals/faults", {"kind": "deny", "operation": "organizations:ListAccountsForParent"})
    told = asked.night("denied", seconds=60)
    assert (told["status"], told["error"]) == ("FAILED", "NightFailed")
    assert "organizations:ListAccountsForParent" in told["cause"]
    assert [one["Subject"] for one in asked.messages()] == ["vitals: the fleet's night gave no report"]


@pytest.mark.parametrize(
    "operation",
    ["organizations:ListAccounts", "organizations:ListTagsForResource", "account:ListRegions", "sts:GetCallerIdentity"],
)
def test_whatever_is_denied_while_listing_is_an_error(asked, operation):
    asked.control("POST", "/vitals/faults", {"kind": "deny", "operation": operation})
    with pytest.raises(Exception, match=r"(?i)denied|not authorized"):
        roll(Choice(tags=(("team", "shop"),)) if "Tags" in operation else Choice())


def test_units_with_those_in_them_tags_and_regions_choose(asked):
    organizations = asked.client("organizations")
    root = organizations.list_roots()["Roots"][0]["Id"]
    unit = organizations.list_organizational_units_for_parent(ParentId=root)["OrganizationalUnits"][0]["Id"]
    accounts = asked.accounts()
    of_units = {account for account, _ in roll(Choice(units=(unit,), regions=(REGION,))).places}
    assert of_units == {accounts[f"shop-{n}"] for n in range(4)}
    organizations.tag_resource(ResourceId=accounts["shop-1"], Tags=[{"Key": "team", "Value": "shop"}])
    tagged = roll(Choice(units=(unit, root), tags=(("team", "shop"),), regions=(REGION, "eu-west-1")))
    assert tagged.places == ((accounts["shop-1"], REGION), (accounts["shop-1"], "eu-west-1"))
    everybody = {account for account, _ in roll(Choice(regions=(REGION,))).places}
    assert everybody == {account for name, account in accounts.items() if name != "shop-4"}


def test_regions_that_nobody_opted_into_are_left_out_and_named(asked):
    account = asked.accounts()["shop-0"]
    asked.client("account", account).enable_region(RegionName="ap-east-1")
    fleet = roll(Choice(regions=("ap-east-1",)))
    assert fleet.places == ((account, "ap-east-1"),)
    assert f"{asked.accounts()['shop-1']}/ap-east-1 is not enabled" in fleet.left_out
    every = roll(Choice()).places
    assert len([place for place in every if place[0] == account]) == 18
    asked.client("account", account).disable_region(RegionName="ap-east-1")


def test_a_fleet_of_nobody_is_an_error(asked):
    with pytest.raises(ValueError, match="no account is left to examine"):
        roll(Choice(tags=(("team", "nobody"),)))


def test_choices_as_the_template_says_them():
    assert chosen("ou-1, ou-2", "a=b,c=", "") == Choice(("ou-1", "ou-2"), (("a", "b"), ("c", "")), ())
    with pytest.raises(ValueError, match='"team" is no tag'):
        chosen("", "team", "")


def test_nights_sort_by_their_time():
    assert night_of("a:b/c", "2026-03-04T05:06:07.123+01:00") == "20260304T040607Z-a-b-c"


@pytest.mark.long
def test_of_fifty_places_exactly_the_four_are_blind(warm):
    process, fleet = begun(accounts=50, denied=3, warm=warm)
    try:
        told = fleet.night("fifty", seconds=1800)
        assert told["status"] == "SUCCEEDED", told
        *_, whole = fleet.report()
        accounts = sorted(fleet.accounts()[f"shop-{number}"] for number in range(50))
        assert [one["place"] for one in whole["fleet"]["blind"]] == [f"{one}/{REGION}" for one in accounts[-4:]]
        assert whole["fleet"]["verdicts"] == {
            "sick": 1, "blind": 4, "partly blind": 0, "nothing checked": 0, "healthy": 45
        }  # fmt: skip
    finally:
        process.kill()
        process.wait()
