"""Do services and instances have room left?"""

import pytest

from diagnosis.limits import Limits
from diagnosis.performance.headroom import ComputeLoad, exhausted

pytestmark = pytest.mark.performance


def test_compute_has_headroom(compute_load: ComputeLoad, limits: Limits) -> None:
    """What has no CPU, memory or copies left answers slowly first and not at all soon after."""
    assert exhausted(compute_load, **limits) == []
