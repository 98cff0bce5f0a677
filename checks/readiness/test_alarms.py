"""Will somebody be called, and know what to do?"""

import pytest

from diagnosis.limits import Limits
from diagnosis.readiness.alarms import (
    AlarmPlaybook,
    AlarmReadiness,
    SignalAlarms,
    alarms_without_playbook,
    mute_alarms,
    unwatched_signals,
)

pytestmark = pytest.mark.readiness


def test_alarms_can_fire(alarm_readiness: AlarmReadiness, limits: Limits) -> None:
    """An alarm that nobody hears is found in the postmortem."""
    assert mute_alarms(alarm_readiness, **limits) == []


def test_alarms_have_playbooks(alarm_playbook: AlarmPlaybook, limits: Limits) -> None:
    """Whoever is woken at three should not have to find out what the alarm means."""
    assert alarms_without_playbook(alarm_playbook, **limits) == []


def test_critical_signals_are_alarmed(signal_alarms: SignalAlarms) -> None:
    """What no alarm watches is reported by customers."""
    assert unwatched_signals(signal_alarms) == []
