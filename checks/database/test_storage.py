"""Do databases have room on their disks?"""

import pytest

from diagnosis.database.storage import DatabaseStorage, storage_exhaustion
from diagnosis.limits import Limits

pytestmark = pytest.mark.database


def test_storage_has_headroom(storage: DatabaseStorage, limits: Limits) -> None:
    """A database with a full disk stops taking writes, and growing it takes hours."""
    assert storage_exhaustion(storage, **limits) == []
