"""Do sessions work, without keeping one another waiting?"""

import pytest

from diagnosis.database.inside import DatabaseSessions
from diagnosis.database.sessions import blocking_sessions, long_queries
from diagnosis.limits import Limits

pytestmark = pytest.mark.database


def test_no_query_runs_long(sessions: DatabaseSessions, limits: Limits) -> None:
    """One statement that runs for minutes takes CPU, memory and I/O from all others, and keeps old rows alive."""
    assert long_queries(sessions, **limits) == []


def test_no_session_blocks_others(sessions: DatabaseSessions, limits: Limits) -> None:
    """A transaction that is left open holds its locks, and behind it a queue grows until the pool is empty."""
    assert blocking_sessions(sessions, **limits) == []
