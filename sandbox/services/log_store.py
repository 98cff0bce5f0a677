"""Where are the sandbox's log events, and whose is a log group?"""

from __future__ import annotations

import base64
import json
from functools import cache
from typing import Any

from moto.core.exceptions import ServiceException

from sandbox.insights.store import GroupKey, LogStore
from sandbox.services.actions import Request


class LogsError(ServiceException):
    """An error of CloudWatch Logs by its AWS code; moto looks up errors of classes outside its packages by code."""

    queryCompileError: dict[str, Any] | None = None  # noqa: N815 - the member's name in the API model


@cache
def store() -> LogStore:
    """The server's events."""
    return LogStore()


def invalid(message: str) -> LogsError:
    """An InvalidParameterException to raise."""
    return LogsError("InvalidParameterException", message)


def find_group(request: Request, name: str) -> GroupKey:
    """The group of a name or an ARN, of another account also; ResourceNotFoundException where there is none."""
    from moto.logs.models import logs_backends

    account, region = request.account, request.region
    if name.startswith("arn:"):
        _, _, _, region, account, _, name = name.removesuffix(":*").split(":", 6)
    if name not in logs_backends[account][region].groups:
        raise LogsError("ResourceNotFoundException", f"Log group '{name}' does not exist for account ID '{account}'")
    return GroupKey(account, region, name)


def token_of(value: Any) -> str:
    """A nextToken that holds a value."""
    return base64.urlsafe_b64encode(json.dumps(value).encode()).decode()


def read_token(token: str) -> Any:
    """The value in a nextToken; InvalidParameterException where it is none of ours."""
    try:
        return json.loads(base64.urlsafe_b64decode(token))
    except ValueError:
        raise invalid("The specified nextToken is invalid.") from None
