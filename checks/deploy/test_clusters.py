"""Have clusters room for the tasks that are to be placed on them?"""

import pytest

from diagnosis.deploy.cluster_room import ClusterRoom, without_room
from diagnosis.limits import Limits

pytestmark = pytest.mark.deploy


def test_cluster_has_room(cluster_room: ClusterRoom, limits: Limits) -> None:
    """A rolling deployment needs room beside what runs; without it the new tasks wait until somebody looks."""
    assert without_room(cluster_room, **limits) == []
