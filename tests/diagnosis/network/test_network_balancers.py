"""Are Network Load Balancers judged as they send: by zone, and with their clients' addresses where they keep them?"""

from __future__ import annotations

from typing import Any

import pytest

from diagnosis.network.description import NetworkDescription
from diagnosis.network.load_balancer_paths import Destination, LoadBalancerPath, blocked_path
from tests.builders import HERE, NOW, target
from tests.diagnosis.network.test_broken_paths import group, interface, network, tcp

BALANCER = HERE.arn("elasticloadbalancing", "loadbalancer/net/wire/2e")
OURS = {"Description": "ELB net/wire/2e", "InterfaceType": "network_load_balancer", "Groups": []}


def described(*ingress: dict[str, Any]) -> NetworkDescription:
    """A node in either zone, and a target (10.0.1.9) in the first whose group admits `ingress`."""
    nodes = (interface("eni-n1", 1, 5, "sg-x") | OURS, interface("eni-n2", 2, 5, "sg-x") | OURS)
    groups = [group("sg-task", *ingress)]
    return network(*nodes, interface("eni-task", 1, 9, "sg-task"), SecurityGroups=groups)


def path(**more: Any) -> LoadBalancerPath:
    known: dict[str, Any] = {"health_check_port": 9000, "destinations": (Destination("10.0.1.9", 8080),)}
    return LoadBalancerPath(
        target("path", "wire:wire"), BALANCER, "network", "TCP", as_of=NOW, **known | {"internet_facing": True} | more
    )


NODES = (tcp(8080, cidr="10.0.0.0/16"), tcp(9000, cidr="10.0.0.0/16"))
CLIENTS = (tcp(8080, cidr="0.0.0.0/0"), tcp(9000, cidr="10.0.0.0/16"))


def test_without_kept_addresses_the_nodes_have_to_be_admitted() -> None:
    assert blocked_path(path(), described(*NODES)) == []
    assert len(blocked_path(path(), described(NODES[0]))) == 1


def test_with_kept_addresses_clients_have_to_be_admitted_and_health_checks_from_the_nodes() -> None:
    kept = path(preserves_client_ip=True)
    assert blocked_path(kept, described(*CLIENTS)) == []
    [found] = blocked_path(kept, described(*NODES))
    assert (found.cause, found.resource) == ("security_group", "sg-task")
    assert "no address of the internet" in found.why
    [unchecked] = blocked_path(kept, described(CLIENTS[0]))
    assert "tcp/9000" in unchecked.why


def test_some_clients_are_enough_and_those_of_an_internal_one_are_not_known() -> None:
    some = (tcp(8080, cidr="198.51.101.0/24"), CLIENTS[1])
    assert blocked_path(path(preserves_client_ip=True), described(*some)) == []
    internal = path(preserves_client_ip=True, internet_facing=False)
    assert blocked_path(internal, described(CLIENTS[1])) == []


@pytest.mark.parametrize(("crosses", "findings"), [(True, 1), (False, 0)])
def test_a_node_of_another_zone_counts_where_zones_are_crossed(crosses: bool, findings: int) -> None:
    only_first = (tcp(8080, cidr="10.0.1.0/24"), tcp(9000, cidr="10.0.1.0/24"))
    assert len(blocked_path(path(cross_zone=crosses), described(*only_first))) == findings
