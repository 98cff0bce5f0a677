"""Would the response to an incident work today?"""

import pytest

from diagnosis.limits import Limits
from diagnosis.readiness.response import (
    ChangeRecords,
    OwnRights,
    Postmortems,
    RollbackArming,
    Runbook,
    missing_rights,
    unarmed_rollback,
    unrecorded_changes,
    unsound_runbook,
    unwritten_postmortems,
)

pytestmark = pytest.mark.readiness


def test_runbook_is_sound(runbook: Runbook, limits: Limits) -> None:
    """A runbook that has never run is a plan, and one that is invalid is not even that."""
    assert unsound_runbook(runbook, **limits) == []


def test_rollback_is_armed(rollback_arming: RollbackArming, limits: Limits) -> None:
    """A bad version that nothing takes back stays until somebody wakes up."""
    assert unarmed_rollback(rollback_arming, **limits) == []


def test_changes_are_recorded(change_records: ChangeRecords) -> None:
    """Most incidents follow a change; without a record nobody knows which."""
    assert unrecorded_changes(change_records) == []


def test_diagnosis_can_run(own_rights: OwnRights) -> None:
    """A permission that is missing is noticed now, or in the middle of an incident."""
    assert missing_rights(own_rights) == []


def test_incidents_have_postmortems(postmortems: Postmortems, limits: Limits) -> None:
    """An incident that nobody wrote about happens again."""
    assert unwritten_postmortems(postmortems, **limits) == []
