"""Do NAT gateways carry traffic?"""

import pytest

from diagnosis.limits import Limits
from diagnosis.network.nat_gateways import NatGateway, broken_nat

pytestmark = pytest.mark.network


def test_nat_gateway_carries_traffic(nat: NatGateway, limits: Limits) -> None:
    """Everything private that calls out shares this gateway: its ports, its drops, its failure."""
    assert broken_nat(nat, **limits) == []
