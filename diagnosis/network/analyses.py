"""Does AWS's Reachability Analyzer agree with the model?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from diagnosis.answers import Blind, CouldNotTellError
from diagnosis.commands import aws
from diagnosis.findings import Finding
from diagnosis.targets import Target


@dataclass(frozen=True)
class FlowAnalysis:
    """One analysis: its id, the flow in words, whether a path was found, and AWS's explanation codes with components.

    `wanted` is whether the path must exist.
    """

    id: str
    flow: str
    found: bool
    explanations: tuple[str, ...]
    wanted: bool = True


@dataclass(frozen=True)
class Analysis:
    """What Reachability Analyzer said of a path's flows; `left_out` names those that it cannot be asked about."""

    target: Target
    flows: tuple[FlowAnalysis, ...]
    left_out: tuple[str, ...]
    as_of: datetime

    @property
    def broken(self) -> list[FlowAnalysis]:
        """The flows that are not as they must be."""
        return [flow for flow in self.flows if flow.found is not flow.wanted]


def compared(target: Target, judged: Sequence[Finding] | Blind, analysis: Analysis | Blind) -> list[Finding]:
    """The model's findings beside the analyzer's word. CouldNotTellError where nothing is found and one is blind."""
    if isinstance(analysis, Blind):
        if isinstance(judged, Blind) or not judged:
            raise CouldNotTellError(judged if isinstance(judged, Blind) else analysis)
        return [_with(finding, f"Reachability Analyzer could not be asked: {analysis.reason}") for finding in judged]
    if isinstance(judged, Blind):
        if not analysis.broken:
            raise CouldNotTellError(judged)
        return [_only_analyzer(target, analysis, f"the model cannot tell ({judged.reason})")]
    if judged and not analysis.broken and analysis.flows:
        words = f"disagreement: Reachability Analyzer finds the path as it must be ({_ids(analysis)})"
        return [replace(_with(finding, words), proven=False) for finding in judged]
    if judged:
        return [
            _with(finding, f"Reachability Analyzer agrees ({_ids(analysis)})") for finding in judged if analysis.flows
        ] or list(judged)
    return [_only_analyzer(target, analysis, "the model does not")] if analysis.broken else []


def _ids(analysis: Analysis) -> str:
    return ", ".join(flow.id for flow in analysis.flows)


def _with(finding: Finding, words: str) -> Finding:
    return replace(finding, evidence=(*finding.evidence, words))


def _only_analyzer(target: Target, analysis: Analysis, otherwise: str) -> Finding:
    """What only the analyzer finds wrong: shown as the disagreement that it is."""
    first = analysis.broken[0]
    said = "a path that must not exist" if first.found else "no path"
    return Finding(
        subject=target.name,
        place=target.place,
        cause="network",
        impact="now",
        symptom=f"{target.name}: Reachability Analyzer finds {said} for {first.flow}, {otherwise}, expected agreement",
        evidence=tuple(f"{flow.id}: {', '.join(flow.explanations) or 'path found'}" for flow in analysis.broken),
        remedy="read the analysis, and report the disagreement: one of the two is wrong about this network",
        resource=first.id,
        as_of=analysis.as_of,
        command=aws(
            "ec2",
            "describe-network-insights-analyses",
            "--network-insights-analysis-ids",
            *(f.id for f in analysis.broken),
        ),
    )
