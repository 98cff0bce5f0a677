"""Do databases read from memory?"""

import pytest

from diagnosis.database.cache import cold_cache
from diagnosis.database.inside import CacheUse
from diagnosis.limits import Limits

pytestmark = pytest.mark.database


def test_cache_serves_reads(cache_use: CacheUse, limits: Limits) -> None:
    """A page from memory takes microseconds, one from the volume a thousand times that."""
    assert cold_cache(cache_use, **limits) == []
