"""Is a load balancer red when it cannot hand requests on, and only then?"""

from __future__ import annotations

import pytest

from diagnosis.network.load_balancers import LoadBalancerTraffic, unreached_targets
from diagnosis.series import Series
from tests.builders import NOW, series, target

GROUP = "arn:aws:elasticloadbalancing:eu-west-1:123456789012:targetgroup/web/1f"


def traffic(requests: Series, **failures: Series) -> LoadBalancerTraffic:
    return LoadBalancerTraffic(target("load_balancer", "shop"), requests, failures, (GROUP,), NOW)


@pytest.mark.parametrize(
    ("requests", "failed", "red"),
    [(1000, 0, False), (1000, 4, False), (1000, 5, False), (1000, 6, True), (0, 5, True), (10_000, 40, False)],
)
def test_failures_beside_requests(requests: float, failed: float, red: bool) -> None:
    found = unreached_targets(traffic(series(requests), HTTPCode_ELB_504_Count=series(failed)))
    assert bool(found) is red


@pytest.mark.parametrize(
    ("metric", "cause"),
    [
        ("HTTPCode_ELB_502_Count", "config"),
        ("HTTPCode_ELB_503_Count", "capacity"),
        ("HTTPCode_ELB_504_Count", "timeout"),
        ("TargetConnectionErrorCount", "timeout"),
        ("TargetTLSNegotiationErrorCount", "config"),
        ("PortAllocationErrorCount", "capacity"),
        ("SecurityGroupBlockedFlowCount_Inbound_TCP", "security_group"),
    ],
)
def test_each_counter_has_its_cause(metric: str, cause: str) -> None:
    [found] = unreached_targets(traffic(series(100), **{metric: series(50)}))
    assert (found.cause, found.impact, found.depends_on, found.proven) == (cause, "now", (GROUP,), False)
    assert f"{metric} 50" in found.evidence
