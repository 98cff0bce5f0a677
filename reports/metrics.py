"""What would a dashboard draw of runs? metrics.prom for node_exporter's textfile collector, emf.json for CloudWatch.

Both hold gauges of one run. metrics.prom is Prometheus' text format and valid OpenMetrics
(https://prometheus.io/docs/specs/om/open_metrics_spec/); emf.json is one line of CloudWatch's embedded metric format
(https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html).
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, get_args

import pytest

from diagnosis.causes import IMPACTS
from diagnosis.runs import RunView, Usage
from reports.disk import remember
from reports.tally import Tally, tally_of
from reports.verdicts import Outcome, view_of

OPENMETRICS, EMF = "metrics.prom", "emf.json"
NAMESPACE = "Vitals"
_OUTCOMES: tuple[Outcome, ...] = get_args(Outcome)


class MetricsPlugin:
    """Writes both files when the run is complete."""

    @pytest.hookimpl(trylast=True)
    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        """A file that cannot be written costs that file only."""
        config = session.config
        view, tally = view_of(config), tally_of(config)
        if view is None or config.option.collectonly:
            return
        usage = config.hook.pytest_vitals_usage(config=config) or Usage()
        texts = {
            OPENMETRICS: openmetrics(view, tally, usage, int(session.exitstatus)),
            EMF: json.dumps(embedded(view, tally, usage, int(session.exitstatus))) + "\n",
        }
        for name, text in texts.items():
            try:
                (Path(view.folder) / name).write_text(text, encoding="utf-8")
            except OSError as error:
                remember(config, error)


def openmetrics(view: RunView, tally: Tally, usage: Usage, exit_code: int) -> str:
    """The run as gauges: how many checks by domain and outcome, findings by cause and impact, exit code, time, cost."""
    checks = Counter((result.labels.domain, result.outcome) for result in tally.results)
    findings = Counter((case.finding.cause, case.finding.impact) for case in tally.cases())
    families = [
        ("vitals_checks", "Checks by domain and outcome.", _of(checks, "domain", "outcome")),
        ("vitals_findings", "Findings by cause and impact.", _of(findings, "cause", "impact")),
        ("vitals_exit_code", "0 healthy, 1 sick, 5 nothing checked, 6 blind.", [("", exit_code)]),
        ("vitals_run_timestamp_seconds", "When the run examined, by AWS's time.", [("", view.now.timestamp())]),
        ("vitals_aws_calls", "Calls to AWS.", [("", sum(usage.calls.values()))]),
        ("vitals_cost_dollars", "About what the run cost.", [("", round(usage.cost_usd, 6))]),
    ]
    lines: list[str] = []
    for name, told, samples in families:
        lines += [f"# HELP {name} {told}", f"# TYPE {name} gauge"]
        lines += [f"{name}{labels} {value}" for labels, value in samples]
    return "\n".join([*lines, "# EOF"]) + "\n"


def _of(counts: Mapping[Any, int], *names: str) -> Iterator[tuple[str, float]]:
    for values, number in sorted(counts.items()):
        labels = ",".join(f'{name}="{_label(str(value))}"' for name, value in zip(names, values, strict=True))
        yield f"{{{labels}}}", number


def _label(text: str) -> str:
    """A label's value: backslash, quote and line feed are escaped."""
    return text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")


def embedded(view: RunView, tally: Tally, usage: Usage, exit_code: int) -> dict[str, Any]:
    """The run as one log event that CloudWatch turns into metrics, by mode of the run."""
    outcomes = Counter(result.outcome for result in tally.results)
    impacts = Counter(case.finding.impact for case in tally.cases())
    values: dict[str, float] = {outcome: outcomes[outcome] for outcome in _OUTCOMES}
    values |= {f"findings_{impact}": impacts[impact] for impact in IMPACTS}
    values |= {"aws_calls": sum(usage.calls.values())}
    metrics = [{"Name": name, "Unit": "Count"} for name in values]
    directive = {"Namespace": NAMESPACE, "Dimensions": [["mode"]], "Metrics": metrics}
    stamp = {"Timestamp": int(view.now.timestamp() * 1000), "CloudWatchMetrics": [directive]}
    return {"_aws": stamp, "mode": view.mode, "exit": exit_code, "coverage": tally.coverage(), **values}


def pytest_configure(config: pytest.Config) -> None:
    """Write in the process that counts."""
    if not hasattr(config, "workerinput"):
        config.pluginmanager.register(MetricsPlugin(), "vitals-metrics")
