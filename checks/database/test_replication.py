"""Do replicas keep up?"""

import pytest

from diagnosis.answers import Blind
from diagnosis.database.inside import DatabasesInside
from diagnosis.database.replication import DatabaseReplication, replication_trouble
from diagnosis.limits import Limits

pytestmark = pytest.mark.database


def test_replicas_keep_up(
    replication: DatabaseReplication, databases_inside: DatabasesInside | Blind, limits: Limits
) -> None:
    """A replica that lags serves yesterday's truth, and a slot that nobody reads fills its primary's disk."""
    assert replication_trouble(replication, databases_inside, **limits) == []
