"""What do all verbs share?"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from sandbox.ago import Ago, moment, seconds

if TYPE_CHECKING:
    from sandbox.enforcing import Enforcement
    from sandbox.faults import Faults


class Verbs:
    """A family of verbs; World joins the families."""

    account: str
    region: str
    now: datetime
    faults: Faults
    enforcement: Enforcement

    def client(self, service: str, account: str | None = None, region: str | None = None) -> Any:
        """An ordinary boto3 client of the sandbox."""
        raise NotImplementedError

    def _place(self, account: str | None, region: str | None) -> tuple[str, str]:
        return account or self.account, region or self.region

    def _moment(self, ago: Ago) -> datetime:
        return moment(ago, self.now)

    def _moments(self, at: Ago, every: str | float | None, until: Ago) -> Iterator[datetime]:
        """The moment `at`, or with `every` all from `at` to before `until`."""
        start, end = self._moment(at), self._moment(until)
        if every is None:
            yield start
            return
        step = timedelta(seconds=seconds(every))
        while start < end:
            yield start
            start += step
