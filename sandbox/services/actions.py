"""How does the sandbox add an operation to moto? A function of a request becomes a method of the service's class."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from moto.core.exceptions import ServiceException
from moto.core.responses import ActionResult
from moto.core.utils import camelcase_to_underscores


@dataclass(frozen=True)
class Request:
    """An operation's input, parsed by its model, and where it was asked."""

    account: str
    region: str
    params: dict[str, Any]

    def get(self, name: str, default: Any = None) -> Any:
        """A member of the input; absent and null are the same."""
        value = self.params.get(name)
        return default if value is None else value


def refused(response: Any, error: Refusal, status: int) -> tuple[Any, dict[str, Any]]:
    """What a method of a moto response class returns for an error whose HTTP status is not in the service's model."""
    _, headers, body = response.serialized(ActionResult(error))
    return body, headers | {"status": status}


Operation = Callable[[Request], dict[str, Any] | None]


class Refusal(ServiceException):
    """An AWS error; moto words it in the protocol of the call."""


def refusal(code: str, message: str) -> Refusal:
    """An AWS error to raise."""
    return Refusal(code, message)


def epoch(moment: datetime | float | str) -> float:
    """Epoch seconds of a time as moto's parsers leave it: naive UTC, aware, ISO 8601 text, or a number."""
    if isinstance(moment, int | float):
        return float(moment)
    if isinstance(moment, str):
        moment = datetime.fromisoformat(moment)
    return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp()


def utc(seconds: float) -> datetime:
    """An aware UTC datetime of epoch seconds."""
    return datetime.fromtimestamp(seconds, UTC)


def add(response_class: Any, operations: Mapping[str, Operation]) -> None:
    """Give a moto response class these operations, by their AWS names."""
    for name, operation in operations.items():
        setattr(response_class, camelcase_to_underscores(name), _method(operation))


def replace(owner: Any, name: str, ours: Any) -> Any:
    """Put ours in the place of something of moto's, and return what was there."""
    theirs = getattr(owner, name)
    setattr(owner, name, ours)
    return theirs


def _method(operation: Operation) -> Callable[[Any], ActionResult]:
    def method(self: Any) -> ActionResult:
        request = Request(self.current_account, self.region, _params(self))
        return ActionResult(operation(request))

    return method


def _params(response: Any) -> dict[str, Any]:
    """The parsed input, also of the classes that read their parameters one by one."""
    if not response.automated_parameter_parsing:
        response.parse_parameters(response.normalized_request)
    return dict(response.params)
