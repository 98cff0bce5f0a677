"""Do load balancers reach their targets?"""

import pytest

from diagnosis.limits import Limits
from diagnosis.network.load_balancers import LoadBalancerTraffic, unreached_targets

pytestmark = pytest.mark.network


def test_load_balancer_reaches_targets(balancer_traffic: LoadBalancerTraffic, limits: Limits) -> None:
    """A request that the load balancer cannot hand on is an error for somebody, though no target knows of it."""
    assert unreached_targets(balancer_traffic, **limits) == []
