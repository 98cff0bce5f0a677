"""Did this one request complete?"""

import pytest

from diagnosis.logs.journeys import Journey, broken_journey

pytestmark = pytest.mark.logs


def test_followed_request_completes(journey: Journey) -> None:
    """Whoever complains has one request in mind: where it went, and where it ended."""
    assert broken_journey(journey) == []
