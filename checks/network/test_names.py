"""Do names resolve?"""

import pytest

from diagnosis.limits import Limits
from diagnosis.network.names import NameService, unresolved_names

pytestmark = pytest.mark.network


def test_names_resolve(vpc_names: NameService, limits: Limits) -> None:
    """Everything calls everything by name; what cannot be resolved looks like a network that is down."""
    assert unresolved_names(vpc_names, **limits) == []
