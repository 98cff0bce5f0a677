"""How far is a recovery? What one look hands to the next."""

from __future__ import annotations

from dataclasses import asdict, dataclass, replace
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any

WANTED_GREEN = 3
"""Green so often in a row is well; one green look in between is what flapping looks like."""


@dataclass(frozen=True)
class Watch:
    """A watch over what failed.

    `watched` is the key of the node ids in the bucket, `look` the number of the look that comes now, `green` how many
    of the last ones were green in a row, `until` the moment after which no other look starts. `name` is the incident's
    and `analysis` its number, which tell schedules of one incident apart.
    """

    name: str
    analysis: int
    token: str
    watched: str
    until: datetime
    look: int = 1
    green: int = 0
    last: str = ""

    def after(self, exit_code: int, said: str) -> Watch:
        """The watch after a look: only 0 is green. Sick, blind and nothing checked begin to count from nothing."""
        return replace(self, look=self.look + 1, green=self.green + 1 if exit_code == 0 else 0, last=said)

    @property
    def well(self) -> bool:
        """Was it green often enough?"""
        return self.green >= WANTED_GREEN

    def over(self, now: datetime, wait: timedelta) -> bool:
        """Would the next look be too late?"""
        return now + wait > self.until

    @property
    def schedule(self) -> str:
        """The name of the next look's schedule: a look that was invoked twice asks for one next look.

        A task that Step Functions tried again has another token, and must not find the first one's schedule there.
        """
        return f"{self.name}-{self.analysis}-{self.look}-{sha256(self.token.encode()).hexdigest()[:8]}"

    def to_dict(self) -> dict[str, Any]:
        """In builtins, for the schedule's input."""
        return asdict(self) | {"until": self.until.isoformat()}

    @classmethod
    def from_dict(cls, plain: dict[str, Any]) -> Watch:
        """From a schedule's input."""
        return cls(**plain | {"until": datetime.fromisoformat(plain["until"])})
