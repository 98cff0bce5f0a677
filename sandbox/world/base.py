"""What do all verbs share?"""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

from sandbox.ago import Ago, moment

if TYPE_CHECKING:
    from sandbox.faults import Faults


class Verbs:
    """A family of verbs; World joins the families."""

    account: str
    region: str
    now: datetime
    faults: Faults

    def client(self, service: str, account: str | None = None, region: str | None = None) -> Any:
        """An ordinary boto3 client of the sandbox."""
        raise NotImplementedError

    def _place(self, account: str | None, region: str | None) -> tuple[str, str]:
        return account or self.account, region or self.region

    def _moment(self, ago: Ago) -> datetime:
        return moment(ago, self.now)
