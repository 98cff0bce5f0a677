"""Do functions have memory to spare?"""

import pytest

from diagnosis.limits import Limits
from diagnosis.serverless.memory import FunctionMemory, memory_pressure

pytestmark = pytest.mark.serverless


def test_function_memory_has_headroom(memory: FunctionMemory, limits: Limits) -> None:
    """A function that reaches its memory limit is killed in the middle of its work."""
    assert memory_pressure(memory, **limits) == []
