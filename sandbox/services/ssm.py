"""What does the sandbox complete in Systems Manager? Which instances' agents were heard of, and when; OpsItems."""

from __future__ import annotations

import time
from datetime import timedelta
from typing import Any

from sandbox import inside
from sandbox.services import actions, ops_items
from sandbox.services.actions import Request, utc

_PAGE = 50
_LOST_S = 300.0
_silent_s: dict[tuple[str, str], dict[str, float]] = {}


def silence(place: tuple[str, str], instance: str, since_s: float) -> None:
    """Say that nothing was heard of an instance's agent since."""
    _silent_s.setdefault(place, {})[instance] = since_s


def _describe_instance_information(request: Request) -> dict[str, Any]:
    """DescribeInstanceInformation: running instances with an instance profile register themselves."""
    wanted = {v for f in request.get("Filters", []) if f.get("Key") == "InstanceIds" for v in f.get("Values", [])}
    ec2 = inside.client("ec2", request.account, request.region)
    found = [i for r in ec2.describe_instances()["Reservations"] for i in r["Instances"]]
    managed = [i for i in found if i.get("IamInstanceProfile") and i["State"]["Name"] == "running"]
    listed = [i for i in managed if not wanted or i["InstanceId"] in wanted]
    start, size = int(request.get("NextToken", 0) or 0), int(request.get("MaxResults", _PAGE) or _PAGE)
    more = {"NextToken": str(start + size)} if start + size < len(listed) else {}
    return {"InstanceInformationList": [_told(request, i) for i in listed[start : start + size]], **more}


def _told(request: Request, instance: dict[str, Any]) -> dict[str, Any]:
    now_s = time.time()
    heard_s = min(_silent_s.get((request.account, request.region), {}).get(instance["InstanceId"], now_s), now_s)
    return {
        "InstanceId": instance["InstanceId"],
        "PingStatus": "Online" if now_s - heard_s < _LOST_S else "ConnectionLost",
        "LastPingDateTime": utc(heard_s),
        "AgentVersion": "3.3.1142.0",
        "IsLatestVersion": True,
        "PlatformType": "Linux",
        "PlatformName": "Amazon Linux",
        "PlatformVersion": "2023",
        "ResourceType": "EC2Instance",
        "RegistrationDate": instance["LaunchTime"] + timedelta(minutes=1),
        "IPAddress": instance.get("PrivateIpAddress", ""),
        "ComputerName": instance.get("PrivateDnsName", ""),
    }


def install() -> None:
    """Give moto's Systems Manager the instances, and OpsCenter."""
    from moto.ssm.responses import SimpleSystemManagerResponse

    operations = {
        "CreateOpsItem": ops_items.create_ops_item,
        "DescribeInstanceInformation": _describe_instance_information,
        "DescribeOpsItems": ops_items.describe_ops_items,
        "UpdateOpsItem": ops_items.update_ops_item,
    }
    actions.add(SimpleSystemManagerResponse, operations)
