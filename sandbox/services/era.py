"""Is the scenario still being built? What it makes then counts as made long ago."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

_BUILT_BEFORE = timedelta(days=30)


class _Era:
    building = True


def begin_now() -> None:
    """The scenario is built: from here on things happen when they happen."""
    _Era.building = False


def moment() -> datetime:
    """When what happens now counts as having happened."""
    now = datetime.now(UTC)
    return now - _BUILT_BEFORE if _Era.building else now
