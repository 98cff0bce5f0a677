"""Does a VPC block public access? The account's options in a region, and the exclusions from them."""

from __future__ import annotations

import threading
import uuid
from dataclasses import dataclass, field
from typing import Any

from moto.utilities.utils import get_partition

from sandbox.services import era
from sandbox.services.actions import Request, refusal


@dataclass
class _Place:
    mode: str = "off"
    updated: Any = field(default_factory=era.moment)
    is_default: bool = True
    exclusions: dict[str, dict[str, Any]] = field(default_factory=dict)


_places: dict[tuple[str, str], _Place] = {}
_lock = threading.Lock()


def _place(request: Request) -> _Place:
    with _lock:
        return _places.setdefault((request.account, request.region), _Place())


def describe_options(request: Request) -> dict[str, Any]:
    """DescribeVpcBlockPublicAccessOptions: off unless it was modified."""
    place = _place(request)
    options = {
        "AwsAccountId": request.account,
        "AwsRegion": request.region,
        "State": "default-state" if place.is_default else "update-complete",
        "InternetGatewayBlockMode": place.mode,
        "LastUpdateTimestamp": place.updated,
        "ManagedBy": "account",
        "ExclusionsAllowed": "allowed",
    }
    return {"VpcBlockPublicAccessOptions": options}


def modify_options(request: Request) -> dict[str, Any]:
    """ModifyVpcBlockPublicAccessOptions."""
    mode, place = request.get("InternetGatewayBlockMode"), _place(request)
    if mode not in ("off", "block-bidirectional", "block-ingress"):
        raise refusal("InvalidParameterValue", f"Value ({mode}) for parameter InternetGatewayBlockMode is invalid.")
    place.mode, place.is_default, place.updated = mode, False, era.moment()
    return describe_options(request)


def describe_exclusions(request: Request) -> dict[str, Any]:
    """DescribeVpcBlockPublicAccessExclusions, by id where ids are given."""
    wanted, exclusions = request.get("ExclusionIds"), _place(request).exclusions
    return {"VpcBlockPublicAccessExclusions": [e for i, e in exclusions.items() if not wanted or i in wanted]}


def create_exclusion(request: Request) -> dict[str, Any]:
    """CreateVpcBlockPublicAccessExclusion: for a VPC or a subnet."""
    kind, name = ("vpc", request.get("VpcId")) if request.get("VpcId") else ("subnet", request.get("SubnetId"))
    identity = f"vpcbpa-exclude-{uuid.uuid4().hex[:17]}"
    exclusion = {
        "ExclusionId": identity,
        "InternetGatewayExclusionMode": request.get("InternetGatewayExclusionMode"),
        "ResourceArn": f"arn:{get_partition(request.region)}:ec2:{request.region}:{request.account}:{kind}/{name}",
        "State": "create-complete",
        "CreationTimestamp": era.moment(),
        "LastUpdateTimestamp": era.moment(),
    }
    _place(request).exclusions[identity] = exclusion
    return {"VpcBlockPublicAccessExclusion": exclusion}


def delete_exclusion(request: Request) -> dict[str, Any]:
    """DeleteVpcBlockPublicAccessExclusion."""
    exclusion = _place(request).exclusions.pop(request.get("ExclusionId"), None)
    if exclusion is None:
        text = f"The exclusion ID '{request.get('ExclusionId')}' does not exist"
        raise refusal("InvalidVpcBlockPublicAccessExclusionId.NotFound", text)
    return {"VpcBlockPublicAccessExclusion": exclusion | {"State": "delete-complete"}}


OPERATIONS = {
    "DescribeVpcBlockPublicAccessOptions": describe_options,
    "ModifyVpcBlockPublicAccessOptions": modify_options,
    "DescribeVpcBlockPublicAccessExclusions": describe_exclusions,
    "CreateVpcBlockPublicAccessExclusion": create_exclusion,
    "DeleteVpcBlockPublicAccessExclusion": delete_exclusion,
}
