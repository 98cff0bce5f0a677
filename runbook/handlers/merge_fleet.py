"""How was the fleet's night? The results of all places become one report, and its link goes to the team."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from aws_lambda_powertools import Logger, Tracer
from botocore.exceptions import ClientError

from reports.merge.collect import AT_ONCE
from reports.merge.fleet import Fleet
from reports.merge.folders import RESULTS, RUN_FILE, Expected
from reports.merge.night import merged
from reports.merge.page import write_page
from reports.merge.record import NAME as RECORD
from reports.merge.text import lines
from runbook.aws import client, setting
from runbook.bucket import address, keep_folder, kept_json
from runbook.bucket import keep as keep_object
from runbook.nights import LATEST, blind_key, left_out_key, places_key, report_prefix, run_prefix
from runbook.telling import publish

FETCHERS = 8
_ABSENT = ("NoSuchKey", "404")

logger = Logger()
tracer = Tracer()

Listed = dict[str, str]
"""A place as the list has it: `account`, `region`, `night`."""


@tracer.capture_lambda_handler
@logger.inject_lambda_context
def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
    """Exit code, verdicts and the report's page. ClientError where the bucket or the topic refuses."""
    night = event["night"]
    places: list[Listed] = kept_json(places_key(night))
    with TemporaryDirectory(prefix="vitals-fleet-") as scratch:
        folder = Path(scratch)
        before = _before(folder / "before", night)
        fleet = merged(
            _fetched(places, folder / "runs"),
            folder / "report",
            expected=_expected(places),
            before=before,
            notes=kept_json(left_out_key(night)),
        )
        page = write_page(fleet, folder / "report")
        keep_folder(folder / "report", report_prefix(night))
    keep_object(LATEST, json.dumps({"night": night}))
    link = address(f"{report_prefix(night)}/{page.name}", context.invoked_function_arn)
    publish(setting("TEAM_TOPIC"), _title(fleet), [*lines(fleet), f"report:   {link}"])
    logger.info("merged", extra={"night": night, "exit": fleet.exit_code(), "report": link})
    return {"exit": fleet.exit_code(), "verdicts": dict(fleet.verdicts()), "report": link}


def _title(fleet: Fleet) -> str:
    told = [f"{number:,} {verdict}" for verdict, number in fleet.verdicts().items() if number]
    return f"vitals: the fleet last night: {', '.join(told)}"


def _fetched(places: Sequence[Listed], folder: Path) -> Iterator[Path]:
    """A folder for each place with what its run left, some at a time; those before are removed."""
    with ThreadPoolExecutor(FETCHERS) as fetchers:
        for first in range(0, len(places), AT_ONCE):
            shutil.rmtree(folder, ignore_errors=True)
            some = places[first : first + AT_ONCE]
            yield from fetchers.map(_fetch, some, [folder / f"{p['account']}_{p['region']}" for p in some])


def _fetch(place: Listed, folder: Path) -> Path:
    """Whatever cannot be fetched is missing there, which the merge calls blind."""
    folder.mkdir(parents=True)
    prefix = run_prefix(place["night"], place["account"], place["region"])
    for name in (RUN_FILE, RESULTS):
        try:
            client("s3").download_file(setting("BUCKET"), f"{prefix}/{name}", str(folder / name))
        except ClientError as error:
            (folder / name).unlink(missing_ok=True)
            if error.response["Error"]["Code"] not in _ABSENT:
                logger.warning("not fetched", extra={"folder": prefix, "error": str(error)})
    return folder


def _expected(places: Sequence[Listed]) -> list[Expected]:
    """Every listed place, with the reason of those whose task came to nothing."""
    night = places[0]["night"]
    pages = client("s3").get_paginator("list_objects_v2").paginate(
        Bucket=setting("BUCKET"), Prefix=blind_key(night, "", "").rpartition("/")[0]
    )  # fmt: skip
    failed = {found["Key"] for page in pages for found in page.get("Contents", ())}
    return [
        Expected(f"{place['account']}/{place['region']}", _why(key) if key in failed else "")
        for place in places
        for key in (blind_key(night, place["account"], place["region"]),)
    ]


def _why(key: str) -> str:
    """What the state machine caught, in words: a function's own message, else the error's name and cause."""
    caught = kept_json(key)
    caught = json.loads(caught) if isinstance(caught, str) else caught  # Step Functions may write a text in quotes
    if not isinstance(caught, dict):
        return f"its task ended with {caught!r}"
    error, cause = str(caught.get("Error", "")), str(caught.get("Cause", ""))
    try:
        said = json.loads(cause)["errorMessage"]
    except (ValueError, KeyError, TypeError):
        return f"its task ended with {error}: {cause}" if cause else f"its task ended with {error or 'an error'}"
    return str(said)


def _before(folder: Path, night: str) -> Path | None:
    """The record of the newest complete night; None where this is the first."""
    try:
        latest = str(kept_json(LATEST)["night"])
    except ClientError as error:
        if error.response["Error"]["Code"] in _ABSENT:
            return None
        raise
    if latest == night:  # this very step, tried again
        return None
    folder.mkdir(parents=True)
    try:
        client("s3").download_file(setting("BUCKET"), f"{report_prefix(latest)}/{RECORD}", str(folder / RECORD))
    except ClientError as error:  # the report says that there is nothing to compare with
        logger.warning("no earlier night", extra={"night": latest, "error": str(error)})
    return folder
