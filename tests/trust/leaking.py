"""A shop that writes its secrets everywhere: into logs, environments, task definitions, SQL, tags and messages."""

import os
from pathlib import Path
from runpy import run_path

from sandbox.scenarios import _shop
from sandbox.series import steady
from sandbox.traces import call

_CORPUS = Path(__file__).with_name("secret_kinds.py")
SEED = int(os.environ["SEED_OF_SECRETS"])
ARGS = ["--request-id", "req-4711"]


def _texts() -> list[str]:
    return [secret.text for secret in run_path(str(_CORPUS))["secrets"](SEED)]


def build(world):
    texts = _texts()
    shop = _shop.build(world)
    _logs(world, texts)
    _messages(world, texts)
    _configuration(world, shop, texts)
    _statements(world, texts)


def _logs(world, texts):
    """Each in a group of its own, as an error that nobody has seen before; all of them in one request."""
    for number, text in enumerate(texts):
        world.logs(f"/app/{number:03}", ["INFO served", f"ERROR PaymentError: {text}"], at="20m", every="30s")
        world.invocations("receipts", "error", error=f"ValueError: {text}", at=600 + number)
    world.logs("/ecs/shop/checkout", [f"INFO req-4711 {text}" for text in texts], at="5m")
    world.logs("/ecs/shop/checkout", [f"ERROR LeakError: {text}" for text in texts], at="15m", every="3m")


def _messages(world, texts):
    """Whatever has a reason, a cause or a message says one of them; the newest is what most checks quote."""
    for number, text in enumerate(texts):
        world.task_stopped("shop/checkout", reason=text, exits=1, reasons=text, at=1_200 + number)
        world.service_event("shop/checkout", f"(service checkout) was unable to place a task. {text}", at=900 + number)
        world.executions("refunds", "FAILED", state="Refund", error="Refused", cause=text, at=800 + 10 * number)
        world.database_event("orders", f"DB instance restarted: {text}", ["availability"], at=700 + number)
        world.change(
            "ecs:UpdateService",
            at=500 + number,
            user="deployer" if "/" in text else text[:60],
            request={"service": "checkout", "note": text},
        )
    world.aws_event("AWS_RDS_OPERATIONAL_ISSUE", description="\n".join(texts), at="30m")


def _configuration(world, shop, texts):
    environment = {f"SETTING_{number}": text for number, text in enumerate(texts)}
    functions, ecs, cloudwatch = world.client("lambda"), world.client("ecs"), world.client("cloudwatch")
    functions.update_function_configuration(FunctionName="receipts", Environment={"Variables": environment})
    container = {
        "name": "checkout",
        "image": "checkout:1",
        "memory": 512,
        "command": texts,
        "environment": [{"name": name, "value": value} for name, value in environment.items()],
        "dockerLabels": environment,
    }
    definition = ecs.register_task_definition(family="checkout", containerDefinitions=[container])["taskDefinition"]
    ecs.update_service(cluster="shop", service="checkout", taskDefinition=definition["taskDefinitionArn"])
    labels = {f"note{number}": text[:250] for number, text in enumerate(texts[:40])}
    functions.tag_resource(
        Resource=f"arn:aws:lambda:{world.region}:{world.account}:function:receipts", Tags=labels | {"password": "a b c"}
    )
    tags = [{"Key": key, "Value": value} for key, value in labels.items()]
    group = shop.network.task_groups["checkout"]
    world.client("ec2").create_tags(Resources=[shop.network.vpc, group, *shop.network.private_subnets], Tags=tags)
    world.client("elbv2").add_tags(ResourceArns=[shop.balancer], Tags=tags)
    world.client("rds").add_tags_to_resource(
        ResourceName=f"arn:aws:rds:{world.region}:{world.account}:db:orders", Tags=tags
    )
    for number, text in enumerate(texts):
        world.metric("Leaks", "Level", {"of": str(number)}, steady(1).then("15m", 9))
        cloudwatch.put_metric_alarm(
            AlarmName=f"leak-{number:03}",
            AlarmDescription=text,
            Namespace="Leaks",
            MetricName="Level",
            Dimensions=[{"Name": "of", "Value": str(number)}],
            Statistic="Average",
            Period=60,
            EvaluationPeriods=3,
            Threshold=5,
            ComparisonOperator="GreaterThanThreshold",
        )
        cloudwatch.set_alarm_state(AlarmName=f"leak-{number:03}", StateValue="ALARM", StateReason=text)


def _statements(world, texts):
    """SQL with secrets as literals and in comments, as Performance Insights and traces have it."""
    quoted = [text.replace("'", "''").replace("\n", " ") for text in texts]
    for number, text in enumerate(quoted):
        statement = f"UPDATE t{number} SET note = '{text}' WHERE id = 1 -- {text}"
        world.database_load("orders", steady(0.1).then("25m", 3.1), "CPU", statement, user="catalog")
        slow = call("orders", 3_900, kind="database", statement=statement)
        world.trace(call("checkout", 4_000, [slow], status=500, error=f"ValueError: {text}"), at=1_000 + number)
