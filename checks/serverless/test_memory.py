"""Do functions have memory to spare?"""

import pytest

from diagnosis.limits import Limits
from diagnosis.serverless.function_log import FunctionLog
from diagnosis.serverless.memory import FunctionMemory, killed, memory_pressure

pytestmark = pytest.mark.serverless


def test_function_memory_has_headroom(memory: FunctionMemory, limits: Limits) -> None:
    """A function that reaches its memory limit is killed in the middle of its work."""
    assert memory_pressure(memory, **limits) == []


def test_function_is_not_killed(function_log: FunctionLog, limits: Limits) -> None:
    """A killed function leaves no stack trace, and the next request starts it anew, slowly."""
    assert killed(function_log, **limits) == []
