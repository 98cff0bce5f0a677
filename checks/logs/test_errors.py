"""Do logs say ERROR as often as they always do, and about the same things?"""

import pytest

from diagnosis.limits import Limits
from diagnosis.logs.bursts import ErrorLines
from diagnosis.logs.new_errors import ErrorKinds, new_error_types
from diagnosis.logs.rates import risen_error_rate

pytestmark = pytest.mark.logs


def test_error_rate_is_near_baseline(error_lines: ErrorLines, limits: Limits) -> None:
    """Some services always log errors; what counts is whether there are more than at this time of other days."""
    assert risen_error_rate(error_lines, **limits) == []


def test_no_new_error_type(error_kinds: ErrorKinds, limits: Limits) -> None:
    """An error that nobody has seen before names what broke, however loud the old ones are."""
    assert new_error_types(error_kinds, **limits) == []
