"""Does a run change anything, or ask so much that it hurts? Told by the server's own log of every request.

What changes something is for AWS to say: its managed policy ReadOnlyAccess, as moto carries it, not our list of reads.
"""

from __future__ import annotations

import json
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Iterator
from fnmatch import fnmatchcase
from functools import cache
from pathlib import Path
from typing import Any

import botocore.session
import pytest

from fixtures import pace
from fixtures.guard import ForbiddenCallError, ReadOnlyGuard
from fixtures.operations import PAID, READS, iam_action
from fixtures.sandbox import start_sandbox
from fixtures.sessions import ATTEMPTS
from tests.trust.live import Live

EVERYTHING = Path(__file__).parents[1] / "fixtures" / "everything.py"
NOT_READ_ONLY = {
    "sts:AssumeRole": "how another account is entered; what its role may do there is for its policies",
    "secretsmanager:GetSecretValue": "the login of a database that [[database]] names; no other secret is granted",
}
"""Actions beyond ReadOnlyAccess; none of them changes anything."""
PREFIXES = {
    "elbv2": "elasticloadbalancing",
    "resourcegroupstaggingapi": "tag",
    "stepfunctions": "states",
    "service-quotas": "servicequotas",
}
NAMED_OTHERWISE = {"s3:ListObjectsV2": "s3:ListBucket"}
QUOTAS = {
    "ec2": (20, 100),
    "elbv2": (10, 40),
    "lambda": (15, 15),
    "logs:StartQuery": (10, 10),
    "logs:GetQueryResults": (10, 10),
    "ecs:DescribeTasks": (20, 100),
    "cloudwatch:GetMetricData": (50, 50),
    "cloudwatch:DescribeAlarms": (9, 9),
    "cloudtrail:LookupEvents": (2, 2),
}
"""By operation or service: refill a second, and bucket; where AWS names no bucket, one second's calls."""
TICK_S = 0.002
SPANS_S = (1, 2, 5, 10, 30)


@cache
def read_only() -> tuple[str, ...]:
    """The patterns of actions that AWS's own ReadOnlyAccess allows, in small letters."""
    from moto.iam.aws_managed_policies import aws_managed_policies_data

    known = json.loads(aws_managed_policies_data)["ReadOnlyAccess"]["Document"]
    statements = (json.loads(known) if isinstance(known, str) else known)["Statement"]
    assert all(statement["Effect"] == "Allow" for statement in statements)
    return tuple(action.lower() for statement in statements for action in statement["Action"])


def reads(action: str) -> bool:
    return any(fnmatchcase(action.lower(), pattern) for pattern in read_only())


def action_of(service: str, operation: str) -> str:
    """The action of a logged call, by the names in the Service Authorization Reference."""
    if service in ("apigateway", "apigatewayv2"):
        model = botocore.session.get_session().get_service_model(service).operation_model(operation)
        return f"apigateway:{model.http['method']}"
    name = f"{PREFIXES.get(service, service)}:{operation}"
    return NAMED_OTHERWISE.get(name, name)


@pytest.mark.parametrize("operation", sorted(READS))
def test_what_may_be_called_is_read_only_by_aws_own_policy(operation: str) -> None:
    action = iam_action(operation)
    assert reads(action) or action in NOT_READ_ONLY, f"{action} is not in ReadOnlyAccess"


def test_the_policy_tells_reading_from_changing() -> None:
    assert not reads("ec2:TerminateInstances")
    assert not reads("logs:DeleteLogGroup")
    changing = {call for call in PAID if not reads(iam_action(call))}
    assert {"ec2:CreateNetworkInsightsPath", "ec2:StartNetworkInsightsAnalysis"} <= changing
    assert changing.isdisjoint(READS)


@pytest.mark.parametrize("service", sorted({call.split(":")[0] for call in READS}))
def test_the_guard_refuses_whatever_is_not_on_the_list(service: str) -> None:
    """Every operation that the service has, and not only those that somebody thought of."""
    guard, model = ReadOnlyGuard(), botocore.session.get_session().get_service_model(service)
    for name in model.operation_names:
        if f"{service}:{name}" in READS:
            guard._refuse(model.operation_model(name))
            continue
        with pytest.raises(ForbiddenCallError):
            guard._refuse(model.operation_model(name))


class Observed:
    """What a server's log says of a run."""

    def __init__(self, requests: Iterable[dict[str, Any]]) -> None:
        self.requests = list(requests)

    def counts(self) -> Counter[str]:
        return Counter(f"{r['service']}:{r['operation']}" for r in self.requests)

    def of(self, name: str) -> list[dict[str, Any]]:
        """The calls of a service (`ec2`) or an operation (`logs:StartQuery`)."""
        service, _, operation = name.partition(":")
        return [r for r in self.requests if r["service"] == service and operation in ("", r["operation"])]

    def most_at_once(self, service: str, region: str) -> int:
        """The log's times are of the millisecond: calls one after the other are no two at once."""
        calls = [r for r in self.of(service) if r["region"] == region and r["duration_ms"] > 2 * TICK_S * 1000]
        begins = [(r["time"] + TICK_S, 1) for r in calls]
        changes = begins + [(r["time"] + r["duration_ms"] / 1000 - TICK_S, -1) for r in calls]
        most = now = 0
        for _, change in sorted(changes):
            now += change
            most = max(most, now)
        return most

    def most_within(self, name: str, span_s: float) -> int:
        moments = sorted(r["time"] for r in self.of(name))
        return max((bisect_left(moments, m + span_s) - i for i, m in enumerate(moments)), default=0)


@pytest.fixture(scope="module")
def live(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Live]:
    running = start_sandbox(str(EVERYTHING), tmp_path_factory.mktemp("live") / "log")
    yield Live(running)
    running.stop()


def observed(live: Live, folder: Path, *words: str) -> Observed:
    """A whole run, as the server saw it."""
    live.control("DELETE", "requests")
    run = live.run(folder, *words, timeout=900)
    assert run.code in (0, 1, 6), run.stdout[-3000:] + run.stderr
    return Observed(live.control("GET", "requests")["requests"])


@pytest.fixture(scope="module")
def whole_run(live: Live, tmp_path_factory: pytest.TempPathFactory) -> Observed:
    """All checks, on eight workers."""
    return observed(live, tmp_path_factory.mktemp("whole") / "run", "-n", "8")


@pytest.mark.long
@pytest.mark.xdist_group("harmless")
def test_no_request_of_a_whole_run_changes_anything(whole_run: Observed) -> None:
    """Nor is there one that no AWS client signed."""
    assert len(whole_run.requests) > 150
    assert [r["operation"] for r in whole_run.requests if not r["service"]] == []
    actions = {action_of(r["service"], r["operation"]) for r in whole_run.requests}
    assert {action for action in actions if not reads(action)} <= NOT_READ_ONLY.keys()
    assert set(whole_run.counts()) <= set(READS)


@pytest.mark.long
@pytest.mark.xdist_group("harmless")
@pytest.mark.parametrize("name", QUOTAS)
def test_eight_workers_stay_below_the_quota(whole_run: Observed, name: str) -> None:
    per_s, bucket = QUOTAS[name]
    for span_s in SPANS_S:
        allowed = max(per_s, bucket) + per_s * (span_s - 1)
        assert whole_run.most_within(name, span_s) <= allowed, f"in {span_s} s"


@pytest.mark.long
@pytest.mark.xdist_group("harmless")
def test_eight_workers_have_no_more_calls_in_flight_than_one(whole_run: Observed) -> None:
    asked = {(r["service"], r["region"]) for r in whole_run.requests}
    at_once = {(service, region): whole_run.most_at_once(service, region) for service, region in asked}
    too_many = {key: n for key, n in at_once.items() if n > pace.AT_ONCE.get(key[0], pace.AT_ONCE_DEFAULT)}
    assert too_many == {}


@pytest.mark.long
@pytest.mark.xdist_group("harmless")
def test_a_throttled_account_is_asked_less(live: Live, tmp_path: Path) -> None:
    """Where every call is refused for its rate, fewer calls arrive than usual, retries included."""
    words = ("-n", "8", "-m", "serverless")
    usual = observed(live, tmp_path / "usual", *words)
    for service in sorted({call.split(":")[0] for call in READS} - {"sts"}):
        live.fault("throttle", f"{service}:*")
    try:
        refused = observed(live, tmp_path / "refused", *words)
    finally:
        live.control("DELETE", "faults")
    assert len(refused.requests) <= len(usual.requests)
    for name, calls in refused.counts().items():
        assert calls <= ATTEMPTS * max(1, usual.counts()[name]), name
    for name in QUOTAS:
        assert refused.most_within(name, 1) <= max(QUOTAS[name])


@pytest.mark.long
@pytest.mark.xdist_group("harmless")
def test_one_throttled_operation_costs_its_retries_only(live: Live, whole_run: Observed, tmp_path: Path) -> None:
    live.fault("throttle", "elbv2:DescribeTargetHealth")
    try:
        refused = observed(live, tmp_path / "run", "-m", "deploy", "-n", "8")
    finally:
        live.control("DELETE", "faults")
    usual = whole_run.counts()["elbv2:DescribeTargetHealth"]
    assert refused.counts()["elbv2:DescribeTargetHealth"] <= ATTEMPTS * usual
    assert refused.most_within("elbv2", 1) <= QUOTAS["elbv2"][1]


@pytest.mark.long
@pytest.mark.xdist_group("harmless")
def test_what_a_paid_run_makes_is_removed(live: Live, tmp_path: Path) -> None:
    """With its flag a run makes paths and analyses, marks them, and leaves none behind."""
    paid = observed(live, tmp_path / "run", "-m", "network", "--allow-paid")
    writes = {name for name in paid.counts() if not reads(action_of(*name.split(":")))}
    assert writes <= {*PAID, *NOT_READ_ONLY}
    session = botocore.session.Session()
    session.set_credentials("testing", "testing")
    ec2 = session.create_client("ec2", region_name=live.environment["AWS_REGION"], endpoint_url=live.sandbox.endpoint)
    assert ec2.describe_network_insights_paths()["NetworkInsightsPaths"] == []
    assert ec2.describe_network_insights_analyses()["NetworkInsightsAnalyses"] == []
