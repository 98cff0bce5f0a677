"""What is there to learn? The draft of the postmortem in the bucket, an OpsItem for what follows, word to the team."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from aws_lambda_powertools import Logger, Tracer
from botocore.exceptions import ClientError

from runbook.aws import client, setting
from runbook.bucket import address, keep, kept
from runbook.chronicle import chronicle
from runbook.claims import forget, trouble_of
from runbook.incidents import incident_id, opening
from runbook.telling import publish

OPS_SOURCE = "vitals"
"""What `[readiness] actions` in targets.toml names, so that the suite asks after what was not done."""
_OPS_SEVERITY = {"critical": "1", "high": "2"}
_UNDRAFTED = "There is no draft: diagnostics were not collected, or found nothing sick.\n"

logger = Logger()
tracer = Tracer()


@tracer.capture_lambda_handler(capture_response=False)
@logger.inject_lambda_context
def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
    """Where the document is, and the OpsItem's id. ClientError where the bucket or the topic refuses."""
    state, execution = event["state"], event["execution"]
    name = incident_id(execution, event["started"])
    ended = f"{datetime.now(UTC):%Y-%m-%dT%H:%M:%SZ}"
    text = chronicle(name, state, execution, event["started"], ended) + "\n" + _draft(state)
    page = address(keep(f"postmortems/{name}.md", text), context.invoked_function_arn)
    recovered = bool((state.get("recovery") or {}).get("recovered"))
    item = _ops_item(name, state, page)
    outcome = "recovered" if recovered else "NOT RECOVERED"
    publish(
        setting("TEAM_TOPIC"), f"{name}: {outcome}", [*_words(state, outcome), f"Postmortem, a draft: {page}", item]
    )
    _release(state)
    logger.info("documented", extra={"incident_id": name, "recovered": recovered, "document": page})
    return {"incident_id": name, "recovered": recovered, "document": page, "ops_item": item}


def _draft(state: Mapping[str, Any]) -> str:
    """What the suite drafted when it diagnosed; a line where it did not."""
    key = ((state.get("response") or {}).get("diagnostics") or {}).get("draft", "")
    if not key:
        return _UNDRAFTED
    try:
        return kept(key).decode()
    except ClientError as error:
        logger.warning("the draft cannot be read", extra={"key": key, "error": str(error)})
        return f"The draft cannot be read: {error.response['Error']['Code']} of s3://{setting('BUCKET')}/{key}\n"


def _ops_item(name: str, state: Mapping[str, Any], page: str) -> str:
    """An OpsItem for the follow-ups, one for an incident; why there is none where OpsCenter refuses.

    https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_CreateOpsItem.html
    """
    classified = state.get("classification") or {}
    dedup = {"Value": json.dumps({"dedupString": name}), "Type": "SearchableString"}
    try:
        answer = client("ssm").create_ops_item(
            Title=f"Postmortem of {name}: {classified.get('because') or 'an incident'}"[:1024],
            Description=f"Complete the draft and do its follow-ups: {page}"[:1024],
            Source=OPS_SOURCE,
            Category="Availability",
            Severity=_OPS_SEVERITY.get(str(classified.get("severity")), "3"),
            OperationalData={"/aws/dedup": dedup},
        )
    except ClientError as error:
        code = error.response["Error"]["Code"]
        logger.warning("no OpsItem", extra={"incident_id": name, "error": str(error)})
        return f"OpsItem: there is one already, or none could be made: {code}"
    return f"OpsItem: {answer['OpsItemId']}"


def _words(state: Mapping[str, Any], outcome: str) -> list[str]:
    classified, recovery = state.get("classification") or {}, state.get("recovery") or {}
    return [
        f"{classified.get('severity')}: {classified.get('because')}",
        f"Opened by {classified.get('opening') or 'an event that could not be classified'}",
        f"{outcome}: {recovery.get('reason') or 'nobody watched'}",
    ]


def _release(state: Mapping[str, Any]) -> None:
    """The next change of the same alarm opens a new incident; where this fails, the end of the execution says so."""
    try:
        forget(trouble_of(opening(state.get("incident") or {})))
    except ClientError as error:
        logger.warning("the claim stays", extra={"error": str(error)})
