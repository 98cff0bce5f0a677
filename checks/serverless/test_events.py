"""Are events consumed?"""

import pytest

from diagnosis.limits import Limits
from diagnosis.serverless.events import FunctionEvents, unconsumed

pytestmark = pytest.mark.serverless


def test_events_are_consumed(function_events: FunctionEvents, limits: Limits) -> None:
    """Events that nobody takes are lost when their source forgets them, without an error anywhere."""
    assert unconsumed(function_events, **limits) == []
