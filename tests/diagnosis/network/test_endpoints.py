"""Is a VPC endpoint red when it cannot be used, and only then?"""

from __future__ import annotations

from dataclasses import replace

import pytest

from diagnosis.answers import CouldNotTellError
from diagnosis.network.endpoints import VpcEndpoint, unusable_endpoint
from diagnosis.series import Series
from tests.builders import NOW, series, target

WELL = VpcEndpoint(
    target=target("vpc_endpoint", "vpce-1", "vpce-1"),
    kind="Interface",
    service="com.amazonaws.eu-west-1.secretsmanager",
    state="available",
    groups=("sg-1", "sg-2"),
    admits_https=True,
    private_dns=True,
    vpc_resolves=True,
    allows=True,
    error="",
    dropped=Series(60),
    as_of=NOW,
)
GATEWAY = replace(
    WELL, kind="Gateway", service="com.amazonaws.eu-west-1.s3", groups=(), admits_https=None, private_dns=False
)


@pytest.mark.parametrize(
    "endpoint",
    [
        WELL,
        replace(WELL, state="Available"),
        replace(WELL, allows=None),
        GATEWAY,
        replace(GATEWAY, vpc_resolves=False),
        replace(WELL, service="com.amazonaws.vpce.eu-west-1.vpce-svc-1"),
        replace(WELL, service="vpce-svc-1", private_dns=False),
        replace(WELL, kind="GatewayLoadBalancer", service="vpce-svc-1", private_dns=False, admits_https=None),
        replace(WELL, admits_https=None, groups=()),
    ],
)
def test_an_endpoint_that_can_be_used(endpoint: VpcEndpoint) -> None:
    assert unusable_endpoint(endpoint) == []


@pytest.mark.parametrize(
    ("state", "remedy"),
    [
        ("pendingAcceptance", "accept the connection at the service's side"),
        ("PendingAcceptance", "accept the connection at the service's side"),
        ("pending", "wait for it; create it again where it stays so"),
        ("rejected", "create it again"),
        ("expired", "create it again"),
        ("failed", "create it again"),
        ("partial", "create it again"),
    ],
)
def test_a_state_in_which_it_does_not_serve(state: str, remedy: str) -> None:
    [found] = unusable_endpoint(replace(WELL, state=state, admits_https=False))
    assert found.symptom == f"vpce-1: state {state}, expected available"
    assert (found.cause, found.impact, found.resource, found.proven) == ("endpoint", "now", "vpce-1", True)
    assert (found.remedy, found.needed_by) == (remedy, ())
    assert found.command == "aws ec2 describe-vpc-endpoints --vpc-endpoint-ids vpce-1"


def test_what_ec2_says_of_a_failure_is_evidence() -> None:
    [found] = unusable_endpoint(replace(WELL, state="failed", error="InsufficientFreeAddresses subnet-1"))
    assert found.evidence == (
        "Interface endpoint of com.amazonaws.eu-west-1.secretsmanager",
        "State failed: InsufficientFreeAddresses subnet-1",
    )


@pytest.mark.parametrize(("state", "said"), [("", "not given"), ("sleeping", "sleeping")])
def test_a_state_that_nobody_knows_is_not_judged(state: str, said: str) -> None:
    with pytest.raises(CouldNotTellError, match=f"vpce-1: unknown state {said}"):
        unusable_endpoint(replace(WELL, state=state, admits_https=False))


@pytest.mark.parametrize(
    ("endpoint", "cause", "impact", "resource", "needed_by"),
    [
        (replace(WELL, admits_https=False), "security_group", "now", "sg-1", ("vpce-1",)),
        (replace(WELL, allows=False), "permission", "now", "vpce-1", ()),
        (replace(GATEWAY, allows=False), "permission", "now", "vpce-1", ()),
        (replace(WELL, vpc_resolves=False), "dns", "now", "vpce-1", ()),
        (replace(WELL, private_dns=False), "dns", "hygiene", "vpce-1", ()),
        (replace(WELL, private_dns=False, service="aws.sagemaker.eu-west-1.studio"), "dns", "hygiene", "vpce-1", ()),
        (
            replace(WELL, private_dns=False, service="cn.com.amazonaws.cn-north-1.ecr.api"),
            "dns",
            "hygiene",
            "vpce-1",
            (),
        ),
    ],
)
def test_what_is_configured_wrong(
    endpoint: VpcEndpoint, cause: str, impact: str, resource: str, needed_by: tuple[str, ...]
) -> None:
    [found] = unusable_endpoint(endpoint)
    assert (found.cause, found.impact, found.resource, found.needed_by) == (cause, impact, resource, needed_by)
    assert found.proven


def test_each_fault_is_told() -> None:
    sick = replace(WELL, admits_https=False, allows=False, vpc_resolves=False, dropped=series(60, 60))
    causes = [found.cause for found in unusable_endpoint(sick)]
    assert causes == ["security_group", "permission", "dns", "endpoint"]


@pytest.mark.parametrize(
    ("dropped", "red"),
    [
        ((), False),
        ((0, 0), False),
        ((50, 49), False),
        ((50, 50), True),
        ((100,), False),
        ((100, 0, None), False),
        ((99, None, 1), True),
    ],
)
def test_a_hundred_packets_dropped_in_two_minutes_are_red(dropped: tuple[float | None, ...], red: bool) -> None:
    assert bool(unusable_endpoint(replace(WELL, dropped=series(*dropped)))) is red


def test_the_bounds_of_drops_can_be_set_but_nothing_dropped_is_nothing() -> None:
    assert unusable_endpoint(replace(WELL, dropped=series(50, 50)), min_drops=101) == []
    assert unusable_endpoint(replace(WELL, dropped=series(50, 50)), min_minutes=3) == []
    assert unusable_endpoint(replace(WELL, dropped=series(0, 0)), min_drops=0, min_minutes=0) == []


def test_what_it_says_of_drops_proves_no_cause() -> None:
    [found] = unusable_endpoint(replace(WELL, dropped=series(1000, 0, 234)))
    assert found.symptom == "vpce-1: 1,234 packets dropped, expected none"
    assert found.evidence[1] == "PacketsDropped 1,234 in 2 minutes"
    assert (found.cause, found.impact, found.proven) == ("endpoint", "now", False)
