"""Do logs still arrive?"""

import pytest

from diagnosis.limits import Limits
from diagnosis.logs.ingestion import LogIntake, interrupted_ingestion

pytestmark = pytest.mark.logs


def test_log_ingestion_continues(log_intake: LogIntake, limits: Limits) -> None:
    """A log that fell silent shows no errors either: every other check of it would be green for nothing."""
    assert interrupted_ingestion(log_intake, **limits) == []
