"""The script to compare with: a loop that asks about each resource by itself, as one writes it in an incident.

Of every function, target group, service, database, alarm and log group it reads what the checks of an incident rest
on, and judges nothing. With threads it asks about so many resources at a time.

    python -m bench.plain [threads, default 1]
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

import boto3
from botocore.config import Config

CONFIG = Config(max_pool_connections=64, retries={"mode": "standard", "total_max_attempts": 5}, read_timeout=120)
NOW = datetime.now(UTC).replace(second=0, microsecond=0)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
AGO = (timedelta(0), DAY, 7 * DAY)
"""Now, and the same hour a day and a week before."""
ERRORS = "fields @timestamp, @message | filter @message like /ERROR|Exception/ | limit 100"
REPORTS = "filter @type = 'REPORT' | stats max(@maxMemoryUsed / @memorySize) as share"
OF_FUNCTION = (
    *((name, "Sum") for name in ("Invocations", "Errors", "Throttles")),
    *((name, "Sum") for name in ("AsyncEventsDropped", "DeadLetterErrors", "DestinationDeliveryFailures")),
    *((name, "Maximum") for name in ("ConcurrentExecutions", "Duration", "IteratorAge", "AsyncEventAge")),
    ("Duration", "p99"),
)
OF_GROUP = (("RequestCount", "Sum"), ("HTTPCode_Target_5XX_Count", "Sum"), ("TargetResponseTime", "p95"))
OF_DATABASE = (
    *((name, "Average") for name in ("CPUUtilization", "DiskQueueDepth")),
    *((name, "Minimum") for name in ("FreeStorageSpace", "FreeableMemory", "CPUCreditBalance", "BurstBalance")),
    *((name, "Minimum") for name in ("EBSIOBalance%", "EBSByteBalance%")),
    *((name, "Maximum") for name in ("DatabaseConnections", "SwapUsage", "ReplicaLag", "TransactionLogsDiskUsage")),
)


class Plain:
    """The clients, and how each kind of resource is asked about."""

    def __init__(self) -> None:
        names = ("cloudwatch", "ecs", "elbv2", "lambda", "logs", "pi", "rds")
        self.clients: dict[str, Any] = {name: boto3.client(name, config=CONFIG) for name in names}

    def pages(self, service: str, operation: str, key: str, **arguments: Any) -> Iterator[Any]:
        """All items of a list."""
        for page in self.clients[service].get_paginator(operation).paginate(**arguments):
            yield from page[key]

    def metric(self, namespace: str, name: str, stat: str, dimensions: dict[str, str], ago: timedelta = AGO[0]) -> None:
        """One metric of one resource."""
        statistics = {"ExtendedStatistics": [stat]} if stat.startswith("p") else {"Statistics": [stat]}
        self.clients["cloudwatch"].get_metric_statistics(
            Namespace=namespace,
            MetricName=name,
            Dimensions=[{"Name": key, "Value": value} for key, value in dimensions.items()],
            StartTime=NOW - HOUR - ago,
            EndTime=NOW - ago,
            Period=300,
            **statistics,
        )

    def function(self, name: str) -> None:
        """State, reserve, aliases, sources and metrics of a function."""
        client = self.clients["lambda"]
        client.get_function_configuration(FunctionName=name)
        client.get_function_concurrency(FunctionName=name)
        client.list_aliases(FunctionName=name)
        client.list_event_source_mappings(FunctionName=name)
        for metric, stat in OF_FUNCTION:
            self.metric("AWS/Lambda", metric, stat, {"FunctionName": name})

    def target_group(self, arn: str, balancers: list[str]) -> None:
        """The health of a target group's targets and its traffic, now and before."""
        self.clients["elbv2"].describe_target_health(TargetGroupArn=arn)
        for balancer in balancers:
            of_group = {"TargetGroup": arn.rsplit(":", 1)[-1], "LoadBalancer": balancer.split("loadbalancer/")[1]}
            for metric, stat in (("HealthyHostCount", "Minimum"), ("UnHealthyHostCount", "Maximum")):
                self.metric("AWS/ApplicationELB", metric, stat, of_group)
            for ago in AGO:
                for metric, stat in OF_GROUP:
                    self.metric("AWS/ApplicationELB", metric, stat, of_group, ago)

    def service(self, cluster: str, arn: str) -> None:
        """A service, its tasks, its deployments and its load."""
        client, name = self.clients["ecs"], arn.rsplit("/", 1)[-1]
        service = client.describe_services(cluster=cluster, services=[arn])["services"][0]
        client.describe_task_definition(taskDefinition=service["taskDefinition"])
        for status in ("RUNNING", "STOPPED"):
            tasks = client.list_tasks(cluster=cluster, serviceName=name, desiredStatus=status)["taskArns"]
            if tasks:
                client.describe_tasks(cluster=cluster, tasks=tasks)
        client.list_service_deployments(cluster=cluster, service=name)
        for metric in ("CPUUtilization", "MemoryUtilization"):
            of_service = {"ClusterName": cluster.rsplit("/", 1)[-1], "ServiceName": name}
            self.metric("AWS/ECS", metric, "Average", of_service)

    def database(self, name: str) -> None:
        """A database, its events, its load and its metrics."""
        instance = self.clients["rds"].describe_db_instances(DBInstanceIdentifier=name)["DBInstances"][0]
        self.clients["rds"].describe_events(SourceIdentifier=name, SourceType="db-instance", Duration=60)
        for metric, stat in OF_DATABASE:
            self.metric("AWS/RDS", metric, stat, {"DBInstanceIdentifier": name})
        for ago in AGO:
            for metric in ("ReadLatency", "WriteLatency"):
                self.metric("AWS/RDS", metric, "Average", {"DBInstanceIdentifier": name}, ago)
        if instance.get("PerformanceInsightsEnabled"):
            self.clients["pi"].get_resource_metrics(
                ServiceType="RDS",
                Identifier=instance["DbiResourceId"],
                MetricQueries=[{"Metric": "db.load.avg"}],
                StartTime=NOW - HOUR,
                EndTime=NOW,
                PeriodInSeconds=60,
            )

    def alarm(self, name: str) -> None:
        """The state of an alarm."""
        self.clients["cloudwatch"].describe_alarms(AlarmNames=[name])

    def log_group(self, name: str) -> None:
        """The errors in a log group, now and before; of a function's, its memory."""
        for ago in AGO:
            self.metric("AWS/Logs", "IncomingLogEvents", "Sum", {"LogGroupName": name}, ago)
            self.query(name, ERRORS, ago)
        if name.startswith("/aws/lambda/"):
            self.query(name, REPORTS, AGO[0])

    def query(self, group: str, text: str, ago: timedelta) -> None:
        """One query of one group, awaited."""
        client, span = self.clients["logs"], (NOW - HOUR - ago, NOW - ago)
        start, end = (int(moment.timestamp()) for moment in span)
        query = client.start_query(logGroupName=group, startTime=start, endTime=end, queryString=text)["queryId"]
        while client.get_query_results(queryId=query)["status"] in ("Scheduled", "Running"):
            time.sleep(1)

    def jobs(self) -> Iterator[Callable[[], None]]:
        """One for each resource."""
        for one in self.pages("lambda", "list_functions", "Functions"):
            yield partial(self.function, one["FunctionName"])
        for one in self.pages("elbv2", "describe_target_groups", "TargetGroups"):
            yield partial(self.target_group, one["TargetGroupArn"], one["LoadBalancerArns"])
        for cluster in self.pages("ecs", "list_clusters", "clusterArns"):
            for arn in self.pages("ecs", "list_services", "serviceArns", cluster=cluster):
                yield partial(self.service, cluster, arn)
        for one in self.pages("rds", "describe_db_instances", "DBInstances"):
            yield partial(self.database, one["DBInstanceIdentifier"])
        for one in self.pages("cloudwatch", "describe_alarms", "MetricAlarms"):
            yield partial(self.alarm, one["AlarmName"])
        for one in self.pages("logs", "describe_log_groups", "logGroups"):
            yield partial(self.log_group, one["logGroupName"])


def main() -> int:
    """Ask about everything."""
    began, jobs = time.monotonic(), list(Plain().jobs())
    with ThreadPoolExecutor(int(sys.argv[1]) if len(sys.argv) > 1 else 1) as pool:
        for asked in [pool.submit(job) for job in jobs]:
            asked.result()
    print(f"{len(jobs):,} resources in {time.monotonic() - began:.1f} s")
    return 0


if __name__ == "__main__":
    sys.exit(main())
