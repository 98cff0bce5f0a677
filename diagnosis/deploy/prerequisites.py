"""Is everything there that a task definition names: images, secrets, parameters, log groups?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from diagnosis.answers import Blind
from diagnosis.causes import Cause
from diagnosis.targets import Target

Kind = Literal["image", "platform", "secret", "parameter", "log_group"]
_CAUSES: dict[Kind, Cause] = {
    "image": "image_pull",
    "platform": "image_pull",
    "secret": "config",
    "parameter": "config",
    "log_group": "config",
}
_SEEN_AS: dict[Kind, frozenset[Cause]] = {
    "image": frozenset({"image_pull", "container_start", "unknown", "permission"}),
    "platform": frozenset({"image_pull", "container_start", "code", "unknown"}),
    "secret": frozenset({"config", "container_start", "unknown"}),
    "parameter": frozenset({"config", "container_start", "unknown"}),
    "log_group": frozenset({"config", "container_start", "unknown", "permission"}),
}
"""By kind, what a stopped task can have said where this was missing."""


@dataclass(frozen=True)
class Missing:
    """Something that a task definition (`family:revision`) names and that is not there."""

    kind: Kind
    definition: str
    container: str
    name: str
    said: str
    remedy: str
    resource: str = ""

    @property
    def cause(self) -> Cause:
        """The cause of tasks that cannot start without it."""
        return _CAUSES[self.kind]


@dataclass(frozen=True)
class TaskPrerequisites:
    """What the task definitions of a service name and is missing; `unread` says what could not be looked for."""

    target: Target
    missing: tuple[Missing, ...]
    unread: tuple[str, ...]
    as_of: datetime


def missing_for(prerequisites: TaskPrerequisites | Blind, definition: str, cause: Cause) -> Sequence[Missing]:
    """What is missing for tasks of this definition and can have stopped them in a way that looked like `cause`."""
    if isinstance(prerequisites, Blind):
        return ()
    mine = [one for one in prerequisites.missing if one.definition == definition]
    return [one for one in mine if cause in _SEEN_AS[one.kind]]
