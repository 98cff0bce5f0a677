"""What does Reachability Analyzer answer? Paths and their analyses, computed by the reachability model.

As AWS does it, an analysis runs for a while before it has succeeded; it sees the network as it was when it started.
https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_StartNetworkInsightsAnalysis.html
"""

from __future__ import annotations

import threading
import time
import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from moto.utilities.utils import get_partition

from diagnosis.reachability import Answer, Blocker, Direction, Endpoint, Flow, FlowError, Verdict
from sandbox.services import era, network
from sandbox.services.actions import Request, refusal

RUNS_S = 0.5
"""How long an analysis is `running`."""
_KINDS = {
    "i": "instance",
    "eni": "network-interface",
    "tgw-attach": "transit-gateway-attachment",
    "vgw": "vpn-gateway",
}
_COMPONENTS = {
    "security-group": "SecurityGroup",
    "network-acl": "Acl",
    "route-table": "RouteTable",
    "route": "RouteTable",
    "vpc": "Vpc",
    "subnet": "Subnet",
    "internet-gateway": "InternetGateway",
    "nat-gateway": "NatGateway",
    "vpn-gateway": "VpnGateway",
    "vpc-peering-connection": "VpcPeeringConnection",
    "transit-gateway-route-table": "TransitGatewayRouteTable",
    "transit-gateway-attachment": "TransitGatewayAttachment",
    "vpc-endpoint": "VpcEndpoint",
    "network-interface": "NetworkInterface",
}


@dataclass
class _Place:
    paths: dict[str, dict[str, Any]] = field(default_factory=dict)
    analyses: dict[str, dict[str, Any]] = field(default_factory=dict)
    ends_at: dict[str, float] = field(default_factory=dict)


_places: dict[tuple[str, str], _Place] = {}
_lock = threading.Lock()


def _place(request: Request) -> _Place:
    with _lock:
        return _places.setdefault((request.account, request.region), _Place())


def _arn(request: Request, kind: str, identity: str) -> str:
    return f"arn:{get_partition(request.region)}:ec2:{request.region}:{request.account}:{kind}/{identity}"


def _tags(request: Request) -> list[dict[str, str]]:
    return [tag for entry in request.get("TagSpecifications", []) for tag in entry.get("Tags", [])]


def create_path(request: Request) -> dict[str, Any]:
    """CreateNetworkInsightsPath: from a resource to a resource or an address, over TCP or UDP."""
    if request.get("Protocol") not in ("tcp", "udp"):
        raise refusal("InvalidParameterValue", f"Value ({request.get('Protocol')}) for parameter Protocol is invalid.")
    if not request.get("Destination") and not request.get("DestinationIp"):
        raise refusal("MissingParameter", "The request must contain the parameter Destination or DestinationIp")
    for end in (request.get("Source"), request.get("Destination")):
        _check_exists(request, end)
    identity = f"nip-{uuid.uuid4().hex[:17]}"
    names = ("Source", "Destination", "SourceIp", "DestinationIp", "Protocol", "DestinationPort")
    path = {name: request.get(name) for name in names if request.get(name) is not None}
    path |= {
        "NetworkInsightsPathId": identity,
        "NetworkInsightsPathArn": _arn(request, "network-insights-path", identity),
        "CreatedDate": era.moment(),
        "Tags": _tags(request),
    }
    _place(request).paths[identity] = path
    return {"NetworkInsightsPath": path}


def _check_exists(request: Request, end: str | None) -> None:
    if end is None:
        return
    inventory = network.model(request.account, request.region).inventory
    known = (inventory.instances, inventory.interfaces, inventory.internet_gateways, inventory.vpn_gateways)
    if not any(end in nouns for nouns in known) and not inventory.transit_gateways.by_attachment_id(end):
        raise refusal("InvalidParameterValue", f"The resource {end} does not exist or cannot be an end of a path")


def start_analysis(request: Request) -> dict[str, Any]:
    """StartNetworkInsightsAnalysis: it runs, and what it will have found follows from the network as it now is."""
    place, path_id = _place(request), request.get("NetworkInsightsPathId")
    path = _known(place.paths, path_id, "NetworkInsightsPath")
    identity = f"nia-{uuid.uuid4().hex[:17]}"
    found = _result(request, path)
    place.analyses[identity] = {
        "NetworkInsightsAnalysisId": identity,
        "NetworkInsightsAnalysisArn": _arn(request, "network-insights-analysis", identity),
        "NetworkInsightsPathId": path_id,
        "StartDate": era.moment(),
        "Tags": _tags(request),
        **found,
    }
    # It runs from its answer on, however long the model took.
    place.ends_at[identity] = time.monotonic() + RUNS_S
    return {"NetworkInsightsAnalysis": _running(place.analyses[identity])}


def _result(request: Request, path: Mapping[str, Any]) -> dict[str, Any]:
    try:
        flow = Flow(
            _end(path["Source"], path.get("SourceIp")),
            _end(path.get("Destination"), path.get("DestinationIp")),
            path["Protocol"],
            path.get("DestinationPort"),
        )
        answer = network.model(request.account, request.region).trace(flow, onward=False)
    except FlowError as error:
        return {"Status": "failed", "StatusMessage": str(error)}
    if answer.verdict is Verdict.UNKNOWN:
        return {"Status": "failed", "StatusMessage": "; ".join(answer.unknown)}
    return {"Status": "succeeded", **_found(answer, request)}


def _end(identity: str | None, address: str | None) -> Endpoint:
    if identity is None:
        return Endpoint("ip", ip=address)
    if identity.startswith("igw-"):
        return Endpoint("internet", ip=address)
    return Endpoint(_KINDS.get(identity.rsplit("-", 1)[0], "network-interface"), identity, address)


def _found(answer: Answer, request: Request) -> dict[str, Any]:
    reachable = answer.verdict is Verdict.REACHABLE
    found: dict[str, Any] = {"NetworkPathFound": reachable}
    if reachable:
        found["ForwardPathComponents"] = _components(answer.path)
        found["ReturnPathComponents"] = _components(answer.return_path)
    else:
        found["Explanations"] = [_explanation(blocker, request) for blocker in answer.blockers]
    return found


def _components(path: Iterable[str]) -> list[dict[str, Any]]:
    return [{"SequenceNumber": n, "Component": {"Id": identity}} for n, identity in enumerate(path, 1)]


def _explanation(blocker: Blocker, request: Request) -> dict[str, Any]:
    identity = blocker.id.split()[0]
    named = _COMPONENTS.get(blocker.type, "Component")
    direction = "egress" if blocker.direction is Direction.EGRESS else "ingress"
    about = {"Id": identity, "Arn": _arn(request, str(blocker.type), identity)}
    return {"ExplanationCode": str(blocker.code), "Direction": direction, named: about}


def _shown(place: _Place, identity: str) -> dict[str, Any]:
    """An analysis as it is now: what it found appears when it has ended."""
    whole = place.analyses[identity]
    return whole if time.monotonic() >= place.ends_at[identity] else _running(whole)


def _running(whole: Mapping[str, Any]) -> dict[str, Any]:
    results = ("NetworkPathFound", "ForwardPathComponents", "ReturnPathComponents", "Explanations", "StatusMessage")
    return {key: value for key, value in whole.items() if key not in results} | {"Status": "running"}


def describe_analyses(request: Request) -> dict[str, Any]:
    """DescribeNetworkInsightsAnalyses, by id or path."""
    place, path = _place(request), request.get("NetworkInsightsPathId")
    ids = request.get("NetworkInsightsAnalysisIds") or list(place.analyses)
    for identity in ids:
        _known(place.analyses, identity, "NetworkInsightsAnalysis")
    shown = [_shown(place, identity) for identity in ids]
    fitting = [one for one in shown if path in (None, one["NetworkInsightsPathId"]) and _fits(one, request)]
    return {"NetworkInsightsAnalyses": fitting}


def describe_paths(request: Request) -> dict[str, Any]:
    """DescribeNetworkInsightsPaths, by id or tag."""
    place = _place(request)
    ids = request.get("NetworkInsightsPathIds") or list(place.paths)
    found = [_known(place.paths, identity, "NetworkInsightsPath") for identity in ids]
    return {"NetworkInsightsPaths": [path for path in found if _fits(path, request)]}


def _fits(described: Mapping[str, Any], request: Request) -> bool:
    """Whether all filters by tag fit: `tag-key` and `tag:<key>`; others are not known here."""
    tags = {tag["Key"]: tag["Value"] for tag in described.get("Tags", [])}
    for wanted in request.get("Filters", []):
        name, values = wanted.get("Name", ""), wanted.get("Values", [])
        if name == "tag-key":
            fits = any(value in tags for value in values)
        elif name.startswith("tag:"):
            fits = tags.get(name[4:]) in values
        else:
            raise refusal("InvalidParameterValue", f"The filter '{name}' is invalid")
        if not fits:
            return False
    return True


def delete_analysis(request: Request) -> dict[str, Any]:
    """DeleteNetworkInsightsAnalysis."""
    place, identity = _place(request), request.get("NetworkInsightsAnalysisId")
    _known(place.analyses, identity, "NetworkInsightsAnalysis")
    del place.analyses[identity]
    return {"NetworkInsightsAnalysisId": identity}


def delete_path(request: Request) -> dict[str, Any]:
    """DeleteNetworkInsightsPath: refused while it has analyses."""
    place, identity = _place(request), request.get("NetworkInsightsPathId")
    _known(place.paths, identity, "NetworkInsightsPath")
    if any(one["NetworkInsightsPathId"] == identity for one in place.analyses.values()):
        raise refusal("AnalysisExistsForNetworkInsightsPath", f"The path {identity} has analyses. Delete them first.")
    del place.paths[identity]
    return {"NetworkInsightsPathId": identity}


def _known(nouns: Mapping[str, dict[str, Any]], identity: Any, kind: str) -> dict[str, Any]:
    if identity not in nouns:
        raise refusal(f"Invalid{kind}Id.NotFound", f"The {kind} ID '{identity}' does not exist")
    return nouns[identity]


OPERATIONS = {
    "CreateNetworkInsightsPath": create_path,
    "DeleteNetworkInsightsAnalysis": delete_analysis,
    "DeleteNetworkInsightsPath": delete_path,
    "DescribeNetworkInsightsAnalyses": describe_analyses,
    "DescribeNetworkInsightsPaths": describe_paths,
    "StartNetworkInsightsAnalysis": start_analysis,
}
