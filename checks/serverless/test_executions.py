"""Do state machines succeed?"""

import pytest

from diagnosis.limits import Limits
from diagnosis.serverless.executions import StateMachineRuns, failed_executions

pytestmark = pytest.mark.serverless


def test_state_machines_succeed(state_machine_runs: StateMachineRuns, limits: Limits) -> None:
    """An execution that fails stops half-way: what it had done stays done."""
    assert failed_executions(state_machine_runs, **limits) == []
