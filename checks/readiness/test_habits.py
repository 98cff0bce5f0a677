"""Do the habits hold that keep incidents short?"""

import pytest

from diagnosis.limits import Limits
from diagnosis.readiness.habits import NightlyRun, PostmortemActions, forgotten_actions, missing_nightly_run

pytestmark = pytest.mark.readiness


def test_diagnosis_is_automated(nightly_run: NightlyRun) -> None:
    """What is looked at every night is known when it breaks; what nobody looks at is found by customers."""
    assert missing_nightly_run(nightly_run) == []


def test_postmortem_actions_are_done(postmortem_actions: PostmortemActions, limits: Limits) -> None:
    """A lesson that nobody acts upon is the next incident's timeline."""
    assert forgotten_actions(postmortem_actions, **limits) == []
