"""Verbs: what somebody changed."""

from __future__ import annotations

import json
import uuid
from collections.abc import Iterable, Mapping
from datetime import timedelta
from typing import Any

from moto.utilities.utils import get_partition

from sandbox.ago import Ago, seconds
from sandbox.errors import ScenarioError
from sandbox.services import cloudtrail
from sandbox.world.base import Verbs

# What CloudTrail calls the resources whose ids begin so.
_TYPES = {
    "sg-": "AWS::EC2::SecurityGroup",
    "i-": "AWS::EC2::Instance",
    "vpc-": "AWS::EC2::VPC",
    "subnet-": "AWS::EC2::Subnet",
    "rtb-": "AWS::EC2::RouteTable",
    "acl-": "AWS::EC2::NetworkAcl",
    "nat-": "AWS::EC2::NatGateway",
    "igw-": "AWS::EC2::InternetGateway",
    "eni-": "AWS::EC2::NetworkInterface",
    "pcx-": "AWS::EC2::VPCPeeringConnection",
    "vpce-": "AWS::EC2::VPCEndpoint",
    "tgw-": "AWS::EC2::TransitGateway",
    "eipalloc-": "AWS::EC2::EIP",
    "fl-": "AWS::EC2::FlowLog",
    "dopt-": "AWS::EC2::DHCPOptions",
    "eigw-": "AWS::EC2::EgressOnlyInternetGateway",
    "pl-": "AWS::EC2::PrefixList",
    "vol-": "AWS::EC2::Volume",
    "vgw-": "AWS::EC2::VPNGateway",
    "vpn-": "AWS::EC2::VPNConnection",
    "cgw-": "AWS::EC2::CustomerGateway",
}
_ARN_TYPES = {
    "lambda": "AWS::Lambda::Function",
    "rds": "AWS::RDS::DBInstance",
    "ecs": "AWS::ECS::Service",
    "iam": "AWS::IAM::Role",
    "elasticloadbalancing": "AWS::ElasticLoadBalancingV2::LoadBalancer",
    "logs": "AWS::Logs::LogGroup",
}
_GLOBAL = ("iam.amazonaws.com", "route53.amazonaws.com", "cloudfront.amazonaws.com")
_HOMES = {"aws": "us-east-1", "aws-cn": "cn-north-1", "aws-us-gov": "us-gov-west-1"}
"""Services without a region of their own, and the region in which each partition records their calls."""
_READS = ("Get", "List", "Describe", "Lookup", "Head", "Search", "Simulate")

# What every record of a management call says alike.
_RECORD: dict[str, Any] = {
    "eventVersion": "1.11",
    "sourceIPAddress": "203.0.113.10",
    "userAgent": "console.amazonaws.com",
    "eventType": "AwsApiCall",
    "managementEvent": True,
    "eventCategory": "Management",
}

Resource = str | tuple[str, str]


class ChangeVerbs(Verbs):
    """`change`."""

    def change(
        self,
        event_name: str,
        resources: Iterable[Resource] = (),
        at: Ago = 0,
        user: str = "admin",
        request: Mapping[str, Any] | None = None,
        response: Mapping[str, Any] | None = None,
        source: str | None = None,
        error: str | None = None,
        delay: str | float = "5m",
        account: str | None = None,
        region: str | None = None,
    ) -> str:
        """CloudTrail recorded a call; returns its event id. The call itself is made by a client, if at all.

        `event_name` may carry its service (`ec2:RevokeSecurityGroupIngress`); without it and without `source`
        the resources tell. A resource is an id, an ARN, or a (type, name) pair. `user` is an IAM user's name, or
        the ARN of an assumed role. Event history shows the event `delay` after it happened, in AWS 5 to 15 minutes.
        """
        service, _, name = event_name.rpartition(":")
        named = tuple(_named(r) for r in resources)
        source = source or (f"{service}.amazonaws.com" if service else _source(name, named))
        own, chosen = self._place(account, region)
        place = own, region or (_HOMES[get_partition(chosen)] if source in _GLOBAL else chosen)
        moment = self._moment(at)
        event_id = str(uuid.uuid4())
        identity, is_read = _identity(user, *place), name.startswith(_READS)
        record = _RECORD | {
            "userIdentity": identity,
            "eventTime": moment.strftime("%Y-%m-%dT%H:%M:%SZ"),
            "eventSource": source,
            "eventName": name,
            "awsRegion": place[1],
            **({"errorCode": error} if error else {}),
            "requestParameters": None if request is None else dict(request),
            "responseElements": None if response is None else dict(response),
            "requestID": str(uuid.uuid4()),
            "eventID": event_id,
            "readOnly": is_read,
            "recipientAccountId": place[0],
        }
        event = cloudtrail.Event(
            event_id=event_id,
            name=name,
            source=source,
            moment=moment.replace(microsecond=0),
            visible=moment + timedelta(seconds=seconds(delay)),
            user=user.rpartition("/")[2],
            access_key=identity["accessKeyId"],
            read_only=is_read,
            resources=named,
            record=json.dumps(record),
        )
        cloudtrail.record(*place, event)
        return event_id


def _named(resource: Resource) -> tuple[str, str]:
    if not isinstance(resource, str):
        return resource
    if resource.startswith("arn:"):
        return _ARN_TYPES.get(resource.split(":")[2], "AWS::Resource"), resource
    prefix = next((p for p in _TYPES if resource.startswith(p)), None)
    if prefix is None:
        raise ScenarioError(
            f"change: {resource!r} tells no type: pass (type, name), such as ('AWS::RDS::DBInstance', 'orders')"
        )
    return _TYPES[prefix], resource


def _source(event_name: str, resources: tuple[tuple[str, str], ...]) -> str:
    if not resources:
        raise ScenarioError(f"change: whose {event_name}? write ec2:{event_name}, or pass source='ec2.amazonaws.com'")
    service = resources[0][0].split("::")[1].lower()
    return f"{service.removesuffix('v2')}.amazonaws.com"


def _identity(user: str, account: str, region: str) -> dict[str, Any]:
    if user.startswith("arn:"):
        return {
            "type": "AssumedRole",
            "principalId": f"AROAVITALSSANDBOX000:{user.rpartition('/')[2]}",
            "arn": user,
            "accountId": account,
            "accessKeyId": "ASIAVITALSSANDBOX000",
        }
    return {
        "type": "IAMUser",
        "principalId": "AIDAVITALSSANDBOX000",
        "arn": f"arn:{get_partition(region)}:iam::{account}:user/{user}",
        "accountId": account,
        "accessKeyId": "AKIAVITALSSANDBOX001",
        "userName": user,
    }
