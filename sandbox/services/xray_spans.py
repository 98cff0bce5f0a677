"""What does Transaction Search keep of a trace? Spans, one log event each, in OpenTelemetry's words.

https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch-Transaction-Search-ingesting-span-log-groups.html
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from typing import Any

from sandbox.services.xray_segments import Document

GROUP = "aws/spans"
STREAM = "default"
_PLATFORMS = {
    "AWS::ECS::Container": "aws_ecs",
    "AWS::Lambda::Function": "aws_lambda",
    "AWS::EC2::Instance": "aws_ec2",
    "AWS::ApiGateway::Stage": "aws_api_gateway",
}


def events(segments: Iterable[Document]) -> Iterator[tuple[int, str]]:
    """(epoch ms, span as JSON) of every segment and subsegment of a trace that has ended."""
    for segment in segments:
        yield from _spans(segment, segment, segment.get("parent_id", ""))


def _spans(part: Document, segment: Document, parent: str) -> Iterator[tuple[int, str]]:
    if "end_time" in part:
        yield int(part["end_time"] * 1000), json.dumps(_span(part, segment, parent))
    for inner in part.get("subsegments", []):
        yield from _spans(inner, segment, part["id"])


def _span(part: Document, segment: Document, parent: str) -> dict[str, Any]:
    serves = part is segment
    start_ns, end_ns = round(part["start_time"] * 1e9), round(part["end_time"] * 1e9)
    resource = {
        "service.name": segment["name"],
        "cloud.platform": _PLATFORMS.get(segment.get("origin", ""), ""),
        "telemetry.sdk.language": "python",
    }
    zone = segment.get("aws", {}).get("ec2", {}).get("availability_zone")
    resource |= {"cloud.availability_zone": zone} if zone else {}
    span = {
        "resource": {"attributes": {key: value for key, value in resource.items() if value}},
        "scope": {"name": "opentelemetry.instrumentation"},
        "traceId": segment["trace_id"][2:].replace("-", ""),
        "spanId": part["id"],
        "flags": 257,
        "name": _name(part, serves),
        "kind": "SERVER" if serves else "CLIENT" if part.get("namespace") else "INTERNAL",
        "startTimeUnixNano": start_ns,
        "endTimeUnixNano": end_ns,
        "durationNano": end_ns - start_ns,
        "attributes": {"aws.local.service": segment["name"]} | _attributes(part),
        "status": {"code": "ERROR" if part.get("fault") else "UNSET"},
    }
    raised = part.get("cause", {}).get("exceptions", [])
    span |= {"parentSpanId": parent} if parent else {}
    return span | ({"events": [_exception(e, end_ns) for e in raised]} if raised else {})


def _name(part: Document, serves: bool) -> str:
    request = part.get("http", {}).get("request", {})
    if serves:
        return f"{request.get('method', 'GET')} /" if request else str(part["name"])
    operation = part.get("aws", {}).get("operation")
    return f"{part['name']}.{operation}" if operation else str(part["name"])


def _attributes(part: Document) -> dict[str, Any]:
    """Attributes by OpenTelemetry's conventions, and those that Application Signals adds."""
    http, aws = part.get("http", {}), part.get("aws", {})
    found: dict[str, Any] = {}
    if status := http.get("response", {}).get("status"):
        found["http.response.status_code"] = status
    if request := http.get("request", {}):
        found |= {"http.request.method": request.get("method", "GET"), "url.full": request.get("url", "")}
    if "sql" in part:
        found |= {"db.system": part["sql"]["database_type"].lower(), "server.address": part["name"]}
        found |= {"db.statement": part["sql"].get("sanitized_query", ""), "aws.remote.service": part["name"]}
    elif "operation" in aws:
        found |= {"rpc.system": "aws-api", "rpc.service": part["name"], "rpc.method": aws["operation"]}
        named = next((v for k, v in aws.items() if k in ("table_name", "queue_url", "topic_arn", "bucket_name")), "")
        found |= {"aws.remote.service": f"AWS::{part['name']}", "aws.remote.operation": aws["operation"]}
        found |= {"aws.remote.resource.identifier": named} if named else {}
    elif part.get("namespace") == "remote":
        found |= {"peer.service": part["name"], "aws.remote.service": part["name"], "server.address": part["name"]}
    return found


def _exception(raised: Document, at_ns: int) -> dict[str, Any]:
    told = {"exception.type": raised.get("type", ""), "exception.message": raised.get("message", "")}
    return {"timeUnixNano": at_ns, "name": "exception", "attributes": told}
