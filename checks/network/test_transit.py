"""Are the ways between networks up?"""

import pytest

from diagnosis.limits import Limits
from diagnosis.network.transit import Link, broken_link

pytestmark = pytest.mark.network


def test_transit_is_up(link_health: Link, limits: Limits) -> None:
    """Behind a transit gateway, a VPN or a peering connection whole networks disappear at once."""
    assert broken_link(link_health, **limits) == []
