"""Are the alarms quiet?"""

import pytest

from diagnosis.limits import Limits
from diagnosis.performance.alarms import AlarmState, ringing

pytestmark = pytest.mark.performance


def test_alarms_are_quiet(alarm_state: AlarmState, limits: Limits) -> None:
    """An alarm is what somebody once decided to be woken for; it is a symptom and names no cause."""
    assert ringing(alarm_state, **limits) == []
