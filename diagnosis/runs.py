"""What does a report need to know of the run it reports on?"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from diagnosis.exemptions import Exemption
from diagnosis.windows import Window


@dataclass(frozen=True)
class Entrance:
    """One place and how it was entered; `blind` says why it could not be."""

    place: str
    identity: str
    expires: str = ""
    blind: str = ""


@dataclass(frozen=True)
class RunView:
    """One run, as reports show it. `folder` is where files go, `now` AWS's own time.

    `history` is the folder where runs are remembered, empty where this one is not. `replayed` is the folder of the run
    that is judged again. `narrowed` says that some targets only were asked for, by name, tag or expression.
    """

    folder: str
    version: str
    mode: str
    now: datetime
    window: Window
    entrances: tuple[Entrance, ...]
    gate: bool = False
    endpoint: str = ""
    profile: str = ""
    scenario: str = ""
    exemptions: tuple[Exemption, ...] = ()
    history: str = ""
    replayed: str = ""
    narrowed: bool = False


@dataclass(frozen=True)
class Gathering:
    """How far reading is: how many have ended, how many there are, and which are waited for, each with its place."""

    done: int
    total: int
    waiting: tuple[str, ...] = ()


@dataclass(frozen=True)
class Usage:
    """What the run asked of AWS. `calls` counts operations (`service:Operation`), retries not included."""

    calls: dict[str, int] = field(default_factory=dict)
    scanned_bytes: int = 0
    metrics_requested: int = 0

    @property
    def cost_usd(self) -> float:
        """About what the run cost: GB scanned, metrics requested, analyses started; prices differ by region."""
        analyses = self.calls.get("ec2:StartNetworkInsightsAnalysis", 0)
        reading = self.scanned_bytes / 1e9 * USD_PER_GB_SCANNED + self.metrics_requested * USD_PER_METRIC
        return reading + analyses * USD_PER_ANALYSIS


USD_PER_GB_SCANNED = 0.005
"""Logs Insights and, at the same price, Athena (https://aws.amazon.com/athena/pricing/)."""
USD_PER_METRIC = 0.01 / 1000
USD_PER_ANALYSIS = 0.1
"""Reachability Analyzer (https://aws.amazon.com/vpc/pricing/)."""
MOST_ANALYSES = 4
"""Each is billed: a path is asked about by so many of its flows."""
