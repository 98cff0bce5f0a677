"""An account in which the runbook is deployed: moto's server, which runs the state machine, and the handlers inside it.

    python tests/runbook/account.py

Step Functions, SNS, S3, DynamoDB and Secrets Manager are moto's. What moto lacks is completed: a function's image runs
as its handler, in this process; EventBridge Scheduler starts what is due; OpsItems are the sandbox's. The suite that
handlers start is the real one, forked from a process that has imported it already, which saves seconds and nothing
else.
"""

from __future__ import annotations

import importlib
import json
import os
import socket
import subprocess
import sys
import threading
import time
import traceback
import uuid
from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any

ACCOUNT = "123456789012"


class Context:
    """What Lambda tells a handler of its invocation."""

    def __init__(self, function: Any) -> None:
        self.function_name = function.function_name
        self.memory_limit_in_mb = function.memory_size
        self.invoked_function_arn = function.function_arn
        self.aws_request_id = str(uuid.uuid4())
        self._end = time.monotonic() + int(function.timeout)

    def get_remaining_time_in_millis(self) -> int:
        return int((self._end - time.monotonic()) * 1000)


def invoked(function: Any, event: Any) -> tuple[str, bool, str]:
    """Lambda's answer: the handler's JSON, or its error as Lambda words it."""
    module, _, name = function.image_config.cmd[0].rpartition(".")
    try:
        answer = getattr(importlib.import_module(module), name)(event, Context(function))
        return json.dumps(answer), False, ""
    except Exception as error:  # noqa: BLE001 - as Lambda does
        traceback.print_exc()
        told = {"errorMessage": str(error), "errorType": type(error).__name__, "stackTrace": []}
        return json.dumps(told), True, ""


def schedule_for_ever() -> None:
    """Start what is due, and delete it where it says so: EventBridge Scheduler, which moto only writes down."""
    from moto.awslambda.models import lambda_backends
    from moto.scheduler.models import scheduler_backends

    while True:
        time.sleep(0.1)
        now = f"{datetime.now(UTC):%Y-%m-%dT%H:%M:%S}"
        for region, backend in list(scheduler_backends[ACCOUNT].items()):
            for group in list(backend.schedule_groups.values()):
                for schedule in list(group.schedules.values()):
                    if schedule.schedule_expression > f"at({now})":
                        continue
                    assert schedule.action_after_completion == "DELETE"
                    group.delete_schedule(schedule.name)
                    function = lambda_backends[ACCOUNT][region].get_function(schedule.target["Arn"])
                    event = json.loads(schedule.target["Input"])
                    threading.Thread(target=invoked, args=(function, event), daemon=True).start()


def answer_early() -> None:
    """A token is good while the function that got it still runs, for success and for a beat; moto waits for neither."""
    from moto.stepfunctions.parser.asl.eval.callback.callback import CallbackEndpoint

    set_up = CallbackEndpoint.setup_heartbeat_endpoint

    def watched(self: Any, heartbeat_seconds: int) -> Any:
        endpoint = set_up(self, heartbeat_seconds)
        if self.get_outcome() is not None:
            endpoint.notify()
        return endpoint

    def beat(self: Any) -> bool:
        if self._heartbeat_endpoint:
            self._heartbeat_endpoint.notify()
        return True

    CallbackEndpoint.setup_heartbeat_endpoint = watched
    CallbackEndpoint.notify_heartbeat = beat


def run_warm(command: list[str], *, cwd: Path, env: dict[str, str], timeout: float, **_: Any) -> Any:
    """`subprocess.run` of a Python command, by the process that has imported the suite already."""
    with socket.socket(socket.AF_UNIX) as asking:
        asking.connect(os.environ["WARM"])
        asking.settimeout(timeout)
        asking.sendall(json.dumps({"command": command, "cwd": str(cwd), "env": env}).encode() + b"\n")
        answer = json.loads(asking.makefile().readline())
    return subprocess.CompletedProcess(command, answer["code"], answer["stdout"], answer["stderr"])


def serve(port: int) -> None:
    from moto.awslambda.models import LambdaFunction
    from moto.server import DomainDispatcherApplication, create_backend_app
    from moto.ssm.responses import SimpleSystemManagerResponse
    from werkzeug.serving import make_server

    from runbook import suite
    from sandbox.services import actions, ops_items

    answer_early()
    LambdaFunction._invoke_lambda = invoked
    actions.add(SimpleSystemManagerResponse, {"CreateOpsItem": ops_items.create_ops_item})
    actions.add(SimpleSystemManagerResponse, {"DescribeOpsItems": ops_items.describe_ops_items})
    suite.subprocess = SimpleNamespace(run=run_warm, TimeoutExpired=subprocess.TimeoutExpired)
    server = make_server("127.0.0.1", port, DomainDispatcherApplication(create_backend_app), threaded=True)
    threading.Thread(target=schedule_for_ever, daemon=True).start()
    sys.stdout.write(json.dumps({"endpoint": f"http://127.0.0.1:{server.port}"}) + "\n")
    sys.stdout.flush()
    threading.Thread(target=server.serve_forever, daemon=True).start()
    sys.stdin.read()  # the test holds the other end; however it ends, this process does, too
    os._exit(0)


if __name__ == "__main__":
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        free = probe.getsockname()[1]
    os.environ["MOTO_PORT"] = str(free)
    with Path(os.environ["AWS_CONFIG_FILE"]).open("a") as config:  # not for the profile that the suite uses
        config.write(f"[default]\nendpoint_url = http://127.0.0.1:{free}\n")
    serve(free)
