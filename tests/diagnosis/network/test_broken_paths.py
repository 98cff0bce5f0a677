"""Are paths judged as the network is described: what must flow, what must not, and what nobody can tell?"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from diagnosis.answers import Blind, CouldNotTellError
from diagnosis.network.broken_paths import broken_path
from diagnosis.network.derived_paths import (
    Database,
    Standing,
    side_of_database,
    side_of_standing,
    way_of_exposure,
    way_of_proxy,
    ways_of_function,
    ways_of_service,
)
from diagnosis.network.description import NetworkDescription
from diagnosis.network.paths import Path, Side, Spot, Way, spot_of
from diagnosis.reachability import Endpoint
from tests.builders import HERE, NOW, target

ANYWHERE = {"IpProtocol": "-1", "IpRanges": [{"CidrIp": "0.0.0.0/0"}]}
ORDERS = Database("orders", "arn:orders", ("sg-db",), ("subnet-1", "subnet-2"), "eu-west-1a", 5432, public=False)
FUNCTION = "AWS Lambda VPC ENI-resize-0a1b2c3d-0a1b-0a1b-0a1b-0a1b2c3d4e5f"


def tcp(port: int, *, group: str = "", cidr: str = "") -> dict[str, Any]:
    peers = {"UserIdGroupPairs": [{"GroupId": group}]} if group else {"IpRanges": [{"CidrIp": cidr}]}
    return {"IpProtocol": "tcp", "FromPort": port, "ToPort": port, **peers}


def group(identity: str, *ingress: dict[str, Any], egress: tuple[dict[str, Any], ...] = (ANYWHERE,)) -> dict[str, Any]:
    return {
        "GroupId": identity,
        "VpcId": "vpc-1",
        "IpPermissions": list(ingress),
        "IpPermissionsEgress": list(egress),
    }


def interface(eni: str, subnet: int, host: int, group_id: str, **more: Any) -> dict[str, Any]:
    address = f"10.0.{subnet}.{host}"
    return {
        "NetworkInterfaceId": eni,
        "VpcId": "vpc-1",
        "SubnetId": f"subnet-{subnet}",
        "AvailabilityZone": f"eu-west-1{'ab'[subnet - 1]}",
        "PrivateIpAddress": address,
        "PrivateIpAddresses": [{"PrivateIpAddress": address, "Primary": True}],
        "Groups": [{"GroupId": group_id}],
        "Status": "in-use",
        "InterfaceType": "interface",
    } | more


def table(identity: str, *routes: dict[str, str], subnets: tuple[str, ...] = (), main: bool = False) -> dict[str, Any]:
    associations: list[dict[str, Any]] = [{"SubnetId": s, "Main": False} for s in subnets]
    associations += [{"Main": True}] if main else []
    local = {"DestinationCidrBlock": "10.0.0.0/16", "GatewayId": "local", "State": "active"}
    return {"RouteTableId": identity, "VpcId": "vpc-1", "Associations": associations, "Routes": [local, *routes]}


OUT = {"DestinationCidrBlock": "0.0.0.0/0", "GatewayId": "igw-1", "State": "active"}


def network(*interfaces: dict[str, Any], unread: dict[str, str] | None = None, **changes: Any) -> NetworkDescription:
    """Two subnets, routed to an internet gateway; tasks (sg-task) and a database (sg-db) that admits them."""
    described: dict[str, Any] = {
        "Vpcs": [{"VpcId": "vpc-1", "CidrBlock": "10.0.0.0/16", "DhcpOptionsId": "default"}],
        "Subnets": [
            {
                "SubnetId": f"subnet-{n}",
                "VpcId": "vpc-1",
                "CidrBlock": f"10.0.{n}.0/24",
                "AvailabilityZone": f"eu-west-1{'ab'[n - 1]}",
            }
            for n in (1, 2)
        ],
        "RouteTables": [table("rtb-1", OUT, main=True)],
        "InternetGateways": [{"InternetGatewayId": "igw-1", "Attachments": [{"VpcId": "vpc-1", "State": "available"}]}],
        "SecurityGroups": [group("sg-task"), group("sg-db", tcp(5432, group="sg-task"))],
        "NetworkInterfaces": list(interfaces),
    }
    kept = {key: value for key, value in (described | changes).items() if key not in (unread or {})}
    return NetworkDescription(HERE, kept, unread or {}, NOW)


TASK = interface("eni-task", 1, 9, "sg-task")
DATABASE = interface("eni-db", 1, 20, "sg-db", Description="RDSNetworkInterface")
OTHER_DATABASE = interface("eni-db2", 2, 20, "sg-db", Description="RDSNetworkInterface")
PUBLIC_DATABASE = DATABASE | {"Association": {"PublicIp": "52.1.2.3"}}
PUBLIC_DATABASE["PrivateIpAddresses"] = [
    {"PrivateIpAddress": "10.0.1.20", "Primary": True, "Association": {"PublicIp": "52.1.2.3"}}
]
SHOP = Standing("shop/checkout", "arn:checkout", ("sg-task",), ("subnet-1", "subnet-2"))


def path(*ways: Way) -> Path:
    return Path(target("path", "checkout to orders"), ways, NOW)


def to_database(described: NetworkDescription, **more: Any) -> Path:
    return path(Way(side_of_standing(SHOP), side_of_database(ORDERS, described), port=5432, **more))


def test_what_is_admitted_is_no_finding() -> None:
    described = network(TASK, DATABASE)
    assert broken_path(to_database(described), described) == []


def test_a_rule_that_is_gone_is_the_cause_and_names_who_needs_it() -> None:
    described = network(TASK, DATABASE, SecurityGroups=[group("sg-task"), group("sg-db")])
    [found] = broken_path(to_database(described), described)
    assert (found.cause, found.impact, found.proven, found.resource) == ("security_group", "now", True, "sg-db")
    assert found.symptom == (
        "checkout to orders: blocked by sg-db, expected a way from shop/checkout to orders on tcp/5432"
    )
    assert "arn:checkout" in found.needed_by
    assert "sg-db" in found.remedy


def test_the_target_groups_that_a_cut_off_service_serves_need_the_path() -> None:
    described = network(TASK, DATABASE, SecurityGroups=[group("sg-task"), group("sg-db")])
    serving = side_of_standing(replace(SHOP, serves=("arn:checkout-targets",)))
    [found] = broken_path(path(Way(serving, side_of_database(ORDERS, described), port=5432)), described)
    assert found.needed_by == ("arn:checkout", "shop/checkout", "arn:checkout-targets")


def test_the_log_groups_of_a_cut_off_service_need_the_path() -> None:
    described = network(TASK, DATABASE, SecurityGroups=[group("sg-task"), group("sg-db")])
    logging = side_of_standing(replace(SHOP, logs=("/app/web",)))
    [found] = broken_path(path(Way(logging, side_of_database(ORDERS, described), port=5432)), described)
    assert "/app/web" in found.needed_by


def test_a_service_without_a_task_is_judged_by_where_one_would_start() -> None:
    described = network(DATABASE)
    assert broken_path(to_database(described), described) == []
    closed = network(DATABASE, SecurityGroups=[group("sg-task", egress=()), group("sg-db", tcp(5432, group="sg-task"))])
    [found] = broken_path(to_database(closed), closed)
    assert found.resource == "sg-task"


def test_where_a_name_leads_past_an_endpoint_and_nothing_leads_out_the_name_is_the_cause() -> None:
    described = network(TASK, DATABASE, SecurityGroups=[group("sg-task"), group("sg-db")])
    way = to_database(described).ways[0]
    past = replace(way, destination=replace(way.destination, passes_by="vpce-1"))
    [found] = broken_path(path(past), described)
    assert (found.cause, found.resource, found.depends_on) == ("dns", "vpce-1", ())
    assert found.symptom.startswith("checkout to orders: its name leads past vpce-1, expected a way to orders")
    assert found.remedy.startswith("enable private DNS names of vpce-1")
    assert "vpce-1" in found.command


def test_a_path_without_a_way_is_unknown() -> None:
    with pytest.raises(CouldNotTellError, match="nothing described says which way checkout to orders has to take"):
        broken_path(path(), network(TASK))


def test_a_way_that_nobody_described_is_neither_open_nor_closed() -> None:
    unknown = Database("orders", "arn:orders", (), (), "", 5432, public=False)
    exposure = way_of_exposure(unknown, network(TASK))
    assert isinstance(exposure, Way)
    with pytest.raises(CouldNotTellError, match="nothing described is orders"):
        broken_path(path(exposure), network(TASK))


def test_what_could_not_be_read_is_unknown() -> None:
    described = network(TASK, DATABASE, unread={"SecurityGroups": "missing ec2:DescribeSecurityGroups"})
    with pytest.raises(CouldNotTellError, match="missing ec2:DescribeSecurityGroups"):
        broken_path(to_database(described), described)


def test_a_database_that_may_be_either_of_two_interfaces_is_unknown_where_they_differ() -> None:
    acl = {
        "NetworkAclId": "acl-2",
        "VpcId": "vpc-1",
        "Associations": [{"SubnetId": "subnet-2"}],
        "Entries": [],
    }
    allow = [
        {"RuleNumber": 100, "Protocol": "-1", "RuleAction": "allow", "Egress": egress, "CidrBlock": "0.0.0.0/0"}
        for egress in (True, False)
    ]
    fine = acl | {"NetworkAclId": "acl-1", "Associations": [{"SubnetId": "subnet-1"}], "Entries": allow}
    nowhere = Database("orders", "arn:orders", ("sg-db",), ("subnet-1", "subnet-2"), "", 5432, public=False)
    described = network(TASK, DATABASE, OTHER_DATABASE, NetworkAcls=[acl, fine])
    asked = path(Way(Side("task", (spot_of("eni-task", "10.0.1.9"),)), side_of_database(nowhere, described), port=5432))
    with pytest.raises(CouldNotTellError, match="which interface is orders's is not described"):
        broken_path(asked, described)
    zoned = path(Way(Side("task", (spot_of("eni-task", "10.0.1.9"),)), side_of_database(ORDERS, described), port=5432))
    assert broken_path(zoned, described) == []


def test_what_must_not_exist_and_does_is_red_now() -> None:
    described = network(TASK, DATABASE)
    [found] = broken_path(to_database(described, must="not exist"), described)
    assert (found.cause, found.impact) == ("security_group", "now")
    assert "expected no way" in found.symptom
    closed = network(TASK, DATABASE, SecurityGroups=[group("sg-task"), group("sg-db")])
    assert broken_path(to_database(closed, must="not exist"), closed) == []


def test_what_must_not_reach_the_internet_is_asked_for_every_address_that_rules_tell_apart() -> None:
    task = TASK | {"Association": {"PublicIp": "52.9.9.9"}}
    task["PrivateIpAddresses"] = [
        {"PrivateIpAddress": "10.0.1.9", "Primary": True, "Association": {"PublicIp": "52.9.9.9"}}
    ]
    groups = [group("sg-task", egress=(tcp(443, cidr="203.0.114.0/24"),)), group("sg-db")]
    described = network(task, SecurityGroups=groups)
    source, internet = Side("task", (spot_of("eni-task", "10.0.1.9"),)), Side("internet", block="internet")
    [found] = broken_path(path(Way(source, internet, port=443, must="not exist")), described)
    assert "203.0.114.0" in found.evidence[0]
    assert broken_path(path(Way(source, internet, port=80, must="not exist")), described) == []


def exposed(cidr: str, **changes: Any) -> tuple[Path, NetworkDescription]:
    groups = [group("sg-task"), group("sg-db", tcp(5432, cidr=cidr))]
    described = network(PUBLIC_DATABASE, **({"SecurityGroups": groups} | changes))
    public = Database("orders", "arn:orders", ("sg-db",), ("subnet-1",), "eu-west-1a", 5432, public=True)
    way = way_of_exposure(public, described)
    assert isinstance(way, Way)
    return path(way), described


def test_a_database_that_the_internet_reaches_is_exposed() -> None:
    [found] = broken_path(*exposed("0.0.0.0/0"))
    assert (found.cause, found.impact, found.resource) == ("security_group", "soon", "sg-db")
    assert "5432" in found.evidence[0]


@pytest.mark.parametrize("cidr", ["10.0.0.0/8", "198.51.101.7/32"])
def test_a_private_range_or_an_allow_list_is_no_exposure(cidr: str) -> None:
    assert broken_path(*exposed(cidr)) == []


def test_an_allow_list_counts_where_the_limit_says_so() -> None:
    asked, described = exposed("198.51.101.7/32")
    assert len(broken_path(asked, described, max_listed_sources=0)) == 1


def test_a_public_address_without_a_way_in_is_no_exposure() -> None:
    assert broken_path(*exposed("0.0.0.0/0", RouteTables=[table("rtb-1", main=True)])) == []


def test_a_public_database_whose_interface_nobody_describes_is_unknown() -> None:
    public = Database("orders", "arn:orders", ("sg-db",), ("subnet-1",), "", 5432, public=True)
    assert isinstance(way_of_exposure(public, network()), Blind)


def function_interface(**more: Any) -> dict[str, Any]:
    return interface("eni-fn", 1, 30, "sg-task", Description=FUNCTION, InterfaceType="lambda") | more


def judged(ways: Any, described: NetworkDescription) -> list[Any]:
    assert isinstance(ways, tuple), ways
    return broken_path(path(*ways), described)


def test_a_function_in_a_public_subnet_has_no_way_out() -> None:
    described = network(function_interface())
    [found] = judged(ways_of_function("resize", described), described)
    assert "IGW_PUBLIC_IP_ASSOCIATION_FOR_EGRESS" in found.evidence[0]


def test_a_function_without_a_default_route_or_with_groups_that_let_nothing_out_has_none_to_lose() -> None:
    closed = network(function_interface(), RouteTables=[table("rtb-1", main=True)])
    assert not isinstance(ways_of_function("resize", closed), tuple)
    inside = [group("sg-task", egress=(tcp(5432, cidr="10.0.0.0/16"),)), group("sg-db")]
    narrow = network(function_interface(), SecurityGroups=inside)
    assert not isinstance(ways_of_function("resize", narrow), tuple)


def test_a_function_whose_default_route_is_a_black_hole_has_no_way_out() -> None:
    hole = {"DestinationCidrBlock": "0.0.0.0/0", "NatGatewayId": "nat-1", "State": "blackhole"}
    described = network(function_interface(), RouteTables=[table("rtb-1", hole, main=True)])
    [found] = judged(ways_of_function("resize", described), described)
    assert found.cause == "route"


def endpoint(service: str, *interfaces: str, private: bool = True) -> dict[str, Any]:
    return {
        "VpcEndpointId": f"vpce-{service}",
        "VpcId": "vpc-1",
        "ServiceName": f"com.amazonaws.eu-west-1.{service}",
        "VpcEndpointType": "Interface",
        "State": "available",
        "PrivateDnsEnabled": private,
        "NetworkInterfaceIds": list(interfaces),
        "SubnetIds": ["subnet-1"],
    }


DNS = [{"VpcId": "vpc-1", "EnableDnsSupport": {"Value": True}, "EnableDnsHostnames": {"Value": True}}]


def test_a_service_reaches_logs_by_the_endpoint_that_its_name_leads_to() -> None:
    held = interface("eni-logs", 2, 40, "sg-logs")
    isolated = {"RouteTables": [table("rtb-1", main=True)], "VpcEndpoints": [endpoint("logs", "eni-logs")]}
    groups = [group("sg-task"), group("sg-logs", tcp(443, group="sg-task"))]
    described = network(TASK, held, SecurityGroups=groups, VpcAttributes=DNS, **isolated)
    assert judged(ways_of_service(SHOP, ["logs"], described), described) == []
    refused = network(TASK, held, SecurityGroups=[*groups[:1], group("sg-logs")], VpcAttributes=DNS, **isolated)
    [found] = judged(ways_of_service(SHOP, ["logs"], refused), refused)
    assert (found.cause, found.resource) == ("security_group", "sg-logs")


def test_without_private_names_the_call_goes_outside() -> None:
    held = interface("eni-logs", 2, 40, "sg-task")
    public = [endpoint("logs", "eni-logs", private=False)]
    described = network(TASK, held, RouteTables=[table("rtb-1", main=True)], VpcEndpoints=public, VpcAttributes=DNS)
    [found] = judged(ways_of_service(SHOP, ["logs"], described), described)
    assert (found.cause, found.resource) == ("dns", public[0]["VpcEndpointId"])
    without = network(TASK, RouteTables=[table("rtb-1", main=True)], VpcAttributes=DNS)
    [found] = judged(ways_of_service(SHOP, ["logs"], without), without)
    assert (found.cause, found.resource) == ("route", "rtb-1")


def test_a_proxy_reaches_its_instance_as_groups_and_subnets_say() -> None:
    proxy = Standing("pool", "arn:pool", ("sg-task",), ("subnet-2",))
    described = network(DATABASE)
    assert broken_path(path(way_of_proxy(proxy, ORDERS, described)), described) == []
    stranger = Standing("pool", "arn:pool", ("sg-db",), ("subnet-2",))
    assert len(broken_path(path(way_of_proxy(stranger, ORDERS, described)), described)) == 1


def test_every_address_of_a_source_block_counts() -> None:
    groups = [group("sg-task"), group("sg-db", tcp(5432, cidr="10.0.2.0/25"))]
    described = network(DATABASE, SecurityGroups=groups)
    ends = Side("10.0.2.0/24", block="10.0.2.0/24"), Side("db", (Spot(Endpoint("network-interface", "eni-db")),))
    [found] = broken_path(path(Way(*ends, port=5432)), described)
    assert found.resource == "sg-db"
    half = Side("10.0.2.0/25", block="10.0.2.0/25"), ends[1]
    assert broken_path(path(Way(*half, port=5432)), described) == []


def test_a_function_that_lost_its_way_out_of_one_of_two_subnets_fails_there() -> None:
    both = (function_interface(), interface("eni-fn2", 2, 30, "sg-task", Description=FUNCTION))
    nat = {"NatGatewayId": "nat-1", "SubnetId": "subnet-1", "VpcId": "vpc-1", "State": "available"}
    tables = [
        table("rtb-1", OUT | {"GatewayId": "vgw-1"}, main=True),
        table("rtb-2", subnets=("subnet-2",)),
    ]
    described = network(*both, RouteTables=tables, NatGateways=[nat])
    findings = judged(ways_of_function("resize", described), described)
    assert "rtb-2" in {found.resource for found in findings}
