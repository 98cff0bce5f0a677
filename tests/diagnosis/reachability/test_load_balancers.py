"""Load balancers to their targets."""

from __future__ import annotations

import pytest

from diagnosis.reachability import Verdict
from tests.diagnosis.reachability.world import ANY, OPEN, World, entry, rule, told, two_tiers

ALB = "arn:aws:elasticloadbalancing:eu-west-1:111122223333:loadbalancer/app/front/1"
NLB = "arn:aws:elasticloadbalancing:eu-west-1:111122223333:loadbalancer/net/front/2"
TARGETS = "arn:aws:elasticloadbalancing:eu-west-1:111122223333:targetgroup/t/3"


def balanced(kind: str = "application", protocol: str = "HTTP", **attributes) -> World:
    """A public load balancer on port 80 before `i-db`, which serves on 8080."""
    world = two_tiers()
    arn = ALB if kind == "application" else NLB
    world.group("sg-lb", "vpc-1", [rule("tcp", 80, ANY)])
    world.group("sg-app", "vpc-1", [rule("tcp", 8080, "sg-lb")])
    world.instance("app", "subnet-db", "10.0.2.20", "sg-app")
    world.interface(
        "eni-node", "subnet-web", "10.0.1.60", *(["sg-lb"] if kind == "application" else []), public="203.0.113.60",
        Description=f"ELB {arn.split('loadbalancer/')[1]}",
        InterfaceType="interface" if kind == "application" else "network_load_balancer",
    )  # fmt: skip
    world.add("LoadBalancers", LoadBalancerArn=arn, Type=kind, VpcId="vpc-1", State={"Code": "active"})
    listener = {"Protocol": protocol, "Port": 80, "DefaultActions": [{"Type": "forward", "TargetGroupArn": TARGETS}]}
    world.add("LoadBalancerListeners", LoadBalancerArn=arn, Listeners=[listener])
    world.add("TargetGroups", TargetGroupArn=TARGETS, TargetType="instance", Protocol=protocol, Port=8080)
    world.add(
        "LoadBalancerTargetHealth", TargetGroupArn=TARGETS, TargetHealthDescriptions=[_target("i-app", "healthy")]
    )
    pairs = [{"Key": key, "Value": value} for key, value in attributes.items()]
    world.add("LoadBalancerAttributes", LoadBalancerArn=arn, Attributes=pairs)
    return world


def _target(target_id: str, state: str, port: int = 8080) -> dict:
    return {"Target": {"Id": target_id, "Port": port}, "TargetHealth": {"State": state}}


CROSS = {"load_balancing.cross_zone.enabled": "true"}


def test_an_application_load_balancer_sends_from_its_own_address_and_group():
    answer = balanced().ask("internet", "203.0.113.60", 80)
    assert (answer.verdict, answer.path[-1]) == (Verdict.REACHABLE, "i-app")
    assert ALB in answer.path
    assert balanced().ask("internet", ALB, 80).verdict is Verdict.REACHABLE, "by the public address of a node"


def test_a_listener_must_take_the_port_and_protocol():
    for port, protocol in ((81, "tcp"), (80, "udp")):
        world = balanced()
        world.raw["SecurityGroups"][2]["IpPermissions"] = OPEN
        answer = world.ask("internet", "203.0.113.60", port, protocol)
        assert told(answer) == [("load-balancer", ALB, "ingress", "ELBV2_LISTENERS_MISMATCH")]


def test_the_group_of_a_target_refuses():
    world = balanced()
    world.raw["SecurityGroups"][3]["IpPermissions"] = [rule("tcp", 8081, "sg-lb")]
    answer = world.ask("internet", "203.0.113.60", 80)
    assert told(answer) == [("security-group", "sg-app", "ingress", "ENI_SG_RULES_MISMATCH")]
    assert answer.blockers[0].remedy == "add ingress tcp/8080 from sg-lb to sg-app"


def test_the_acl_between_node_and_target_judges_both_ways():
    world = balanced()
    world.acl("acl-db", "vpc-1", entry(10, "allow", egress=False), subnets=("subnet-db",))
    assert told(world.ask("internet", "203.0.113.60", 80))[0][:3] == ("network-acl", "acl-db", "return")


def test_a_network_load_balancer_keeps_the_clients_address():
    world = balanced("network", "TCP", **CROSS)
    answer = world.ask("internet", "203.0.113.60", 80)
    assert told(answer)[0][:3] == ("security-group", "sg-app", "ingress"), "the client is not in sg-lb"
    world.raw["SecurityGroups"][3]["IpPermissions"] = [rule("tcp", 8080, ANY)]
    assert world.ask("internet", "203.0.113.60", 80).verdict is Verdict.REACHABLE
    world.raw["SecurityGroups"][3]["IpPermissions"] = [rule("tcp", 8080, "10.0.1.0/24")]
    assert world.ask("internet", "203.0.113.60", 80).verdict is Verdict.BLOCKED
    off = [{"Key": "preserve_client_ip.enabled", "Value": "false"}]
    world.add("TargetGroupAttributes", TargetGroupArn=TARGETS, Attributes=off)
    assert world.ask("internet", "203.0.113.60", 80).verdict is Verdict.REACHABLE


@pytest.mark.parametrize(("cross", "verdict"), [("true", "reachable"), ("false", "blocked")])
def test_targets_of_other_zones_need_cross_zone_balancing(cross, verdict):
    world = balanced("network", "TCP", **{"load_balancing.cross_zone.enabled": cross})
    world.raw["SecurityGroups"][3]["IpPermissions"] = [rule("tcp", 8080, ANY)]
    answer = world.ask("internet", "203.0.113.60", 80)
    assert answer.verdict == verdict
    if verdict == "blocked":
        assert told(answer)[0] == ("load-balancer", NLB, "ingress", "ELBV2_NO_TARGETS_IN_AZ")


def test_unhealthy_targets_serve_only_where_none_is_healthy():
    world = balanced()
    world.group("sg-shut", "vpc-1")
    world.instance("bad", "subnet-db", "10.0.2.21", "sg-shut")
    targets = world.raw["LoadBalancerTargetHealth"][0]["TargetHealthDescriptions"]
    targets[:] = [_target("i-bad", "healthy"), _target("i-app", "unhealthy")]
    assert world.ask("internet", "203.0.113.60", 80).verdict is Verdict.BLOCKED
    targets[:] = [_target("i-bad", "unhealthy"), _target("i-app", "unhealthy")]
    assert world.ask("internet", "203.0.113.60", 80).verdict is Verdict.REACHABLE, "one works, all fail open"
    targets[:] = [_target("i-app", "draining")]
    assert told(world.ask("internet", "203.0.113.60", 80))[0][3] == "ELBV2_NO_TARGETS_IN_AZ"


def test_targets_by_address_and_a_redirect():
    world = balanced()
    world.raw["TargetGroups"][0]["TargetType"] = "ip"
    world.raw["LoadBalancerTargetHealth"][0]["TargetHealthDescriptions"] = [_target("10.0.2.20", "healthy")]
    assert world.ask("internet", "203.0.113.60", 80).verdict is Verdict.REACHABLE
    world.raw["LoadBalancerListeners"][0]["Listeners"][0]["DefaultActions"] = [{"Type": "redirect"}]
    del world.raw["TargetGroups"]
    assert world.ask("internet", "203.0.113.60", 80).verdict is Verdict.REACHABLE


def test_an_application_load_balancer_behind_a_network_one():
    world = balanced()
    world.interface(
        "eni-nlb", "subnet-web", "10.0.1.61", public="203.0.113.61", Description="ELB net/front/2",
        InterfaceType="network_load_balancer",
    )  # fmt: skip
    inner = TARGETS + "-alb"
    world.add("LoadBalancers", LoadBalancerArn=NLB, Type="network", VpcId="vpc-1", State={"Code": "active"})
    actions = [{"Type": "forward", "TargetGroupArn": inner}]
    world.add(
        "LoadBalancerListeners",
        LoadBalancerArn=NLB,
        Listeners=[{"Protocol": "TCP", "Port": 80, "DefaultActions": actions}],
    )
    world.add("TargetGroups", TargetGroupArn=inner, TargetType="alb", Protocol="TCP", Port=80)
    world.add("LoadBalancerTargetHealth", TargetGroupArn=inner, TargetHealthDescriptions=[_target(ALB, "healthy", 80)])
    world.add(
        "LoadBalancerAttributes", LoadBalancerArn=NLB, Attributes=[{"Key": k, "Value": v} for k, v in CROSS.items()]
    )
    answer = world.ask("internet", "203.0.113.61", 80)
    assert (answer.verdict, answer.path[-1]) == (Verdict.REACHABLE, "i-app")


def test_what_is_not_described_is_unknown():
    for key in ("LoadBalancers", "TargetGroups"):
        world = balanced()
        del world.raw[key]
        assert world.ask("internet", "203.0.113.60", 80).verdict is Verdict.UNKNOWN
    for key in ("LoadBalancerListeners", "LoadBalancerTargetHealth"):
        world = balanced()
        del world.raw[key]
        assert world.ask("internet", "203.0.113.60", 80).verdict is Verdict.BLOCKED, "none exist"
        assert world.ask("internet", "203.0.113.60", 80, denied=(key,)).verdict is Verdict.UNKNOWN
    world = balanced()
    world.raw["NetworkInterfaces"][-1]["Description"] = "ELB classic"
    assert world.ask("internet", "203.0.113.60", 80).verdict is Verdict.UNKNOWN


def test_a_function_as_the_target_and_an_address_that_nobody_holds():
    world = balanced()
    world.raw["TargetGroups"][0]["TargetType"] = "lambda"
    assert world.ask("internet", "203.0.113.60", 80).verdict is Verdict.REACHABLE
    world.raw["TargetGroups"][0]["TargetType"] = "ip"
    world.raw["LoadBalancerTargetHealth"][0]["TargetHealthDescriptions"] = [_target("10.0.2.99", "healthy")]
    assert told(world.ask("internet", "203.0.113.60", 80))[0][:2] == ("subnet", "subnet-db")
    world.raw["TargetGroups"][0]["TargetType"] = "instance"
    world.raw["LoadBalancerTargetHealth"][0]["TargetHealthDescriptions"] = [_target("i-gone", "healthy")]
    assert world.ask("internet", "203.0.113.60", 80).verdict is Verdict.UNKNOWN


def test_a_load_balancer_that_failed_and_a_listener_without_targets():
    world = balanced()
    world.raw["LoadBalancers"][0]["State"] = {"Code": "failed"}
    assert told(world.ask("internet", "203.0.113.60", 80))[0] == ("load-balancer", ALB, "ingress", "BAD_STATE")
    world = balanced()
    world.raw["LoadBalancerListeners"][0]["Listeners"][0]["DefaultActions"] = []
    assert told(world.ask("internet", "203.0.113.60", 80))[0][3] == "ELBV2_LISTENER_HAS_NO_TG"
    world = balanced()
    weighted = {"TargetGroups": [{"TargetGroupArn": TARGETS, "Weight": 1}, {"TargetGroupArn": "off", "Weight": 0}]}
    world.raw["LoadBalancerListeners"][0]["Listeners"][0]["DefaultActions"] = [
        {"Type": "forward", "ForwardConfig": weighted}
    ]
    assert world.ask("internet", "203.0.113.60", 80).verdict is Verdict.REACHABLE


def test_a_target_does_not_reach_itself_where_its_address_is_preserved():
    world = balanced("network", "TCP", **CROSS)
    world.raw["SecurityGroups"][3]["IpPermissions"] = OPEN
    answer = world.ask("i-app", "10.0.1.60", 80)
    assert told(answer) == [("load-balancer", NLB, "ingress", "ELBV2_SOURCE_ADDRESS_PRESERVATION")]
    world.add(
        "TargetGroupAttributes", TargetGroupArn=TARGETS,
        Attributes=[{"Key": "preserve_client_ip.enabled", "Value": "false"}],
    )  # fmt: skip
    assert world.ask("i-app", "10.0.1.60", 80).verdict is Verdict.REACHABLE


@pytest.mark.parametrize(("protocol", "verdict"), [("TCP", "reachable"), ("TCP_QUIC", "blocked")])
def test_preserving_cannot_be_turned_off_where_udp_is_carried(protocol, verdict):
    world = balanced("network", protocol, **CROSS)
    world.raw["SecurityGroups"][3]["IpPermissions"] = [rule("-1", None, "10.0.1.0/24")]
    world.add(
        "TargetGroupAttributes", TargetGroupArn=TARGETS,
        Attributes=[{"Key": "preserve_client_ip.enabled", "Value": "false"}],
    )  # fmt: skip
    assert world.ask("internet", "203.0.113.60", 80).verdict == verdict


def test_a_node_sends_from_any_port_from_1024_on():
    world = balanced()
    world.acl("acl-web", "vpc-1", entry(1, "allow", egress=True), subnets=("subnet-web",))
    world.raw["NetworkAcls"][-1]["Entries"].append(entry(1, "allow", egress=False, protocol="6", ports=(32768, 60999)))
    assert told(world.ask("10.0.1.60", "10.0.2.20", 8080))[0][:3] == ("network-acl", "acl-web", "return")
    world.raw["NetworkAcls"][-1]["Entries"][-1]["PortRange"] = {"From": 1024, "To": 65535}
    assert world.ask("10.0.1.60", "10.0.2.20", 8080).verdict is Verdict.REACHABLE


def test_a_load_balancer_by_its_arn_is_any_of_its_nodes():
    world = balanced()
    world.group("sg-shut", "vpc-1")
    world.interface("eni-bad", "subnet-web", "10.0.1.62", "sg-shut", Description="ELB app/front/1")
    assert world.ask("i-web", ALB, 80).verdict is Verdict.REACHABLE
    assert world.ask("i-web", ALB.replace("front", "back"), 80).verdict is Verdict.UNKNOWN
