"""Is a subnet red when it runs out of addresses, and only then?"""

from __future__ import annotations

import pytest

from diagnosis.network.subnets import SubnetAddresses, exhausted_subnet
from tests.builders import NOW, target


def subnet(free: int, usable: int = 251) -> SubnetAddresses:
    at = target("subnet", "subnet-1", "subnet-1")
    return SubnetAddresses(at, "vpc-1", "eu-west-1a", "10.0.0.0/24", usable, free, NOW)


@pytest.mark.parametrize(
    ("free", "usable", "red"),
    [
        (251, 251, False),
        (26, 251, False),
        (25, 251, True),
        (0, 251, True),
        (11, 11, False),
        (10, 11, False),
        (5, 11, True),
    ],
)
def test_free_addresses(free: int, usable: int, red: bool) -> None:
    assert bool(exhausted_subnet(subnet(free, usable))) is red


def test_the_last_address_hurts_now() -> None:
    assert [exhausted_subnet(subnet(free))[0].impact for free in (0, 3)] == ["now", "soon"]


def test_the_bounds_can_be_set() -> None:
    assert exhausted_subnet(subnet(20), min_free_share=0.05) == []
    assert len(exhausted_subnet(subnet(60), min_free=64)) == 1
