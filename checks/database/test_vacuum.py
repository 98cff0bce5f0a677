"""Does vacuum keep up?"""

import pytest

from diagnosis.database.inside import DatabaseVacuum
from diagnosis.database.vacuum import neglected_tables
from diagnosis.limits import Limits

pytestmark = pytest.mark.database


def test_tables_are_vacuumed(vacuum: DatabaseVacuum, limits: Limits) -> None:
    """Dead rows slow every read; unfrozen transactions, or a sequence that is used up, stop all writes."""
    assert neglected_tables(vacuum, **limits) == []
