"""Do invocations and executions that a scenario tells of leave what AWS shows of them?"""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta

import pytest

SCENARIO = """
import json

TRUSTED = {"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}


def build(world):
    role = world.client("iam").create_role(
        RoleName="r", AssumeRolePolicyDocument=json.dumps({"Statement": [TRUSTED]})
    )["Role"]["Arn"]
    ec2, functions = world.client("ec2"), world.client("lambda")
    vpc = ec2.create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"]
    subnets = [
        ec2.create_subnet(VpcId=vpc, CidrBlock=f"10.0.{n}.0/24")["Subnet"]["SubnetId"] for n in (1, 2)
    ]
    group = ec2.create_security_group(GroupName="g", Description="g", VpcId=vpc)["GroupId"]
    code = {"ImageUri": "123456789012.dkr.ecr.ap-northeast-1.amazonaws.com/f:1"}
    for name in ("text", "json", "broken"):
        functions.create_function(
            FunctionName=name, PackageType="Image", Code=code, Role=role, Timeout=7, MemorySize=256,
            VpcConfig={"SubnetIds": subnets, "SecurityGroupIds": [group]} if name == "text" else {},
        )
    for outcome in ("ok", "error", "timeout", "out_of_memory", "init_error", "throttled"):
        world.invocations("text", outcome, lines="said", init_ms=300, at="10m", every="1m", until="8m")
        world.invocations("json", outcome, lines="said", log_format="JSON", at="10m")
    world.function_state("broken", "Failed", "ImageDeleted", "gone", "Failed", "InvalidImage", "odd")
    world.client("sqs").create_queue(QueueName="q")
    mapping = functions.create_event_source_mapping(
        FunctionName="text", EventSourceArn="arn:aws:sqs:ap-northeast-1:123456789012:q"
    )
    world.mapping_state(mapping["UUID"], "Disabled", "because", "PROBLEM: x")
    world.account_concurrency(50)
    functions.put_function_concurrency(FunctionName="json", ReservedConcurrentExecutions=20)
    definition = json.dumps({"StartAt": "A", "States": {"A": {"Type": "Pass", "End": True}}})
    world.client("stepfunctions").create_state_machine(name="m", definition=definition, roleArn=role)
    world.executions("m", at="30m", every="10m", until="5m")
    world.executions("m", "FAILED", state="A", error="E", cause="C", at="4m")
"""


@pytest.fixture(scope="module")
def running(tmp_path_factory, _start):
    path = tmp_path_factory.mktemp("functions") / "scenario.py"
    path.write_text(SCENARIO)
    sandbox = _start("--scenario", str(path))
    yield sandbox
    sandbox.stop()


def total(running, name, function, stat="Sum"):
    now = datetime.now(UTC)
    points = running.client("cloudwatch").get_metric_statistics(
        Namespace="AWS/Lambda",
        MetricName=name,
        Dimensions=[{"Name": "FunctionName", "Value": function}],
        StartTime=now - timedelta(hours=1),
        EndTime=now,
        Period=3600,
        Statistics=[stat],
    )["Datapoints"]
    return sum(point[stat] for point in points) if stat == "Sum" else max(point[stat] for point in points)


def messages(running, function):
    events = running.client("logs").filter_log_events(logGroupName=f"/aws/lambda/{function}")["events"]
    return [event["message"] for event in events]


def test_invocations_are_counted(running):
    assert total(running, "Invocations", "text") == 10
    assert total(running, "Errors", "text") == 8
    assert total(running, "Throttles", "text") == 2
    assert total(running, "Duration", "text", "Maximum") == 7000


def test_invocations_leave_lambdas_lines(running):
    said = messages(running, "text")
    assert sum(line.startswith("START RequestId") for line in said) == 10
    reports = [line for line in said if line.startswith("REPORT RequestId")]
    assert len(reports) == 10
    assert sum("\tStatus: timeout" in line for line in reports) == 2
    assert sum("Error Type: Runtime.OutOfMemory" in line for line in reports) == 2
    assert sum("Task timed out after 7.00 seconds" in line for line in said) == 2
    assert sum("signal: killed" in line for line in said) == 2
    assert all("Init Duration: 300.00 ms" in line for line in reports)
    assert said.count("said") == 10


def test_invocations_in_json_leave_platform_records(running):
    records = [json.loads(line) for line in messages(running, "json")]
    reports = [record["record"] for record in records if record.get("type") == "platform.report"]
    assert sorted(report["status"] for report in reports) == ["error", "error", "success", "success", "timeout"]
    assert {report["metrics"]["memorySizeMB"] for report in reports} == {256}
    assert sum(record.get("message") == "said" for record in records) == 5


def test_states_are_told_by_the_configuration_and_not_by_the_list(running):
    functions = running.client("lambda")
    told = functions.get_function_configuration(FunctionName="broken")
    assert (told["State"], told["StateReasonCode"], told["StateReason"]) == ("Failed", "ImageDeleted", "gone")
    assert (told["LastUpdateStatus"], told["LastUpdateStatusReasonCode"]) == ("Failed", "InvalidImage")
    assert functions.get_function_configuration(FunctionName="text")["State"] == "Active"
    assert all("State" not in function for function in functions.list_functions()["Functions"])


def test_a_function_in_a_vpc_has_an_interface_in_each_subnet(running):
    interfaces = running.client("ec2").describe_network_interfaces()["NetworkInterfaces"]
    mine = [i for i in interfaces if i["InterfaceType"] == "lambda"]
    assert len({interface["SubnetId"] for interface in mine}) == len(mine) == 2
    assert all(i["Description"].startswith("AWS Lambda VPC ENI-text-") for i in mine)


def test_mappings_and_limits_are_as_told(running):
    functions = running.client("lambda")
    [mapping] = functions.list_event_source_mappings()["EventSourceMappings"]
    assert (mapping["State"], mapping["LastProcessingResult"]) == ("Disabled", "PROBLEM: x")
    limits = functions.get_account_settings()["AccountLimit"]
    assert (limits["ConcurrentExecutions"], limits["UnreservedConcurrentExecutions"]) == (50, 30)
    assert functions.get_function_concurrency(FunctionName="json")["ReservedConcurrentExecutions"] == 20
    assert "ReservedConcurrentExecutions" not in functions.get_function_concurrency(FunctionName="text")


def test_executions_are_listed_with_their_history(running):
    client = running.client("stepfunctions")
    machine = client.list_state_machines()["stateMachines"][0]["stateMachineArn"]
    executions = client.list_executions(stateMachineArn=machine)["executions"]
    assert [execution["status"] for execution in executions] == ["FAILED", "SUCCEEDED", "SUCCEEDED", "SUCCEEDED"]
    events = client.get_execution_history(executionArn=executions[0]["executionArn"], reverseOrder=True, maxResults=2)[
        "events"
    ]
    assert [event["type"] for event in events] == ["ExecutionFailed", "TaskFailed"]
    assert events[0]["executionFailedEventDetails"] == {"error": "E", "cause": "C"}
