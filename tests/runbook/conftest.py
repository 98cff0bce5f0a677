"""The runbook deployed in an account of its own, and a world for the suite to look at."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
import urllib.request
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import boto3
import pytest

from fixtures.sandbox import sandbox_environment, start_sandbox

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
ACCOUNT, REGION = "123456789012", "ap-northeast-1"
FUNCTIONS = {
    "ClassifyFunction": "classify",
    "DiagnosticsFunction": "collect_diagnostics",
    "ChannelFunction": "create_channel",
    "MonitorFunction": "monitor_recovery",
    "PostmortemFunction": "postmortem",
}
TOPICS = {"OnCallTopic": "oncall", "TeamTopic": "team", "ChatTopic": "chat"}
ROLE = f"arn:aws:iam::{ACCOUNT}:role/vitals"


def arn(service: str, resource: str) -> str:
    return f"arn:aws:{service}:{REGION}:{ACCOUNT}:{resource}"


def alarm(name: str = "orders-storage", at: str = "2026-11-28T01:02:03.000+0000", number: int = 1) -> dict[str, Any]:
    """The event of an alarm that changed to ALARM, as EventBridge delivers it."""
    return {
        "version": "0",
        "id": f"00000000-0000-0000-0000-{number:012d}",
        "detail-type": "CloudWatch Alarm State Change",
        "source": "aws.cloudwatch",
        "account": ACCOUNT,
        "time": "2026-11-28T01:02:03Z",
        "region": REGION,
        "resources": [arn("cloudwatch", f"alarm:{name}")],
        "detail": {
            "alarmName": name,
            "state": {"value": "ALARM", "reason": "Threshold Crossed: 1 datapoint", "timestamp": at},
            "previousState": {"value": "OK"},
            "configuration": {},
        },
    }


def definition() -> dict[str, Any]:
    """The state machine as it is deployed, but for waits before retries of a second."""
    text = (ROOT / "runbook" / "incident.asl.json").read_text(encoding="utf-8")
    for name, module in FUNCTIONS.items():
        text = text.replace(f"${{{name}}}", arn("lambda", f"function:{module}"))
    for name, topic in TOPICS.items():
        text = text.replace(f"${{{name}}}", arn("sns", topic))
    assert "${" not in text
    machine: dict[str, Any] = json.loads(text, object_hook=_hasty)
    return machine


def _hasty(state: dict[str, Any]) -> dict[str, Any]:
    return state | ({"IntervalSeconds": 1} if "IntervalSeconds" in state else {})


@dataclass
class Account:
    """A running account, spoken to by ordinary clients."""

    endpoint: str
    clients: dict[str, Any] = field(default_factory=dict)

    def client(self, service: str) -> Any:
        if service not in self.clients:
            self.clients[service] = boto3.client(
                service,
                endpoint_url=self.endpoint,
                region_name=REGION,
                aws_access_key_id="t",
                aws_secret_access_key="t",
            )
        return self.clients[service]

    def deploy(self, environment: dict[str, str]) -> None:
        """What the template creates, as far as the incident touches it."""
        config = json.dumps({"stepfunctions": {"execute_state_machine": True}}).encode()
        urllib.request.urlopen(f"{self.endpoint}/moto-api/config", data=config).close()
        trust = json.dumps({"Version": "2012-10-17", "Statement": []})
        self.client("iam").create_role(RoleName="vitals", AssumeRolePolicyDocument=trust)
        for module in (*FUNCTIONS.values(), "nightly"):
            self.client("lambda").create_function(
                FunctionName=module, Role=ROLE, PackageType="Image", Code={"ImageUri": "vitals:1"}, Timeout=900,
                ImageConfig={"Command": [f"runbook.handlers.{module}.handler"]},
            )  # fmt: skip
        for topic in TOPICS.values():
            self.client("sns").create_topic(Name=topic)
            self.client("sqs").create_queue(QueueName=topic)
            self.client("sns").subscribe(TopicArn=arn("sns", topic), Protocol="sqs", Endpoint=arn("sqs", topic))
        self.client("s3").create_bucket(
            Bucket=environment["VITALS_BUCKET"], CreateBucketConfiguration={"LocationConstraint": REGION}
        )
        self.client("dynamodb").create_table(
            TableName="claims", BillingMode="PAY_PER_REQUEST",
            AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
            KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
        )  # fmt: skip
        self.client("scheduler").create_schedule_group(Name="rounds")
        self.client("secretsmanager").create_secret(Name="slack", SecretString="xoxb-test")
        self.client("stepfunctions").create_state_machine(
            name="incident", definition=json.dumps(definition()), roleArn=ROLE
        )

    def invoke(self, function: str) -> dict[str, Any]:
        """A function's answer, or its error."""
        answer = self.client("lambda").invoke(FunctionName=function, Payload=b"{}")
        return dict(json.loads(answer["Payload"].read()))

    def start(self, event: dict[str, Any]) -> str:
        answer = self.client("stepfunctions").start_execution(
            stateMachineArn=arn("states", "stateMachine:incident"),
            name=str(uuid.uuid4()),
            input=json.dumps({"incident": event}),
        )
        return str(answer["executionArn"])

    def ended(self, execution: str, seconds: float = 400) -> dict[str, Any]:
        """The execution's output, once it has ended."""

        def over() -> Any:
            told = self.client("stepfunctions").describe_execution(executionArn=execution)
            return told if told["status"] != "RUNNING" else None

        told = self.wait_for(over, seconds)
        assert told["status"] == "SUCCEEDED", self.history(execution)[-3:]
        return dict(json.loads(told["output"]))

    def wait_for(self, found: Callable[[], Any], seconds: float = 400) -> Any:
        """What `found` finds, once it finds something."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            answer = found()
            if answer:
                return answer
            time.sleep(0.3)
        raise AssertionError("it did not come")

    def wait_for_state(self, execution: str, state: str) -> None:
        self.wait_for(lambda: state in self.states(execution))

    def history(self, execution: str) -> list[dict[str, Any]]:
        pages = self.client("stepfunctions").get_paginator("get_execution_history").paginate(executionArn=execution)
        return [event for page in pages for event in page["events"]]

    def states(self, execution: str) -> list[str]:
        """The names of the states that were entered, in their order."""
        entered = (event.get("stateEnteredEventDetails") for event in self.history(execution))
        return [state["name"] for state in entered if state]

    def messages(self, topic: str) -> list[dict[str, Any]]:
        """What was published to a topic since it was asked last."""
        found: list[dict[str, Any]] = []
        queue = f"{self.endpoint}/{ACCOUNT}/{topic}"
        while True:
            answer = self.client("sqs").receive_message(QueueUrl=queue, MaxNumberOfMessages=10)
            if not answer.get("Messages"):
                return found
            for message in answer["Messages"]:
                found.append(json.loads(message["Body"]))
                self.client("sqs").delete_message(QueueUrl=queue, ReceiptHandle=message["ReceiptHandle"])

    def kept(self, key: str) -> str:
        return str(self.client("s3").get_object(Bucket="reports", Key=key)["Body"].read().decode())

    def keys(self, prefix: str) -> list[str]:
        pages = self.client("s3").get_paginator("list_objects_v2").paginate(Bucket="reports", Prefix=prefix)
        return [one["Key"] for page in pages for one in page.get("Contents", ())]


@pytest.fixture(scope="session")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The endpoint of the sandbox that the suite looks at."""
    sandbox = start_sandbox(str(HERE / "world.py"), tmp_path_factory.mktemp("world") / "log")
    yield sandbox.endpoint
    sandbox.stop()


@pytest.fixture(scope="session")
def warm(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """The socket of a process that has imported the suite."""
    path = tmp_path_factory.mktemp("warm") / "socket"
    process = subprocess.Popen([sys.executable, str(HERE / "warm.py"), str(path)], stdout=subprocess.PIPE, text=True)
    assert process.stdout
    assert process.stdout.readline().strip() == "ready"
    yield path
    process.kill()
    process.wait()


@pytest.fixture
def deployed(world: str, warm: Path, tmp_path: Path) -> Iterator[Callable[..., Account]]:
    """Deploys the runbook for a region of the world; more environment by keyword."""
    started: list[subprocess.Popen[str]] = []
    config = tmp_path / "config"
    config.write_text(
        f"[profile world]\nregion = {REGION}\nendpoint_url = {world}\n"
        "aws_access_key_id = testing\naws_secret_access_key = testing\n"
    )

    def deploy(region: str, **more: str) -> Account:
        environment = {
            "VITALS_ARGUMENTS": f"-k storage_has_headroom --profile world --region {region}",
            "VITALS_BUCKET": "reports",
            "VITALS_CHAT_TOPIC": arn("sns", "chat"),
            "VITALS_READER_ROLE": ROLE,
            "VITALS_ROUND_SECONDS": "1",
            "VITALS_SCHEDULE_GROUP": "rounds",
            "VITALS_SCHEDULER_ROLE": ROLE,
            "VITALS_TABLE": "claims",
            "VITALS_TEAM_TOPIC": arn("sns", "team"),
            **more,
        }
        process = subprocess.Popen(
            [sys.executable, str(HERE / "account.py")],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=(tmp_path / "account.log").open("a"),
            text=True,
            cwd=ROOT,
            env=sandbox_environment()
            | {"AWS_DEFAULT_REGION": REGION, "AWS_REGION": REGION, "PYTHONPATH": str(ROOT), "WARM": str(warm)}
            | {"AWS_CONFIG_FILE": str(config), "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS": "false", "HOME": os.devnull}
            | environment,
        )
        started.append(process)
        assert process.stdout
        account = Account(json.loads(process.stdout.readline())["endpoint"])
        account.deploy(environment)
        return account

    yield deploy
    for process in started:
        assert process.stdin
        process.stdin.close()
        process.wait(10)
