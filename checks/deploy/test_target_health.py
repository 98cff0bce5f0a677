"""Do the load balancers' targets pass their health checks?"""

import pytest

from diagnosis.answers import Blind
from diagnosis.deploy.target_groups import TargetGroupHealth
from diagnosis.deploy.target_health import unhealthy_targets
from diagnosis.deploy.target_users import TargetUsers
from diagnosis.limits import Limits
from diagnosis.network.description import NetworkDescription

pytestmark = pytest.mark.deploy


def test_targets_are_healthy(
    target_health: TargetGroupHealth,
    network: NetworkDescription | Blind,
    target_users: TargetUsers | Blind,
    limits: Limits,
) -> None:
    """A target that fails its health check gets no traffic, and a rollout waits for it until it times out."""
    assert unhealthy_targets(target_health, network, target_users, **limits) == []
