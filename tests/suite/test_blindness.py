"""Nobody may look, or there is nothing to see: no check passes then."""

from __future__ import annotations

import pytest

UNASKED = {
    "test_declared_paths_are_not_rejected",
    "test_diagnosis_is_automated",
    "test_followed_request_completes",
    "test_ip_traffic_is_accepted",
    "test_postmortem_actions_are_done",
}
"""Checks of what targets.toml or the command line name: there is nothing to ask where they name nothing."""
SERIAL_AND_SPREAD = pytest.mark.parametrize("words", [(), ("-n", "2")], ids=["serial", "spread"])


def outcomes(run) -> set[str]:
    return {line["outcome"] for line in run.checks}


@SERIAL_AND_SPREAD
def test_a_denied_account_is_an_error_of_every_check_that_names_the_action(suite, words):
    run = suite("denied.py", *words)
    asked = [line for line in run.checks if line["check"] not in UNASKED]
    assert {line["outcome"] for line in asked} == {"error"}
    assert run.code == 6
    reasons = {line["check"]: line["reason"] for line in asked}
    assert reasons["test_targets_are_healthy"] == "missing elasticloadbalancing:DescribeTargetGroups"
    assert reasons["test_function_errors_are_rare"] == "missing lambda:ListFunctions"
    assert reasons["test_no_error_burst"] == "missing logs:DescribeLogGroups"
    assert all(line["reason"].startswith("missing ") for line in asked)
    about = {line["target"].split("/", 2)[2] for line in asked}
    assert {name.split("-")[0] for name in about - {"ap-northeast-1"}} == {"blind"}, "a place needs no list"


@SERIAL_AND_SPREAD
def test_what_can_be_listed_but_not_looked_at_is_an_error(suite, words):
    run = suite("readers_denied.py", *words)
    about = {line["check"]: line for line in run.checks}
    for check, action in {
        "test_targets_are_healthy": "cloudwatch:GetMetricData",
        "test_function_errors_are_rare": "cloudwatch:GetMetricData",
        "test_function_memory_has_headroom": "cloudwatch:GetMetricData",
        "test_no_error_burst": "cloudwatch:GetMetricData",
        "test_storage_has_headroom": "cloudwatch:GetMetricData",
        "test_nat_gateway_carries_traffic": "cloudwatch:GetMetricData",
    }.items():
        assert (about[check]["outcome"], about[check]["reason"]) == ("error", f"missing {action}"), check
    assert "missing cloudwatch:GetMetricData" in run.summary["coverage"]


@SERIAL_AND_SPREAD
def test_an_empty_account_was_not_checked(suite, words):
    run = suite("empty_account.py", *words)
    assert outcomes(run) == {"skipped"}
    assert run.code == 5
    about = {line["target"].removeprefix("123456789012/ap-northeast-1/") for line in run.checks}
    assert about == {"none", "ap-northeast-1"}


@SERIAL_AND_SPREAD
def test_empty_answers_are_not_health(suite, words):
    run = suite("empty_answers.py", *words)
    silent = [
        line["outcome"]
        for line in run.checks
        if line["check"]
        in {
            "test_targets_are_healthy",
            "test_function_errors_are_rare",
            "test_function_is_not_throttled",
            "test_function_memory_has_headroom",
            "test_storage_has_headroom",
            "test_no_error_burst",
            "test_nat_gateway_carries_traffic",
        }
    ]
    assert silent
    assert "passed" not in silent


def test_a_throttled_reader_is_an_error_and_says_so(suite):
    run = suite("throttled.py", "-m", "database")
    line = run.of("test_storage_has_headroom", "orders")
    assert line["outcome"] == "error"
    assert "throttled" in line["reason"]
    assert run.code == 6
