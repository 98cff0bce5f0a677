"""An organization whose accounts are examined by the fleet's state machine, which runs in here with its functions.

How many accounts there are is read from FLEET_ACCOUNTS. The last but three trust another external id, or nobody; the
task of the last one is killed. One account is suspended, one is sick, one region was opted into.
"""

import json
import os
import re
import subprocess
from pathlib import Path
from types import SimpleNamespace

EXPECTED = []
CONTROL = "123456789012"
REGION = "ap-northeast-1"
ROLE, EXTERNAL = "vitals/vitals-read", "fleet-7f3a"
BUCKET = "vitals-reports"
NUMBER = int(os.environ.get("FLEET_ACCOUNTS", "6"))
DENIED = int(os.environ.get("FLEET_DENIED", "1"))
ROOT = Path(__file__).resolve().parents[2]
HANDLERS = {"list": "list_places", "examine": "examine_place", "merge": "merge_fleet"}


def build(world):
    topic = world.client("sns").create_topic(Name="team")["TopicArn"]
    queue = world.client("sqs").create_queue(QueueName="team")["QueueUrl"]
    arn = world.client("sqs").get_queue_attributes(QueueUrl=queue, AttributeNames=["QueueArn"])["Attributes"][
        "QueueArn"
    ]
    world.client("sns").subscribe(TopicArn=topic, Protocol="sqs", Endpoint=arn)
    world.client("s3").create_bucket(Bucket=BUCKET, CreateBucketConfiguration={"LocationConstraint": REGION})
    reader = role(world, CONTROL, "/vitals/", "fleet-reader", {"AWS": f"arn:aws:iam::{CONTROL}:root"})
    accounts = members(world)
    for number, account in enumerate(accounts):
        denied = len(accounts) - 1 - DENIED <= number < len(accounts) - 1
        condition = {"StringEquals": {"sts:ExternalId": "another" if denied else EXTERNAL}}
        role(world, account, "/vitals/", "vitals-read", {"AWS": f"arn:aws:iam::{CONTROL}:root"}, Condition=condition)
        function(world, account, "orders", sick=number == 0)
    functions(world, killed=accounts[-1])
    os.environ |= {
        "VITALS_BUCKET": BUCKET, "VITALS_TEAM_TOPIC": topic, "VITALS_READER_ROLE": reader, "VITALS_MEMBER_ROLE": ROLE,
        "VITALS_EXTERNAL_ID": EXTERNAL, "VITALS_FLEET_REGIONS": REGION, "VITALS_FLEET_CONCURRENCY": "6",
        "VITALS_ARGUMENTS": "-m serverless -k function_errors",
        "POWERTOOLS_TRACE_DISABLED": "1", "POWERTOOLS_SERVICE_NAME": "vitals", "POWERTOOLS_LOG_LEVEL": "CRITICAL",
        "AWS_ENDPOINT_URL": f"http://127.0.0.1:{os.environ['MOTO_PORT']}", "AWS_DEFAULT_REGION": REGION,
        "AWS_ACCESS_KEY_ID": CONTROL, "AWS_SECRET_ACCESS_KEY": "sandbox",
    }  # fmt: skip
    machine(world, topic)


def members(world):
    """Accounts of the organization, in the order of their ids; one more is suspended, one more is in no unit."""
    organizations = world.client("organizations")
    organizations.create_organization(FeatureSet="ALL")
    root = organizations.list_roots()["Roots"][0]["Id"]
    unit = organizations.create_organizational_unit(ParentId=root, Name="production")["OrganizationalUnit"]["Id"]
    inner = organizations.create_organizational_unit(ParentId=unit, Name="shops")["OrganizationalUnit"]["Id"]
    os.environ["VITALS_FLEET_UNITS"] = unit
    made = []
    for number in range(NUMBER + 2):
        status = organizations.create_account(AccountName=f"shop-{number}", Email=f"shop-{number}@example.com")
        account = status["CreateAccountStatus"]["AccountId"]
        if number != NUMBER + 1:
            place = inner if number % 2 else unit
            organizations.move_account(AccountId=account, SourceParentId=root, DestinationParentId=place)
        made.append(account)
    organizations.close_account(AccountId=made[NUMBER])
    return sorted(made[:NUMBER])


def role(world, account, path, name, principal, **condition):
    statement = {"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": principal, **condition}
    document = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
    iam = world.client("iam", account=account)
    return iam.create_role(Path=path, RoleName=name, AssumeRolePolicyDocument=document)["Role"]["Arn"]


def function(world, account, name, sick):
    arn = role(world, account, "/", name, {"Service": "lambda.amazonaws.com"})
    world.client("lambda", account=account).create_function(
        FunctionName=name, Runtime="python3.13", Role=arn, Handler="a.b", Code={"ZipFile": b"x"}, MemorySize=256
    )
    world.invocations(name, at="3h", every="2m", until="20m" if sick else 0, account=account)
    if sick:
        world.invocations(name, "timeout", at="20m", every="1m", account=account)


def functions(world, killed):
    """The fleet's own functions: their handlers are called in this process, as Lambda's runtime calls them."""
    from moto.awslambda.models import LambdaFunction

    from runbook import suite
    from tests.runbook.account import run_warm

    suite.subprocess = SimpleNamespace(run=run_warm, TimeoutExpired=subprocess.TimeoutExpired)
    arn = role(world, CONTROL, "/", "fleet-functions", {"Service": "lambda.amazonaws.com"})
    for name in HANDLERS:
        world.client("lambda").create_function(
            FunctionName=name, Runtime="python3.13", Role=arn, Handler="a.b", Code={"ZipFile": b"x"}
        )
    invoke = LambdaFunction._invoke_lambda

    def called(self, event=None):
        if self.function_name not in HANDLERS:
            return invoke(self, event)
        told = json.loads(event) if isinstance(event, str | bytes) else event or {}
        if self.function_name == "examine" and told["account"] == killed:
            error = {
                "errorType": "Runtime.ExitError",
                "errorMessage": "RequestId: 7 Error: Runtime exited with error: signal: killed",
            }
            return json.dumps(error), True, ""
        return answered(self, told)

    LambdaFunction._invoke_lambda = called


def answered(function, event):
    """What a function answers, or how it failed, as Lambda says it."""
    import importlib

    handler = importlib.import_module(f"runbook.handlers.{HANDLERS[function.function_name]}").handler
    try:
        return json.dumps(handler(event, Context(function))), False, ""
    except Exception as error:  # noqa: BLE001 - Lambda tells of any
        told = {"errorMessage": str(error), "errorType": type(error).__name__, "stackTrace": []}
        return json.dumps(told), True, ""


class Context:
    """What Lambda tells a handler of its invocation."""

    memory_limit_in_mb = 2048
    aws_request_id = "7"

    def __init__(self, function):
        self.function_name = function.function_name
        self.invoked_function_arn = function.function_arn


def machine(world, topic):
    """The state machine as the template deploys it, its places filled in."""
    text = (ROOT / "runbook" / "fleet.asl.json").read_text(encoding="utf-8")
    words = {"Bucket": BUCKET, "TeamTopic": topic} | {f"{n.capitalize()}Function": n for n in HANDLERS}
    definition = re.sub(r"\$\{(\w+)\}", lambda found: words[found[1]], text)
    arn = role(world, CONTROL, "/", "fleet-machine", {"Service": "states.amazonaws.com"})
    from moto.core import config  # what /moto-api/config sets: definitions are run

    config.default_user_config["stepfunctions"] = {"execute_state_machine": True}
    world.client("stepfunctions").create_state_machine(name="fleet", definition=definition, roleArn=arn)
