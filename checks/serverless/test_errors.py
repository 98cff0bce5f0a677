"""Do functions' invocations succeed, and are they let in at all?"""

import pytest

from diagnosis.answers import Absent, Blind
from diagnosis.limits import Limits
from diagnosis.serverless.errors import FunctionActivity, frequent_errors
from diagnosis.serverless.function_log import FunctionLog
from diagnosis.serverless.permissions import denials
from diagnosis.serverless.throttles import FunctionThrottles, throttled

pytestmark = pytest.mark.serverless


def test_function_errors_are_rare(
    activity: FunctionActivity, function_log: FunctionLog | Absent | Blind, limits: Limits
) -> None:
    """Each failed invocation is a request that somebody did not get answered, or an event that is tried again."""
    assert frequent_errors(activity, function_log, **limits) == []


def test_function_is_not_throttled(throttles: FunctionThrottles, limits: Limits) -> None:
    """A throttled request is counted neither as an invocation nor as an error: nothing else shows it."""
    assert throttled(throttles, **limits) == []


def test_function_is_permitted(function_log: FunctionLog, limits: Limits) -> None:
    """A denial that a program catches is no error of its function, and the work is not done all the same."""
    assert denials(function_log, **limits) == []
