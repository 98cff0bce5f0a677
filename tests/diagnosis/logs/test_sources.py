"""Does a log group's name lead to what logs there?"""

from __future__ import annotations

import pytest

from diagnosis.logs.sources import DYNAMODB, refusers_of, sources_of
from tests.builders import target


@pytest.mark.parametrize(
    ("group", "service", "resource"),
    [
        ("/aws/lambda/mailer", "lambda", "function:mailer"),
        ("/ecs/shop/checkout", "ecs", "service/shop/checkout"),
        ("/ecs/checkout", "ecs", "service/*/checkout"),
        ("/aws/rds/instance/orders/postgresql", "rds", "db:orders"),
        ("/aws/rds/cluster/orders/error", "rds", "cluster:orders"),
    ],
)
def test_the_name_says_whose_log_it_is(group: str, service: str, resource: str) -> None:
    log_group = target("log_group", group)
    place = log_group.place
    expected = f"arn:{place.partition}:{service}:{place.region}:{place.account}:{resource}"
    assert sources_of(log_group) == (expected,)


@pytest.mark.parametrize("group", ["/app", "/ecs/", "/ecs/shop/checkout/blue", "/aws/lambda/a/b", "/vpc/flow", ""])
def test_other_names_say_nothing(group: str) -> None:
    assert sources_of(target("log_group", group)) == ()


@pytest.mark.parametrize(
    "line",
    [
        "ProvisionedThroughputExceededException: The level of configured provisioned throughput for the table",
        "ThrottlingException: Throughput exceeds the current capacity of your table or index. DynamoDB is scaling",
    ],
)
def test_a_table_that_refuses_is_told_by_its_words(line: str) -> None:
    assert refusers_of(["INFO", line]) == (DYNAMODB,)


@pytest.mark.parametrize(
    "line",
    [
        "ProvisionedThroughputExceededException: Rate exceeded for shard shardId-000000000000 in stream clicks",
        "ThrottlingException: Rate exceeded",
        "",
    ],
)
def test_other_refusals_name_no_table(line: str) -> None:
    assert refusers_of([line]) == ()


@pytest.mark.parametrize(
    ("host", "name"),
    [
        ("loans.c9akciq32rgn.ap-northeast-1.rds.amazonaws.com", "loans"),
        ("aur.cluster-c9akciq32rgn.us-gov-west-1.rds.amazonaws.com", "aur"),
        ("aur.cluster-ro-c9akciq32rgn.eu-west-1.rds.amazonaws.com", "aur"),
        ("pool.proxy-c9akciq32rgn.eu-west-1.rds.amazonaws.com.cn", "pool"),
    ],
)
def test_a_database_is_named_by_its_endpoint(host: str, name: str) -> None:
    assert refusers_of([f'connection to server at "{host}" (10.0.3.4), port 5432 failed']) == (name,)
