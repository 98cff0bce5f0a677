"""Does the version run that was meant to, and was nothing taken back?"""

import pytest

from diagnosis.deploy.rollbacks import Rollout, rolled_back
from diagnosis.deploy.versions import Running, unintended_versions
from diagnosis.limits import Limits

pytestmark = pytest.mark.deploy


def test_no_rollback_happened(rollout_history: Rollout, limits: Limits) -> None:
    """After a rollback everything looks well again, and what was meant to be delivered is not there."""
    assert rolled_back(rollout_history, **limits) == []


def test_running_version_is_intended(running_version: Running, limits: Limits) -> None:
    """A deployment can report success and leave another version running, or traffic between two of them."""
    assert unintended_versions(running_version, **limits) == []
