"""Does target health follow from the world?"""

from __future__ import annotations

import pytest

TARGETS = "100000000003"


@pytest.fixture
def elbv2(laboratory):
    return laboratory.client("elbv2", account=TARGETS)


def group(elbv2, name):
    return elbv2.describe_target_groups(Names=[name])["TargetGroups"][0]


def health(elbv2, name, **asked):
    arn = group(elbv2, name)["TargetGroupArn"]
    found = elbv2.describe_target_health(TargetGroupArn=arn, **asked)["TargetHealthDescriptions"]
    return [tuple(d["TargetHealth"].get(k) for k in ("State", "Reason", "Description")) for d in found]


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("well", ("healthy", None, None)),
        ("closed", ("unhealthy", "Target.Timeout", "Request timed out")),
        ("wrong-code", ("unhealthy", "Target.ResponseCodeMismatch", "Health checks failed with these codes: [503]")),
        ("refusing", ("unhealthy", "Target.FailedHealthChecks", "Health checks failed")),
        ("silent", ("unhealthy", "Target.Timeout", "Request timed out")),
        ("slow", ("unhealthy", "Target.Timeout", "Request timed out")),
        ("recent", ("initial", "Elb.InitialHealthChecking", "Initial health checks in progress")),
        ("just-broken", ("healthy", None, None)),
        (
            "off-zone",
            (
                "unused",
                "Target.NotInUse",
                "Target is in an Availability Zone that is not enabled for the load balancer",
            ),
        ),
        (
            "unwired",
            (
                "unused",
                "Target.NotInUse",
                "Target group is not configured to receive traffic from the load balancer",
            ),
        ),
    ],
)
def test_states(elbv2, name, expected):
    assert health(elbv2, name) == [expected]


def test_a_check_goes_to_the_port_of_the_settings(elbv2):
    closed = group(elbv2, "closed")["TargetGroupArn"]
    elbv2.modify_target_group(TargetGroupArn=closed, HealthCheckPort="8081")
    try:
        assert health(elbv2, "closed") == [("healthy", None, None)]
        shown = elbv2.describe_target_health(TargetGroupArn=closed)["TargetHealthDescriptions"][0]
        assert (shown["HealthCheckPort"], shown["Target"]["Port"]) == ("8081", 8080)
    finally:
        elbv2.modify_target_group(TargetGroupArn=closed, HealthCheckPort="traffic-port")


def test_a_network_acl_can_stop_the_check_and_its_answer(laboratory, elbv2):
    ec2 = laboratory.client("ec2", account=TARGETS)
    of_private = [{"Name": "cidr-block", "Values": ["10.9.10.0/24"]}]
    subnet = ec2.describe_subnets(Filters=of_private)["Subnets"][0]
    of_subnet = [{"Name": "association.subnet-id", "Values": [subnet["SubnetId"]]}]
    acl = ec2.describe_network_acls(Filters=of_subnet)["NetworkAcls"][0]["NetworkAclId"]
    for egress, ports in ((False, {"From": 8080, "To": 8080}), (True, {"From": 1024, "To": 65535})):
        ec2.create_network_acl_entry(
            NetworkAclId=acl,
            RuleNumber=10,
            Protocol="6",
            RuleAction="deny",
            Egress=egress,
            CidrBlock="10.9.0.0/16",
            PortRange=ports,
        )
        assert health(elbv2, "well") == [("unhealthy", "Target.Timeout", "Request timed out")]
        ec2.delete_network_acl_entry(NetworkAclId=acl, RuleNumber=10, Egress=egress)
        assert health(elbv2, "well") == [("healthy", None, None)]


def test_targets_come_and_drain(elbv2):
    arn = group(elbv2, "mutable")["TargetGroupArn"]
    first = elbv2.describe_target_health(TargetGroupArn=arn)["TargetHealthDescriptions"][0]["Target"]
    second = first | {"Port": 8090}
    elbv2.register_targets(TargetGroupArn=arn, Targets=[second])
    assert health(elbv2, "mutable") == [
        ("healthy", None, None),
        ("initial", "Elb.RegistrationInProgress", "Target registration is in progress"),
    ]
    elbv2.deregister_targets(TargetGroupArn=arn, Targets=[second])
    states = dict.fromkeys(health(elbv2, "mutable"))
    draining = ("draining", "Target.DeregistrationInProgress", "Target deregistration is in progress")
    assert list(states) == [("healthy", None, None), draining]
    unknown = health(elbv2, "mutable", Targets=[{"Id": "10.9.10.250"}])
    assert unknown == [("unused", "Target.NotRegistered", "Target is not registered to the target group")]


def test_a_network_load_balancer_gives_one_reason_only(laboratory):
    elbv2 = laboratory.client("elbv2", account="100000000006")
    assert health(elbv2, "net") == [("unhealthy", "Target.FailedHealthChecks", "Health checks failed")]


@pytest.mark.parametrize(("kind", "word"), [("application", "app"), ("network", "net"), ("gateway", "gwy")])
def test_the_arn_of_a_load_balancer_says_its_kind(laboratory, kind, word):
    ec2, elbv2 = (laboratory.client(service, account="100000000077") for service in ("ec2", "elbv2"))
    vpc = ec2.create_vpc(CidrBlock="10.77.0.0/16")["Vpc"]["VpcId"]
    subnet = ec2.create_subnet(VpcId=vpc, CidrBlock="10.77.1.0/24")["Subnet"]["SubnetId"]
    asked = {"Name": kind, "Type": kind, "Subnets": [subnet], "Tags": [{"Key": "service", "Value": kind}]}
    arn = elbv2.create_load_balancer(**asked)["LoadBalancers"][0]["LoadBalancerArn"]
    assert f":loadbalancer/{word}/{kind}/" in arn
    assert elbv2.describe_load_balancers(Names=[kind])["LoadBalancers"][0]["LoadBalancerArn"] == arn
    [tagged] = elbv2.describe_tags(ResourceArns=[arn])["TagDescriptions"]
    assert tagged["Tags"] == asked["Tags"]
    filters = [{"Name": "vpc-id", "Values": [vpc]}]
    [interface] = ec2.describe_network_interfaces(Filters=filters)["NetworkInterfaces"]
    assert interface["Description"].startswith(f"ELB {word}/{kind}/")


def test_an_unknown_group_is_named_as_aws_does(elbv2):
    arn = group(elbv2, "well")["TargetGroupArn"]
    with pytest.raises(elbv2.exceptions.TargetGroupNotFoundException):
        elbv2.describe_target_health(TargetGroupArn=arn[:-4] + "0000")


def test_load_balancers_have_interfaces(laboratory):
    found = laboratory.client("ec2", account=TARGETS).describe_network_interfaces(
        Filters=[{"Name": "description", "Values": ["ELB app/lab/*"]}]
    )["NetworkInterfaces"]
    assert sorted(i["PrivateIpAddress"].rpartition(".")[0] for i in found) == ["10.9.0", "10.9.1"]
    assert {(i["RequesterManaged"], i["Status"]) for i in found} == {(True, "in-use")}
