"""Which finding caused the others? The specific one on which they depend, that began first, after a change."""

from diagnosis.triage.cases import Case, plain_name, suspects
from diagnosis.triage.changing import CHANGE_REACH, changeable
from diagnosis.triage.graph import MOST_HOPS, RESOLUTION
from diagnosis.triage.ranking import MOST_ROOTS, Root, Triage, triage

__all__ = [
    "CHANGE_REACH",
    "MOST_HOPS",
    "MOST_ROOTS",
    "RESOLUTION",
    "Case",
    "Root",
    "Triage",
    "changeable",
    "plain_name",
    "suspects",
    "triage",
]
