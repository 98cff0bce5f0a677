"""Is there room in subnets?"""

import pytest

from diagnosis.limits import Limits
from diagnosis.network.subnets import SubnetAddresses, exhausted_subnet

pytestmark = pytest.mark.network


def test_subnet_has_addresses(subnet_addresses: SubnetAddresses, limits: Limits) -> None:
    """Without a free address no task, function interface, load balancer node or database can be added."""
    assert exhausted_subnet(subnet_addresses, **limits) == []
