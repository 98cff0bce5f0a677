"""Is it red where the next incident would find no flow logs or no logs?"""

from __future__ import annotations

import shlex
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from diagnosis.readiness.records import FlowLog, LogRetention, VpcFlowLogs, short_retention, undelivered_flow_logs
from tests.builders import NOW, target


def flow_log(**changes: Any) -> FlowLog:
    known: dict[str, Any] = {
        "id": "fl-1", "status": "ACTIVE", "delivery": "SUCCESS", "delivery_error": "", "traffic": "ALL",
        "destination": "/vpc/flow",
    }  # fmt: skip
    return FlowLog(**known | changes)


def vpc(*logs: FlowLog) -> VpcFlowLogs:
    return VpcFlowLogs(target("vpc", "vpc-1", "vpc-1"), logs, NOW)


BROKEN = flow_log(id="fl-2", delivery="FAILED", delivery_error="Access error")
ACCEPTS = flow_log(id="fl-3", traffic="ACCEPT")


@pytest.mark.parametrize(
    "logs",
    [
        (flow_log(),),
        (flow_log(traffic="REJECT"),),
        (flow_log(delivery=""),),  # nothing was delivered yet
        (BROKEN, ACCEPTS, flow_log()),
    ],
)
def test_one_that_delivers_rejected_traffic_is_enough(logs: tuple[FlowLog, ...]) -> None:
    assert undelivered_flow_logs(vpc(*logs)) == []


@pytest.mark.parametrize(
    ("logs", "cause", "symptom"),
    [
        ((), "observability", "no flow log"),
        ((BROKEN,), "permission", "fl-2 cannot deliver"),
        ((flow_log(delivery="FAILED", delivery_error="Rate limited"),), "observability", "fl-1 does not deliver"),
        ((flow_log(delivery="FAILED"),), "observability", "fl-1 does not deliver"),
        ((ACCEPTS,), "observability", "flow logs take accepted traffic only"),
        ((flow_log(status="INACTIVE"),), "observability", "no flow log delivers rejected traffic"),
        ((ACCEPTS, flow_log(status="")), "observability", "no flow log delivers rejected traffic"),
        ((flow_log(delivery="WAITING"),), "observability", "no flow log delivers rejected traffic"),
        ((flow_log(traffic=""),), "observability", "no flow log delivers rejected traffic"),
        ((ACCEPTS, BROKEN), "permission", "fl-2 cannot deliver"),
    ],
)
def test_what_is_missing_is_named(logs: tuple[FlowLog, ...], cause: str, symptom: str) -> None:
    [found] = undelivered_flow_logs(vpc(*logs))
    assert found.symptom == f"vpc-1: {symptom}, expected one that delivers rejected traffic"
    assert (found.cause, found.impact, found.proven, found.onset) == (cause, "hygiene", True, None)
    assert found.remedy


def test_the_flow_logs_are_quoted() -> None:
    [found] = undelivered_flow_logs(vpc(BROKEN, flow_log(status="", delivery="", traffic="ACCEPT")))
    assert found.evidence == (
        "fl-2: FlowLogStatus ACTIVE, DeliverLogsStatus FAILED (Access error), ALL",
        "fl-1: FlowLogStatus , DeliverLogsStatus not given, ACCEPT",
    )
    assert undelivered_flow_logs(vpc())[0].evidence == ("DescribeFlowLogs lists none for this VPC",)
    assert found.command == "aws ec2 describe-flow-logs --filter Name=resource-id,Values=vpc-1"


# --- retention


def group(days: int | None, name: str = "/ecs/checkout") -> LogRetention:
    return LogRetention(target("log_group", name), days, "STANDARD", NOW)


@pytest.mark.parametrize(
    ("days", "red"), [(1, True), (13, True), (14, False), (30, False), (3653, False), (None, True), (0, True)]
)
def test_two_weeks_are_kept_and_somebody_decided_so(days: int | None, red: bool) -> None:
    assert bool(short_retention(group(days))) is red


def test_for_ever_can_be_fine() -> None:
    assert short_retention(group(None), forever_is_fine=True) == []
    assert len(short_retention(group(7), forever_is_fine=True)) == 1


@pytest.mark.parametrize(("min_days", "red"), [(7, False), (8, True)])
def test_the_days_can_be_set(min_days: int, red: bool) -> None:
    assert bool(short_retention(group(7), min_days=min_days)) is red


def test_what_it_says_of_retention() -> None:
    [found] = short_retention(group(3))
    assert found.symptom == "/ecs/checkout: events are kept for 3 days, expected a retention of at least 14 days"
    assert found.evidence == ("retentionInDays 3",)
    assert found.remedy == "aws logs put-retention-policy --log-group-name /ecs/checkout --retention-in-days 30"
    assert (found.cause, found.impact, found.proven) == ("observability", "hygiene", True)
    [found] = short_retention(group(None))
    assert "kept for ever" in found.symptom
    assert found.evidence == ("retentionInDays not set",)


@settings(max_examples=60, deadline=None, derandomize=True)
@given(st.integers(1, 3653))
def test_the_remedy_is_one_that_the_service_takes_and_that_makes_it_green(min_days: int) -> None:
    taken = {1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653}
    [found] = short_retention(group(None), min_days=min_days)
    days = int(shlex.split(found.remedy)[-1])
    assert days in taken
    assert short_retention(group(days), min_days=min_days) == []


def test_a_name_cannot_change_the_remedy() -> None:
    [found] = short_retention(group(1, "odd name; rm"))
    assert "--log-group-name 'odd name; rm' " in found.remedy
