"""A life-cycle hook of CodeDeploy, AfterAllowTraffic of functions and ECS services: Vitals decides whether it succeeds.

A Lambda function from a container image that holds Vitals, with 15 minutes and a role that may read (`--iam-policy`)
and call codedeploy:PutLifecycleEventHookExecutionStatus. Failed makes CodeDeploy go back to the version before.
https://docs.aws.amazon.com/codedeploy/latest/userguide/reference-appspec-file-structure-hooks.html
"""

from __future__ import annotations

import os
import shlex
import subprocess
import sys
import time
from typing import Any

import boto3

HEALTHY, BLIND = 0, 6
RETRY_S = 60.0
RESERVE_S = 90.0
"""So long before Lambda would end the hook it must have said what came of it: silence is a failure an hour later."""


def command(deployment: str) -> list[str]:
    """The suite's command line; VITALS_WORDS holds further words, such as `--service checkout`."""
    words = shlex.split(os.environ.get("VITALS_WORDS", ""))
    gate = ["-m", "deploy", "--gate", "--deployment", deployment, "--out", f"/tmp/{deployment}"]  # noqa: S108 - all that Lambda may write
    return [sys.executable, "-m", "pytest", "checks", "-p", "no:cacheprovider", *gate, *words]


def judge(deployment: str, seconds_left: Any, run: Any = subprocess.run, sleep: Any = time.sleep) -> int:
    """The gate's exit code; while nobody can tell (6) it is asked again, as long as there is time."""
    while True:
        code: int = run(command(deployment), check=False).returncode
        if code != BLIND or seconds_left() < RESERVE_S + RETRY_S:
            return code
        sleep(RETRY_S)


def handler(event: dict[str, str], context: Any) -> str:
    """Tell CodeDeploy what the gate says: only 0 is a success, for 5 and 6 prove nothing."""
    code = judge(event["DeploymentId"], lambda: context.get_remaining_time_in_millis() / 1000)
    status = "Succeeded" if code == HEALTHY else "Failed"
    boto3.client("codedeploy").put_lifecycle_event_hook_execution_status(
        deploymentId=event["DeploymentId"],
        lifecycleEventHookExecutionId=event["LifecycleEventHookExecutionId"],
        status=status,
    )
    return f"{status}: the gate ended with {code}"
