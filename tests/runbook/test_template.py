"""Is the template valid, least-privileged and current?"""

from __future__ import annotations

import contextlib
import json
import re
import subprocess
import sys
from importlib import metadata
from pathlib import Path

import pytest

from runbook import policy
from runbook.plan import COSTLY, TEMPLATE, lines, translated
from sandbox.services.actions import Request
from sandbox.services.asl import validate_state_machine_definition

ROOT = TEMPLATE.parents[1]
DOCKERFILE = TEMPLATE.with_name("Dockerfile")
WRITES = re.compile(r":(Create|Put|Delete|Update|Publish|PassRole|Send|Invoke|Start|Run|Assume|\*)")


@pytest.fixture(scope="module")
def template():
    return translated()


def statements(role):
    """Those of a role, asked for or not."""
    found = [s for one in role["Properties"].get("Policies", ()) for s in one["PolicyDocument"]["Statement"]]
    return [statement["Fn::If"][1] if "Fn::If" in statement else statement for statement in found]


def actions(statement):
    named = statement["Action"]
    return [named] if isinstance(named, str) else named


def test_cfn_lint_has_nothing_to_say():
    command = [str(Path(sys.executable).with_name("cfn-lint")), str(TEMPLATE)]
    ran = subprocess.run(command, capture_output=True, text=True)
    assert (ran.returncode, ran.stdout) == (0, "")


def test_the_definition_is_one_that_step_functions_takes():
    text = TEMPLATE.with_name("incident.asl.json").read_text(encoding="utf-8")
    answer = validate_state_machine_definition(Request("123456789012", "eu-west-1", {"definition": text}))
    assert answer["diagnostics"] == []


def test_every_name_in_the_definition_is_substituted(template):
    text = TEMPLATE.with_name("incident.asl.json").read_text(encoding="utf-8")
    given = template["Resources"]["Incident"]["Properties"]["DefinitionSubstitutions"]
    assert set(re.findall(r"\$\{(\w+)\}", text)) == set(given)


def test_names_of_states_are_unique_in_the_whole_machine():
    names: list[str] = []

    def walk(node):
        if isinstance(node, dict):
            names.extend(node.get("States", ()))
            for inner in node.values():
                walk(inner)
        elif isinstance(node, list):
            for inner in node:
                walk(inner)

    walk(json.loads(TEMPLATE.with_name("incident.asl.json").read_text(encoding="utf-8")))
    assert len(names) == len(set(names))


def test_every_task_has_a_time_limit_and_a_way_out():
    def tasks(node):
        if isinstance(node, dict):
            if node.get("Type") == "Task":
                yield node
            for inner in node.values():
                yield from tasks(inner)
        elif isinstance(node, list):
            for inner in node:
                yield from tasks(inner)

    found = list(tasks(json.loads(TEMPLATE.with_name("incident.asl.json").read_text(encoding="utf-8"))))
    assert len(found) > 10
    for task in found:
        assert task["TimeoutSeconds"] > 0
        assert task["Catch"][-1]["ErrorEquals"] == ["States.ALL"]
        assert task["Retry"]


def test_the_readers_policy_is_what_the_checks_need(template):
    (attached,) = template["Resources"]["ReaderRole"]["Properties"]["Policies"]
    assert attached["PolicyDocument"] == policy.needed(), "run: make runbook-policy"


def test_the_reader_only_reads_and_is_no_functions_role(template):
    reader = template["Resources"]["ReaderRole"]
    named = [action for statement in statements(reader) for action in actions(statement)]
    assert {action for action in named if WRITES.search(action)} <= {"logs:StartQuery"}  # which changes nothing
    assert "ManagedPolicyArns" not in reader["Properties"]
    roles = [r["Properties"]["Role"] for r in template["Resources"].values() if r["Type"] == "AWS::Lambda::Function"]
    assert {"Fn::GetAtt": ["ReaderRole", "Arn"]} not in roles


def test_no_function_may_do_everything(template):
    for name, role in template["Resources"].items():
        if role["Type"] != "AWS::IAM::Role" or name == "ReaderRole":
            continue
        for statement in statements(role):
            assert "*" not in actions(statement), name
            if statement["Resource"] != "*" or name == "IncidentRole":
                continue
            writing = {action for action in actions(statement) if WRITES.search(action)}
            assert writing <= {"ssm:CreateOpsItem"}, name


def test_commands_are_handlers_that_are_there(template):
    commands = [
        resource["Properties"]["ImageConfig"]["Command"][0]
        for resource in template["Resources"].values()
        if resource["Type"] == "AWS::Lambda::Function"
    ]
    assert len(commands) >= 6
    for command in commands:
        module, _, name = command.rpartition(".")
        path = ROOT / (module.replace(".", "/") + ".py")
        assert f"def {name}(" in path.read_text(encoding="utf-8"), command


def test_what_functions_read_from_their_environment_is_given():
    text = TEMPLATE.read_text(encoding="utf-8")
    sources = [path.read_text(encoding="utf-8") for path in (ROOT / "runbook").rglob("*.py")]
    needed = {name for source in sources for name in re.findall(r'setting\("(\w+)"\)', source)}
    assert len(needed) > 5
    assert [name for name in sorted(needed) if f"VITALS_{name}:" not in text] == []


def test_the_bucket_is_private_encrypted_and_forgets(template):
    bucket = template["Resources"]["Reports"]["Properties"]
    assert all(bucket["PublicAccessBlockConfiguration"].values())
    assert bucket["BucketEncryption"]
    assert {"runs", "history", "unfinished"} <= {rule["Id"] for rule in bucket["LifecycleConfiguration"]["Rules"]}
    (denied,) = template["Resources"]["ReportsPolicy"]["Properties"]["PolicyDocument"]["Statement"]
    assert (denied["Effect"], denied["Condition"]) == ("Deny", {"Bool": {"aws:SecureTransport": False}})


def test_logs_and_claims_are_forgotten(template):
    for resource in template["Resources"].values():
        if resource["Type"] == "AWS::Logs::LogGroup":
            assert "RetentionInDays" in resource["Properties"]
    assert template["Resources"]["Claims"]["Properties"]["TimeToLiveSpecification"]["Enabled"]


@pytest.mark.parametrize(
    ("rule", "source", "detail"),
    [
        ("IncidentAlarmFired", "aws.cloudwatch", {"state": {"value": ["ALARM"]}}),
        ("IncidentCodeDeployFailed", "aws.codedeploy", {"state": ["FAILURE"]}),
        ("IncidentEcsDeploymentFailed", "aws.ecs", {"eventName": ["SERVICE_DEPLOYMENT_FAILED"]}),
    ],
)
def test_what_opens_an_incident_gives_it_the_event(template, rule, source, detail):
    made = template["Resources"][rule]["Properties"]
    assert made["EventPattern"]["source"] == [source]
    assert detail.items() <= made["EventPattern"]["detail"].items()
    transformer = made["Targets"][0]["InputTransformer"]
    assert transformer == {"InputPathsMap": {"event": "$"}, "InputTemplate": '{"incident": <event>}'}


def test_the_plan_names_every_resource_and_nothing_costs_idle(template):
    text = "\n".join(lines(template))
    for name, resource in template["Resources"].items():
        assert f"  {name}" in text
        assert resource["Type"] not in COSTLY
    assert "ImageUri               has to be given" in text


def test_a_night_that_dies_is_told_and_not_repeated(template):
    (invoked,) = [r for r in template["Resources"].values() if r["Type"] == "AWS::Lambda::EventInvokeConfig"]
    told = invoked["Properties"]
    assert (told["FunctionName"], told["MaximumRetryAttempts"]) == ({"Ref": "Nightly"}, 0)
    assert told["DestinationConfig"]["OnFailure"]["Destination"] == {"Ref": "Team"}


def test_what_the_stack_makes_is_named_after_it(template):
    """SAM calls a schedule by its event's name, which the account's second stack would find taken."""
    names = [
        resource["Properties"]["Name"]
        for resource in template["Resources"].values()
        if resource["Type"] == "AWS::Scheduler::Schedule"
    ]
    assert len(names) == 2
    assert all("${AWS::StackName}" in name["Fn::Sub"] for name in names)


def test_the_image_is_one_that_takes_what_is_pinned():
    """Wheels want a C library that is not older than theirs: 2.26 in the image of Python 3.11, 2.34 since 3.12."""
    image = re.search(r"^FROM public\.ecr\.aws/lambda/python:3\.(\d+)$", DOCKERFILE.read_text("utf-8"), re.MULTILINE)
    assert image
    offered = 34 if int(image[1]) >= 12 else 26
    requirements = DOCKERFILE.with_name("requirements.txt").read_text("utf-8")
    wanted = {}
    for name in re.findall(r"^([\w.-]+)(?:\[[\w,]+\])?==", requirements, re.MULTILINE):
        with contextlib.suppress(metadata.PackageNotFoundError):
            wheel = metadata.distribution(name).read_text("WHEEL") or ""
            wants = [int(minor) for minor in re.findall(r"^Tag: .*manylinux_2_(\d+)_", wheel, re.MULTILINE)]
            wanted |= {name: min(wants)} if wants else {}
    assert "duckdb" in wanted
    assert {name: minor for name, minor in wanted.items() if minor > offered} == {}
