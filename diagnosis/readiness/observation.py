"""Are access, clusters, functions and databases observed before somebody needs to know?"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from diagnosis import console
from diagnosis.commands import aws
from diagnosis.findings import Finding
from diagnosis.readiness.lacking import lacking
from diagnosis.targets import Target

_INSIGHTS_ON = ("enabled", "enhanced")
_LOGS_OF = {
    "postgres": "postgresql",
    "aurora-postgresql": "postgresql",
    "mysql": "error",
    "mariadb": "error",
    "aurora-mysql": "error",
}
"""The log of each engine that says why it failed.

https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_LogAccess.Procedural.UploadtoCloudWatch.html
"""


@dataclass(frozen=True)
class AccessLog:
    """Where a load balancer or an API stage writes its access log to; `destination` is empty where nowhere."""

    target: Target
    destination: str
    as_of: datetime


@dataclass(frozen=True)
class ClusterInsights:
    """A cluster's setting `containerInsights`, in ECS's word."""

    target: Target
    setting: str
    as_of: datetime


@dataclass(frozen=True)
class Tracing:
    """How a function or a stage is traced: X-Ray's `mode` in AWS's word, or what else traces it."""

    target: Target
    mode: str
    other: str
    as_of: datetime


@dataclass(frozen=True)
class DatabaseObservation:
    """What is recorded of a database; `monitoring_s` is the interval of Enhanced Monitoring, 0 where it is off."""

    target: Target
    engine: str
    performance_insights: bool
    monitoring_s: int
    exports: tuple[str, ...]
    as_of: datetime


def unlogged_access(log: AccessLog) -> list[Finding]:
    """The load balancer or stage that keeps no access log: after an incident nobody knows whom it hit."""
    if log.destination:
        return []
    is_balancer = ":elasticloadbalancing:" in log.target.arn
    key = "access_logs.s3.enabled false" if is_balancer else "accessLogSettings not set"
    where = "a bucket" if is_balancer else "a log group, with status, path and latency in its format"
    return [
        lacking(
            log.target,
            "no access log",
            expected="one",
            evidence=(key,),
            remedy=f"write an access log to {where}",
            as_of=log.as_of,
        )
    ]


def unobserved_cluster(cluster: ClusterInsights) -> list[Finding]:
    """The cluster without Container Insights: nobody will know how much its tasks used before they were killed."""
    if cluster.setting in _INSIGHTS_ON:
        return []
    name = cluster.target.name
    on = aws("ecs", "update-cluster-settings", "--cluster", name, "--settings", "name=containerInsights,value=enabled")
    return [
        lacking(
            cluster.target,
            f"Container Insights {cluster.setting or 'not set'}",
            expected="enabled",
            evidence=(f"containerInsights {cluster.setting or 'not set'}",),
            remedy=on,
            as_of=cluster.as_of,
            command=aws("ecs", "describe-clusters", "--clusters", name, "--include", "SETTINGS"),
        )
    ]


def untraced(tracing: Tracing) -> list[Finding]:
    """The function or stage whose requests leave no trace.

    https://docs.aws.amazon.com/lambda/latest/dg/services-xray.html: in PassThrough a function is traced only where its
    caller decided so; a layer of OpenTelemetry traces by itself.
    """
    if tracing.mode == "Active" or tracing.other:
        return []
    is_function = tracing.target.arn.split(":")[2] == "lambda"
    name = tracing.target.name
    active = aws("lambda", "update-function-configuration", "--function-name", name, "--tracing-config", "Mode=Active")
    return [
        lacking(
            tracing.target,
            "requests are not traced",
            expected="X-Ray or OpenTelemetry",
            evidence=(f"TracingConfig {tracing.mode}" if is_function else "tracingEnabled false",),
            remedy=active if is_function else "turn tracing on in the stage, or trace with OpenTelemetry behind it",
            as_of=tracing.as_of,
            link=console.function(tracing.target.place, name) if is_function else "",
        )
    ]


def unobserved_database(database: DatabaseObservation, *, enhanced_monitoring: bool = True) -> list[Finding]:
    """The database of which load, processes or log are not recorded; `enhanced_monitoring` asks for the second."""
    missing = dict(_missing(database, enhanced_monitoring))
    if not missing:
        return []
    name = database.target.name
    return [
        lacking(
            database.target,
            f"no {', no '.join(missing)}",
            expected="all of them",
            evidence=(
                f"PerformanceInsightsEnabled {str(database.performance_insights).lower()}",
                f"MonitoringInterval {database.monitoring_s}",
                f"EnabledCloudwatchLogsExports {', '.join(database.exports) or 'none'}",
            ),
            remedy=f"{aws('rds', 'modify-db-instance', '--db-instance-identifier', name)} {' '.join(missing.values())}",
            as_of=database.as_of,
            link=console.database(database.target.place, name),
        )
    ]


def _missing(database: DatabaseObservation, enhanced_monitoring: bool) -> list[tuple[str, str]]:
    missing = []
    if not database.performance_insights:
        missing.append(("Performance Insights", "--enable-performance-insights"))
    if enhanced_monitoring and not database.monitoring_s:
        missing.append(("Enhanced Monitoring", "--monitoring-interval 60 --monitoring-role-arn ROLE"))
    wanted = _LOGS_OF.get(database.engine)
    if wanted and wanted not in database.exports:
        export = f'--cloudwatch-logs-export-configuration \'{{"EnableLogTypes":["{wanted}"]}}\''
        missing.append((f"export of its {wanted} log", export))
    return missing
