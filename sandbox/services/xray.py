"""What does the sandbox complete in X-Ray? Everything that reads traces, computed from their segments."""

from __future__ import annotations

import json
import time
from typing import Any

from sandbox.services import actions
from sandbox.services.actions import Request, epoch, refusal
from sandbox.services.xray_filter import compiled
from sandbox.services.xray_graph import Graph, calls_in, node_of
from sandbox.services.xray_segments import Document, parts_of
from sandbox.services.xray_store import place
from sandbox.services.xray_subjects import entry_of

_LONGEST_S = 6 * 3_600
_PAGE = 100
_GRAPH_PAGE = 20
_TRACES_PER_CALL = 5
_SETTLING_S = 600
"""How long Transaction Search takes until spans can be searched."""
_SAMPLED_S = 600


def _window(request: Request) -> tuple[float, float]:
    start_s, end_s = epoch(request.get("StartTime")), epoch(request.get("EndTime"))
    if start_s > end_s:
        raise refusal("InvalidRequestException", "StartTime must be before EndTime")
    return start_s, end_s


def _paged(request: Request, items: list[Any], size: int) -> tuple[list[Any], dict[str, str]]:
    try:
        start = int(request.get("NextToken", "0"))
    except ValueError:
        raise refusal("InvalidRequestException", "The NextToken is not valid.") from None
    more = {"NextToken": str(start + size)} if start + size < len(items) else {}
    return items[start : start + size], more


def get_service_graph(request: Request) -> dict[str, Any]:
    """GetServiceGraph: six hours at most."""
    start_s, end_s = _window(request)
    if end_s - start_s > _LONGEST_S:
        raise refusal("InvalidRequestException", "Time range cannot be longer than 6 hours.")
    graph = Graph(place(request.account, request.region).traces(start_s, end_s))
    services, more = _paged(request, graph.services(request.account), _GRAPH_PAGE)
    return {
        "StartTime": actions.utc(start_s),
        "EndTime": actions.utc(end_s),
        "Services": services,
        "ContainsOldGroupVersions": False,
        **more,
    }


def get_trace_summaries(request: Request) -> dict[str, Any]:
    """GetTraceSummaries: newest first, filtered by an expression."""
    start_s, end_s = _window(request)
    if end_s - start_s > 4 * _LONGEST_S:
        raise refusal("InvalidRequestException", "Time range cannot be longer than 24 hours.")
    matches = compiled(request.get("FilterExpression", ""))
    traces = list(place(request.account, request.region).traces(start_s, end_s))
    found = [summary(identity, segments) for identity, segments in traces if matches(segments)]
    found.sort(key=lambda s: (s["StartTime"], s["Id"]), reverse=True)
    shown, more = _paged(request, found, _PAGE)
    return {
        "TraceSummaries": shown,
        "ApproximateTime": actions.utc(time.time()),
        "TracesProcessedCount": len(traces),
        **more,
    }


def summary(identity: str, segments: list[Document]) -> dict[str, Any]:
    """A trace in short."""
    entry = entry_of(segments)
    own = [s for s in segments if not s.get("inferred")]
    ends = [s["end_time"] for s in own if "end_time" in s]
    http = entry.get("http", {})
    told = {
        "HttpURL": http.get("request", {}).get("url"),
        "HttpMethod": http.get("request", {}).get("method"),
        "ClientIp": http.get("request", {}).get("client_ip"),
        "HttpStatus": http.get("response", {}).get("status"),
    }
    zones = {z for s in own if (z := s.get("aws", {}).get("ec2", {}).get("availability_zone"))}
    annotated = {key: value for s in own for key, value in s.get("annotations", {}).items()}
    found: dict[str, Any] = {
        "Id": identity,
        "StartTime": actions.utc(entry["start_time"]),
        "Duration": max(ends, default=entry["start_time"]) - entry["start_time"],
        "HasFault": any(s.get("fault") for s in segments),
        "HasError": any(s.get("error") for s in segments),
        "HasThrottle": any(s.get("throttle") for s in segments),
        "IsPartial": any(s.get("in_progress") for s in own),
        "Http": {key: value for key, value in told.items() if value is not None},
        "Annotations": {key: [{"AnnotationValue": _typed(value)}] for key, value in annotated.items()},
        "Users": [{"UserName": s["user"], "ServiceIds": [_service_id(s)]} for s in own if "user" in s],
        "ServiceIds": [_service_id(s) for s in segments],
        "AvailabilityZones": [{"Name": zone} for zone in sorted(zones)],
        "EntryPoint": _service_id(entry),
        "FaultRootCauses": _root_causes(segments, "fault"),
        "ErrorRootCauses": _root_causes(segments, "error"),
        "Revision": 1,
    }
    return found | ({"ResponseTime": entry["end_time"] - entry["start_time"]} if "end_time" in entry else {})


def _typed(value: Any) -> dict[str, Any]:
    if isinstance(value, bool):
        return {"BooleanValue": value}
    return {"StringValue": value} if isinstance(value, str) else {"NumberValue": float(value)}


def _service_id(segment: Document) -> dict[str, Any]:
    name, kind = node_of(segment)
    return {"Name": name, "Names": [name], "Type": kind}


def _root_causes(segments: list[Document], flag: str) -> list[dict[str, Any]]:
    """The way from the entry to the deepest segment that failed so."""
    entry = entry_of(segments)
    if not entry.get(flag):
        return []
    way, calls = [entry], list(calls_in(segments))
    while deeper := next((called for caller, _, called in calls if caller is way[-1] and called.get(flag)), None):
        way.append(deeper)
    return [{"ClientImpacting": True, "Services": [_culprit(s) for s in way]}]


def _culprit(segment: Document) -> dict[str, Any]:
    causes = (part.get("cause", {}) for part in (segment, *parts_of(segment)))
    raised = [e for c in causes if isinstance(c, dict) for e in c.get("exceptions", [])]
    exceptions = [{"Name": e.get("type", ""), "Message": e.get("message", "")} for e in raised]
    path = [{"Name": segment["name"], "Exceptions": exceptions, "Remote": bool(segment.get("inferred"))}]
    return _service_id(segment) | {"EntityPath": path, "Inferred": bool(segment.get("inferred"))}


def batch_get_traces(request: Request) -> dict[str, Any]:
    """BatchGetTraces: five ids; what cannot be found is listed as unprocessed."""
    ids = request.get("TraceIds", [])
    if len(ids) > _TRACES_PER_CALL:
        raise refusal("InvalidRequestException", f"At most {_TRACES_PER_CALL} trace IDs are allowed.")
    known = {identity: place(request.account, request.region).find(identity) for identity in ids}
    return {
        "Traces": [_trace(identity, segments) for identity, segments in known.items() if segments],
        "UnprocessedTraceIds": [identity for identity, segments in known.items() if not segments],
    }


def _trace(identity: str, segments: list[Document]) -> dict[str, Any]:
    documents = [{"Id": segment["id"], "Document": json.dumps(segment)} for segment in segments]
    return {
        "Id": identity,
        "Duration": summary(identity, segments)["Duration"],
        "LimitExceeded": False,
        "Segments": documents,
    }


def get_trace_segment_destination(request: Request) -> dict[str, Any]:
    """GetTraceSegmentDestination: CloudWatch Logs since Transaction Search was switched on."""
    since_s = place(request.account, request.region).switched_s
    if since_s is None:
        return {"Destination": "XRay", "Status": "ACTIVE"}
    settled = time.time() - since_s >= _SETTLING_S
    return {"Destination": "CloudWatchLogs", "Status": "ACTIVE" if settled else "PENDING"}


def update_trace_segment_destination(request: Request) -> dict[str, Any]:
    """UpdateTraceSegmentDestination: what comes from now on goes there."""
    here = place(request.account, request.region)
    if request.get("Destination") not in ("XRay", "CloudWatchLogs"):
        raise refusal("InvalidRequestException", "Destination must be XRay or CloudWatchLogs")
    here.switched_s = time.time() if request.get("Destination") == "CloudWatchLogs" else None
    return get_trace_segment_destination(request)


def get_indexing_rules(request: Request) -> dict[str, Any]:
    """GetIndexingRules: the share of spans that Transaction Search indexes as traces."""
    share = place(request.account, request.region).indexed
    rule = {"Probabilistic": {"DesiredSamplingPercentage": share, "ActualSamplingPercentage": share}}
    return {"IndexingRules": [{"Name": "Default", "ModifiedAt": actions.utc(0), "Rule": rule}]}


def get_sampling_statistic_summaries(request: Request) -> dict[str, Any]:
    """GetSamplingStatisticSummaries: of the last ten minutes, by the default rule."""
    now_s = time.time()
    requests, traced = place(request.account, request.region).sampling(now_s - _SAMPLED_S, now_s)
    counted = {"RequestCount": requests, "SampledCount": traced, "BorrowCount": 0}
    told = {"RuleName": "Default", "Timestamp": actions.utc(now_s), **counted}
    return {"SamplingStatisticSummaries": [told] if requests else []}


_PATHS = (
    "GetIndexingRules", "GetTraceSegmentDestination", "SamplingStatisticSummaries", "UpdateTraceSegmentDestination",
)  # fmt: skip


def install() -> None:
    """Let moto's X-Ray read traces, and find its methods by operation."""
    from moto.core.responses import BaseResponse
    from moto.xray import urls
    from moto.xray.responses import XRayResponse

    response: Any = XRayResponse
    operations = {
        "BatchGetTraces": batch_get_traces,
        "GetIndexingRules": get_indexing_rules,
        "GetSamplingStatisticSummaries": get_sampling_statistic_summaries,
        "GetServiceGraph": get_service_graph,
        "GetTraceSegmentDestination": get_trace_segment_destination,
        "GetTraceSummaries": get_trace_summaries,
        "UpdateTraceSegmentDestination": update_trace_segment_destination,
    }
    actions.add(response, operations)
    actions.replace(response, "_get_action", BaseResponse._get_action)
    response.put_trace_segments = response.trace_segments
    response.put_telemetry_records = response.telemetry_records
    for path in _PATHS:
        urls.url_paths[f"{{0}}/{path}$"] = response.dispatch
