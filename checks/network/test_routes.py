"""Do routes lead somewhere?"""

import pytest

from diagnosis.network.routes import RouteTable, astray

pytestmark = pytest.mark.network


def test_routes_lead_somewhere(routes: RouteTable) -> None:
    """What matches a black hole is dropped; there is no fallback to a wider route."""
    assert astray(routes) == []
