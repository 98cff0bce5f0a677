"""Does a path exist where traffic must flow?"""

import pytest

from diagnosis.network.description import NetworkDescription
from diagnosis.network.load_balancer_paths import LoadBalancerPath, blocked_path

pytestmark = pytest.mark.network


def test_path_exists(load_balancer_path: LoadBalancerPath, network: NetworkDescription) -> None:
    """A load balancer that cannot reach its targets answers for them with errors."""
    assert blocked_path(load_balancer_path, network) == []
