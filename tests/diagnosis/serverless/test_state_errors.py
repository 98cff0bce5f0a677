"""Is the error of an execution given its cause: Step Functions' own errors, and those that tasks wrap?"""

from __future__ import annotations

import json

import pytest

from diagnosis.serverless.state_errors import brief, cause_of_error

TASK = {
    "Attachments": [{"Details": [{"Name": "subnetId", "Value": "subnet-1"}] * 40}],
    "Containers": [
        {"ContainerArn": "arn:aws:ecs:eu-west-1:123456789012:container/a", "ExitCode": 0, "Name": "proxy"},
        {"ContainerArn": "arn:aws:ecs:eu-west-1:123456789012:container/b", "ExitCode": 1, "Name": "job"},
    ],
    "StopCode": "EssentialContainerExited",
    "StoppedReason": "Essential container in task exited",
}
KILLED = TASK | {"Containers": [{"Name": "job", "ExitCode": 137, "Reason": "OutOfMemoryError: Container killed"}]}
UNPULLED = {"StopCode": "TaskFailedToStart", "StoppedReason": "CannotPullContainerError: job:7: not found"}
RATE = {"Error": "Lambda.TooManyRequestsException", "Cause": "Rate Exceeded."}
DENIED = "User: x is not authorized to perform: lambda:InvokeFunction on resource: y"


@pytest.mark.parametrize(
    ("error", "cause", "word"),
    [
        ("States.Timeout", "", "timeout"),
        ("States.HeartbeatTimeout", "", "timeout"),
        ("States.NoChoiceMatched", "State 'Route' does not match any of its choices", "code"),
        (
            "States.Runtime",
            "The JSONPath '$.id' specified for the field 'id.$' could not be found in the input",
            "code",
        ),
        ("States.IntrinsicFailure", "The function 'States.Format' had the following error", "code"),
        ("States.DataLimitExceeded", "The state/task returned a result with a size exceeding the maximum", "quota"),
        ("States.Permissions", "", "permission"),
        ("States.Http.StatusCode.503", "Service Unavailable", "dependency"),
        ("States.Http.StatusCode.504", "", "timeout"),
        ("States.Http.StatusCode.429", "", "throttled"),
        ("States.Http.StatusCode.403", "Forbidden", "permission"),
        ("States.Http.StatusCode.404", "Not Found", "config"),
        ("States.TaskFailed", json.dumps(TASK), "code"),
        ("States.TaskFailed", json.dumps(KILLED), "out_of_memory"),
        ("States.TaskFailed", json.dumps(UNPULLED), "image_pull"),
        ("States.TaskFailed", json.dumps({"JobRunState": "FAILED", "ErrorMessage": "failed with exit code 1"}), "code"),
        ("States.TaskFailed", json.dumps(RATE), "throttled"),
        ("States.TaskFailed", json.dumps({"Error": "States.TaskFailed", "Cause": json.dumps(RATE)}), "throttled"),
        ("States.TaskFailed", DENIED, "permission"),
        ("States.ExceedToleratedFailureThreshold", "The specified tolerated failure threshold was exceeded", "unknown"),
        ("CardDeclined", "insufficient funds", "unknown"),
        ("KeyError", json.dumps({"errorType": "KeyError", "errorMessage": "'size'"}), "code"),
        ("States.TaskFailed", json.dumps({"Containers": "none", "Status": "FAILED"}), "unknown"),
        ("", "", "unknown"),
    ],
)
def test_an_error_is_given_its_cause(error: str, cause: str, word: str) -> None:
    assert cause_of_error(error, cause)[0] == word
    assert cause_of_error(error, brief(cause))[0] == word


def test_a_task_that_is_described_on_pages_is_told_in_a_line() -> None:
    told = brief(json.dumps(TASK))
    assert len(told) < 300
    assert json.loads(told)["Containers"] == [{"Name": "job", "ExitCode": 1}]


def test_what_is_no_document_stays_as_it_is() -> None:
    assert [brief(text) for text in ("card service: 503", '["a"]', '{"a": 1}')] == [
        "card service: 503",
        '["a"]',
        '{"a": 1}',
    ]


def test_errors_that_wrap_each_other_end_somewhere() -> None:
    cause = "too deep"
    for _ in range(9):
        cause = json.dumps({"Error": "States.TaskFailed", "Cause": cause})
    assert cause_of_error("States.TaskFailed", cause)[0] == "unknown"
