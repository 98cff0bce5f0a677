"""Are events consumed?"""

import pytest

from diagnosis.answers import Absent, Blind
from diagnosis.limits import Limits
from diagnosis.serverless.events import FunctionEvents, unconsumed
from diagnosis.serverless.function_log import FunctionLog

pytestmark = pytest.mark.serverless


def test_events_are_consumed(
    function_events: FunctionEvents, function_log: FunctionLog | Absent | Blind, limits: Limits
) -> None:
    """Events that nobody takes are lost when their source forgets them, without an error anywhere."""
    assert unconsumed(function_events, function_log, **limits) == []
