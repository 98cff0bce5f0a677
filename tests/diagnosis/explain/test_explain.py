"""Does `explain` refuse what it cannot read, prefer AWS's codes, and say unknown rather than guess?"""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from diagnosis.explain import FOLDED_CAUSES, KINDS, explain, fold

UNRELATED = [
    "",
    "the quick brown fox",
    "lunch is at noon in the big room",
    "0",
    "{}",
    "[]",
    "null",
    '{"a": 1}',
    "おはようございます",
]


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("message", UNRELATED)
def test_unrelated_text_is_unknown(kind: str, message: str) -> None:
    explanation = explain(kind, message)
    assert (explanation.cause, explanation.specific_cause) == ("unknown", None)
    assert explanation.confidence <= 0.2


@pytest.mark.parametrize("kind", KINDS)
@settings(max_examples=40, deadline=None, derandomize=True)
@given(message=st.text(max_size=200))
def test_any_text_is_answered(kind: str, message: str) -> None:
    assert explain(kind, message).cause in FOLDED_CAUSES


@pytest.mark.parametrize("kind", KINDS)
@settings(max_examples=30, deadline=None, derandomize=True)
@given(
    context=st.dictionaries(
        st.sampled_from(["stopCode", "exitCode", "reason", "code", "errorCode", "diagnostics", "other"]),
        st.recursive(
            st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
            lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
            max_leaves=8,
        ),
    )
)
def test_any_context_is_answered(kind: str, context: dict[str, object]) -> None:
    assert explain(kind, "", context).cause in FOLDED_CAUSES


@pytest.mark.timeout(60)  # a pattern that backtracks would take hours
@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("piece", ["a", "a-b ", "'", '"', "{", "[", "( service x", "timeout ", "\\", "at x\n", "1."])
def test_a_huge_message_is_answered(kind: str, piece: str) -> None:
    assert explain(kind, piece * 200_000).cause in FOLDED_CAUSES


def test_the_ends_of_a_huge_message_are_read() -> None:
    padding = "the list of items follows " * 40_000
    assert explain("lambda_log", f"[ERROR] connect ECONNREFUSED {padding}").cause == "network"
    assert explain("lambda_log", f"[ERROR] {padding} connect ECONNREFUSED").cause == "network"


@pytest.mark.parametrize("kind", ["", "lambda", None, 3, ["lambda_log"]])
def test_another_kind_is_refused(kind: str) -> None:
    with pytest.raises(ValueError, match="use one of ecs_service_event"):
        explain(kind, "x")


@pytest.mark.parametrize("message", [3, 1.5, True, ["x"], {"a": "b"}, b"x"])
def test_a_message_that_is_not_text_is_refused(message: str) -> None:
    with pytest.raises(ValueError, match="send it as text"):
        explain("lambda_log", message)


@pytest.mark.parametrize("context", [3, "x", ["x"]])
def test_a_context_that_is_not_an_object_is_refused(context: dict[str, object]) -> None:
    with pytest.raises(ValueError, match="send an object"):
        explain("lambda_log", "x", context)


def test_a_code_weighs_more_than_a_users_words() -> None:
    stop = explain("ecs_stopped_reason", "ran out of disk quota", {"stopCode": "UserInitiated"})
    assert stop.cause == "scaling_normal"
    script = explain("codedeploy_error", "Connection refused", {"errorCode": "ScriptFailed"})
    assert (script.cause, script.specific_cause) == ("code", "script")


def test_context_fields_that_are_names_are_not_read() -> None:
    context = {"containerName": "timeout", "group": "service:permission-denied", "taskArn": "x/OutOfMemoryError"}
    assert explain("ecs_stopped_reason", "nothing to see", context).cause == "unknown"


@pytest.mark.parametrize(
    ("kind", "message", "context", "specific"),
    [
        ("lambda_log", "Error: getaddrinfo ENOTFOUND db", None, "dns"),
        ("lambda_log", "x509: certificate signed by unknown authority", None, "certificate"),
        ("lambda_log", "FATAL: sorry, too many clients already", None, "connections"),
        ("lambda_log", "ENOSPC: no space left on device", None, "storage"),
        (
            "lambda_log",
            "[ERROR] HTTPError: 503 Server Error: Service Unavailable for url: https://a.example",
            None,
            "dependency",
        ),
        ("lambda_log", "[ERROR] HTTPError: HTTP Error 502: Bad Gateway", None, "dependency"),
        ("lambda_log", "AxiosError: Request failed with status code 502", None, "dependency"),
        ("lambda_log", "[ERROR] HTTPError: 404 Client Error: Not Found for url: https://a.example", None, "code"),
        ("lambda_log", "[ERROR] Exception: order has no lines", None, "code"),
        ("ecs_stopped_reason", "Create Network Interface in subnet 'a': NetworkInterfaceLimitExceeded", None, "quota"),
        ("codedeploy_error", "", {"errorCode": "ScriptMissing"}, "appspec"),
        ("codedeploy_error", "", {"errorCode": "AGENT_ISSUE"}, "agent"),
        ("codedeploy_error", "", {"errorCode": "OVER_MAX_INSTANCES"}, "quota"),
        ("codedeploy_error", "", {"errorCode": "ALARM_ACTIVE"}, "alarm"),
        ("ecs_service_event", "(service a) rolling back to (deployment b).", None, "rollback"),
    ],
)
def test_the_suites_own_word_is_given_where_proven(
    kind: str, message: str, context: dict[str, object] | None, specific: str
) -> None:
    explanation = explain(kind, message, context)
    assert explanation.specific_cause == specific
    assert explanation.cause == fold(explanation.specific_cause or "unknown")


def test_proof_is_more_confident_than_a_hint_and_a_hint_than_nothing() -> None:
    proven = explain(
        "ecs_stopped_reason", "Essential container in task exited", {"exitCode": 1, "reason": "OutOfMemoryError"}
    )
    hinted = explain("ecs_stopped_reason", "Essential container in task exited", {"exitCode": 137})
    nothing = explain("ecs_stopped_reason", "it stopped")
    assert proven.cause == hinted.cause == "out_of_memory"
    assert proven.confidence > hinted.confidence > nothing.confidence


@pytest.mark.parametrize(
    ("code", "cause"),
    [(0, "unknown"), (1, "code"), ("1", "code"), (1.0, "code"), (143, "scaling_normal"), (-1, "code")],
)
def test_exit_codes_of_any_json_type_are_read(code: object, cause: str) -> None:
    assert explain("ecs_stopped_reason", "Essential container in task exited", {"exitCode": code}).cause == cause


@pytest.mark.parametrize("quiet", ["INFO", "DEBUG", "TRACE"])
@pytest.mark.parametrize(
    "text", ["connection refused, trying the next host", "permission denied for guest", "Rate exceeded"]
)
def test_lines_below_warning_say_nothing(quiet: str, text: str) -> None:
    lines = [f"[{quiet}]\t2031-01-01T00:00:00Z\tid\t{text}", f'{{"level": "{quiet.lower()}", "message": "{text}"}}']
    assert [explain("lambda_log", line).cause for line in lines] == ["unknown", "unknown"]


@pytest.mark.parametrize(
    ("message", "word"),
    [
        ("CannotPullContainerError: toomanyrequests: You have reached your pull rate limit", "mirror"),
        (
            "ResourceInitializationError: failed to invoke EFS utils commands: mount.nfs4: Connection timed out",
            "2049",
        ),
        ("ResourceInitializationError: unable to pull secrets or registry auth: dial tcp: i/o timeout", "443"),
    ],
)
def test_the_remedy_is_that_of_what_was_fetched(message: str, word: str) -> None:
    assert word in explain("ecs_stopped_reason", message).remedy
