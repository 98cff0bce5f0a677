"""Verbs: how operations of CloudFormation stacks went."""

from __future__ import annotations

from sandbox.ago import Ago, seconds
from sandbox.errors import ScenarioError
from sandbox.world.base import Verbs

_ROLLBACKS = ("complete", "failed", "running", "off")


class StackVerbs(Verbs):
    """`stack_operation`."""

    def stack_operation(
        self,
        stack: str,
        action: str = "UPDATE",
        at: Ago = "10m",
        takes: str | float = "2m",
        failed: str = "",
        reason: str = "",
        kind: str = "",
        cancelled: tuple[str, ...] = (),
        nested: str = "",
        rollback: str = "complete",
        rollback_failed: str = "",
        rollback_reason: str = "",
        account: str | None = None,
        region: str | None = None,
    ) -> None:
        """A stack that exists was created or updated then, and in it the resource `failed`, for `reason`.

        `kind` is the resource's type where the template does not have it, `cancelled` are the resources that were
        under way, `nested` the stack that the failed resource is (state that one's operation first). `rollback` is
        complete, failed (in `rollback_failed`, for `rollback_reason`), running, or off. Without `failed` it went well.
        """
        from sandbox.services import cloudformation, prepare

        if action not in ("CREATE", "UPDATE") or rollback not in _ROLLBACKS:
            raise ScenarioError(f"stack_operation: action is CREATE or UPDATE, rollback one of {', '.join(_ROLLBACKS)}")
        prepare("cloudformation")
        operation = cloudformation.Operation(
            stack,
            action,
            self._moment(at).timestamp(),
            seconds(takes),
            failed,
            reason,
            kind,
            tuple(cancelled),
            nested,
            rollback,
            rollback_failed,
            rollback_reason,
        )
        try:
            cloudformation.tell(*self._place(account, region), operation)
        except KeyError as error:
            raise ScenarioError(f"stack_operation: no stack {error}: create it first") from None
