"""Can VPC endpoints be used?"""

import pytest

from diagnosis.limits import Limits
from diagnosis.network.endpoints import VpcEndpoint, unusable_endpoint

pytestmark = pytest.mark.network


def test_vpc_endpoint_is_usable(vpc_endpoint_state: VpcEndpoint, limits: Limits) -> None:
    """Where names lead to an endpoint, nothing falls back to another way when the endpoint refuses."""
    assert unusable_endpoint(vpc_endpoint_state, **limits) == []
