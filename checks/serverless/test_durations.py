"""Do functions finish in time?"""

import pytest

from diagnosis.answers import Absent, Blind
from diagnosis.limits import Limits
from diagnosis.serverless.durations import FunctionDurations, overlong
from diagnosis.serverless.function_log import FunctionLog

pytestmark = pytest.mark.serverless


def test_function_finishes_in_time(
    durations: FunctionDurations, function_log: FunctionLog | Absent | Blind, limits: Limits
) -> None:
    """A function that times out has done half of its work, and whoever called it waited for nothing."""
    assert overlong(durations, function_log, **limits) == []
