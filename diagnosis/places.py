"""Where is a resource? One account in one region."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, order=True)
class Place:
    """One account in one region of one partition (aws, aws-cn, aws-us-gov, …)."""

    account: str
    region: str
    partition: str = "aws"

    @property
    def key(self) -> str:
        """`account/region`: the first two parts of every target's id."""
        return f"{self.account}/{self.region}"

    def arn(self, service: str, resource: str) -> str:
        """The ARN of a regional resource of this place."""
        return f"arn:{self.partition}:{service}:{self.region}:{self.account}:{resource}"
