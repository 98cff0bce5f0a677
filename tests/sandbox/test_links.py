"""Do the ways to other networks answer as what became of them says?"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

SCENARIO = """
def build(world):
    ec2 = world.client("ec2")
    vpc = ec2.create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"]
    subnet = ec2.create_subnet(VpcId=vpc, CidrBlock="10.0.1.0/24")["Subnet"]["SubnetId"]
    far = ec2.create_customer_gateway(Type="ipsec.1", PublicIp="198.51.100.7", BgpAsn=65000)["CustomerGateway"]
    gateway = ec2.create_vpn_gateway(Type="ipsec.1")["VpnGateway"]["VpnGatewayId"]
    ends = {"Type": "ipsec.1", "CustomerGatewayId": far["CustomerGatewayId"], "VpnGatewayId": gateway}
    half, whole = (ec2.create_vpn_connection(**ends)["VpnConnection"]["VpnConnectionId"] for _ in range(2))
    world.vpn_tunnel(half, 2, "DOWN", at="20m", message="IPSEC IS DOWN")
    world.vpn_tunnel(whole, 1, "DOWN", at="40m")
    world.vpn_tunnel(whole, 1, "UP", at="30m")
    transit = ec2.create_transit_gateway()["TransitGateway"]["TransitGatewayId"]
    made = ec2.create_transit_gateway_vpc_attachment(TransitGatewayId=transit, VpcId=vpc, SubnetIds=[subnet])
    world.transit_gateway_attachment(made["TransitGatewayVpcAttachment"]["TransitGatewayAttachmentId"], "failed")
    line = world.client("directconnect").create_private_virtual_interface(
        connectionId="dxcon-ffabc123",
        newPrivateVirtualInterface={"virtualInterfaceName": "dc", "vlan": 101, "asn": 65000},
    )
    world.virtual_interface(line["virtualInterfaceId"])
"""


@pytest.fixture(scope="module")
def sandbox(_start, tmp_path_factory):
    path = tmp_path_factory.mktemp("scenario") / "links.py"
    path.write_text(SCENARIO)
    running = _start("--scenario", str(path))
    yield running
    running.stop()


@pytest.fixture(scope="module")
def connections(sandbox):
    return sandbox.client("ec2").describe_vpn_connections()["VpnConnections"]


def test_telemetry_says_which_tunnel_is_down_and_since_when(connections):
    half, whole = connections
    assert [tunnel["Status"] for tunnel in half["VgwTelemetry"]] == ["UP", "DOWN"]
    down = half["VgwTelemetry"][1]
    assert down["StatusMessage"] == "IPSEC IS DOWN"
    assert timedelta(minutes=19) < datetime.now(UTC) - down["LastStatusChange"] < timedelta(minutes=30)
    assert [tunnel["Status"] for tunnel in whole["VgwTelemetry"]] == ["UP", "UP"]


def test_tunnel_state_follows(sandbox, connections):
    def states(statistic, **dimension):
        [(name, value)] = dimension.items()
        now = datetime.now(UTC)
        points = sandbox.client("cloudwatch").get_metric_statistics(
            Namespace="AWS/VPN",
            MetricName="TunnelState",
            Dimensions=[{"Name": name, "Value": value}],
            StartTime=now - timedelta(hours=1),
            EndTime=now,
            Period=300,
            Statistics=[statistic],
        )["Datapoints"]
        return [point[statistic] for point in sorted(points, key=lambda point: point["Timestamp"])]

    half, whole = connections
    assert set(states("Maximum", VpnId=half["VpnConnectionId"])) == {1}
    lowest = states("Minimum", VpnId=half["VpnConnectionId"])
    assert (lowest[0], lowest[-1]) == (1, 0)
    assert lowest == states("Minimum", TunnelIpAddress=half["VgwTelemetry"][1]["OutsideIpAddress"])
    assert states("Minimum", VpnId=whole["VpnConnectionId"]).count(0) == 2


def test_attachments_and_virtual_interfaces_are_as_they_were_told(sandbox):
    [attachment] = sandbox.client("ec2").describe_transit_gateway_attachments()["TransitGatewayAttachments"]
    [line] = sandbox.client("directconnect").describe_virtual_interfaces()["virtualInterfaces"]
    assert (attachment["State"], line["virtualInterfaceState"]) == ("failed", "down")
