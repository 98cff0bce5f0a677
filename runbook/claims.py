"""Is this incident in hand already? Claims in a table, made once by whoever comes first.

Two claims are made. The *change*: an alarm's ARN and the time of its change of state; EventBridge delivers an event at
least once, and a second delivery repeats both. The *trouble*: the ARN alone, for as long as its incident runs; an alarm
that flaps changes its state again and again, and is one incident all the same.

A claim silences a page, so it is worth only as much as the execution that made it: where that one ended badly (the
change) or runs no more (the trouble), or nobody can tell, the incident is taken for new.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from aws_lambda_powertools.utilities.idempotency import (
    DynamoDBPersistenceLayer,
    IdempotencyConfig,
    idempotent_function,
)
from aws_lambda_powertools.utilities.idempotency.exceptions import IdempotencyPersistenceLayerError
from botocore.exceptions import BotoCoreError, ClientError

from runbook.aws import client, setting
from runbook.incidents import Opening

KEEP_S = 24 * 3600
"""A claim is forgotten after a day; EventBridge tries to deliver for so long."""
_ENDED_BADLY = {"FAILED", "TIMED_OUT", "ABORTED"}
_PREFIX = "vitals"


class ClaimsError(RuntimeError):
    """The table cannot be asked; the message says why."""


def taken_by(opening: Opening, execution: str, context: Any = None) -> str:
    """The execution that has this incident in hand: `execution` itself, or an earlier one.

    ClaimsError where nobody can tell; IdempotencyAlreadyInProgressError while another claims it in this very moment.
    """
    if not opening.resource:  # started by hand, and nothing says of what
        return execution
    if opening.changed:
        first = once(f"change {opening.resource} {opening.changed}", lambda: execution, context)
        if first != execution and _status(first) not in {*_ENDED_BADLY, ""}:
            return first
    trouble = trouble_of(opening)
    holder = once(trouble, lambda: execution, context)
    if holder == execution:
        return execution
    if _status(holder) == "RUNNING":
        return holder
    forget(trouble)
    return once(trouble, lambda: execution, context)


def trouble_of(opening: Opening) -> str:
    """The key of a trouble's claim."""
    return f"trouble {opening.resource}"


def once(key: str, make: Callable[[], str], context: Any = None) -> str:
    """What `make` returns, made once a day for this key: an earlier call's value where there was one.

    ClaimsError where the table cannot be asked; what `make` raises is raised, and leaves the key free.
    """

    def make_it(claim: dict[str, str]) -> dict[str, str]:
        return {"of": claim["key"], "value": make()}

    made = idempotent_function(
        make_it,
        data_keyword_argument="claim",
        persistence_store=_store(),
        config=_config(context),
        key_prefix=_PREFIX,
    )
    try:
        return str(made(claim={"key": key})["value"])
    except IdempotencyPersistenceLayerError as error:
        raise ClaimsError(str(error)) from error


def forget(key: str) -> None:
    """Let the next one claim it. ClientError where the table refuses."""
    store = _store()
    store.configure(_config(), key_prefix=_PREFIX)
    store.delete_record({"key": key}, exception=RuntimeError("the incident runs no more"))


def _config(context: Any = None) -> IdempotencyConfig:
    config = IdempotencyConfig(event_key_jmespath="key", expires_after_seconds=KEEP_S)
    if context is not None:
        config.register_lambda_context(context)
    return config


def _store() -> DynamoDBPersistenceLayer:
    return DynamoDBPersistenceLayer(setting("TABLE"), boto3_client=client("dynamodb"))


def _status(execution: str) -> str:
    """The execution's status, or nothing where nobody can tell."""
    try:
        return str(client("stepfunctions").describe_execution(executionArn=execution)["status"])
    except (ClientError, BotoCoreError):
        return ""
