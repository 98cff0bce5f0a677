"""What is known when people arrive? The whole suite, its run folder and the draft of a postmortem in the bucket."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from aws_lambda_powertools import Logger, Tracer
from botocore.exceptions import ClientError

from runbook.bucket import kept_json
from runbook.incidents import incident_id
from runbook.looks import kept_look
from runbook.suite import run_suite

LOOK_S = 780
"""Lambda ends a function after 900 s; the rest is for the folder's way to the bucket."""

logger = Logger()
tracer = Tracer()


@tracer.capture_lambda_handler(capture_response=False)
@logger.inject_lambda_context
def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
    """The summary of the run. SuiteError where there is no verdict, ClientError where the bucket refuses."""
    name = incident_id(event["execution"], event["started"])
    classified = event["state"].get("classification") or {}
    prefix = f"runs/{name}/{classified.get('analysis', 1)}-diagnostics"
    with TemporaryDirectory(prefix="vitals-") as folder:
        run = run_suite(Path(folder), "--postmortem", seconds=LOOK_S)
        look = kept_look(run, prefix, context.invoked_function_arn, _hurt(classified.get("look") or {}))
    logger.info("diagnosed", extra={"incident_id": name, "exit": run.exit, "report": look["report"]})
    return {"collected": True, **look}


def _hurt(look: Mapping[str, Any]) -> list[str]:
    """What hurt when it was classified: what cannot be looked at now must not drop out of the watch."""
    if not look.get("hurting"):
        return []
    try:
        return list(kept_json(look["watched"]["key"]))
    except ClientError as error:
        logger.warning("what hurt cannot be read", extra={"error": str(error)})
        return list(look["failed"])
