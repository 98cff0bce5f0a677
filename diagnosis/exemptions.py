"""Which findings were accepted beforehand, by whom, and until when?"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime, timedelta

EXPIRY_WARNING = timedelta(days=7)


@dataclass(frozen=True)
class Exemption:
    """One entry of targets.toml: a check, a target, who owns the decision, why, and its last day (UTC).

    `target` is a target's id, its name, or a pattern of either with `*`. With a `cause` it accepts a risk: that cause
    alone; without one it switches the check off.
    """

    check: str
    target: str
    owner: str
    reason: str
    expires: date
    cause: str = ""

    def covers(self, check: str, target_id: str) -> bool:
        """Does it speak of this check on this target?"""
        return check == self.check and speaks_of(self.target, target_id)

    def expired(self, now: datetime) -> bool:
        """Past its last day?"""
        return now.date() > self.expires

    def expires_soon(self, now: datetime) -> bool:
        """Valid, but for no more than seven days?"""
        return not self.expired(now) and self.expires - now.date() <= EXPIRY_WARNING

    def __str__(self) -> str:
        return f"{self.reason} ({self.owner}, until {self.expires.isoformat()})"


def speaks_of(pattern: str, target_id: str) -> bool:
    """Does a pattern of targets.toml fit the target's id or its name?"""
    return fits(target_id, pattern) or fits(target_id.split("/", 2)[-1], pattern)


def fits(text: str, pattern: str) -> bool:
    """Is the text what the pattern says? Only `*` stands for anything."""
    # Names of alarms hold brackets, and a pattern that means more than it says excuses too much.
    return re.fullmatch(".*".join(re.escape(part) for part in pattern.split("*")), text, re.DOTALL) is not None
