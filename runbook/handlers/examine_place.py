"""How is one place of the fleet? The suite through the member's read-only role, its run folder in the bucket."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from aws_lambda_powertools import Logger, Tracer

from runbook.aws import optional, setting
from runbook.bucket import keep_folder
from runbook.nights import run_prefix
from runbook.suite import run_suite

EXAMINE_S = 780
"""Lambda ends a function after 900 s; the rest is for the folder's way to the bucket."""

logger = Logger()
tracer = Tracer()


@tracer.capture_lambda_handler
@logger.inject_lambda_context
def handler(event: dict[str, Any], _context: Any) -> dict[str, Any]:
    """The place and its exit code. SuiteError where the suite gave no verdict: the map keeps that as a blind place."""
    account, region = event["account"], event["region"]
    words = ["--account", account, "--region", region, "--role-name", setting("MEMBER_ROLE")]
    if optional("EXTERNAL_ID"):
        words += ["--external-id", optional("EXTERNAL_ID")]
    with TemporaryDirectory(prefix="vitals-") as folder:
        run = run_suite(Path(folder), *words, seconds=EXAMINE_S)
        prefix = keep_folder(run.folder, run_prefix(event["night"], account, region))
    logger.info("examined", extra={"place": f"{account}/{region}", "exit": run.exit, "folder": prefix})
    return {"place": f"{account}/{region}", "exit": run.exit}
