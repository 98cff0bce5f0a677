"""Did errors burst into a log?"""

import pytest

from diagnosis.limits import Limits
from diagnosis.logs.bursts import ErrorLines, error_bursts

pytestmark = pytest.mark.logs


def test_no_error_burst(error_lines: ErrorLines, limits: Limits) -> None:
    """A hundred errors within a minute, where there were few before, is how most incidents begin."""
    assert error_bursts(error_lines, **limits) == []
