"""Is there room below the quotas, does AWS report nothing, and are objectives met?"""

import pytest

from diagnosis.limits import Limits
from diagnosis.performance.aws_events import AwsEvents, troubles
from diagnosis.performance.objectives import Budget, missed_objective
from diagnosis.performance.quotas import Quotas, used_up

pytestmark = pytest.mark.performance


def test_quotas_have_room(quota_use: Quotas, limits: Limits) -> None:
    """A quota that is used up stops whatever wants more of it, at the time of the most traffic."""
    assert used_up(quota_use, **limits) == []


def test_aws_reports_no_event(aws_events: AwsEvents, limits: Limits) -> None:
    """What AWS knows to be broken needs no search at home."""
    assert troubles(aws_events, **limits) == []


def test_objectives_are_met(budget: Budget, limits: Limits) -> None:
    """An objective is what was promised; how fast its budget burns says how urgent it is."""
    assert missed_objective(budget, **limits) == []
