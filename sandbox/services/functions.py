"""What does the sandbox complete in Lambda? The account's settings, functions' states, their network interfaces."""

from __future__ import annotations

import copy
import json
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import NAMESPACE_URL, uuid5

from sandbox.services import actions, era, interfaces
from sandbox.services.actions import Request

_CONCURRENCY = 1_000
_CODE_SIZE_BYTES = 80_530_636_800
_PAGE = 50
"""ListFunctions gives no more at a time (https://docs.aws.amazon.com/lambda/latest/api/API_ListFunctions.html)."""
_STATES = ("State", "StateReason", "StateReasonCode")
_UPDATES = ("LastUpdateStatus", "LastUpdateStatusReason", "LastUpdateStatusReasonCode")


@dataclass(frozen=True)
class State:
    """What Lambda says of a function's state and of its last update; empty where it says nothing."""

    state: str = "Active"
    reason: str = ""
    reason_code: str = ""
    update: str = "Successful"
    update_reason: str = ""
    update_reason_code: str = ""

    def members(self) -> dict[str, str]:
        """The state as members of a FunctionConfiguration."""
        values = (
            self.state, self.reason, self.reason_code, self.update, self.update_reason, self.update_reason_code,
        )  # fmt: skip
        return {name: value for name, value in zip((*_STATES, *_UPDATES), values, strict=True) if value}


_lock = threading.Lock()
_states: dict[tuple[str, str, str], State] = {}
_mappings: dict[tuple[str, str, str], dict[str, str]] = {}
_limits: dict[tuple[str, str], int] = {}


def set_state(account: str, region: str, function: str, state: State) -> None:
    """Say which state a function is in."""
    with _lock:
        _states[account, region, function] = state


def set_mapping(account: str, region: str, uuid: str, members: dict[str, str]) -> None:
    """Say what Lambda tells of an event source mapping, as members of its configuration."""
    with _lock:
        _mappings[account, region, uuid] = members


def set_concurrency(account: str, region: str, limit: int) -> None:
    """Say how many executions an account may have at once."""
    with _lock:
        _limits[account, region] = limit


def set_modified(account: str, region: str, function: str, moment: datetime) -> None:
    """Say when a function's code or configuration was changed."""
    from moto.awslambda.models import lambda_backends

    _stamp(lambda_backends[account][region].get_function(function), moment)


def _stamp(function: Any, moment: datetime) -> None:
    function.last_modified = f"{moment:%Y-%m-%dT%H:%M:%S}.{moment.microsecond // 1000:03d}+0000"


def get_account_settings(request: Request) -> dict[str, Any]:
    """GetAccountSettings: Lambda's default limits or what was said of them, less what functions reserve."""
    from moto.awslambda.models import lambda_backends

    functions = list(lambda_backends[request.account][request.region].list_functions())
    reserved = sum(int(f.reserved_concurrency or 0) for f in functions)
    limit = _limits.get((request.account, request.region), _CONCURRENCY)
    return {
        "AccountLimit": {
            "TotalCodeSize": _CODE_SIZE_BYTES,
            "CodeSizeUnzipped": 262_144_000,
            "CodeSizeZipped": 52_428_800,
            "ConcurrentExecutions": limit,
            "UnreservedConcurrentExecutions": max(limit - reserved, 0),
        },
        "AccountUsage": {
            "TotalCodeSize": sum(int(f.code_size) for f in functions),
            "FunctionCount": len(functions),
        },
    }


def _interfaces_of(function: Any) -> str:
    """How EC2 describes the interfaces of a function."""
    return f"AWS Lambda VPC ENI-{function.function_name}-{uuid5(NAMESPACE_URL, function.function_arn)}"


def _attach(function: Any) -> None:
    """Give a function an interface in each of its subnets, in place of those it had."""
    described, vpc = _interfaces_of(function), function._vpc_config or {}
    interfaces.release(function.account_id, function.region, described)
    for subnet in vpc.get("SubnetIds", []):
        groups = list(vpc.get("SecurityGroupIds", []))
        interfaces.attach(
            function.account_id, function.region, subnet, groups, described, "awslambda", interface_type="lambda"
        )


def install() -> None:
    """Give moto's Lambda what it lacks."""
    from moto.awslambda import urls
    from moto.awslambda.responses import LambdaResponse

    urls.url_paths[r"{0}/(?P<api_version>[^/]+)/account-settings/?$"] = LambdaResponse.dispatch
    actions.add(LambdaResponse, {"GetAccountSettings": get_account_settings})
    _install_states()
    _install_interfaces()
    _install_lists(LambdaResponse)


def _install_states() -> None:
    from moto.awslambda.models import EventSourceMapping, LambdaFunction

    describe, describe_mapping = LambdaFunction.get_configuration, EventSourceMapping.get_configuration

    def described(self: Any, *args: Any, **kwargs: Any) -> Any:
        found = describe(self, *args, **kwargs)
        state = _states.get((self.account_id, self.region, self.function_name))
        return found if state is None else found | state.members()

    def mapping_described(self: Any) -> Any:
        said = _mappings.get((self.account_id, self.region, self.uuid), {})
        return {"LastProcessingResult": "OK"} | describe_mapping(self) | said

    actions.replace(LambdaFunction, "get_configuration", described)
    actions.replace(EventSourceMapping, "get_configuration", mapping_described)


def _install_interfaces() -> None:
    from moto.awslambda.models import LambdaBackend, LambdaFunction

    create, update, delete = (
        LambdaBackend.create_function,
        LambdaFunction.update_configuration,
        LambdaBackend.delete_function,
    )
    code, publish = LambdaFunction.update_function_code, LambdaFunction.set_version

    def created(self: Any, spec: dict[str, Any]) -> Any:
        function = create(self, spec)
        _stamp(function, era.moment())
        _attach(function)
        return function

    def updated(self: Any, updates: dict[str, Any]) -> Any:
        answer = update(self, updates)
        _stamp(self, era.moment())
        if "VpcConfig" in updates:
            _attach(self)
        return answer | {"LastModified": self.last_modified}

    def recoded(self: Any, updated_spec: dict[str, Any]) -> Any:
        answer = code(self, updated_spec)
        _stamp(self, era.moment())
        return answer | {"LastModified": self.last_modified}

    def published(self: Any, version: int) -> None:
        publish(self, version)
        _stamp(self, era.moment())

    def deleted(self: Any, function_name: str, *args: Any, **kwargs: Any) -> Any:
        function = self.get_function(function_name)
        interfaces.release(function.account_id, function.region, _interfaces_of(function))
        return delete(self, function_name, *args, **kwargs)

    actions.replace(LambdaBackend, "create_function", created)
    actions.replace(LambdaFunction, "update_configuration", updated)
    actions.replace(LambdaFunction, "update_function_code", recoded)
    actions.replace(LambdaFunction, "set_version", published)
    actions.replace(LambdaBackend, "delete_function", deleted)


def _every_version(backend: Any) -> Iterator[Any]:
    """Each function's unpublished version, then those it has published. Moto would copy each function's code."""
    for group in list(backend._lambdas._functions.values()):
        latest = copy.copy(group["latest"])
        latest.function_arn = f"{latest.function_arn}:$LATEST"
        yield latest
        yield from group["versions"]


def _install_lists(response: Any) -> None:
    """ListFunctions comes in pages and does not tell states; GetFunctionConcurrency tells nothing where nothing is
    reserved.
    """
    concurrency = response.get_function_concurrency

    def listed(self: Any) -> str:
        asked = {name: values[0] for name, values in self.querystring.items()}
        first, size = int(asked.get("Marker", 0)), min(int(asked.get("MaxItems", _PAGE)), _PAGE)
        found = _every_version(self.backend) if asked.get("FunctionVersion") == "ALL" else self.backend.list_functions()
        several = list(found)
        page = [one.get_configuration() for one in several[first : first + size]]
        kept = [{k: v for k, v in f.items() if k not in (*_STATES, *_UPDATES)} for f in page]
        more = {"NextMarker": str(first + size)} if first + size < len(several) else {}
        return json.dumps({"Functions": kept} | more)

    def reserved(self: Any) -> Any:
        status, headers, body = concurrency(self)
        told = {name: value for name, value in json.loads(body).items() if value is not None}
        return status, headers, json.dumps(told)

    actions.replace(response, "list_functions", listed)
    actions.replace(response, "get_function_concurrency", reserved)
