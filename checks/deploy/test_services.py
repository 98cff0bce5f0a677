"""Do services run what they shall, and do their tasks stay?"""

import pytest

from diagnosis.answers import Blind
from diagnosis.deploy.container_exits import unclean_exits
from diagnosis.deploy.prerequisites import TaskPrerequisites
from diagnosis.deploy.service_steadiness import unsettled
from diagnosis.deploy.services import ServiceState
from diagnosis.deploy.stopped_tasks import ServiceTasks
from diagnosis.deploy.task_stability import unstable_tasks
from diagnosis.limits import Limits

pytestmark = pytest.mark.deploy


def test_service_reaches_steady_state(
    service_state: ServiceState,
    service_tasks: ServiceTasks | Blind,
    task_prerequisites: TaskPrerequisites | Blind,
    limits: Limits,
) -> None:
    """A rollout that never ends leaves the old version in place, or too few tasks for the traffic."""
    assert unsettled(service_state, service_tasks, task_prerequisites, **limits) == []


def test_tasks_stay_running(
    service_tasks: ServiceTasks, task_prerequisites: TaskPrerequisites | Blind, limits: Limits
) -> None:
    """ECS replaces a task that stops for as long as it takes, so that a crash loop can look like a running service."""
    assert unstable_tasks(service_tasks, task_prerequisites, **limits) == []


def test_containers_exit_cleanly(service_tasks: ServiceTasks, limits: Limits) -> None:
    """An exit code says what the task's reason does not: that the program failed, or was killed for its memory."""
    assert unclean_exits(service_tasks, **limits) == []
