"""May somebody of the internet enter where a load balancer listens for it?"""

from __future__ import annotations

from typing import Any

import pytest

from diagnosis.answers import Absent, Blind, CouldNotTellError
from diagnosis.findings import Finding
from diagnosis.network.broken_paths import broken_path
from diagnosis.network.description import NetworkDescription
from diagnosis.network.entrances import Entrance, ways_of_entrance
from diagnosis.network.path_verdicts import outcome_of
from diagnosis.network.paths import Path, Side, Spot, Way
from diagnosis.reachability import Endpoint, Verdict
from tests.builders import HERE, NOW, target
from tests.diagnosis.network.test_broken_paths import OUT, group, interface, network, table, tcp

SHOP = Entrance("shop", HERE.arn("elasticloadbalancing", "loadbalancer/app/shop/1a"), (("tcp", 443),))
LISTS = {"PrefixListIds": [{"PrefixListId": "pl-office"}]}


def node(number: int) -> dict[str, Any]:
    known = interface(f"eni-{number}", number, 5, "sg-lb", Description="ELB app/shop/1a")
    public = {"PublicIp": f"52.1.2.{number}"}
    addresses = [{"PrivateIpAddress": f"10.0.{number}.5", "Primary": True, "Association": public}]
    return known | {"Association": public, "PrivateIpAddresses": addresses}


def described(*ingress: dict[str, Any], **changes: Any) -> NetworkDescription:
    return network(node(1), node(2), SecurityGroups=[group("sg-lb", *ingress), group("sg-task")], **changes)


def judged(known: NetworkDescription) -> list[Finding]:
    ways = ways_of_entrance(SHOP, known)
    assert isinstance(ways, tuple)
    return broken_path(Path(target("path", "internet:shop:listeners"), ways, NOW), known)


@pytest.mark.parametrize("cidr", ["0.0.0.0/0", "203.0.113.0/24"])
def test_whoever_is_admitted_is_enough(cidr: str) -> None:
    assert judged(described(tcp(443, cidr=cidr))) == []


def test_a_prefix_list_of_clients_is_enough_and_one_that_nobody_opened_is_unknown() -> None:
    admitted = {"IpProtocol": "tcp", "FromPort": 443, "ToPort": 443} | LISTS
    opened = [{"PrefixListId": "pl-office", "Entries": [{"Cidr": "203.0.113.0/24"}]}]
    assert judged(described(admitted, ManagedPrefixLists=opened)) == []
    with pytest.raises(CouldNotTellError, match="pl-office"):
        judged(described(admitted))


@pytest.mark.parametrize("ingress", [(), (tcp(80, cidr="0.0.0.0/0"),)])
def test_groups_that_admit_nobody_on_the_port_are_the_cause(ingress: tuple[dict[str, Any], ...]) -> None:
    [found] = judged(described(*ingress))
    assert (found.cause, found.resource, found.impact) == ("security_group", "sg-lb", "now")
    assert SHOP.arn in found.needed_by


def test_without_a_route_to_the_internet_gateway_the_groups_are_not_blamed() -> None:
    cut = described(tcp(443, cidr="203.0.113.0/24"), RouteTables=[table("rtb-1", main=True)])
    [found] = judged(cut)
    assert (found.cause, found.resource, found.depends_on) == ("route", "rtb-1", ())


def test_every_node_has_to_be_reached() -> None:
    tables = [table("rtb-1", OUT, main=True), table("rtb-2", subnets=("subnet-2",))]
    [found] = judged(described(tcp(443, cidr="0.0.0.0/0"), RouteTables=tables))
    assert found.resource == "rtb-2"


@pytest.mark.parametrize("ingress", [tcp(443, cidr="192.168.0.0/16"), tcp(443, group="sg-task")])
def test_a_port_that_is_open_to_others_on_purpose_is_not_judged(ingress: dict[str, Any]) -> None:
    assert isinstance(ways_of_entrance(SHOP, described(ingress)), Absent)


def test_without_listeners_or_nodes_there_is_nothing_to_judge_or_to_tell() -> None:
    assert isinstance(ways_of_entrance(Entrance("shop", SHOP.arn, ()), described()), Absent)
    assert isinstance(ways_of_entrance(SHOP, network()), Blind)


@pytest.mark.parametrize(
    ("ingress", "verdict"), [((), Verdict.BLOCKED), ((tcp(80, cidr="0.0.0.0/0"),), Verdict.REACHABLE)]
)
def test_a_load_balancer_that_must_not_be_reached_on_any_port(
    ingress: tuple[dict[str, Any], ...], verdict: Verdict
) -> None:
    balancer = {"LoadBalancerArn": SHOP.arn, "Type": "application", "State": {"Code": "active"}}
    listeners = [{"Port": 80, "Protocol": "HTTP", "DefaultActions": [{"Type": "fixed-response"}]}]
    known = described(
        *ingress,
        LoadBalancers=[balancer],
        LoadBalancerListeners=[{"LoadBalancerArn": SHOP.arn, "Listeners": listeners}],
    )
    there = Side("shop", (Spot(Endpoint("load-balancer", SHOP.arn)),))
    assert outcome_of(Way(Side("internet", block="internet"), there, must="not exist"), known).verdict is verdict
