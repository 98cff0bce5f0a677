"""How was the night? The whole suite, its report in the bucket beside the nights before, and the link to the team."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from aws_lambda_powertools import Logger, Tracer

from runbook.aws import client, setting
from runbook.bucket import keep, kept
from runbook.looks import kept_look, told
from runbook.suite import SuiteError, run_suite
from runbook.telling import publish

LOOK_S = 780
MONTHS = 4
"""So many files of history are fetched: a file a month, and the report looks back for 92 days."""

logger = Logger()
tracer = Tracer()


@tracer.capture_lambda_handler(capture_response=False)
@logger.inject_lambda_context
def handler(_event: dict[str, Any], context: Any) -> dict[str, Any]:
    """The summary of the run. SuiteError where there is no verdict; the team is told of that as well."""
    night = f"nightly-{datetime.now(UTC):%Y%m%dT%H%M%SZ}"
    with TemporaryDirectory(prefix="vitals-") as folder:
        history = _history(Path(folder) / "history")
        try:
            run = run_suite(Path(folder), "--history", str(history), seconds=LOOK_S)
        except SuiteError as error:
            publish(setting("TEAM_TOPIC"), "vitals: the nightly run gave no verdict", [str(error)])
            raise
        look = kept_look(run, f"runs/{night}", context.invoked_function_arn)
        for path in sorted(history.glob("*.jsonl")):
            keep(f"history/{path.name}", path.read_bytes())
    publish(setting("TEAM_TOPIC"), f"vitals: last night: {look['verdict']}, {look['hurting']} hurting now", told(look))
    logger.info("nightly", extra={"exit": run.exit, "report": look["report"]})
    return look


def _history(folder: Path) -> Path:
    """The newest months of history, so that the report says what is new since the night before."""
    folder.mkdir()
    pages = client("s3").get_paginator("list_objects_v2").paginate(Bucket=setting("BUCKET"), Prefix="history/")
    keys = sorted(found["Key"] for page in pages for found in page.get("Contents", ()))
    for key in keys[-MONTHS:]:
        (folder / Path(key).name).write_bytes(kept(key))
    return folder
