"""Have services and instances room left: CPU, memory, credits, and more copies of themselves?"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from diagnosis import console
from diagnosis.answers import Blind
from diagnosis.causes import Cause, Impact
from diagnosis.commands import aws
from diagnosis.findings import Finding
from diagnosis.series import Series
from diagnosis.targets import Target
from diagnosis.windows import spoken


@dataclass(frozen=True)
class Scaling:
    """The bounds of a scalable target, and why Application Auto Scaling did not scale it in the window."""

    most: int
    desired: int
    refusals: tuple[str, ...]
    refused_at: datetime | None


@dataclass(frozen=True)
class ComputeLoad:
    """How busy a service of ECS or an instance of EC2 is; CPU and memory as averages in percent.

    `failed_checks` holds the status checks that failed, by metric; `credits` and `burst_percent` are minima, None
    where the class or volume has none. `target_groups` are the ARNs that a service is registered with.
    """

    target: Target
    cpu: Series
    memory: Series | None
    failed_checks: Mapping[str, Series]
    credits: Series | None
    burst_percent: Mapping[str, Series]
    scaling: Scaling | None
    target_groups: tuple[str, ...]
    zone: str
    as_of: datetime


@dataclass(frozen=True)
class ComputeLoads:
    """What is known of each service and instance, by ARN or id."""

    by_arn: Mapping[str, ComputeLoad | Blind]


def exhausted(
    load: ComputeLoad,
    *,
    max_percent: float = 85,
    minutes: int = 10,
    min_credits: float = 10,
    min_burst_percent: float = 10,
) -> list[Finding]:
    """The service or instance, where a status check fails, CPU or memory was above `max_percent` for `minutes`, credits
    run out, or no more copies may be started though they are wanted.

    What lasts until the newest point hurts now.
    """
    made = _Maker(load)
    failed = [name for name, series in load.failed_checks.items() if series.last]
    if failed:
        return [made.failed(failed)]
    busy = [
        made.busy(cause, metric, series, max_percent, minutes)
        for cause, metric, series in made.gauges()
        if series.longest_run(lambda value: value > max_percent) * series.period_s >= minutes * 60
    ]
    if busy:
        return busy
    spent = made.spent(min_credits, min_burst_percent)
    return spent or made.full()


@dataclass(frozen=True)
class _Maker:
    load: ComputeLoad

    def gauges(self) -> list[tuple[Cause, str, Series]]:
        """What can be exhausted, with the word for it."""
        found: list[tuple[Cause, str, Series]] = [("cpu", "CPUUtilization", self.load.cpu)]
        return [*found, ("memory", "MemoryUtilization", self.load.memory)] if self.load.memory else found

    def busy(self, cause: Cause, metric: str, series: Series, bound: float, minutes: int) -> Finding:
        """CPU or memory that was used up."""
        run = series.longest_run(lambda value: value > bound) * series.period_s
        lasting = series.last is not None and series.last > bound
        word = "CPU" if cause == "cpu" else "memory"
        return self._finding(
            cause,
            "now" if lasting else "soon",
            f"{word} above {bound:g} % for {spoken(timedelta(seconds=run))}, expected less than {minutes} min",
            (f"{metric} maximum {max(series.values):,.0f} %, newest {series.last or 0.0:,.0f} %", *self._at_most()),
            f"give {self.load.target.name} more {word}, or more copies, and see what it spends it on",
            series.onset(lambda value: value > bound),
        )

    def failed(self, checks: list[str]) -> Finding:
        """A status check that fails: AWS's hardware, or the instance itself."""
        by_aws = any(check.endswith(("_System", "_AttachedEBS")) for check in checks)
        onset = min((o for c in checks if (o := self.load.failed_checks[c].onset(lambda v: v > 0))), default=None)
        return self._finding(
            "aws_event" if by_aws else "unknown",
            "now",
            f"{', '.join(checks)} is 1, expected 0",
            (f"in {self.load.zone}",) if self.load.zone else (),
            "stop and start the instance: it moves to other hardware" if by_aws else "look at its console output",
            onset,
            proven=by_aws,
        )

    def spent(self, min_credits: float, min_burst: float) -> list[Finding]:
        """Credits or burst balance that run out."""
        found = []
        if self.load.credits and (least := self.load.credits.last) is not None and least < min_credits:
            said = f"CPUCreditBalance {least:,.1f}"
            text = f"{least:,.0f} CPU credits left, expected at least {min_credits:g}"
            onset = self.load.credits.onset(lambda value: value < min_credits)
            found.append(self._finding("credits", "soon", text, (said,), "choose a class without credits", onset))
        for volume, series in self.load.burst_percent.items():
            if series.last is not None and series.last < min_burst:
                text = f"burst balance of {volume} {series.last:,.0f} %, expected at least {min_burst:g} %"
                onset = series.onset(lambda value: value < min_burst)
                said = f"BurstBalance {series.last:,.0f} %"
                found.append(self._finding("credits", "soon", text, (said,), "make the volume gp3, or larger", onset))
        return found

    def full(self) -> list[Finding]:
        """A service that has as many copies as it may, and was to get more."""
        scaling = self.load.scaling
        if not scaling or not scaling.refusals or scaling.desired < scaling.most:
            return []
        text = f"{scaling.desired} of at most {scaling.most} copies, and more were wanted, expected room to scale"
        remedy = f"raise the maximum of {self.load.target.name}, or find what asks for so many"
        return [self._finding("capacity", "soon", text, scaling.refusals, remedy, scaling.refused_at, proven=True)]

    def _at_most(self) -> tuple[str, ...]:
        scaling = self.load.scaling
        if not scaling:
            return ()
        full = f"{scaling.desired} of at most {scaling.most} copies"
        return (full, *scaling.refusals) if scaling.desired >= scaling.most else ()

    def _finding(
        self,
        cause: Cause,
        impact: Impact,
        text: str,
        evidence: tuple[str, ...],
        remedy: str,
        onset: datetime | None,
        proven: bool = False,
    ) -> Finding:
        name, is_instance = self.load.target.name, self.load.target.arn.startswith("i-")
        cluster, _, service = name.partition("/")
        return Finding(
            subject=name,
            place=self.load.target.place,
            cause=cause,
            impact=impact,
            symptom=f"{name}: {text}",
            evidence=evidence,
            remedy=remedy,
            resource=self.load.target.arn,
            needed_by=(*self.load.target_groups, *((service,) if service else ())),
            depends_on=(self.load.zone,) if self.load.zone else (),
            onset=onset,
            as_of=self.load.as_of,
            proven=proven,
            link=console.link(self.load.target.place, "ec2/home", f"InstanceDetails:instanceId={name}")
            if is_instance
            else console.link(self.load.target.place, f"ecs/v2/clusters/{cluster}/services/{service}/health"),
            command=aws("ec2", "describe-instance-status", "--instance-ids", name)
            if is_instance
            else aws("ecs", "describe-services", "--cluster", cluster, "--services", service),
        )
