"""Does a text in targets.toml mean the end that its author meant, and is nonsense refused in one line?"""

from __future__ import annotations

import pytest

from diagnosis.network.declared_paths import Known, side_of
from diagnosis.network.derived_paths import Standing
from diagnosis.network.path_ends import End, parse_end
from diagnosis.network.paths import Side
from tests.diagnosis.network.test_broken_paths import DATABASE, FUNCTION, ORDERS, TASK, interface, network


@pytest.mark.parametrize(
    ("text", "end"),
    [
        ("internet", End("internet", "internet")),
        ("10.0.0.0/8", End("cidr", "10.0.0.0/8")),
        ("10.1.2.3", End("cidr", "10.1.2.3")),
        ("2001:db8::/32", End("cidr", "2001:db8::/32")),
        ("i-0a1b2c3d", End("id", "i-0a1b2c3d")),
        ("tgw-attach-0a1b", End("id", "tgw-attach-0a1b")),
        ("tier=web", End("tag", "tier=web")),
        ("tag:tier=web", End("tag", "tier=web")),
        ("database:orders", End("database", "orders")),
        ("arn:aws:rds:eu-west-1:123456789012:db:orders", End("database", "orders")),
        ("arn:aws:ecs:eu-west-1:123456789012:service/shop/checkout", End("service", "shop/checkout")),
        ("arn:aws:lambda:eu-west-1:123456789012:function:resize", End("function", "resize")),
        (
            "arn:aws:elasticloadbalancing:eu-west-1:123456789012:loadbalancer/app/shop/2e",
            End("load-balancer", "shop"),
        ),
        ("orders", End("anything", "orders")),
        ("i-am-a-name", End("anything", "i-am-a-name")),
    ],
)
def test_ends_are_what_they_say(text: str, end: End) -> None:
    assert parse_end(text) == end


@pytest.mark.parametrize("text", ["", " ", "10.0.0.1/8", "10.0.0.300", "database:", "tag:web", "arn:aws:s3:::bucket"])
def test_nonsense_is_refused_in_one_line(text: str) -> None:
    with pytest.raises(ValueError, match=r"^[^\n]+$"):
        parse_end(text)


def spots(text: str, known: Known, *interfaces: dict[str, object]) -> list[str]:
    side = side_of(parse_end(text), known, network(*interfaces), arriving=True)
    assert isinstance(side, Side), side
    return [str(spot.endpoint.id or spot.endpoint.ip) if spot.endpoint else spot.subnet for spot in side.spots]


def refused(text: str, known: Known, *interfaces: dict[str, object]) -> str:
    side = side_of(parse_end(text), known, network(*interfaces), arriving=True)
    assert not isinstance(side, Side)
    return side.reason


KNOWN = Known(
    databases={"orders": ORDERS},
    services={"shop/checkout": Standing("shop/checkout", "arn", ("sg-task",), ("subnet-1",))},
)
TAGGED = TASK | {"TagSet": [{"Key": "Name", "Value": "batch"}, {"Key": "tier", "Value": "jobs"}]}


def test_each_kind_finds_its_interfaces() -> None:
    function = interface("eni-fn", 1, 30, "sg-task", Description=FUNCTION)
    assert spots("database:orders", KNOWN, DATABASE) == ["eni-db"]
    assert spots("service:shop/checkout", KNOWN) == ["subnet-1"]
    assert spots("service:checkout", KNOWN) == ["subnet-1"]
    assert spots("function:resize", KNOWN, function) == ["eni-fn"]
    assert spots("tier=jobs", KNOWN, TAGGED) == ["eni-task"]
    assert spots("name:batch", KNOWN, TAGGED) == ["eni-task"]
    assert spots("eni-0a", KNOWN) == ["eni-0a"]
    assert spots("10.0.1.0/24", KNOWN) == ["subnet-1"]


def test_a_bare_name_is_whatever_alone_is_called_so() -> None:
    assert spots("orders", KNOWN, DATABASE) == ["eni-db"]
    twin = TASK | {"TagSet": [{"Key": "Name", "Value": "orders"}]}
    assert 'write "name:orders" or "database:orders"' in refused("orders", KNOWN, DATABASE, twin)


def test_what_is_not_there_is_said() -> None:
    assert "nothing described in 123456789012/eu-west-1 is stock" in refused("stock", KNOWN)
    assert "none of its subnets" in refused("10.0.1.0/25", KNOWN)
