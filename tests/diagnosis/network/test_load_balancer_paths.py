"""Is the way from a load balancer to its targets judged as EC2 describes it, and not judged where it does not?"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from diagnosis.answers import Absent, Blind, CouldNotTellError
from diagnosis.deploy.target_groups import HealthCheck, TargetGroupHealth, TargetState
from diagnosis.deploy.target_health import unhealthy_targets
from diagnosis.network.description import NetworkDescription
from diagnosis.network.load_balancer_paths import Destination, LoadBalancerPath, blocked_path, cause_of, path_of
from diagnosis.reachability import Blocker, Code, Direction, Kind
from tests.builders import HERE, NOW, target

BALANCER = HERE.arn("elasticloadbalancing", "loadbalancer/app/shop/2e")
ANYWHERE = {"IpProtocol": "-1", "IpRanges": [{"CidrIp": "0.0.0.0/0"}]}


def security_group(group_id: str, *ingress: dict[str, Any]) -> dict[str, Any]:
    return {"GroupId": group_id, "VpcId": "vpc-1", "IpPermissions": list(ingress), "IpPermissionsEgress": [ANYWHERE]}


def from_balancer(port: int) -> dict[str, Any]:
    pairs = [{"GroupId": "sg-lb"}]
    return {"IpProtocol": "tcp", "FromPort": port, "ToPort": port, "UserIdGroupPairs": pairs}


def interface(eni: str, subnet: str, address: str, group: str, description: str = "") -> dict[str, Any]:
    return {
        "NetworkInterfaceId": eni,
        "VpcId": "vpc-1",
        "SubnetId": subnet,
        "PrivateIpAddress": address,
        "PrivateIpAddresses": [{"PrivateIpAddress": address, "Primary": True}],
        "Groups": [{"GroupId": group}],
        "Description": description,
        "Status": "in-use",
    }


def network(*ingress: dict[str, Any], unread: dict[str, str] | None = None, **changes: Any) -> NetworkDescription:
    """A VPC with a load balancer in one subnet and a task, 10.0.2.9, in another; the task's group admits `ingress`."""
    described: dict[str, Any] = {
        "Vpcs": [{"VpcId": "vpc-1", "CidrBlock": "10.0.0.0/16"}],
        "Subnets": [
            {
                "SubnetId": f"subnet-{n}",
                "VpcId": "vpc-1",
                "CidrBlock": f"10.0.{n}.0/24",
                "AvailabilityZone": "eu-west-1a",
            }
            for n in (1, 2)
        ],
        "RouteTables": [
            {
                "RouteTableId": "rtb-1",
                "VpcId": "vpc-1",
                "Associations": [{"Main": True, "RouteTableId": "rtb-1"}],
                "Routes": [{"DestinationCidrBlock": "10.0.0.0/16", "GatewayId": "local", "State": "active"}],
            }
        ],
        "SecurityGroups": [security_group("sg-lb", ANYWHERE), security_group("sg-task", *ingress)],
        "NetworkInterfaces": [
            interface("eni-lb", "subnet-1", "10.0.1.5", "sg-lb", "ELB app/shop/2e"),
            interface("eni-other", "subnet-1", "10.0.1.6", "sg-lb", "ELB app/other/3f"),
            interface("eni-task", "subnet-2", "10.0.2.9", "sg-task"),
        ],
    }
    kept = {key: value for key, value in (described | changes).items() if key not in (unread or {})}
    return NetworkDescription(HERE, kept, unread or {}, NOW)


def path(
    *, health_check_port: int | None = None, destinations: tuple[Destination, ...] | None = None
) -> LoadBalancerPath:
    ends = (Destination("10.0.2.9", 8080),) if destinations is None else destinations
    return LoadBalancerPath(
        target("path", "shop:checkout"), BALANCER, "application", "HTTP", health_check_port, ends, NOW
    )


def test_only_its_own_interfaces_are_the_load_balancers() -> None:
    assert [eni["NetworkInterfaceId"] for eni in network().interfaces_of(BALANCER)] == ["eni-lb"]


def test_a_group_that_admits_the_load_balancer_is_no_obstacle() -> None:
    assert path_of(path(), network(from_balancer(8080))) == ()
    assert blocked_path(path(), network(from_balancer(8080))) == []


def test_a_group_that_does_not_is_the_cause() -> None:
    [found] = blocked_path(path(), network(from_balancer(443)))
    assert found.symptom == "shop:checkout: blocked by sg-task, expected a way to tcp/8080"
    assert (found.cause, found.impact, found.proven, found.resource) == ("security_group", "now", True, "sg-task")
    assert found.command == "aws ec2 describe-security-groups --group-ids sg-task"
    assert found.link.endswith("#SecurityGroup:groupId=sg-task")
    assert found.evidence
    assert found.remedy


def test_an_acl_that_refuses_is_named_with_its_command() -> None:
    acl = {
        "NetworkAclId": "acl-1",
        "VpcId": "vpc-1",
        "Associations": [{"NetworkAclId": "acl-1", "SubnetId": "subnet-2"}],
        "Entries": [
            {"RuleNumber": 32767, "Protocol": "-1", "RuleAction": "deny", "Egress": egress, "CidrBlock": "0.0.0.0/0"}
            for egress in (False, True)
        ],
    }
    [found] = blocked_path(path(), network(from_balancer(8080), NetworkAcls=[acl]))
    assert (found.cause, found.resource, found.depends_on) == ("nacl", "acl-1", ())
    assert [word.rsplit(" ", 1)[1] for word in found.evidence] == ["(ingress)", "(return)"]
    assert "inbound tcp/8080" in found.remedy
    assert "outbound tcp/1024-65535" in found.remedy
    assert found.link.endswith("#NetworkAclDetails:networkAclId=acl-1")
    assert found.command == "aws ec2 describe-network-acls --network-acl-ids acl-1"


def test_the_health_check_port_has_to_be_open_too() -> None:
    only_traffic = network(from_balancer(8080))
    assert path_of(path(health_check_port=9000), only_traffic) != ()
    assert path_of(path(health_check_port=9000), network(from_balancer(8080), from_balancer(9000))) == ()
    assert path_of(path(health_check_port=8080), only_traffic) == ()


def test_one_target_that_is_cut_off_is_enough() -> None:
    both = (Destination("10.0.2.9", 8080), Destination("10.0.2.9", 8081))
    assert len(blocked_path(path(destinations=both), network(from_balancer(8080)))) == 1


def test_without_targets_there_is_no_way_to_judge() -> None:
    assert isinstance(path_of(path(destinations=()), network()), Absent)
    assert blocked_path(path(destinations=()), network()) == []


def test_without_the_load_balancers_interfaces_nobody_can_tell() -> None:
    answer = path_of(path(), network(from_balancer(8080), NetworkInterfaces=[]))
    assert isinstance(answer, Blind)
    assert "loadbalancer/app/shop/2e" in answer.reason


def test_what_was_denied_is_unknown_and_named() -> None:
    denied = network(from_balancer(8080), unread={"NetworkAcls": "missing ec2:DescribeNetworkAcls"})
    with pytest.raises(CouldNotTellError, match=r"the way is unknown: .*missing ec2:DescribeNetworkAcls"):
        blocked_path(path(), denied)


@pytest.mark.parametrize(
    ("kind", "code", "cause"),
    [
        (Kind.SECURITY_GROUP, Code.ENI_SG_RULES_MISMATCH, "security_group"),
        (Kind.NETWORK_ACL, Code.SUBNET_ACL_RESTRICTION, "nacl"),
        (Kind.ROUTE, Code.BAD_STATE_ROUTE, "route"),
        (Kind.ROUTE_TABLE, Code.NO_ROUTE_TO_DESTINATION, "route"),
        (Kind.VPC_PEERING_CONNECTION, Code.BAD_STATE, "peering"),
        (Kind.VPC, Code.VPC_BLOCK_PUBLIC_ACCESS_ENABLED, "bpa"),
        (Kind.TRANSIT_GATEWAY_ATTACHMENT, Code.BAD_STATE_ATTACHMENT, "network"),
    ],
)
def test_blockers_become_causes(kind: Kind, code: Code, cause: str) -> None:
    assert cause_of(Blocker(kind, "x-1", Direction.EGRESS, code, "it refuses", "let it")) == cause


# --- the same network behind a target that does not answer


def silent(*balancers: str, reason: str = "Target.Timeout") -> TargetGroupHealth:
    return TargetGroupHealth(
        target=target("target_group", "checkout"),
        health_check=HealthCheck("HTTP", "traffic-port", "/healthz", "200", 5, 10, 2),
        load_balancers=balancers or (BALANCER,),
        protocol="HTTP",
        as_of=NOW,
        detailed=True,
        states=(TargetState("10.0.2.9", 8080, "unhealthy", reason, "Request timed out"),),
    )


def test_a_time_out_behind_a_closed_group_is_that_groups_doing() -> None:
    [found] = unhealthy_targets(silent(), network(from_balancer(443)))
    assert (found.cause, found.proven) == ("security_group", True)
    assert (found.depends_on, found.needed_by) == (("sg-task", "10.0.2.9"), (BALANCER,))
    assert found.why
    assert "Target.Timeout" in found.evidence[0]


def test_what_mends_it_names_every_port_that_is_refused() -> None:
    ports = tuple(TargetState("10.0.2.9", port, "unhealthy", "Target.Timeout") for port in (32768, 32769, 32769))
    [found] = unhealthy_targets(replace(silent(), states=ports), network(from_balancer(443)))
    assert found.remedy == ("add ingress tcp/32768 from sg-lb to sg-task; add ingress tcp/32769 from sg-lb to sg-task")


def test_a_network_load_balancer_has_one_reason_for_silence_and_refusal() -> None:
    failed = silent(reason="Target.FailedHealthChecks")
    [found] = unhealthy_targets(failed, network(from_balancer(443)))
    assert (found.cause, found.depends_on) == ("security_group", ("sg-task", "10.0.2.9"))
    [found] = unhealthy_targets(failed, network(from_balancer(8080)))
    assert (found.cause, found.why) == ("health_check", "")


def test_a_time_out_behind_an_open_group_is_the_targets_doing() -> None:
    [found] = unhealthy_targets(silent(), network(from_balancer(8080)))
    assert found.cause == "timeout"
    assert found.why.startswith("groups, ACLs and routes admit the health check")
    assert found.remedy == "see whether the target listens on traffic-port and answers within 5 s"


def test_a_time_out_behind_a_group_that_could_not_be_read_stays_open() -> None:
    [found] = unhealthy_targets(silent(), network(unread={"SecurityGroups": "missing ec2:DescribeSecurityGroups"}))
    assert found.cause == "timeout"
    assert found.why.startswith("could not rule out a group, an ACL or a route: ")
    assert "missing ec2:DescribeSecurityGroups" in found.why


def test_a_load_balancer_that_is_not_described_hides_no_blocker_of_another() -> None:
    unknown = HERE.arn("elasticloadbalancing", "loadbalancer/app/gone/4a")
    [found] = unhealthy_targets(silent(unknown, BALANCER), network(from_balancer(443)))
    assert found.cause == "security_group"
    [found] = unhealthy_targets(silent(unknown, BALANCER), network(from_balancer(8080)))
    assert found.why.startswith("could not rule out")
