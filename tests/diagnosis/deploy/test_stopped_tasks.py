"""Do tasks that nobody wished to stop make their service red, with the cause that ECS names?"""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from diagnosis.answers import Blind, CouldNotTellError
from diagnosis.deploy.container_exits import unclean_exits
from diagnosis.deploy.exit_codes import in_words
from diagnosis.deploy.stopped_tasks import abnormal, ending
from diagnosis.deploy.task_stability import unstable_tasks
from tests.builders import ago
from tests.diagnosis.deploy.tasks import ELB, NO_IMAGE, PULL, end, prerequisites, stop, tasks

ALL_THERE = prerequisites()


@pytest.mark.parametrize(
    ("task", "cause"),
    [
        (stop(3, "TaskFailedToStart", PULL), "image_pull"),
        (stop(3, "EssentialContainerExited", "", end(1)), "code"),
        (stop(3, "EssentialContainerExited", "", end(139)), "code"),
        (stop(3, "EssentialContainerExited", "", end(137, "OutOfMemoryError: killed")), "out_of_memory"),
        (stop(3, "EssentialContainerExited", "", end(0, "OutOfMemoryError: killed")), "out_of_memory"),
        (stop(3, "EssentialContainerExited", "", end(137)), "out_of_memory"),
        (stop(3, "ServiceSchedulerInitiated", ELB, end(137)), "health_check"),
        (stop(3, "TaskFailedToStart", "Task failed to start", end(None, PULL)), "image_pull"),
        (stop(3, "EssentialContainerExited", "", end(0)), "unknown"),
    ],
)
def test_the_cause_is_what_ecs_or_the_container_says(task, cause):
    found = ending(task)
    assert (found.cause, found.normal) == (cause, False)


@pytest.mark.parametrize(
    "task",
    [
        stop(3, "UserInitiated", "Task stopped by user", end(137)),
        stop(3, "UserInitiated", "restart after the exit code 1 of yesterday"),
        stop(3, "SpotInterruption", "Your Spot Task was interrupted.", end(143)),
        stop(3, "TerminationNotice", "Host EC2 (instance i-1) terminated."),
        stop(3, "ServiceSchedulerInitiated", "Scaling activity initiated by (deployment ecs-svc/1)", end(1)),
    ],
)
def test_what_somebody_wished_is_normal_whatever_the_containers_made_of_it(task):
    several = tasks(*(task for _ in range(5)))
    assert ending(task).normal
    assert unstable_tasks(several, ALL_THERE) == []
    assert unclean_exits(several) == []


def test_of_several_containers_the_one_that_ended_first_counts():
    sidecar, program = end(137, name="proxy"), end(1, name="web")
    assert ending(stop(1, "EssentialContainerExited", "", sidecar, program)).cause == "code"
    helper = end(1, name="migrations", essential=False)
    assert ending(stop(1, "EssentialContainerExited", "", helper, end(139))).cause == "code"
    (found,) = unclean_exits(tasks(stop(1, "EssentialContainerExited", "", helper, end(139))))
    assert "container web ended with exit 139 (SIGSEGV" in found.symptom


def test_a_helper_may_end_as_it_likes():
    assert unclean_exits(tasks(stop(1, "EssentialContainerExited", "", end(3, essential=False), end(143)))) == []


def test_two_within_a_quarter_of_an_hour_are_red_and_so_is_a_tenth():
    far = [stop(minutes, "TaskFailedToStart", PULL) for minutes in (50, 30, 10)]
    assert unstable_tasks(tasks(*far, desired=40), ALL_THERE) == []
    assert unstable_tasks(tasks(*far, desired=4), ALL_THERE) != []
    near = [stop(minutes, "TaskFailedToStart", PULL) for minutes in (24, 10)]
    assert unstable_tasks(tasks(*near, desired=40), ALL_THERE) != []
    assert unstable_tasks(tasks(*near, desired=40), ALL_THERE, min_stops=3) == []


def test_an_image_that_is_not_there_is_proof_and_named():
    several = tasks(stop(9, "TaskFailedToStart", PULL), stop(4, "TaskFailedToStart", PULL))
    (found,) = unstable_tasks(several, prerequisites(NO_IMAGE))
    assert (found.cause, found.proven, found.why) == ("image_pull", True, "checkout has no image 2")
    assert found.depends_on == ("checkout:2",)
    assert found.onset == ago(9)
    (other,) = unstable_tasks(several, Blind("denied", "missing ecr:BatchGetImage"))
    assert (other.cause, other.why) == ("image_pull", "")


def test_what_is_missing_for_another_version_explains_nothing():
    crashed = tasks(*(stop(m, "EssentialContainerExited", "", end(1), definition="checkout:3") for m in (9, 4)))
    (found,) = unstable_tasks(crashed, prerequisites(NO_IMAGE))
    assert (found.cause, found.why) == ("code", "")


def test_of_two_reasons_the_commoner_is_named_and_the_other_quoted():
    mixed = tasks(
        stop(9, "EssentialContainerExited", "", end(1)),
        stop(7, "EssentialContainerExited", "", end(1)),
        stop(5, "TaskFailedToStart", PULL),
    )
    (found,) = unstable_tasks(mixed, ALL_THERE)
    assert found.cause == "code"
    assert any("CannotPull" in line for line in found.evidence)


def test_tasks_that_were_never_healthy_point_at_the_grace_period():
    several = [stop(minutes, "ServiceSchedulerInitiated", ELB, end(143)) for minutes in (9, 4)]
    (early,) = unstable_tasks(tasks(*several, grace_s=180), ALL_THERE)
    assert early.why == "they ran 300 s and were never healthy: the grace period is 180 s"
    (late,) = unstable_tasks(tasks(*several, grace_s=0), ALL_THERE)
    assert late.why == ""


def test_what_its_tasks_log_to_depends_on_the_service():
    several = tasks(stop(1, "TaskFailedToStart", PULL), stop(2, "TaskFailedToStart", PULL), logs=("/app/web",))
    (found,) = unstable_tasks(several, ALL_THERE)
    assert found.needed_by == ("/app/web",)


def test_unhealthy_containers_are_red_before_they_are_replaced():
    (found,) = unstable_tasks(tasks(unhealthy=1, running=4), ALL_THERE)
    assert (found.cause, found.symptom.split(": ")[1]) == (
        "health_check",
        "1 of 4 running tasks are UNHEALTHY, expected none",
    )
    assert unstable_tasks(tasks(unhealthy=1, running=40, desired=40), ALL_THERE) == []


@pytest.mark.parametrize("rule", [lambda t: unstable_tasks(t, ALL_THERE), unclean_exits])
def test_what_ecs_has_forgotten_is_not_health(rule):
    with pytest.raises(CouldNotTellError, match="events_log_group"):
        rule(tasks(unseen_before=ago(60)))
    assert rule(tasks(*(stop(m, "EssentialContainerExited", "", end(1)) for m in (9, 4)), unseen_before=ago(60))) != []


def test_an_exit_that_nothing_explains_cannot_be_judged():
    with pytest.raises(CouldNotTellError, match="without a code or a reason"):
        unclean_exits(tasks(stop(3, "EssentialContainerExited", "", end(None))))


@pytest.mark.parametrize(
    ("task", "cause"),
    [
        (stop(3, "EssentialContainerExited", "", end(1)), "code"),
        (stop(3, "EssentialContainerExited", "", end(0, "OutOfMemoryError: killed")), "out_of_memory"),
        (stop(3, "EssentialContainerExited", "", end(None, "OutOfMemoryError: killed")), "out_of_memory"),
        (stop(3, "EssentialContainerExited", "", end(137)), "out_of_memory"),
    ],
)
def test_unclean_exits_name_what_the_container_says(task, cause):
    (found,) = unclean_exits(tasks(task))
    assert found.cause == cause
    assert found.proven is (cause == "code" or bool(task.containers[0].reason))


@pytest.mark.parametrize(
    "task",
    [
        stop(3, "EssentialContainerExited", "", end(0)),
        stop(3, "EssentialContainerExited", "", end(143)),
        stop(3, "ServiceSchedulerInitiated", ELB, end(137)),
        stop(3, "TaskFailedToStart", PULL, end(None, PULL)),
    ],
)
def test_clean_ends_and_ends_that_others_caused_are_no_exit_of_the_container(task):
    assert unclean_exits(tasks(task)) == []


@pytest.mark.parametrize(
    ("code", "words"),
    [(0, "0 (ended by itself"), (137, "137 (SIGKILL"), (139, "139 (SIGSEGV"), (127, "127 (its command"), (200, "200")],
)
def test_exit_codes_are_told_in_words(code, words):
    assert in_words(code).startswith(words)


@given(st.lists(st.tuples(st.integers(0, 59), st.sampled_from([0, 1, 137, 139, 143])), max_size=12), st.integers(1, 50))
def test_more_stops_never_make_a_service_healthier(stops, desired):
    made = [stop(minutes, "EssentialContainerExited", "", end(code)) for minutes, code in stops]
    fewer = unstable_tasks(tasks(*made[1:], desired=desired), ALL_THERE)
    assert not fewer or unstable_tasks(tasks(*made, desired=desired), ALL_THERE)
    assert len(abnormal(made)) == len(made)
