"""Are databases there?"""

import pytest

from diagnosis.database.availability import DatabaseState, unavailability
from diagnosis.limits import Limits

pytestmark = pytest.mark.database


def test_database_is_available(database_state: DatabaseState, limits: Limits) -> None:
    """A failover takes a minute or two, in which every connection breaks and every service behind it fails."""
    assert unavailability(database_state, **limits) == []
