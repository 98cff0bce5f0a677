"""Is it well again? One look at exactly what failed; three green ones in a row end the incident's task.

Each invocation looks once, so that a watch of an hour fits into a function of fifteen minutes, and asks EventBridge
Scheduler for the next one, with the token and the count.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from aws_lambda_powertools import Logger, Tracer
from botocore.exceptions import ClientError

from runbook.aws import client, setting
from runbook.bucket import keep_folder, kept_json
from runbook.incidents import incident_id
from runbook.suite import HEALTHY, NOTHING, SuiteError, repeat
from runbook.watching import WANTED_GREEN, Watch

LOOK_S = 780
WATCH_S = 3300
"""The task ends after 3600 s; a watch that ends before it says why."""
_ENDED = {"TaskTimedOut", "InvalidToken", "TaskDoesNotExist"}

logger = Logger()
tracer = Tracer()


@tracer.capture_lambda_handler(capture_response=False)
@logger.inject_lambda_context
def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
    """One look. The first is asked for by the state machine, the others by the schedule of the one before.

    ClientError where the token cannot be answered or the next look not be asked for: its heartbeat runs out then.
    """
    watch = Watch.from_dict(event["watch"]) if "watch" in event else _begun(event)
    if not watch.watched:
        return _answer(watch, False, "no diagnostics say what failed, so nothing can be watched")
    nodes = kept_json(watch.watched)
    if not nodes:
        return _answer(watch, False, "nothing failed that recovers by itself, and not everything was healthy")
    return _looked(watch, nodes, context.invoked_function_arn)


def _begun(event: Mapping[str, Any]) -> Watch:
    """The watch as the state machine begins it: over what diagnostics found, else over what the short look did."""
    state = event["state"]
    classified = state.get("classification") or {}
    diagnosed = (state.get("response") or {}).get("diagnostics") or {}
    name, analysis = incident_id(event["execution"], event["started"]), int(classified.get("analysis", 1))
    key = (diagnosed.get("watched") or {}).get("key", "")
    if not key.startswith(f"runs/{name}/{analysis}-"):  # none, or those of the analysis before
        key = ((classified.get("look") or {}).get("watched") or {}).get("key", "")
    entered = datetime.fromisoformat(event["entered"])
    return Watch(
        name=name,
        analysis=analysis,
        token=event["taskToken"],
        watched=key,
        until=entered + timedelta(seconds=int(setting("WATCH_SECONDS", str(WATCH_S)))),
    )


def _looked(watch: Watch, nodes: list[str], function_arn: str) -> dict[str, Any]:
    watch = _look(watch, nodes)
    wait = timedelta(seconds=int(setting("ROUND_SECONDS", "120")))
    if watch.well:
        return _answer(watch, True, f"green {watch.green} times in a row")
    if watch.over(datetime.now(UTC), wait):
        late = f"not green {WANTED_GREEN} times in a row by {watch.until:%H:%M} UTC"
        return _answer(watch, False, f"{late}: {watch.last}")
    if _told(watch, "send_task_heartbeat"):
        _schedule(watch, datetime.now(UTC) + wait, function_arn)
    return {"look": watch.look, "green": watch.green, "last": watch.last}


def _look(watch: Watch, nodes: list[str]) -> Watch:
    """Look once; a suite that gives no verdict is no green one."""
    with TemporaryDirectory(prefix="vitals-") as folder:
        try:
            run = repeat(Path(folder), nodes, seconds=LOOK_S)
        except SuiteError as error:
            logger.warning("no verdict", extra={"incident_id": watch.name, "look": watch.look, "error": str(error)})
            return watch.after(-1, str(error))
        keep_folder(run.folder, f"runs/{watch.name}/{watch.analysis}-look-{watch.look}")
        unseen = run.not_seen(nodes) if run.exit == HEALTHY else []
        if unseen:
            return watch.after(NOTHING, f"nothing was checked of {unseen[0]}")
        said = next((one["symptom"] for one in run.findings("now", "soon", "hygiene")), run.coverage)
        logger.info("looked", extra={"incident_id": watch.name, "look": watch.look, "exit": run.exit})
        return watch.after(run.exit, f"{run.verdict}: {said}")


def _answer(watch: Watch, recovered: bool, reason: str) -> dict[str, Any]:
    """End the task. Not recovered is an answer, too: it leads back to analysis."""
    output = {"recovered": recovered, "looks": watch.look - 1, "reason": reason, "at": datetime.now(UTC).isoformat()}
    _told(watch, "send_task_success", output=json.dumps(output))
    return output


def _told(watch: Watch, operation: str, **words: str) -> bool:
    """Tell the state machine; False where it waits no more, which is no error: the incident went on without this watch.

    https://docs.aws.amazon.com/step-functions/latest/apireference/API_SendTaskHeartbeat.html
    """
    try:
        getattr(client("stepfunctions"), operation)(taskToken=watch.token, **words)
    except ClientError as error:
        if error.response["Error"]["Code"] not in _ENDED:
            raise
        logger.info("the incident waits no more", extra={"incident_id": watch.name, "look": watch.look})
        return False
    return True


def _schedule(watch: Watch, at: datetime, function_arn: str) -> None:
    """Ask for the next look, once: a schedule that is there already was asked for by the same look.

    https://docs.aws.amazon.com/scheduler/latest/APIReference/API_CreateSchedule.html
    """
    scheduler = client("scheduler")
    try:
        scheduler.create_schedule(
            Name=watch.schedule,
            GroupName=setting("SCHEDULE_GROUP"),
            ScheduleExpression=f"at({at:%Y-%m-%dT%H:%M:%S})",
            ScheduleExpressionTimezone="UTC",
            FlexibleTimeWindow={"Mode": "OFF"},
            ActionAfterCompletion="DELETE",
            Target={
                "Arn": function_arn,
                "RoleArn": setting("SCHEDULER_ROLE"),
                "Input": json.dumps({"watch": watch.to_dict()}),
                "RetryPolicy": {"MaximumRetryAttempts": 3, "MaximumEventAgeInSeconds": 600},
            },
        )
    except scheduler.exceptions.ConflictException:
        logger.info("the next look is scheduled already", extra={"schedule": watch.schedule})
