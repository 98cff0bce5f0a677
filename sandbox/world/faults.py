"""Verbs: how AWS fails to answer."""

from __future__ import annotations

from typing import Any

from sandbox.errors import ScenarioError
from sandbox.faults import Fault
from sandbox.world.base import Verbs


class FaultVerbs(Verbs):
    """`deny`, `throttle`, `fail`, `partial`, `empty`, `slow`, `reset`, `cut`, `malformed`, `expire`,
    `untrusted`.

    Each names an operation by IAM action (`elasticloadbalancing:DescribeTargetHealth`), by service
    (`elbv2:DescribeTargetHealth`) or alone, `*` allowed, and returns an id. Without account and region it holds
    everywhere. All take `resource` (a pattern that some text of the request must match), `first` (only so many
    calls), `share` (only some) and `after` (not before so many calls). The world's own clients are spared.
    """

    def _fault(self, kind: str, operation: str, options: dict[str, Any], **settings: Any) -> int:
        try:
            return self.faults.add_described({"kind": kind, "operation": operation, **settings, **options})
        except (ValueError, TypeError) as error:
            raise ScenarioError(str(error)) from error

    def deny(self, action: str, by: str = "identity", **options: Any) -> int:
        """No permission: identity, session, boundary, resource, endpoint, explicit or organization policy."""
        return self._fault("deny", action, options, by=by)

    def throttle(self, operation: str, **options: Any) -> int:
        """Too many calls, in the service's own words."""
        return self._fault("throttle", operation, options)

    def fail(
        self,
        operation: str,
        code: str = "InternalFailure",
        status: int = 500,
        message: str = Fault.message,
        **options: Any,
    ) -> int:
        """An error of this code and HTTP status."""
        return self._fault("fail", operation, options, code=code, status=status, message=message)

    def partial(self, operation: str, keep: float = 0.5, **options: Any) -> int:
        """A share of the answer: PartialData of GetMetricData, else a first page whose next cannot be read."""
        return self._fault("partial", operation, options, keep=keep)

    def empty(self, operation: str, **options: Any) -> int:
        """An answer with nothing in it."""
        return self._fault("empty", operation, options)

    def slow(self, operation: str, milliseconds: float, **options: Any) -> int:
        """An answer that takes so much longer."""
        return self._fault("slow", operation, options, milliseconds=milliseconds)

    def reset(self, operation: str, **options: Any) -> int:
        """A connection that closes without an answer."""
        return self._fault("reset", operation, options)

    def cut(self, operation: str, **options: Any) -> int:
        """A connection that closes in the middle of the answer."""
        return self._fault("cut", operation, options)

    def malformed(self, operation: str, **options: Any) -> int:
        """An answer that breaks off half-way."""
        return self._fault("malformed", operation, options)

    def expire(self, after: int = 0, **options: Any) -> int:
        """Credentials that expire after so many calls."""
        return self._fault("expire", options.pop("operation", "*"), options, after=after)

    def untrusted(self, role: str, account: str | None = None, **options: Any) -> int:
        """A role (its name or ARN) of an account, or of every account, that nobody may assume."""
        pattern = role if role.startswith("arn:") else f"arn:*:iam::{account or '*'}:role*/{role}"
        return self._fault("deny", "sts:AssumeRole", options, resource=pattern)
