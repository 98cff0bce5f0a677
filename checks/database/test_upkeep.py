"""Are databases looked after?"""

import pytest

from diagnosis.database.upkeep import DatabaseUpkeep, neglect
from diagnosis.limits import Limits

pytestmark = pytest.mark.database


def test_database_is_maintained(upkeep: DatabaseUpkeep, limits: Limits) -> None:
    """Backups are missed when they are needed; certificates and forced maintenance come on a day nobody chose."""
    assert neglect(upkeep, **limits) == []
