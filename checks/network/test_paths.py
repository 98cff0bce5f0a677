"""Does a path exist where traffic must flow, and none where it must not?"""

import pytest

from diagnosis.answers import Absent, Blind
from diagnosis.limits import Limits
from diagnosis.network.analyses import Analysis
from diagnosis.network.broken_paths import broken_path
from diagnosis.network.description import NetworkDescription
from diagnosis.network.load_balancer_paths import LoadBalancerPath
from diagnosis.network.paths import Path

pytestmark = pytest.mark.network


def test_path_exists(
    way: LoadBalancerPath | Path, network: NetworkDescription, analysis: Analysis | Absent | Blind, limits: Limits
) -> None:
    """What cannot reach its database, its targets or AWS fails with time-outs that name nothing."""
    assert broken_path(way, network, analysis, **limits) == []
