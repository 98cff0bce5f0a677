"""Is a service red when it does not get where it shall, and only then?"""

from typing import Any

import pytest

from diagnosis.answers import Blind, CouldNotTellError
from diagnosis.deploy.service_steadiness import unsettled
from diagnosis.deploy.services import RolloutState, ServiceDeployment, ServiceEvent, ServiceState
from tests.builders import NOW, ago
from tests.diagnosis.deploy.tasks import NO_IMAGE, PULL, SERVICE, end, prerequisites, stop, tasks

CALM, ALL_THERE = tasks(), prerequisites()
UNREAD = Blind("denied", "missing ecs:ListTasks", "ecs:ListTasks")


def rollout(definition: str = "checkout:1", state: str = "COMPLETED", **changes: Any) -> RolloutState:
    known: dict[str, Any] = {
        "id": "ecs-svc/1",
        "status": "PRIMARY",
        "desired": 4,
        "running": 4,
        "pending": 0,
        "failed": 0,
        "reason": "",
        "created": ago(9_000),
    }
    return RolloutState(definition=definition, state=state, **known | changes)


def deployment(status: str = "IN_PROGRESS", minutes: float = 20, **changes: Any) -> ServiceDeployment:
    known: dict[str, Any] = {
        "id": "497",
        "reason": "",
        "strategy": "ROLLING",
        "stage": "",
        "created": ago(minutes),
        "finished": None if status in ("IN_PROGRESS", "PENDING") else ago(minutes - 5),
        "requested": 4,
        "running": 0,
        "pending": 0,
        "definition": "checkout:2",
    }
    return ServiceDeployment(status=status, **known | changes)


def service(*rollouts: RolloutState, events: tuple[tuple[float, str], ...] = (), **changes: Any) -> ServiceState:
    known: dict[str, Any] = {
        "target": SERVICE,
        "status": "ACTIVE",
        "desired": 4,
        "running": 4,
        "pending": 0,
        "controller": "ECS",
        "scheduling": "REPLICA",
        "rollouts": rollouts or (rollout(),),
        "deployments": (),
        "events": tuple(ServiceEvent(ago(minutes), message) for minutes, message in sorted(events)),
        "window_start": ago(60),
        "as_of": NOW,
    }
    return ServiceState(**known | changes)


def stuck(minutes: float = 20, running: int = 0, failed: int = 0, **changes: Any) -> ServiceState:
    new = rollout("checkout:2", "IN_PROGRESS", id="ecs-svc/2", running=running, failed=failed, created=ago(minutes))
    return service(
        new, rollout(status="ACTIVE"), deployments=(deployment(minutes=minutes, running=running),), **changes
    )


def test_a_service_that_runs_what_it_shall_is_well():
    assert unsettled(service(), CALM, ALL_THERE) == []
    assert unsettled(service(desired=0, running=0), CALM, ALL_THERE) == []
    assert unsettled(service(desired=4, running=5), CALM, ALL_THERE) == []


def test_too_few_tasks_for_ten_minutes_are_red_by_what_stopped_them():
    short = service(running=2, short_since=ago(14))
    (found,) = unsettled(short, tasks(stop(9, "TaskFailedToStart", PULL, definition="checkout:1")), ALL_THERE)
    assert (found.cause, found.onset) == ("image_pull", ago(14))
    assert found.symptom == "shop/checkout: 2 of 4 tasks running for 14 min, expected 4"
    assert unsettled(service(running=2, short_since=ago(9)), CALM, ALL_THERE) == []
    assert unsettled(service(running=2, short_since=ago(9)), CALM, ALL_THERE, minutes=5) != []


def test_events_say_since_when_and_why_where_nothing_stopped():
    events = (
        (200, "(service checkout) has reached a steady state."),
        (
            25,
            "(service checkout) was unable to place a task because no container instance met all of its requirements.",
        ),
        (5, "(service checkout) was unable to place a task because no container instance met all of its requirements."),
    )
    (found,) = unsettled(service(running=3, events=events), CALM, ALL_THERE)
    assert (found.cause, found.onset) == ("capacity", ago(25))


def test_nobody_knows_since_when():
    with pytest.raises(CouldNotTellError, match="nothing says since when"):
        unsettled(service(running=3), CALM, ALL_THERE)
    with pytest.raises(CouldNotTellError, match="nothing says since when"):
        unsettled(service(running=3, events=((3, "(service checkout) has reached a steady state."),)), CALM, ALL_THERE)


def test_a_rollout_that_stands_still_is_red_and_one_that_moves_is_not():
    (found,) = unsettled(stuck(), CALM, ALL_THERE)
    assert found.symptom == "shop/checkout: 0 of 4 tasks of checkout:2 run after 20 min, expected all of them"
    assert unsettled(stuck(minutes=8), CALM, ALL_THERE) == []
    moves = tasks(running_since=(("ecs-svc/2", ago(4)),))
    assert unsettled(stuck(running=1), moves, ALL_THERE) == []
    assert unsettled(stuck(running=1, failed=2), moves, ALL_THERE) != []
    with pytest.raises(CouldNotTellError, match="ListTasks"):
        unsettled(stuck(running=1), UNREAD, ALL_THERE)


def test_a_cause_without_the_stopped_tasks_says_that_nobody_saw_them():
    (found,) = unsettled(service(running=2, short_since=ago(20)), UNREAD, ALL_THERE)
    assert found.why == "could not look at its stopped tasks: missing ecs:ListTasks"
    (seen,) = unsettled(service(running=2, short_since=ago(20)), CALM, ALL_THERE)
    assert "could not look" not in seen.why


def test_bake_time_traffic_and_pauses_are_no_standstill():
    new = rollout("checkout:2", "", id="ecs-svc/2", created=ago(40))
    baking = deployment(minutes=40, strategy="BLUE_GREEN", stage="BAKE_TIME", traffic=100.0, running=4)
    assert unsettled(service(new, rollout(status="ACTIVE", state=""), deployments=(baking,)), CALM, ALL_THERE) == []
    waits = deployment(minutes=40, strategy="CANARY", waiting_for="approval")
    half = rollout("checkout:2", "", id="ecs-svc/2", running=1, created=ago(40))
    assert unsettled(service(half, rollout(status="ACTIVE", state=""), deployments=(waits,)), CALM, ALL_THERE) == []


def test_a_breaker_that_was_triggered_is_red_even_after_the_rollback():
    broken = deployment("ROLLBACK_SUCCESSFUL", breaker="TRIGGERED", failures=3, threshold=3)
    crashed = tasks(*(stop(m, "EssentialContainerExited", "", end(1)) for m in (18, 16)))
    (found,) = unsettled(service(deployments=(broken,)), crashed, ALL_THERE)
    assert found.cause == "code"
    assert "circuit breaker TRIGGERED (3 failed tasks, threshold 3)" in found.symptom
    long_ago = deployment("ROLLBACK_SUCCESSFUL", minutes=300, breaker="TRIGGERED", failures=3, threshold=3)
    assert unsettled(service(deployments=(long_ago,)), CALM, ALL_THERE) == []
    healed = (deployment("SUCCESSFUL", minutes=10), broken)
    assert unsettled(service(deployments=healed), CALM, ALL_THERE) == []


def test_other_ends_of_deployments():
    assert unsettled(service(deployments=(deployment("STOPPED"),)), CALM, ALL_THERE) == []
    assert unsettled(service(deployments=(deployment("ROLLBACK_SUCCESSFUL"),)), CALM, ALL_THERE) == []
    (alarmed,) = unsettled(service(deployments=(deployment("ROLLBACK_IN_PROGRESS", alarms=("5xx",)),)), CALM, ALL_THERE)
    assert alarmed.cause == "alarm"
    (failed,) = unsettled(service(deployments=(deployment("ROLLBACK_FAILED"),)), CALM, ALL_THERE)
    assert "ROLLBACK_FAILED" in failed.symptom
    (rolled,) = unsettled(service(rollout("checkout:2", "FAILED"), rollout(status="ACTIVE")), CALM, ALL_THERE)
    assert "rollout of checkout:2 FAILED" in rolled.symptom


def test_states_that_nobody_knows_are_no_health():
    with pytest.raises(CouldNotTellError, match="SIDEWAYS"):
        unsettled(service(deployments=(deployment("SIDEWAYS"),)), CALM, ALL_THERE)
    with pytest.raises(CouldNotTellError, match="PARTIAL"):
        unsettled(service(rollout(state="PARTIAL")), CALM, ALL_THERE)


def test_what_the_next_task_will_lack_is_red_before_it_is_needed():
    gone = prerequisites(NO_IMAGE)
    new = service(rollout("checkout:2"))
    (found,) = unsettled(new, CALM, gone)
    assert (found.cause, found.impact, found.proven) == ("image_pull", "soon", True)
    assert unsettled(service(), CALM, gone) == [], "another version lacks it"
    assert unsettled(service(rollout("checkout:2"), desired=0, running=0), CALM, gone) == []
    with pytest.raises(CouldNotTellError, match="BatchGetImage"):
        unsettled(new, CALM, prerequisites(unread=("missing ecr:BatchGetImage",)))
    with pytest.raises(CouldNotTellError, match="ListTasks"):
        unsettled(new, CALM, UNREAD)


def test_the_standstill_takes_what_is_missing_for_its_cause():
    (found,) = unsettled(stuck(), CALM, prerequisites(NO_IMAGE))
    assert (found.cause, found.why, found.impact) == ("image_pull", "checkout has no image 2", "now")


def test_task_sets_of_other_controllers_are_judged_alike():
    steady = rollout(state="COMPLETED")
    assert unsettled(service(steady, controller="CODE_DEPLOY"), CALM, ALL_THERE) == []
    behind = rollout(state="IN_PROGRESS", running=1, created=ago(30))
    (found,) = unsettled(service(behind, controller="EXTERNAL", running=1), CALM, ALL_THERE)
    assert "deployment controller EXTERNAL" in found.evidence[0]
