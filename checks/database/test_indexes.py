"""Are tables read through indexes, and indexes used?"""

import pytest

from diagnosis.database.indexes import index_trouble
from diagnosis.database.inside import DatabaseIndexes
from diagnosis.limits import Limits

pytestmark = pytest.mark.database


def test_indexes_are_used(indexes: DatabaseIndexes, limits: Limits) -> None:
    """A large table without the right index is read from end to end by every request, and slower every day."""
    assert index_trouble(indexes, **limits) == []
