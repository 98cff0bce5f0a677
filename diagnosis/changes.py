"""What was changed, when, and by whom?"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from diagnosis.places import Place


@dataclass(frozen=True)
class Change:
    """One write event of CloudTrail. `resources` are the ids and ARNs it names."""

    place: Place
    event: str
    at: datetime
    user: str
    resources: tuple[str, ...]
    refused: bool = False
