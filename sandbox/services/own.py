"""How does the sandbox serve a service that moto does not have? From its botocore model, operation by operation."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from moto.core.exceptions import ServiceException
from moto.core.parse import PROTOCOL_PARSERS
from moto.core.request import Request as Received
from moto.core.routing import get_service_router
from moto.core.serialize import XFormedAttributePicker, get_serializer_class
from moto.core.utils import get_service_model

from sandbox import calls
from sandbox.calls import Answer, Call
from sandbox.services.actions import Operation, Request

_services: dict[str, Mapping[str, Operation]] = {}


def serve(service: str, operations: Mapping[str, Operation]) -> None:
    """Serve these operations, by their AWS names, of a service as botocore calls it."""
    _services[service] = operations


def serves(service: str) -> bool:
    """Whether the sandbox serves the service without moto."""
    return service in _services


def answer(call: Call, environ: dict[str, Any]) -> Answer:
    """The answer to a call, in the protocol that it was made in."""
    operation = _services[call.service].get(call.operation)
    if operation is None:
        return calls.unknown_operation(call)
    try:
        content = operation(Request(call.account, call.region, _parameters(call, environ))) or {}
    except ServiceException as error:
        return calls.error(call, 400, error.code, error.message)
    model = get_service_model(call.service)
    serializer = get_serializer_class(str(model.service_name), call.protocol)(
        operation_model=model.operation_model(call.operation),
        value_picker=XFormedAttributePicker(response_transformers={}),
    )
    made = serializer.serialize(content)
    body = made["body"]
    raw = body if isinstance(body, bytes) else str(body).encode()
    return Answer(made["status_code"], tuple((k, str(v)) for k, v in made["headers"].items()), raw)


def _parameters(call: Call, environ: dict[str, Any]) -> dict[str, Any]:
    model = get_service_model(call.service)
    parser = PROTOCOL_PARSERS[call.protocol](model.operation_model(call.operation))
    request = Received(environ.copy())
    in_path = get_service_router(call.service).match(request)[1] if call.protocol.startswith("rest") else {}
    parsed = parser.parse(
        {
            "method": request.method,
            "values": request.values,
            "headers": request.headers,
            "body": call.body,
            "url_path": request.path,
            "url_params": in_path,
        }
    )
    return dict(parsed)
