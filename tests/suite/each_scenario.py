"""Which scenarios are run whole, and which of them only at length?"""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

import pytest

from sandbox.scenario import shipped


def each_scenario(always: Collection[str]) -> list[Any]:
    """The shipped scenarios as parameters: all but `always` are long; those of one name share a worker and its run."""
    marks = {True: pytest.mark.always, False: pytest.mark.long}
    return [pytest.param(name, marks=[pytest.mark.xdist_group(name), marks[name in always]]) for name in shipped()]
