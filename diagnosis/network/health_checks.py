"""Does Route 53 take what a record leads to for healthy?

https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/dns-failover-determining-health-of-endpoints.html
"""

from __future__ import annotations

from dataclasses import dataclass

ENOUGH_CHECKERS = 0.18
"""Where more than this share of the health checkers succeeds, Route 53 takes an endpoint for healthy."""
_SUCCESS, _FAILURE = "Success", "Failure"


@dataclass(frozen=True)
class HealthCheck:
    """A health check: its settings, and what each of Route 53's checkers said last.

    A calculated one asks nobody: it is healthy where at least `needed` of its `children` are.
    """

    id: str
    said: tuple[str, ...] = ()
    calculated: bool = False
    needed: int = 0
    children: tuple[HealthCheck, ...] = ()
    inverted: bool = False
    disabled: bool = False

    @property
    def healthy(self) -> bool | None:
        """Route 53's verdict; None where what is known does not decide it."""
        well = True if self.disabled else self._of_children() if self.calculated else self._of_checkers()
        return None if well is None else well != self.inverted

    def _of_children(self) -> bool | None:
        states = [child.healthy for child in self.children]
        if states.count(True) >= self.needed:
            return True
        return None if states.count(True) + states.count(None) >= self.needed else False

    def _of_checkers(self) -> bool | None:
        enough, well = ENOUGH_CHECKERS * len(self.said), self._count(_SUCCESS)
        if well > enough:
            return True
        odd = len(self.said) - well - self._count(_FAILURE)
        return None if not self.said or well + odd > enough else False

    def _count(self, word: str) -> int:
        return sum(one.startswith(word) for one in self.said)

    @property
    def words(self) -> str:
        """How many checkers or children succeed, and what one says of those that do not."""
        if self.disabled:
            return "disabled and inverted"
        if self.calculated:
            well = sum(child.healthy is True for child in self.children)
            return f"{well} of {len(self.children)} child checks healthy, {self.needed} needed"
        failed = next((one for one in self.said if not one.startswith(_SUCCESS)), "")
        return f"{self._count(_SUCCESS)} of {len(self.said)} checkers succeed{f': {failed}' if failed else ''}"


@dataclass(frozen=True)
class WatchedRecord:
    """A record of a private hosted zone that is answered only while its health check is healthy."""

    name: str
    type: str
    check: HealthCheck
