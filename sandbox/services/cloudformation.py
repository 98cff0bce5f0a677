"""What does the sandbox complete in CloudFormation? The course of operations that failed and were rolled back.

https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/view-stack-events.html
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import NAMESPACE_URL, uuid5

from sandbox.services import actions, era
from sandbox.services.actions import Request, epoch, utc

_PAGE = 100
_STACK = "AWS::CloudFormation::Stack"
_DONE = {"CREATE": "creation", "UPDATE": "update"}
_PAST = {"CREATE": "created", "UPDATE": "updated"}


@dataclass(frozen=True)
class Operation:
    """One CreateStack or UpdateStack, and what became of it."""

    stack: str
    action: str
    begun_s: float
    takes_s: float
    failed: str = ""
    """The logical id of the resource that failed first; empty where all went well."""
    reason: str = ""
    kind: str = ""
    cancelled: tuple[str, ...] = ()
    nested: str = ""
    """The stack that the failed resource is."""
    rollback: str = "complete"
    """complete, failed, running or off."""
    rollback_failed: str = ""
    rollback_reason: str = ""


@dataclass(frozen=True)
class Said:
    """One line of a stack's events."""

    at_s: float
    logical: str
    status: str
    reason: str = ""
    kind: str = _STACK
    physical: str = ""


def tell(account: str, region: str, operation: Operation) -> None:
    """Add an operation's events to a stack; KeyError where there is no such stack."""
    backend = _backend(account, region)
    stack = _stack(backend, operation.stack)
    nested = _stack(backend, operation.nested) if operation.nested else None
    if nested is not None:
        nested.parent_id = nested.root_id = stack.stack_id
    lines = list(_course(operation, stack, nested))
    for line in lines:
        stack.events.append(_event(stack, line))
    stack.status = next(line.status for line in reversed(lines) if line.logical == stack.name)
    stack.status_reason = next((x.reason for x in reversed(lines) if x.logical == stack.name and x.reason), None)
    member = "creation_time" if operation.action == "CREATE" else "last_updated_time"
    setattr(stack, member, utc(operation.begun_s))


def _course(told: Operation, stack: Any, nested: Any) -> Iterator[Said]:
    """What CloudFormation writes, oldest first."""
    action, begin_s = told.action, told.begun_s
    end_s = begin_s + told.takes_s
    yield Said(begin_s, stack.name, f"{action}_IN_PROGRESS", "User Initiated", physical=stack.stack_id)
    changed = [name for name in (told.failed, *told.cancelled) if name]
    for name in changed:
        yield _of_resource(told, stack, nested, name, begin_s + 2, f"{action}_IN_PROGRESS", "")
    if not told.failed:
        yield Said(end_s, stack.name, f"{action}_COMPLETE", physical=stack.stack_id)
        return
    yield _of_resource(told, stack, nested, told.failed, end_s, f"{action}_FAILED", _reason(told, nested))
    for name in told.cancelled:
        yield _of_resource(
            told, stack, nested, name, end_s + 0.2, f"{action}_FAILED", f"Resource {_DONE[action]} cancelled"
        )
    names = ", ".join(changed)
    said = f"The following resource(s) failed to {action.lower()}: [{names}]. "
    if told.rollback == "off":
        yield Said(end_s + 1, stack.name, f"{action}_FAILED", said, physical=stack.stack_id)
        return
    yield from _rollback(told, stack, nested, end_s + 1, said, changed)


def _rollback(
    told: Operation, stack: Any, nested: Any, at_s: float, said: str, changed: Sequence[str]
) -> Iterator[Said]:
    prefix = "ROLLBACK" if told.action == "CREATE" else "UPDATE_ROLLBACK"
    asked = "Rollback requested by user." if told.action == "CREATE" else ""
    yield Said(at_s, stack.name, f"{prefix}_IN_PROGRESS", said + asked, physical=stack.stack_id)
    if told.rollback == "running":
        return
    undone = "DELETE_COMPLETE" if told.action == "CREATE" else "UPDATE_COMPLETE"
    broken = told.rollback_failed or told.failed
    for name in dict.fromkeys((*changed, broken)) if told.rollback == "failed" else changed:
        fails = told.rollback == "failed" and name == broken
        status = undone.replace("COMPLETE", "FAILED") if fails else undone
        yield _of_resource(told, stack, nested, name, at_s + 20, status, told.rollback_reason if fails else "")
    if told.rollback == "failed":
        reason = (
            f"The following resource(s) failed to {'delete' if told.action == 'CREATE' else 'update'}: [{broken}]. "
        )
        yield Said(at_s + 21, stack.name, f"{prefix}_FAILED", reason, physical=stack.stack_id)
        return
    if told.action == "UPDATE":
        yield Said(at_s + 22, stack.name, f"{prefix}_COMPLETE_CLEANUP_IN_PROGRESS", physical=stack.stack_id)
    yield Said(at_s + 24, stack.name, f"{prefix}_COMPLETE", physical=stack.stack_id)


def _reason(told: Operation, nested: Any) -> str:
    if nested is None:
        return told.reason
    why = f" with reason: {nested.status_reason}" if getattr(nested, "status_reason", None) else ""
    past = _PAST[told.action]
    return f"Embedded stack {nested.stack_id} was not successfully {past}. Currently in {nested.status}{why}"


def _of_resource(told: Operation, stack: Any, nested: Any, name: str, at_s: float, status: str, reason: str) -> Said:
    declared = stack.template_dict.get("Resources", {}).get(name, {})
    if name == told.failed and nested is not None:
        return Said(at_s, name, status, reason, _STACK, nested.stack_id)
    kind = (told.kind if name == told.failed else "") or declared.get("Type", "AWS::CloudFormation::CustomResource")
    return Said(at_s, name, status, reason, kind, f"{stack.name}-{name}")


def _event(stack: Any, line: Said) -> Any:
    from moto.cloudformation.models import Event

    event = Event(
        stack_id=stack.stack_id,
        stack_name=stack.name,
        logical_resource_id=line.logical,
        physical_resource_id=line.physical,
        resource_type=line.kind,
        resource_status=line.status,
        resource_status_reason=line.reason or None,
        resource_properties=None,
    )
    event.timestamp = utc(line.at_s)
    event.event_id = uuid5(NAMESPACE_URL, f"{stack.stack_id}/{line.at_s}/{line.logical}/{line.status}")
    return event


def _backend(account: str, region: str) -> Any:
    from moto.cloudformation.models import cloudformation_backends

    return cloudformation_backends[account][region]


def _stack(backend: Any, name: str) -> Any:
    found = next((s for s in backend.stacks.values() if name in (s.name, s.stack_id)), None)
    if found is None:
        raise KeyError(name)
    return found


def _describe_stack_events(request: Request) -> dict[str, Any]:
    """DescribeStackEvents: newest first, a hundred to a page, those that have happened by now."""
    stack = _backend(request.account, request.region).get_stack(request.get("StackName"))
    now_s = time.time()
    told = sorted((e for e in stack.events if epoch(e.timestamp) <= now_s), key=lambda e: epoch(e.timestamp))[::-1]
    start = int(request.get("NextToken", 0) or 0)
    more = {"NextToken": str(start + _PAGE)} if start + _PAGE < len(told) else {}
    return {"StackEvents": told[start : start + _PAGE], **more}


def install() -> None:
    """Give moto's CloudFormation operations that fail; what a scenario creates was created long ago."""
    from moto.cloudformation.models import Event, Stack
    from moto.cloudformation.responses import CloudFormationResponse

    make_stack: Any = Stack.__init__
    make_event: Any = Event.__init__

    def stack_made(self: Any, *args: Any, **kwargs: Any) -> None:
        make_stack(self, *args, **kwargs)
        self.creation_time = era.moment()

    def event_made(self: Any, *args: Any, **kwargs: Any) -> None:
        make_event(self, *args, **kwargs)
        self.timestamp = era.moment()

    actions.replace(Stack, "__init__", stack_made)
    actions.replace(Event, "__init__", event_made)
    actions.add(CloudFormationResponse, {"DescribeStackEvents": _describe_stack_events})
