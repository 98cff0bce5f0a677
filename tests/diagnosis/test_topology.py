"""Does a selection hold what the chosen rest on, and nothing that rests on them?"""

from __future__ import annotations

import pytest

from diagnosis.places import Place
from diagnosis.targets import Target
from diagnosis.topology import Topology, end_keys, is_among

HERE = Place("123456789012", "eu-west-1")


@pytest.fixture
def shop() -> Topology:
    topology = Topology()
    topology.add("arn:checkout", ("shop/checkout", "checkout"), {"service": "shop"}, ("tg-checkout", "subnet-1"))
    topology.alias("arn:checkout", "service:shop/checkout")
    topology.add("arn:catalog", ("shop/catalog", "catalog"), {"service": "shop", "tier": "web"}, ("tg-catalog",))
    topology.add("tg-checkout", ("checkout",), needs=("lb",))
    topology.add("tg-catalog", ("catalog",), needs=("lb",))
    topology.add("lb", ("shop",), needs=("subnet-0",))
    topology.add("subnet-1", needs=("rtb-1",))
    topology.add("rtb-1", needs=("nat-1", "rtb-1"))
    return topology


def test_a_service_reaches_down_and_not_across(shop: Topology) -> None:
    reached = shop.reached(shop.seeds(["checkout"], []))
    assert {"arn:checkout", "tg-checkout", "lb", "subnet-0", "subnet-1", "rtb-1", "nat-1"} <= reached
    assert not {"arn:catalog", "tg-catalog"} & reached


def test_tags_all_have_to_hold_and_name_a_service(shop: Topology) -> None:
    assert shop.seeds([], [("service", "shop"), ("tier", "web")]) == {"arn:catalog"}
    assert shop.seeds(["shop"], []) == {"arn:checkout", "arn:catalog", "lb"}
    assert shop.seeds(["shop"], [("tier", "web")]) == {"arn:catalog"}
    assert shop.seeds(["nothing"], []) == set()


def test_the_most_specific_of_some_is_what_no_other_rests_on(shop: Topology) -> None:
    assert shop.specific({"lb", "tg-checkout"}) == {"tg-checkout"}
    assert shop.specific({"arn:checkout", "service:shop/checkout"}) == {"arn:checkout", "service:shop/checkout"}


@pytest.mark.parametrize(
    ("kind", "name", "arn", "member"),
    [
        ("subnet", "subnet-1", "subnet-1", "subnet-1"),
        ("log_group", "/ecs/shop/checkout", "", "log_group:/ecs/shop/checkout"),
        ("path", "shop:checkout", "arn:lb|tg-checkout", "tg-checkout"),
        ("path", "resize:outside", "function|resize", "function:resize"),
        ("path", "shop/checkout:outside", "service|arn:cluster|arn:checkout", "arn:checkout"),
        ("path", "pool:orders", "proxy|pool|orders", "database:orders"),
        ("path", "internet:orders", "exposure|arn:orders", "arn:orders"),
        ("path", "checkout to orders", "declared|checkout to orders", "path:checkout to orders"),
    ],
)
def test_targets_are_known_by_their_own_words(kind: str, name: str, arn: str, member: str) -> None:
    target = Target(kind, HERE, name, arn)
    assert is_among(target, {member})
    assert not is_among(target, {"something else"})


def test_ends_of_declared_paths_are_known_where_they_name_something() -> None:
    assert end_keys("database:orders") == {"database:orders"}
    assert end_keys("i-0a1b") == {"i-0a1b"}
    assert end_keys("internet") == end_keys("10.0.0.0/8") == set()
    assert "service:checkout" in end_keys("checkout")


def test_a_declared_path_belongs_to_either_of_its_ends_and_to_nobody_elses(shop: Topology) -> None:
    shop.add("arn:orders", ("orders",), {"tier": "data"})
    shop.alias("arn:orders", "database:orders")
    shop.add("arn:catalog", needs=("arn:orders",))
    shop.add_path("checkout to orders", "service:shop/checkout", "database:orders")
    shop.add_path("data out", "tag:tier=data", "internet")
    assert "path:checkout to orders" in shop.chosen(["checkout"], [])
    assert "path:checkout to orders" in shop.chosen(["orders"], [])
    assert "path:checkout to orders" not in shop.chosen(["catalog"], [])
    assert "path:data out" in shop.chosen([], [("tier", "data")])
    assert "arn:orders" in shop.chosen(["checkout"], [])


def test_a_listener_belongs_to_its_load_balancer() -> None:
    arn = "arn:aws:elasticloadbalancing:eu-west-1:123456789012:{}/app/shop/1a"
    listener = Target("listener", HERE, "shop:443", f"{arn.format('listener')}/2b")
    assert is_among(listener, {arn.format("loadbalancer")})


def test_an_alias_belongs_to_its_function():
    arn = "arn:aws:lambda:eu-west-1:123456789012:function:mail"
    alias = Target("deployment", HERE, "mail:live", f"{arn}:live")
    assert is_among(alias, {arn})
    assert not is_among(Target("function", HERE, "mail", arn), {f"{arn}:live"})
