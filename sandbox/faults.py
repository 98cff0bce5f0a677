"""How does AWS fail? Denials, throttles, partial and slow answers, at the HTTP layer, in every protocol."""

from __future__ import annotations

import itertools
import random
import socket
import threading
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from fnmatch import fnmatchcase
from typing import Any, Literal

from moto.utilities.utils import get_partition

from sandbox import calls, thinning
from sandbox.calls import Answer, Call

Kind = Literal["deny", "throttle", "fail", "partial", "empty", "slow", "reset", "cut", "malformed", "expire"]
KINDS: tuple[Kind, ...] = (
    "deny",
    "throttle",
    "fail",
    "partial",
    "empty",
    "slow",
    "reset",
    "cut",
    "malformed",
    "expire",
)

_POLICIES = {
    "identity": "because no identity-based policy allows the {action} action",
    "session": "because no session policy allows the {action} action",
    "boundary": "because no permissions boundary allows the {action} action",
    "resource": "because no resource-based policy allows the {action} action",
    "endpoint": "because no VPC endpoint policy allows the {action} action",
    "explicit": "with an explicit deny in an identity-based policy",
    "organization": "with an explicit deny in a service control policy",
}


@dataclass(frozen=True)
class Fault:
    """One way in which some calls fail.

    `operation` names calls by IAM action (`elasticloadbalancing:DescribeTargetHealth`), by botocore's service
    (`elbv2:DescribeTargetHealth`) or alone, with `*`. `resource` is a pattern that some text of the request must
    match. `after` calls are let through first; of the rest the `first` ones, or a `share`, are hit.
    """

    kind: Kind
    operation: str = "*"
    account: str | None = None
    region: str | None = None
    resource: str | None = None
    share: float = 1.0
    first: int | None = None
    after: int = 0
    status: int = 500
    code: str = "InternalFailure"
    message: str = "The request processing has failed because of an unknown error, exception or failure."
    milliseconds: float = 0
    keep: float = 0.5
    by: str = "identity"

    def __post_init__(self) -> None:
        if self.kind not in KINDS:
            raise ValueError(f"{self.kind!r} is no kind of fault: there are {', '.join(KINDS)}")
        if self.by not in _POLICIES:
            raise ValueError(f"{self.by!r} is no kind of policy: there are {', '.join(_POLICIES)}")
        if self.kind == "partial":
            thinning.check_pages(self.operation)

    def concerns(self, call: Call) -> bool:
        """Whether the call is one that this fault is about."""
        if self.account not in (None, call.account) or self.region not in (None, call.region):
            return False
        if not any(fnmatchcase(name, self.operation) for name in call.names):
            return False
        return self.resource is None or any(fnmatchcase(text, self.resource) for text in call.parameters)


@dataclass
class _Armed:
    fault: Fault
    seen: int = 0
    chance: random.Random = field(default_factory=lambda: random.Random(7))  # noqa: S311 - repeatable on purpose

    def strikes(self) -> bool:
        self.seen += 1
        position = self.seen - self.fault.after
        if position <= 0 or (self.fault.first is not None and position > self.fault.first):
            return False
        return self.fault.share >= 1 or self.chance.random() < self.fault.share


class Faults:
    """The faults of one running sandbox. Thread-safe."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._ids = itertools.count(1)
        self._armed: dict[int, _Armed] = {}

    def add(self, fault: Fault) -> int:
        """Arm a fault; the id clears it."""
        with self._lock:
            number = next(self._ids)
            self._armed[number] = _Armed(fault)
            return number

    def add_described(self, description: dict[str, Any]) -> int:
        """Arm a fault given as the fields of Fault. Raises TypeError or ValueError for what is none."""
        return self.add(Fault(**description))

    def clear(self, number: int | None = None) -> None:
        """Disarm one fault, or all."""
        with self._lock:
            if number is None:
                self._armed.clear()
            else:
                self._armed.pop(number, None)

    def describe(self) -> list[dict[str, Any]]:
        """The armed faults and how many calls each has seen."""
        with self._lock:
            return [{"id": i, "seen": a.seen, **asdict(a.fault)} for i, a in self._armed.items()]

    def apply(self, call: Call, environ: dict[str, Any], forward: Callable[[Call], Answer]) -> Answer:
        """Answer the call: as `forward` does, unless faults strike."""
        with self._lock:
            struck = [a.fault for a in self._armed.values() if a.fault.concerns(call) and a.strikes()]
        for fault in struck:
            if fault.kind == "slow":
                time.sleep(fault.milliseconds / 1000)
        for fault in struck:
            if refused := _refusal(fault, call, environ):
                return refused
        answer = forward(call)
        for fault in struck:
            answer = _spoiled(fault, call, answer)
        if any(fault.kind == "cut" for fault in struck):
            _cut_off(environ["werkzeug.socket"], answer)
        return answer


def _refusal(fault: Fault, call: Call, environ: dict[str, Any]) -> Answer | None:
    """The answer where the fault keeps the call from being served at all."""
    if fault.kind == "deny":
        return denied(call, fault.by)
    if fault.kind == "throttle":
        return _throttled(call)
    if fault.kind == "expire":
        return _expired(call)
    if fault.kind == "fail":
        return calls.error(call, fault.status, fault.code, fault.message)
    if fault.kind == "reset":
        environ["werkzeug.socket"].shutdown(socket.SHUT_RDWR)
        return Answer(500, (), b"")
    if fault.kind == "partial" and thinning.asks_further(call):
        return calls.error(call, 500, "InternalFailure", "The next page could not be read")
    return None


def _cut_off(connection: socket.socket, answer: Answer) -> None:
    """Half of the answer, and the end of its connection; what is sent on it afterwards goes nowhere."""
    told = [f"{name}: {value}" for name, value in answer.headers if name.lower() != "content-length"]
    head = [f"HTTP/1.1 {answer.status} OK", *told, f"Content-Length: {len(answer.body) + 2}", "", ""]
    connection.sendall("\r\n".join(head).encode() + answer.body[: len(answer.body) // 2])
    connection.shutdown(socket.SHUT_RDWR)


def _spoiled(fault: Fault, call: Call, answer: Answer) -> Answer:
    """The answer where the fault changes what the service said."""
    if not 200 <= answer.status < 300:
        return answer
    if fault.kind == "partial":
        return thinning.partial(call, answer, fault.keep)
    if fault.kind == "empty":
        return thinning.empty(call, answer)
    if fault.kind == "malformed":
        return Answer(answer.status, answer.headers, answer.body[: max(1, len(answer.body) // 2)])
    return answer


def _on_resource(call: Call) -> str:
    """The resource as the service names it in a denial; many services name none."""
    partition = get_partition(call.region)
    if call.service in ("lambda", "ecs"):
        return " on resource: *"
    if call.service == "rds":
        return f" on resource: arn:{partition}:rds:{call.region}:{call.account}:db:*"
    if call.service == "logs":
        return f" on resource: arn:{partition}:logs:{call.region}:{call.account}:log-group::log-stream:"
    if call.operation == "AssumeRole":
        role = next((text for text in call.parameters if ":role/" in text), "*")
        return f" on resource: {role}"
    return ""


def denied(call: Call, by: str = "identity") -> Answer:
    """AccessDenied in the service's own words, naming the principal and the action."""
    why = _POLICIES[by].format(action=call.iam_action)
    if call.operation == "AssumeRole" and by == "identity":
        why = ""
    resource = _on_resource(call)
    message = f"User: {call.principal} is not authorized to perform: {call.iam_action}{resource} {why}".strip()
    if call.service == "ec2":
        text = f"You are not authorized to perform this operation. {message}"
        return calls.error(call, 403, "UnauthorizedOperation", text)
    if call.service == "sns":
        return calls.error(call, 403, "AuthorizationError", message)
    if call.protocol in ("query", "rest-xml"):
        return calls.error(call, 403, "AccessDenied", message)
    if call.query_compatible and call.service == "cloudwatch":
        return calls.error(call, 400, "AccessDenied", message)
    return calls.error(call, 400 if call.protocol == "json" else 403, "AccessDeniedException", message)


def _throttled(call: Call) -> Answer:
    if call.service == "ec2":
        return calls.error(call, 503, "RequestLimitExceeded", "Request limit exceeded.")
    if call.service == "s3":
        return calls.error(call, 503, "SlowDown", "Please reduce your request rate.")
    if call.service == "xray":
        return calls.error(call, 429, "ThrottledException", "Rate exceeded")
    if call.service in ("lambda", "apigateway", "apigatewayv2"):
        return calls.error(call, 429, "TooManyRequestsException", "Rate Exceeded.")
    if call.protocol in ("query", "rest-xml") or call.service == "cloudwatch":
        return calls.error(call, 400, "Throttling", "Rate exceeded")
    return calls.error(call, 400 if call.protocol == "json" else 429, "ThrottlingException", "Rate exceeded")


def _expired(call: Call) -> Answer:
    if call.service == "ec2":
        return calls.error(call, 400, "RequestExpired", "Request has expired.")
    if call.service == "s3":
        return calls.error(call, 400, "ExpiredToken", "The provided token has expired.")
    message = "The security token included in the request is expired"
    if call.protocol in ("query", "rest-xml"):
        return calls.error(call, 403, "ExpiredToken", message)
    return calls.error(call, 400 if call.protocol == "json" else 403, "ExpiredTokenException", message)
