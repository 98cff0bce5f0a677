"""Is a group red when its newest deployment failed, failed in part, or does not end, and only then?"""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from diagnosis.answers import CouldNotTellError
from diagnosis.deploy.failed_deployments import failed_deployments
from tests.builders import ago
from tests.diagnosis.deploy.fleet import before, deployment, event, group, instance, unheard

SCRIPT = event(
    "AfterInstall", "Failed", code="ScriptFailed", message="failed with exit code 1", log_tail="[stderr]oops\n"
)
SICK = instance("i-1", "Failed", AfterInstall=SCRIPT)
WELL = instance("i-2")


def running(minutes: float, **changes):
    return deployment("InProgress", created=ago(minutes), started=ago(minutes), **changes)


def test_a_deployment_that_succeeded_everywhere_is_well():
    assert failed_deployments(group(WELL, made=deployment("Succeeded"))) == []


def test_a_failed_one_says_how_many_with_which_event_and_the_logs_end():
    [found] = failed_deployments(group(SICK, instance("i-3", "Skipped"), WELL))
    assert found.symptom == (
        "web/prod: deployment d-1 failed on 1 of 3 targets (HEALTH_CONSTRAINTS), expected Succeeded on every target"
    )
    assert (found.cause, found.impact, found.proven) == ("script", "now", True)
    assert "log: [stderr]oops" in found.evidence
    assert any("AfterInstall Failed after 1 min" in line for line in found.evidence)


def test_one_of_several_that_failed_is_red_although_the_deployment_succeeded():
    [found] = failed_deployments(group(SICK, WELL, made=deployment("Succeeded")))
    assert (found.cause, found.impact) == ("script", "soon")


def test_a_deployment_that_reached_nobody_did_not_succeed():
    [found] = failed_deployments(group(unheard(status="Skipped"), made=deployment("Succeeded")))
    assert found.cause == "agent"


def test_what_failed_days_ago_is_hygiene():
    old = deployment(completed=ago(60 * 30))
    assert failed_deployments(group(SICK, made=old))[0].impact == "hygiene"
    assert failed_deployments(group(SICK, made=old), hours_until_old=48)[0].impact == "now"


@pytest.mark.parametrize(
    ("minutes", "usual", "late"),
    [(29, (), False), (31, (), True), (50, (30, 30, 28), False), (70, (30, 30, 28), True), (31, (2, 2), True)],
)
def test_it_is_late_after_twice_the_usual_and_half_an_hour(minutes, usual, late):
    going = instance("i-1", "InProgress", AfterInstall=event("AfterInstall", "InProgress", minutes=minutes))
    others = tuple(before(length, number) for number, length in enumerate(usual, 2))
    found = failed_deployments(group(going, made=running(minutes), others=others))
    assert bool(found) is late
    if late:
        assert (found[0].cause, found[0].impact) == ("timeout", "now")
        assert "AfterInstall runs on i-1" in found[0].why


@pytest.mark.parametrize(
    "changes",
    [
        {"made": running(110, termination_wait=timedelta(minutes=90), waits_for_termination=True)},
        {"made": running(90), "shift": timedelta(minutes=90)},
        {"made": deployment("Ready", created=ago(600), started=ago(600))},
        {"made": deployment("Queued", created=ago(50), started=None), "others": (running(20, id="d-0"),)},
    ],
)
def test_waits_that_were_asked_for_are_not_late(changes):
    assert failed_deployments(group(instance("i-1", "InProgress"), **changes)) == []


def test_what_it_rests_on_is_named_for_the_search_of_the_cause():
    stopped = deployment("Stopped", "ALARM_ACTIVE", error_message="stopped. Activated alarms: web-5xx, web-slow")
    [found] = failed_deployments(group(instance("i-1"), made=stopped))
    assert found.cause == "alarm"
    assert [arn.rsplit(":", 1)[-1] for arn in found.depends_on] == ["web-5xx", "web-slow"]
    assert failed_deployments(group(SICK))[0].depends_on == ("i-1",)
    refused = group(made=deployment(code="IAM_ROLE_MISSING"))
    assert failed_deployments(refused)[0].depends_on == (refused.service_role,)
    function = "arn:aws:lambda:eu-west-1:123456789012:function:orders"
    deployed = replace(instance("orders:live"), kind="Lambda", arn=f"{function}:live")
    [found] = failed_deployments(group(deployed, made=stopped, platform="Lambda"))
    assert found.depends_on[-1] == function


def test_a_queue_in_which_nothing_runs_is_late():
    [found] = failed_deployments(group(made=deployment("Queued", created=ago(50), started=None)))
    assert "Queued for 50 min" in found.symptom


def test_an_instance_that_takes_nothing_up_is_the_agents():
    waiting = unheard("i-1", "Pending")
    [found] = failed_deployments(group(waiting, made=running(45)))
    assert found.cause == "agent"


@pytest.mark.parametrize("status", ["", "Exploded"])
def test_an_unknown_status_is_no_health(status):
    with pytest.raises(CouldNotTellError, match="nothing this rule knows"):
        failed_deployments(group(WELL, made=deployment(status)))
    with pytest.raises(CouldNotTellError):
        failed_deployments(group(instance(status="Unknown"), made=deployment("Succeeded")))
