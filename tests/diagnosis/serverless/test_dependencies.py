"""Is a function red that cannot reach what it calls, with the reason where the network tells it?"""

from __future__ import annotations

from typing import Any

import pytest

from diagnosis.answers import Absent, CouldNotTellError
from diagnosis.network.description import NetworkDescription
from diagnosis.places import Place
from diagnosis.serverless.dependencies import FunctionVpc, unreachable_dependencies
from diagnosis.serverless.function_log import failure_of
from tests.builders import NOW, ago
from tests.diagnosis.reachability.world import ANY, OPEN, PLACE, World, route, rule
from tests.diagnosis.serverless.logs import FUNCTION, log_of, told

SQS = 'ConnectTimeoutError: Connect timeout on endpoint URL: "https://sqs.eu-west-1.amazonaws.com/"'
DATABASE = "Error: connect ETIMEDOUT 10.0.2.9:5432"
UNNAMED = "OperationalError: connection timed out"

ADMITTED = (rule("tcp", 5432, "sg-f"),)


def network(
    *,
    ways_out: tuple[str, ...] = ("subnet-a", "subnet-b"),
    nat: str = "available",
    database: Any = ADMITTED,
    egress: Any = OPEN,
    unread: tuple[str, ...] = (),
) -> NetworkDescription:
    """A VPC with a function in subnets a and b, a NAT gateway in p, and a database, 10.0.2.9, in d."""
    world = World()
    world.vpc("vpc-1", "10.0.0.0/16")
    for subnet, cidr, zone in (("a", "10.0.0", "a"), ("b", "10.0.1", "b"), ("d", "10.0.2", "a"), ("p", "10.0.3", "a")):
        world.subnet(f"subnet-{subnet}", "vpc-1", f"{cidr}.0/24", zone)
    world.open_acl("vpc-1")
    world.table("rtb-main", "vpc-1")
    world.table("rtb-public", "vpc-1", route(ANY, "igw-1"), subnets=("subnet-p",))
    state = {} if nat == "available" else {"State": "blackhole"}
    for subnet in ("subnet-a", "subnet-b"):
        out = [route(ANY, "nat-1", **state)] if subnet in ways_out else []
        world.table(f"rtb-{subnet[-1]}", "vpc-1", *out, subnets=(subnet,))
    world.internet_gateway("igw-1", "vpc-1")
    world.nat_gateway("nat-1", "subnet-p", "10.0.3.7", "198.51.100.7", state=nat)
    world.interface("eni-nat-1", "subnet-p", "10.0.3.7", public="198.51.100.7", InterfaceType="nat_gateway")
    world.group("sg-f", "vpc-1", egress=egress)
    world.group("sg-d", "vpc-1", ingress=database)
    for subnet, address in (("a", "10.0.0.5"), ("b", "10.0.1.5")):
        world.interface(f"eni-{subnet}", f"subnet-{subnet}", address, "sg-f", InterfaceType="lambda")
    world.interface("eni-d", "subnet-d", "10.0.2.9", "sg-d")
    kept = {key: value for key, value in world.raw.items() if key not in unread}
    return NetworkDescription(Place(*PLACE), kept, dict.fromkeys(unread, "missing ec2:Describe"), NOW)


VPC = FunctionVpc(FUNCTION, "vpc-1", ("subnet-a", "subnet-b"), ("sg-f",), NOW)


def test_a_function_with_a_way_out_is_well() -> None:
    assert unreachable_dependencies(VPC, log_of(), network()) == []
    assert unreachable_dependencies(VPC, Absent("no traffic"), network()) == []


def test_a_function_that_is_kept_inside_may_be_meant_so() -> None:
    assert unreachable_dependencies(VPC, log_of(), network(ways_out=())) == []
    assert unreachable_dependencies(VPC, log_of(), network(egress=(rule("tcp", 5432, "10.0.0.0/16"),))) == []


def test_without_a_route_a_connection_that_was_never_made_is_explained() -> None:
    [found] = unreachable_dependencies(VPC, log_of(told(SQS)), network(ways_out=()))
    assert (found.cause, found.impact, found.proven, found.depends_on[0]) == ("route", "now", True, "rtb-a")
    assert found.resource == FUNCTION.arn
    assert found.onset == ago(20)
    assert "NAT gateway or endpoint" in found.remedy
    assert any(SQS in line for line in found.evidence)


def test_one_subnet_without_a_way_out_is_red_by_itself() -> None:
    [found] = unreachable_dependencies(VPC, log_of(), network(ways_out=("subnet-a",)))
    assert (found.cause, found.depends_on[0], found.impact) == ("route", "rtb-b", "now")
    assert "subnet-b" in found.symptom
    [idle] = unreachable_dependencies(VPC, Absent("no traffic"), network(ways_out=("subnet-a",)))
    assert idle.impact == "soon"


def test_a_dead_nat_gateway_is_red_by_itself() -> None:
    [found] = unreachable_dependencies(VPC, log_of(), network(nat="deleted"))
    assert (found.cause in ("nat", "route"), found.proven) == (True, True)


def test_the_group_that_refuses_the_function_is_named() -> None:
    [found] = unreachable_dependencies(VPC, log_of(told(DATABASE)), network(database=()))
    assert (found.cause, found.depends_on[-1], found.proven) == ("security_group", "sg-d", True)


@pytest.mark.parametrize(("lines", "red"), [(4, False), (5, True)])
def test_connections_that_nothing_explains_need_five(lines: int, red: bool) -> None:
    for message in (UNNAMED, DATABASE):
        found = unreachable_dependencies(VPC, log_of(told(message, lines)), network())
        assert [(f.cause, f.proven) for f in found] == [("network", False)] * red


def test_the_end_of_a_long_trace_tells_of_a_connection_that_was_never_made() -> None:
    """A logged exception of Python names its class in the last line, which no quote may reach."""
    frame = '  File "/var/task/app.py", line 12, in store\n    client.put(order)\n'
    trace = f"[ERROR] cannot store\nTraceback (most recent call last):\n{frame * 20}{UNNAMED}"
    cut = failure_of(trace, 5, ago(20), NOW, trace[:500], record=False)
    [found] = unreachable_dependencies(VPC, log_of(cut), network())
    assert found.cause == "network"


def test_names_that_are_not_found_are_no_routes() -> None:
    [found] = unreachable_dependencies(VPC, log_of(told("getaddrinfo ENOTFOUND api.internal", 9)), network())
    assert found.cause == "dns"


@pytest.mark.parametrize("message", ["connect ECONNREFUSED 10.0.2.9:5432", "KeyError: 'x'", "read ECONNRESET"])
def test_connections_that_reached_their_end_are_no_matter_of_the_network(message: str) -> None:
    assert unreachable_dependencies(VPC, log_of(told(message, 50)), network(ways_out=())) == []


def test_a_private_endpoint_is_the_end_of_its_service() -> None:
    with_endpoint = network(ways_out=())
    endpoint = {
        "VpcEndpointId": "vpce-1",
        "VpcEndpointType": "Interface",
        "VpcId": "vpc-1",
        "ServiceName": "com.amazonaws.eu-west-1.sqs",
        "State": "available",
        "PrivateDnsEnabled": True,
        "NetworkInterfaceIds": ["eni-d"],
        "SubnetIds": ["subnet-d"],
    }
    described = {**with_endpoint.descriptions, "VpcEndpoints": [endpoint]}
    [found] = unreachable_dependencies(VPC, log_of(told(SQS)), NetworkDescription(Place(*PLACE), described, {}, NOW))
    assert (found.cause, found.depends_on[-1]) == ("security_group", "sg-d")


@pytest.mark.parametrize("unread", ["RouteTables", "NatGateways", "SecurityGroups", "NetworkAcls"])
def test_nothing_is_well_that_is_not_described(unread: str) -> None:
    with pytest.raises(CouldNotTellError, match="missing ec2:Describe"):
        unreachable_dependencies(VPC, log_of(), network(unread=(unread,)))
    found = unreachable_dependencies(VPC, log_of(told(UNNAMED, 9)), network(unread=(unread,)))
    assert [f.cause for f in found] == ["network"]
