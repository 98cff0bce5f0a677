"""Verbs: what Route 53's health checkers see."""

from __future__ import annotations

from sandbox.ago import Ago
from sandbox.errors import ScenarioError
from sandbox.world.base import Verbs


class NameVerbs(Verbs):
    """`health_check_sees`."""

    def health_check_sees(
        self,
        check: str,
        said: str = "Failure: Connection timed out. The endpoint or the internet connection is down, or requests are "
        "being blocked by your firewall.",
        at: Ago = "15m",
        regions: tuple[str, ...] = (),
        account: str | None = None,
        region: str | None = None,
    ) -> None:
        """Since `at` the checkers of a Route 53 health check report this, all or those of some regions.

        A report begins with `Success` or `Failure`; without this verb it is a success.
        """
        from sandbox.services import prepare, route53

        prepare("route53")
        owner, _ = self._place(account, region)
        if route53.known(owner, check) is None:
            raise ScenarioError(f"health_check_sees: no health check {check!r}: create it first")
        route53.see(owner, check, self._moment(at).timestamp(), said, frozenset(regions))
