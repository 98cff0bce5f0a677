"""Is there more work than a database can do, and what does it wait for?"""

import pytest

from diagnosis.database.inside import DatabaseWaits
from diagnosis.database.load import DatabaseLoad, overload
from diagnosis.database.waits import crowded_waits
from diagnosis.limits import Limits

pytestmark = pytest.mark.database


def test_database_load_fits_cpus(load: DatabaseLoad, limits: Limits) -> None:
    """More active sessions than vCPUs is a queue: each statement takes longer by what stands before it."""
    assert overload(load, **limits) == []


def test_waits_are_ordinary(waits: DatabaseWaits, limits: Limits) -> None:
    """Where most sessions wait for one thing, that thing is what to mend."""
    assert crowded_waits(waits, **limits) == []
