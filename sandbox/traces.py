"""What happened to a request? Calls from one service to another, as a scenario states them with `call`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sandbox.errors import ScenarioError

TRACED = {
    "service": "AWS::ECS::Container",
    "instance": "AWS::EC2::Instance",
    "function": "AWS::Lambda::Function",
    "api": "AWS::ApiGateway::Stage",
}
"""Kinds that send segments of their own, by the origin that X-Ray shows."""
INFERRED = {
    "database": "Database::SQL",
    "table": "AWS::DynamoDB::Table",
    "queue": "AWS::SQS::Queue",
    "topic": "AWS::SNS",
    "bucket": "AWS::S3::Bucket",
    "host": "remote",
}
"""Kinds that send none: what is known of them is what their callers saw."""
AWS_APIS = {"table": ("DynamoDB", "GetItem"), "queue": ("SQS", "SendMessage"), "topic": ("SNS", "Publish"),
            "bucket": ("S3", "GetObject")}  # fmt: skip
"""By kind, the API that is called, and its operation where none is said."""


@dataclass(frozen=True)
class Call:
    """One call: what was called, how long it worked itself, and what it called meanwhile. See `call`."""

    name: str
    own_ms: float
    calls: tuple[Call, ...]
    kind: str
    status: int
    error: str
    together: bool
    detached: bool
    retries: int
    catches: bool
    zone: str
    operation: str
    statement: str
    skew_ms: float
    unfinished: bool
    traced: bool

    @property
    def origin(self) -> str:
        """The type that X-Ray gives the node."""
        return TRACED.get(self.kind) or INFERRED[self.kind]

    @property
    def sends_segments(self) -> bool:
        """Whether it records what it does itself."""
        return self.kind in TRACED and self.traced

    @property
    def outcome(self) -> int:
        """The status that its caller sees: its own, or that of a call that failed and was not caught."""
        if self.status >= 400 or self.catches:
            return self.status
        failed = [c.outcome for c in self.calls if not c.detached and (c.outcome >= 500 or c.outcome == 429)]
        return 500 if failed else self.status


def call(
    name: str,
    own_ms: float = 20,
    calls: Sequence[Call] = (),
    *,
    kind: str = "service",
    status: int = 200,
    error: str = "",
    together: bool = False,
    detached: bool = False,
    retries: int = 0,
    catches: bool = False,
    zone: str = "",
    operation: str = "",
    statement: str = "",
    skew_ms: float = 0,
    unfinished: bool = False,
    traced: bool = True,
) -> Call:
    """A call of `name`, which worked for `own_ms` itself and made `calls`, one after the other or all `together`.

    `kind` is service, instance, function or api, which record what they do where they are `traced`; or database,
    table, queue, topic, bucket or host, which do not. `status` is what it answered; a call that failed (5xx or 429)
    makes its caller fail too unless that `catches` it. So many `retries` failed before this one; nobody waits for one
    that is `detached`. `error` is the exception (`Type: message`), `skew_ms` by how much its clock is ahead,
    `unfinished` says that it never ended. Raises ScenarioError for a kind that there is not.
    """
    if kind not in TRACED and kind not in INFERRED:
        raise ScenarioError(f"call: kind {kind!r}: write {', '.join((*TRACED, *INFERRED))}")
    return Call(
        name, float(own_ms), tuple(calls), kind, status, error, together, detached, retries, catches, zone, operation,
        statement, skew_ms, unfinished, traced,
    )  # fmt: skip
