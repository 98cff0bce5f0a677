"""Are quotas used up, does AWS report something, and do budgets burn?"""

from __future__ import annotations

from datetime import timedelta

import pytest

from diagnosis.answers import Blind, CouldNotTellError
from diagnosis.logs.sources import DYNAMODB
from diagnosis.performance.aws_events import AwsEvent, AwsEvents, troubles
from diagnosis.performance.objectives import Budget, missed_objective
from diagnosis.performance.quotas import Quotas, QuotaUse, TableThrottles, used_up
from tests.builders import HERE, NOW, ago, series, target

PLACE = target("place", HERE.region)


def quota(*used, limit=100.0):
    return Quotas(PLACE, (QuotaUse("lambda", "L-1", "Concurrent executions", limit, series(*used), True),), (), NOW)


def table(*throttles, **changes):
    one = TableThrottles("carts", series(*throttles), series(), series(900), series(200), **changes)
    return Quotas(PLACE, (), (one,), NOW)


def test_a_table_that_refuses_stands_behind_every_refusal_of_a_table():
    (found,) = used_up(table(5, 5))
    assert found.needed_by == (DYNAMODB,)


def test_most_of_a_quota():
    (found,) = used_up(quota(40, 85))
    assert found.symptom == "Concurrent executions: 85 of 100 used, expected less than 80%"
    assert (found.cause, found.impact) == ("quota", "soon")
    assert used_up(quota(100))[0].impact == "now"
    assert used_up(quota(90, 79)) == []
    assert used_up(quota(90, limit=0)) == []


def test_a_table_that_refuses_in_two_minutes():
    (found,) = used_up(table(0, 40, 30))
    assert (found.cause, found.resource, found.onset) == ("throttled", HERE.arn("dynamodb", "table/carts"), ago(2))
    assert used_up(table(0, 0, 40)) == []


def test_nobody_is_told_to_make_a_table_on_demand_that_is():
    (found,) = used_up(table(40, 30, on_demand=True))
    assert "make the table on-demand" not in found.remedy
    assert found.evidence[-1] == "billing mode PAY_PER_REQUEST"
    (unread,) = used_up(table(40, 30, on_demand=Blind("denied", "missing dynamodb:DescribeTable")))
    assert unread.evidence[-1] == "its billing mode is not known: missing dynamodb:DescribeTable"
    assert "make the table on-demand" in used_up(table(40, 30))[0].remedy


def event(**more):
    known = {
        "arn": "arn:e", "service": "EC2", "code": "AWS_EC2_X", "category": "issue", "status": "open", "zone": "",
        "start": ago(30), "end": None, "affected": (("i-1", "IMPAIRED"),), "public": False,
    }  # fmt: skip
    return troubles(AwsEvents(PLACE, (AwsEvent(**known | more),), NOW))


def test_trouble_that_touches_what_runs_here():
    (found,) = event(zone="eu-west-1a")
    assert found.symptom == "EC2: AWS_EC2_X for 30 min, expected no event"
    assert (found.impact, found.resource, found.needed_by, found.onset) == ("now", "eu-west-1a", ("i-1",), ago(30))


@pytest.mark.parametrize(
    ("how", "impact"),
    [
        ({"affected": (("i-1", "RESOLVED"),)}, None),
        ({"affected": (), "public": True}, "soon"),
        ({"category": "accountNotification"}, None),
        ({"category": "scheduledChange", "start": NOW + timedelta(days=2), "status": "upcoming"}, "soon"),
        ({"category": "scheduledChange", "start": NOW + timedelta(days=20), "status": "upcoming"}, None),
        ({"category": "scheduledChange", "status": "closed"}, None),
        ({"end": ago(5), "status": "closed"}, "now"),
    ],
)
def test_what_counts_as_trouble(how, impact):
    assert [found.impact for found in event(**how)] == ([impact] if impact else [])


def test_an_event_of_a_kind_that_nobody_knows_is_no_health():
    with pytest.raises(CouldNotTellError, match="'forecast', which is not known here"):
        event(category="forecast")


def test_a_resource_in_a_state_that_nobody_knows_counts_as_harmed():
    assert [found.impact for found in event(affected=(("i-1", "WOBBLING"),))] == ["now"]


def budget(status="OK", left=0.9, hour=0.9, six=0.95, days=30):
    one = target("objective", "checkout")
    return Budget(one, status, 99.5, 99.9, timedelta(days=days), left, hour, six, NOW)


def test_a_budget_that_burns_fast_is_urgent_before_it_is_spent():
    (found,) = missed_objective(budget(left=0.87, hour=0.9))
    assert found.symptom == "checkout: budget burns 21.6 times too fast, expected less than 14.4 times"
    assert found.impact == "now"
    assert missed_objective(budget(left=0.89, hour=0.9, six=0.92)) == []


def test_a_slow_burn_and_a_spent_budget_can_wait():
    assert missed_objective(budget(left=0.88, hour=0.885, six=0.95))[0].impact == "soon"
    assert missed_objective(budget("BREACHED", left=-0.2, hour=-0.2))[0].impact == "soon"
    assert missed_objective(budget("BREACHED", left=-0.2, hour=-0.19))[0].impact == "now"


def test_an_unknown_status_is_no_verdict():
    with pytest.raises(CouldNotTellError, match="unknown status SPENT"):
        missed_objective(budget("SPENT"))
