"""Do deployments of CodeDeploy succeed, and if not, what stopped them?"""

import pytest

from diagnosis.answers import Absent, Blind
from diagnosis.deploy.deployment_health import unhealthy_deployments
from diagnosis.deploy.deployment_roles import DeploymentRole, weak_roles
from diagnosis.deploy.deployments import GroupDeployment
from diagnosis.deploy.failed_deployments import failed_deployments
from diagnosis.deploy.lifecycle_hooks import failed_scripts, slow_hooks
from diagnosis.deploy.revisions import Revision, invalid_appspec
from diagnosis.deploy.target_groups import TargetState
from diagnosis.limits import Limits

pytestmark = pytest.mark.deploy


def test_deployment_succeeded(group_deployment: GroupDeployment, limits: Limits) -> None:
    """A deployment that failed left some instances with the old version and some with half of the new one."""
    assert failed_deployments(group_deployment, **limits) == []


def test_lifecycle_hooks_finish_in_time(
    group_deployment: GroupDeployment, revision: Revision | Absent | Blind, limits: Limits
) -> None:
    """A hook that runs out of its time fails the deployment; one that nearly does will on the next busy day."""
    assert slow_hooks(group_deployment, revision, **limits) == []


def test_lifecycle_scripts_succeed(group_deployment: GroupDeployment, limits: Limits) -> None:
    """A script that fails ends the deployment on its instance; ApplicationStop runs the one that is already there."""
    assert failed_scripts(group_deployment, **limits) == []


def test_appspec_is_valid(group_deployment: GroupDeployment, revision: Revision, limits: Limits) -> None:
    """CodeDeploy refuses an AppSpec file that it cannot read, and runs the wrong hooks of one that it can."""
    assert invalid_appspec(group_deployment, revision, **limits) == []


def test_deployment_roles_are_permitted(
    group_deployment: GroupDeployment | Absent, deployment_role: DeploymentRole, limits: Limits
) -> None:
    """CodeDeploy works in the name of its service role: what that may not do, no deployment can."""
    assert weak_roles(group_deployment, deployment_role, **limits) == []


def test_deployment_keeps_instances_healthy(
    group_deployment: GroupDeployment, balanced_targets: tuple[TargetState, ...] | Blind, limits: Limits
) -> None:
    """A target that the load balancer does not find healthy gets no traffic, and the deployment ends without a log."""
    assert unhealthy_deployments(group_deployment, balanced_targets, **limits) == []
