"""Do VPC endpoints become what they are changed to, and does EC2 say where AWS's own prefix lists lead?"""

from __future__ import annotations

import pytest

SCENARIO = """
def build(world):
    ec2 = world.client("ec2")
    vpc = ec2.create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"]
    subnet = ec2.create_subnet(VpcId=vpc, CidrBlock="10.0.1.0/24")["Subnet"]["SubnetId"]
    old, new = (ec2.create_security_group(GroupName=n, Description=n, VpcId=vpc)["GroupId"] for n in ("old", "new"))
    first, second = (ec2.create_route_table(VpcId=vpc)["RouteTable"]["RouteTableId"] for _ in range(2))
    for name, table in (("first", first), ("second", second)):
        ec2.create_tags(Resources=[table], Tags=[{"Key": "Name", "Value": name}])
    service = f"com.amazonaws.{world.region}"
    logs = ec2.create_vpc_endpoint(
        VpcEndpointType="Interface", VpcId=vpc, ServiceName=f"{service}.logs", SubnetIds=[subnet],
        SecurityGroupIds=[old], PrivateDnsEnabled=True,
    )["VpcEndpoint"]["VpcEndpointId"]
    s3 = ec2.create_vpc_endpoint(VpcId=vpc, ServiceName=f"{service}.s3", RouteTableIds=[first])["VpcEndpoint"]
    ec2.modify_vpc_endpoint(
        VpcEndpointId=logs, PrivateDnsEnabled=False, AddSecurityGroupIds=[new], RemoveSecurityGroupIds=[old]
    )
    ec2.modify_vpc_endpoint(
        VpcEndpointId=s3["VpcEndpointId"], AddRouteTableIds=[second], RemoveRouteTableIds=[first]
    )
"""


@pytest.fixture(scope="module")
def ec2(_start, tmp_path_factory):
    path = tmp_path_factory.mktemp("scenario") / "endpoints.py"
    path.write_text(SCENARIO)
    running = _start("--scenario", str(path))
    yield running.client("ec2")
    running.stop()


def _endpoint(ec2, kind):
    return next(e for e in ec2.describe_vpc_endpoints()["VpcEndpoints"] if e["VpcEndpointType"] == kind)


def test_private_names_are_switched_off(ec2):
    assert _endpoint(ec2, "Interface")["PrivateDnsEnabled"] is False


def test_the_interfaces_have_the_groups_that_the_endpoint_was_given(ec2):
    endpoint = _endpoint(ec2, "Interface")
    [interface] = ec2.describe_network_interfaces(NetworkInterfaceIds=endpoint["NetworkInterfaceIds"])[
        "NetworkInterfaces"
    ]
    assert [group["GroupName"] for group in interface["Groups"]] == ["new"]


def test_the_routes_to_a_gateway_endpoint_follow_its_tables(ec2):
    named = [
        (tag["Value"], [r.get("GatewayId", "") for r in table["Routes"] if r.get("DestinationPrefixListId")])
        for table in ec2.describe_route_tables()["RouteTables"]
        for tag in table["Tags"]
    ]
    assert dict(named) == {"first": [], "second": [_endpoint(ec2, "Gateway")["VpcEndpointId"]]}


def test_a_prefix_list_of_aws_says_its_ranges(ec2):
    lists = {
        one["PrefixListName"].rsplit(".", 1)[-1]: one["Cidrs"] for one in ec2.describe_prefix_lists()["PrefixLists"]
    }
    assert "52.216.0.0/15" in lists["s3"]
    assert lists["dynamodb"]
