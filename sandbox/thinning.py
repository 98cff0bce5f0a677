"""What does an answer look like with half of it missing, or all of it?"""

from __future__ import annotations

from typing import Any

from botocore.parsers import create_parser
from moto.core.serialize import XFormedAttributePicker, get_serializer_class
from moto.core.utils import get_pagination_model, get_service_model

from sandbox.calls import Answer, Call

NEXT_PAGE = "vitals-next-page"
"""The token that a partial answer hands out; the page it stands for cannot be read."""

_SERVICES_BY_PREFIX = {
    "elasticloadbalancing": "elbv2",
    "tag": "resourcegroupstaggingapi",
    "states": "stepfunctions",
}


def _paging(service: str, operation: str) -> dict[str, Any] | None:
    try:
        found = get_pagination_model(service).get(operation)
    except Exception:  # noqa: BLE001 - botocore raises several kinds for a service without paginators
        return None
    return dict(found) if found else None


def check_pages(operation: str) -> None:
    """Refuse a partial answer that nobody could tell from a whole one. Raises ValueError."""
    service, _, name = operation.partition(":")
    if not name or "*" in operation:
        raise ValueError(f"partial: name one operation with its service, such as ecs:ListTasks, not {operation!r}")
    if _paging(_SERVICES_BY_PREFIX.get(service, service), name) is None:
        raise ValueError(f"partial: {operation} has no pages, so a partial answer cannot be told from a whole one")


def asks_further(call: Call) -> bool:
    """Whether the call asks for the page after a partial one."""
    return NEXT_PAGE in call.parameters


def _parsed(call: Call, answer: Answer) -> dict[str, Any]:
    operation = get_service_model(call.service).operation_model(call.operation)
    response = {"body": answer.body, "headers": dict(answer.headers), "status_code": answer.status}
    parsed: dict[str, Any] = create_parser(call.protocol).parse(response, operation.output_shape)
    parsed.pop("ResponseMetadata", None)
    return parsed


def _serialized(call: Call, content: dict[str, Any]) -> Answer:
    model = get_service_model(call.service)
    serializer = get_serializer_class(str(model.service_name), call.protocol)(
        operation_model=model.operation_model(call.operation),
        value_picker=XFormedAttributePicker(response_transformers={}),
    )
    made = serializer.serialize(content)
    body = made["body"]
    raw = body if isinstance(body, bytes) else str(body).encode()
    return Answer(made["status_code"], tuple((k, str(v)) for k, v in made["headers"].items()), raw)


def _lists(content: dict[str, Any]) -> list[str]:
    return [key for key, value in content.items() if isinstance(value, list)]


def partial(call: Call, answer: Answer, keep: float) -> Answer:
    """The answer with a share of it kept: a first page whose next one fails, or PartialData of GetMetricData."""
    content = _parsed(call, answer)
    if call.operation == "GetMetricData":
        for result in content["MetricDataResults"]:
            kept = int(len(result["Values"]) * keep)
            result.update(
                StatusCode="PartialData", Values=result["Values"][:kept], Timestamps=result["Timestamps"][:kept]
            )
        return _serialized(call, content)
    paging = _paging(call.service, call.operation)
    if paging is None:
        return answer
    for key in _lists(content):
        content[key] = content[key][: int(len(content[key]) * keep)]
    for token in _tokens(paging):
        content[token] = NEXT_PAGE
    if more := paging.get("more_results"):
        content[more] = True
    return _serialized(call, content)


def _tokens(paging: dict[str, Any]) -> list[str]:
    """The members that carry the token of the next page."""
    named = paging.get("output_token", [])
    return [token.split(" || ")[0] for token in ([named] if isinstance(named, str) else named)]


def empty(call: Call, answer: Answer) -> Answer:
    """The answer with nothing in its lists; GetMetricData keeps its results and loses their points.

    An attribute of EC2 (DescribeVpcAttribute) is no list: it is left out.
    """
    content = _parsed(call, answer)
    if call.operation == "GetMetricData":
        for result in content["MetricDataResults"]:
            result.update(Values=[], Timestamps=[])
        return _serialized(call, content)
    paging = _paging(call.service, call.operation) or {}
    for member in (*_tokens(paging), paging.get("more_results")):
        content.pop(str(member), None)
    lists = _lists(content)
    if not lists and call.service == "ec2":
        content = {key: value for key, value in content.items() if not isinstance(value, dict)}
    return _serialized(call, content | {key: [] for key in lists})
