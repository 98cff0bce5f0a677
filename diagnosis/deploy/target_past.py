"""Did a target group lose its targets within the window, though it has them back?"""

from __future__ import annotations

from collections.abc import Sequence

from diagnosis import console
from diagnosis.causes import Impact
from diagnosis.deploy.target_groups import TargetGroupHealth
from diagnosis.deploy.target_spells import Spell, lasting, outages
from diagnosis.findings import Finding

_MOST_NAMED = 3


def troubled_past(group: TargetGroupHealth, minutes: float, min_spells: float) -> list[Finding]:
    """The group, where for so many minutes no target was healthy, or where targets failed `min_spells` times."""
    lost = outages(group.spells, minutes)
    if lost:
        deserted = sum(spell.deserted for spell in lost)
        symptom = f"no target was healthy for {deserted} min until {lost[-1].end:%H:%M} UTC, expected at least 1"
        return [_finding(group, lost, symptom, "now")]
    failed = lasting(group.spells, minutes)
    if len(failed) < max(min_spells, 1):
        return []
    return [_finding(group, failed, f"targets failed their health check {len(failed)} times, expected none", "soon")]


def _finding(group: TargetGroupHealth, told: Sequence[Spell], symptom: str, impact: Impact) -> Finding:
    when = [f"{spell.begin:%H:%M} to {spell.end:%H:%M} UTC" for spell in told[-_MOST_NAMED:]]
    return Finding(
        subject=group.target.name,
        place=group.target.place,
        cause="health_check",
        impact=impact,
        symptom=f"{group.target.name}: {symptom}",
        evidence=(f"UnHealthyHostCount was up {', '.join(when)}", "now every target passes, or starts"),
        remedy="see what the targets' logs and the changes before say of that time; it may come back",
        resource=group.target.arn,
        needed_by=group.load_balancers,
        onset=told[0].begin,
        as_of=group.as_of,
        link=console.target_group(group.target.place, group.target.arn),
    )
