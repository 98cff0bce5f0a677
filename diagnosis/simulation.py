"""What may a role do, as IAM's policy simulator sees it?"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

NOT_SIMULATED = "policies of the organisation, of resources, of VPC endpoints and of sessions are not simulated"
"""What "allowed" leaves open, so that it never contradicts a denial that somebody logged."""


@dataclass(frozen=True)
class Need:
    """An action on a resource (an ARN, or `*`) that somebody's work takes, and what for.

    `context` are condition keys of the request that are known, such as `iam:PassedToService`.
    """

    action: str
    resource: str
    purpose: str
    context: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class Ruling:
    """The simulator's decision on a need: `allowed`, `explicitDeny` or `implicitDeny`.

    `missing` names condition keys that a policy asks for and the simulation could not know; `bounded` says that the
    role's permissions boundary is what does not allow it.
    https://docs.aws.amazon.com/IAM/latest/APIReference/API_EvaluationResult.html
    """

    need: Need
    decision: str
    missing: tuple[str, ...] = ()
    bounded: bool = False

    @property
    def allowed(self) -> bool:
        """Whether the principal's own policies allow it."""
        return self.decision == "allowed"

    @property
    def uncertain(self) -> bool:
        """Whether it is refused only for a condition that nobody can know beforehand."""
        return not self.allowed and bool(self.missing)


def refused(rulings: Iterable[Ruling]) -> list[Ruling]:
    """What the policies surely do not allow."""
    return [ruling for ruling in rulings if not ruling.allowed and not ruling.missing]


def whose(ruling: Ruling) -> str:
    """Whose policy refuses, in words."""
    if ruling.bounded:
        return "the permissions boundary"
    return "a statement that denies it" if ruling.decision == "explicitDeny" else "no policy of the role allows it"
