"""What do the tests of flow-log rules build their facts from?"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from diagnosis.network.description import NetworkDescription
from diagnosis.network.flow_records import FlowGroup, FlowRecords, Stretch, Tally, VpcFlows
from diagnosis.readiness.records import VpcFlowLogs
from diagnosis.windows import Window
from tests.builders import HERE, NOW, ago, target

VPC, CLIENT, SERVER = "vpc-1", "10.0.1.10", "10.0.2.20"
HOUR = Window(NOW - timedelta(hours=1), NOW)


def group(records: int = 60, **changes: Any) -> FlowGroup:
    """Refused requests of the client to the server's port 8080."""
    known: dict[str, Any] = {
        "interface": "eni-b",
        "source": CLIENT,
        "destination": SERVER,
        "protocol": 6,
        "port": 8080,
        "action": "REJECT",
        "records": records,
        "packets": records,
        "bytes": 60 * records,
        "first": ago(20),
        "last": ago(2),
    }
    return FlowGroup(**known | changes)


def tally(records: int = 100, **changes: Any) -> Tally:
    """Accepted traffic of an interface, recorded until a minute ago."""
    known: dict[str, Any] = {
        "interface": "eni-b",
        "protocol": 6,
        "action": "ACCEPT",
        "status": "OK",
        "inside": True,
        "records": records,
        "bytes": 5000 * records,
        "first": ago(59),
        "last": ago(1),
    }
    return Tally(**known | changes)


def before(*rejects: FlowGroup, tallies: tuple[Tally, ...] = (tally(),), **more: Any) -> tuple[Stretch, ...]:
    """Two earlier days that were alike."""
    return tuple(Stretch(when, tallies, rejects, **more) for when in ("1 d before", "7 d before"))


def flows(*rejects: FlowGroup, tallies: tuple[Tally, ...] = (tally(),), **changes: Any) -> VpcFlows:
    """A flow log that took everything."""
    now = Stretch("in the window", tallies, rejects, changes.pop("arrivals", ()))
    known: dict[str, Any] = {"traffic": "ALL", "interval_s": 60, "window": HOUR, "before": before()}
    return VpcFlows(VPC, "fl-1", now=now, **known | changes)


def records(*several: VpcFlows, **by_vpc: Any) -> FlowRecords:
    """The flow logs of a place."""
    return FlowRecords(HERE, {one.vpc: one for one in several} | by_vpc, NOW)


def logs() -> VpcFlowLogs:
    """What the VPC's check is about."""
    return VpcFlowLogs(target("vpc", VPC, VPC), (), NOW)


def network(*, admits: bool = False, as_of: datetime = NOW, **changes: Any) -> NetworkDescription:
    """Two subnets, a client in one and a server in the other, whose group admits the client, or nobody."""
    anywhere = [{"IpProtocol": "-1", "IpRanges": [{"CidrIp": "0.0.0.0/0"}]}]
    rule = [{"IpProtocol": "tcp", "FromPort": 8080, "ToPort": 8080, "UserIdGroupPairs": [{"GroupId": "sg-a"}]}]
    described: dict[str, Any] = {
        "Vpcs": [{"VpcId": VPC, "CidrBlock": "10.0.0.0/16"}],
        "Subnets": [_subnet("subnet-a", "10.0.1.0/24"), _subnet("subnet-b", "10.0.2.0/24")],
        "RouteTables": [
            {
                "RouteTableId": "rtb-1",
                "VpcId": VPC,
                "Associations": [{"Main": True}],
                "Routes": [{"DestinationCidrBlock": "10.0.0.0/16", "GatewayId": "local", "State": "active"}],
            }
        ],
        "SecurityGroups": [
            {"GroupId": "sg-a", "VpcId": VPC, "IpPermissions": [], "IpPermissionsEgress": anywhere},
            {"GroupId": "sg-b", "VpcId": VPC, "IpPermissions": rule if admits else [], "IpPermissionsEgress": anywhere},
        ],
        "NetworkInterfaces": [
            _interface("eni-a", "subnet-a", CLIENT, "sg-a"),
            _interface("eni-b", "subnet-b", SERVER, "sg-b"),
        ],
    }
    return NetworkDescription(HERE, described | changes.pop("described", {}), changes.pop("unread", {}), as_of)


def _subnet(name: str, block: str) -> dict[str, str]:
    return {"SubnetId": name, "VpcId": VPC, "CidrBlock": block, "AvailabilityZone": "eu-west-1a"}


def _interface(name: str, subnet: str, address: str, group_id: str) -> dict[str, Any]:
    return {
        "NetworkInterfaceId": name,
        "VpcId": VPC,
        "SubnetId": subnet,
        "AvailabilityZone": "eu-west-1a",
        "PrivateIpAddress": address,
        "PrivateIpAddresses": [{"PrivateIpAddress": address, "Primary": True}],
        "Groups": [{"GroupId": group_id}],
    }
