"""Is Reachability Analyzer asked what it can answer, and is the rest said?"""

from __future__ import annotations

from typing import Any

import pytest

from diagnosis.network.analyzer_flows import AnalyzerFlow, askable_flows
from diagnosis.network.load_balancer_paths import Destination, LoadBalancerPath
from diagnosis.network.paths import Side, Spot, Way, spot_of
from diagnosis.reachability import Endpoint
from diagnosis.runs import MOST_ANALYSES
from tests.builders import HERE, NOW, target
from tests.diagnosis.network.test_broken_paths import DATABASE, TASK, interface, network, path

CHECKOUT = Side("checkout", (spot_of("eni-task", "10.0.1.9"),))
ORDERS = Side("orders", (spot_of("eni-db", "10.0.1.20"),))
INTERNET = Side("internet", block="internet")
HELD = network(TASK, DATABASE)


def test_two_interfaces_are_asked_about_by_their_ids() -> None:
    flows, left_out = askable_flows(path(Way(CHECKOUT, ORDERS, port=5432)), HELD)
    assert flows == [AnalyzerFlow("eni-task", "eni-db", "", "tcp", 5432)]
    assert left_out == []
    assert str(flows[0]) == "eni-task → eni-db tcp/5432"


def test_a_way_that_must_not_exist_is_not_wanted() -> None:
    flows, _ = askable_flows(path(Way(CHECKOUT, ORDERS, port=22, must="not exist")), HELD)
    assert [flow.wanted for flow in flows] == [False]


@pytest.mark.parametrize(
    ("way", "said"),
    [
        (Way(CHECKOUT, ORDERS, protocol="icmp"), "icmp from checkout to orders"),
        (Way(CHECKOUT, ORDERS, must="not exist"), "tcp from checkout to orders"),
        (
            Way(Side("192.0.2.7", (Spot(Endpoint("ip", ip="192.0.2.7")),)), ORDERS, port=443),
            "ip 192.0.2.7 or network-interface eni-db 10.0.1.20, which is no resource",
        ),
        (Way(Side("10.0.0.0/8", block="10.0.0.0/8"), ORDERS, port=443), "10.0.0.0/8 or orders, which is no resource"),
        (
            Way(Side("shop", (Spot(None, "subnet-2", ("sg-none",)),)), ORDERS, port=443),
            "shop or orders, which is no resource",
        ),
    ],
)
def test_what_it_cannot_answer_is_said(way: Way, said: str) -> None:
    assert askable_flows(path(way), HELD) == ([], [said])


def test_an_address_is_its_interface_or_itself() -> None:
    near = Side("near", (Spot(Endpoint("ip", ip="10.0.1.20")),))
    far = Side("far", (Spot(Endpoint("ip", ip="192.0.2.7")),))
    flows, left_out = askable_flows(path(Way(CHECKOUT, near, port=443), Way(CHECKOUT, far, port=443)), HELD)
    assert [(flow.destination, flow.destination_ip) for flow in flows] == [("eni-db", ""), ("", "192.0.2.7")]
    assert left_out == []
    assert str(flows[1]) == "eni-task → 192.0.2.7 tcp/443"


def test_the_internet_is_the_gateway_of_the_other_end() -> None:
    flows, _ = askable_flows(path(Way(INTERNET, ORDERS, port=5432, must="not exist")), HELD)
    assert [(flow.source, flow.destination, flow.wanted) for flow in flows] == [("igw-1", "eni-db", False)]
    flows, left_out = askable_flows(path(Way(INTERNET, ORDERS, port=443)), network(DATABASE, InternetGateways=[]))
    assert (flows, left_out) == ([], ["internet or orders, which is no resource"])


def test_where_a_task_would_start_stands_an_interface_like_it() -> None:
    standing = Side("shop", (Spot(None, "subnet-1", ("sg-task",)),))
    flows, _ = askable_flows(path(Way(standing, ORDERS, port=5432)), HELD)
    assert [flow.source for flow in flows] == ["eni-task"]


def test_the_number_of_billed_questions_is_bounded() -> None:
    ways = [Way(CHECKOUT, ORDERS, port=port) for port in range(1, MOST_ANALYSES + 3)]
    flows, left_out = askable_flows(path(*ways, ways[0]), HELD)
    assert [flow.port for flow in flows] == list(range(1, MOST_ANALYSES + 1))
    assert left_out == [f"more than {MOST_ANALYSES} flows"]
    assert askable_flows(path(*ways[:MOST_ANALYSES], ways[0]), HELD)[1] == []


def test_a_load_balancer_is_asked_about_from_each_of_its_nodes() -> None:
    nodes = [interface(f"eni-n{n}", n, 5, "sg-task", Description="ELB app/shop/2e") for n in (1, 2)]
    known: dict[str, Any] = {"health_check_port": 8080, "internet_facing": True}
    balanced = LoadBalancerPath(
        target("path", "shop:shop"),
        HERE.arn("elasticloadbalancing", "loadbalancer/app/shop/2e"),
        "application",
        "HTTP",
        destinations=(Destination("10.0.1.9", 8080), Destination("192.0.2.7", 8080)),
        as_of=NOW,
        **known,
    )
    flows, left_out = askable_flows(balanced, network(TASK, *nodes))
    assert {flow.source for flow in flows} == {"eni-n1", "eni-n2"}
    assert {(flow.destination, flow.destination_ip) for flow in flows} == {("eni-task", ""), ("", "192.0.2.7")}
    assert left_out == []
