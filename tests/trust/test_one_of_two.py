"""Where a world has two of a kind, and one is enough for a check to pass: what became of the other?"""

from __future__ import annotations

import pytest

from diagnosis.answers import Blind
from tests.fixtures.house import READERS
from tests.trust.matrix import OBSTACLES

DELIVERY = ("logs:StartQuery", "logs:GetQueryResults", "logs:DescribeLogGroups", "s3:GetObject", "s3:ListObjectsV2")


@pytest.mark.parametrize("fault", ["deny", "throttle", "fail", "reset", "malformed"])
@pytest.mark.parametrize("operation", DELIVERY)
def test_what_is_not_delivered_blinds_its_own_vpc(asked, armed, operation, fault):
    """A flow log in a bucket needs no log group, and one in a log group no bucket."""
    place = asked.world.place.key
    known = {vpc: one for vpc, one in asked.answers["flow_records"][place].by_vpc.items() if not isinstance(one, Blind)}
    in_bucket = {vpc for vpc, one in known.items() if one.addresses["10.9.0.8"]}
    assert len(in_bucket) == len(known) - 1 == 1
    armed(operation, fault)
    answers = asked.read(READERS["flow_records"])[place].by_vpc
    about = in_bucket if operation.startswith("s3:") else set(known) - in_bucket
    assert {vpc for vpc in known if answers[vpc] == known[vpc]} == set(known) - about
    assert {answers[vpc].obstacle for vpc in about} <= OBSTACLES[fault]


@pytest.mark.parametrize("fault", ["deny", "throttle", "fail", "reset", "malformed"])
@pytest.mark.parametrize("operation", ["route53:ListResourceRecordSets", "route53:GetHealthCheckStatus"])
def test_a_watched_record_is_not_well_for_a_call_that_failed(asked, armed, operation, fault):
    known = asked.answers["vpc_names"]
    [about] = [vpc for vpc, one in known.items() if not isinstance(one, Blind) and one.watched]
    armed(operation, fault)
    answers = asked.read(READERS["vpc_names"])
    assert {vpc for vpc in known if answers[vpc] == known[vpc]} == set(known) - {about}
    assert answers[about].obstacle in OBSTACLES[fault]


def test_a_health_check_without_an_observation_is_not_healthy(asked, armed):
    armed("route53:GetHealthCheckStatus", "empty")
    came = asked.judged({"vpc_names": asked.read(READERS["vpc_names"])})
    [about] = [vpc for vpc, one in asked.answers["vpc_names"].items() if not isinstance(one, Blind) and one.watched]
    assert came["test_names_resolve", about] == "error"


@pytest.mark.parametrize("operation", ["logs:GetQueryResults", "s3:ListObjectsV2"])
def test_a_flow_log_without_a_record_is_no_quiet_network(asked, armed, operation):
    armed(operation, "empty")
    answers = asked.read(READERS["flow_records"])[asked.world.place.key].by_vpc
    changed = {
        vpc: one
        for vpc, one in answers.items()
        if one != asked.answers["flow_records"][asked.world.place.key].by_vpc[vpc]
    }
    assert len(changed) == 1
    assert all(isinstance(one, Blind) or one.newest is None for one in changed.values())


def test_a_denied_description_leaves_its_reason_in_the_network(asked, armed):
    for operation in READERS["network"].calls:
        asked.world.control("DELETE", "/vitals/faults")
        armed(operation, "deny")
        network = asked.read(READERS["network"])[asked.world.place.key]
        assert f"missing {operation}" in network.unread.values()


@pytest.mark.parametrize(
    ("operation", "target"),
    [
        ("elbv2:DescribeRules", "shop/reviews"),
        ("elbv2:DescribeTargetGroups", "shop/reviews"),
        ("ec2:DescribeSecurityGroups", "shop/reviews"),
        ("rds:DescribeDBInstances", "shop/reviews"),
        ("logs:StartQuery", "shop/reviews"),
        ("ecs:DescribeTasks", "shop/reviews"),
        ("lambda:GetAlias", "receipts:live"),
        ("cloudtrail:LookupEvents", "receipts:live"),
        ("lambda:ListEventSourceMappings", "thumbnails"),
        ("logs:GetQueryResults", "thumbnails"),
        ("cloudformation:ListStackResources", "shop-queue"),
        ("codedeploy:BatchGetDeploymentTargets", "receipts/batch"),
    ],
)
def test_a_deployment_is_not_compared_without_what_it_rests_on(asked, armed, operation, target):
    key = f"{asked.world.place.key}/{target}"
    assert not isinstance(asked.answers["deployed"][key], Blind)
    armed(operation, "deny")
    assert isinstance(asked.read(READERS["deployed"])[key], Blind)
