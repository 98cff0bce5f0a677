"""Does a subnet give away the addresses that it has, each once, and no more?"""

from __future__ import annotations

import pytest
from botocore.exceptions import ClientError

SCENARIO = """
def build(world):
    ec2 = world.client("ec2")
    vpc = ec2.create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"]
    subnet = ec2.create_subnet(VpcId=vpc, CidrBlock="10.0.1.0/28")["Subnet"]["SubnetId"]
    for _ in range(9):
        ec2.create_network_interface(SubnetId=subnet)
"""


@pytest.fixture(scope="module")
def ec2(_start, tmp_path_factory):
    path = tmp_path_factory.mktemp("scenario") / "subnets.py"
    path.write_text(SCENARIO)
    running = _start("--scenario", str(path))
    yield running.client("ec2")
    running.stop()


def test_a_subnet_runs_out_of_addresses(ec2):
    [subnet] = [one for one in ec2.describe_subnets()["Subnets"] if one["CidrBlock"] == "10.0.1.0/28"]
    assert subnet["AvailableIpAddressCount"] == 2
    for _ in range(2):
        ec2.create_network_interface(SubnetId=subnet["SubnetId"])
    with pytest.raises(ClientError, match="InsufficientFreeAddressesInSubnet"):
        ec2.create_network_interface(SubnetId=subnet["SubnetId"])
    held = [one["PrivateIpAddress"] for one in ec2.describe_network_interfaces()["NetworkInterfaces"]]
    assert sorted(held, key=lambda ip: int(ip.rsplit(".")[-1])) == [f"10.0.1.{n}" for n in range(4, 15)]
