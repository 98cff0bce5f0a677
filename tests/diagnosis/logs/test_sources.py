"""Does a log group's name lead to what logs there?"""

from __future__ import annotations

import pytest

from diagnosis.logs.sources import sources_of
from tests.builders import target


@pytest.mark.parametrize(
    ("group", "service", "resource"),
    [
        ("/aws/lambda/mailer", "lambda", "function:mailer"),
        ("/ecs/shop/checkout", "ecs", "service/shop/checkout"),
        ("/aws/rds/instance/orders/postgresql", "rds", "db:orders"),
        ("/aws/rds/cluster/orders/error", "rds", "cluster:orders"),
    ],
)
def test_the_name_says_whose_log_it_is(group: str, service: str, resource: str) -> None:
    log_group = target("log_group", group)
    place = log_group.place
    expected = f"arn:{place.partition}:{service}:{place.region}:{place.account}:{resource}"
    assert sources_of(log_group) == (expected,)


@pytest.mark.parametrize("group", ["/app", "/ecs/checkout", "/aws/lambda/a/b", "/vpc/flow", ""])
def test_other_names_say_nothing(group: str) -> None:
    assert sources_of(target("log_group", group)) == ()
