"""Have databases CPU, memory, credits and connections left?"""

import pytest

from diagnosis.answers import Blind
from diagnosis.database.connections import DatabaseConnections, connection_exhaustion
from diagnosis.database.headroom import DatabaseGauges, resource_exhaustion
from diagnosis.database.inside import DatabasesInside
from diagnosis.limits import Limits

pytestmark = pytest.mark.database


def test_database_has_headroom(gauges: DatabaseGauges, limits: Limits) -> None:
    """A database at its limit slows every service that uses it, and seldom recovers while the load stays."""
    assert resource_exhaustion(gauges, **limits) == []


def test_connections_have_headroom(
    connections: DatabaseConnections, databases_inside: DatabasesInside | Blind, limits: Limits
) -> None:
    """When the last connection is taken, every new task, function and deployment fails at its first query."""
    assert connection_exhaustion(connections, databases_inside, **limits) == []
