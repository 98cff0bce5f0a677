"""Which pattern of an ordered table does a text match first?"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

from diagnosis.causes import Cause
from diagnosis.explain.answers import Explanation, PatternCause, fold

PROVEN = 0.95
"""AWS's own code or fixed sentence says so."""
CLEAR = 0.85
"""The phrase has one meaning."""
LIKELY = 0.7
"""The phrase usually means this."""
HINTED = 0.55
"""The best of several readings."""
NOTHING = 0.1
"""No pattern matched: the confidence of an `unknown`."""

ABSENT = (
    r"(?:(?:does|do|did|is|are|was|were|can|could)(?: not|n't)|cannot|not) (?:be )?"
    r"(?:exist|found|valid|active|configured|available|defined|associated|support(?:ed)?\b|have an associated)"
)
"""What is said of a thing that is named and is not there, or not as it is needed; for use after the thing."""

_FLAGS = re.IGNORECASE | re.MULTILINE


@dataclass(frozen=True)
class Pattern:
    """A meaning-bearing phrase and what it says.

    Expressions are searched in the evidence's masked text, ignoring case; `^` and `$` are line ends.
    """

    cause: PatternCause
    phrases: tuple[str, ...]
    """Expressions of which one must be found."""
    confidence: float
    remedy: str
    also: str = ""
    """An expression that must be found too."""
    unless: str = ""
    """An expression that must not be found."""

    @cached_property
    def _expressions(self) -> tuple[re.Pattern[str], re.Pattern[str], re.Pattern[str] | None]:
        unless = re.compile(self.unless, _FLAGS) if self.unless else None
        return re.compile("|".join(self.phrases), _FLAGS), re.compile(self.also, _FLAGS), unless

    def matches(self, text: str) -> bool:
        """Whether the text carries this meaning."""
        phrase, also, unless = self._expressions
        if not (phrase.search(text) and also.search(text)):
            return False
        return unless is None or not unless.search(text)

    def explanation(self) -> Explanation:
        """The answer this pattern gives."""
        specific: Cause | None = None
        if self.cause != "scaling_normal" and self.cause != "unknown":
            specific = self.cause
        return Explanation(fold(self.cause), self.confidence, self.remedy, specific)


def first_match(patterns: Iterable[Pattern], text: str) -> Explanation | None:
    """The explanation of the first pattern that matches, or None."""
    return next((pattern.explanation() for pattern in patterns if pattern.matches(text)), None)
