"""Do functions' invocations succeed, and are they let in at all?"""

import pytest

from diagnosis.limits import Limits
from diagnosis.serverless.errors import FunctionActivity, FunctionThrottles, frequent_errors, throttled

pytestmark = pytest.mark.serverless


def test_function_errors_are_rare(activity: FunctionActivity, limits: Limits) -> None:
    """Each failed invocation is a request that somebody did not get answered, or an event that is tried again."""
    assert frequent_errors(activity, **limits) == []


def test_function_is_not_throttled(throttles: FunctionThrottles, limits: Limits) -> None:
    """A throttled request is counted neither as an invocation nor as an error: nothing else shows it."""
    assert throttled(throttles, **limits) == []
