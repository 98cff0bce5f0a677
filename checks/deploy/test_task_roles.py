"""May a task's roles do what it takes to start?"""

import pytest

from diagnosis.deploy.task_roles import TaskRoles, unpermitted_roles
from diagnosis.limits import Limits

pytestmark = pytest.mark.deploy


def test_task_roles_are_permitted(task_roles: TaskRoles, limits: Limits) -> None:
    """A permission that is taken away today breaks the next deployment, or the next replacement of a task."""
    assert unpermitted_roles(task_roles, **limits) == []
