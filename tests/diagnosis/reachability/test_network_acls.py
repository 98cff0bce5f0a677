"""Network ACLs: order, replies, and the subnets that they do not judge."""

from __future__ import annotations

import pytest

from diagnosis.reachability import Verdict
from tests.diagnosis.reachability.world import ANY, entry, rule, told, two_tiers

EPHEMERAL = (32768, 60999)


def guarded(*entries):
    """The two tiers with an ACL of these entries on the database's subnet."""
    world = two_tiers()
    world.acl("acl-db", "vpc-1", *entries, subnets=("subnet-db",))
    return world


def test_the_lowest_number_decides():
    world = guarded(
        entry(20, "allow", egress=False),
        entry(10, "deny", egress=False, protocol="6", cidr="10.0.1.10/32", ports=(5432, 5432)),
        entry(10, "allow", egress=True),
    )
    answer = world.ask("i-web", "i-db", 5432)
    assert told(answer) == [("network-acl", "acl-db", "ingress", "SUBNET_ACL_RESTRICTION")]
    assert "rule 10: deny tcp/5432 for 10.0.1.10/32" in answer.blockers[0].detail


def test_nothing_allowed_is_denied_by_the_star():
    answer = guarded(entry(10, "allow", egress=True)).ask("i-web", "i-db", 5432)
    assert told(answer)[0][:3] == ("network-acl", "acl-db", "ingress")
    assert "rule *" in answer.blockers[0].detail


def test_the_star_of_ipv6_has_a_number_of_its_own_that_nobody_can_change():
    world = guarded(entry(10, "allow", egress=True), entry(32768, "deny", egress=False, cidr="::/0"))
    world.raw["NetworkAcls"][-1]["Entries"].append(entry(32767, "deny", egress=False))
    assert "rule *: deny all traffic" in world.ask("i-web", "i-db", 5432).blockers[0].detail
    acl = next(acl for acl in world.network().inventory.network_acls.by_subnet.values() if acl.id == "acl-db")
    assert [rule.text for rule in acl.ingress] == [
        "rule *: deny all traffic for 0.0.0.0/0",
        "rule *: deny all traffic for ::/0",
    ]


@pytest.mark.parametrize(
    ("low", "high", "verdict"),
    [(32768, 60999, "reachable"), (1024, 65535, "reachable"), (32769, 60999, "blocked"), (32768, 60998, "blocked")],
)
def test_every_ephemeral_port_of_the_reply_must_pass(low, high, verdict):
    world = guarded(entry(10, "allow", egress=False), entry(10, "allow", egress=True, protocol="6", ports=(low, high)))
    answer = world.ask("i-web", "i-db", 5432)
    assert (answer.forward, answer.return_, answer.verdict) == ("reachable", verdict, verdict)


def test_a_reply_stopped_names_the_acl_on_the_return():
    world = guarded(entry(10, "allow", egress=False), entry(10, "allow", egress=True, protocol="6", ports=(80, 80)))
    assert told(world.ask("i-web", "i-db", 5432)) == [("network-acl", "acl-db", "return", "SUBNET_ACL_RESTRICTION")]
    assert world.ask("i-web", "i-db", 5432, source_port=80).verdict is Verdict.REACHABLE


def test_two_rules_together_may_cover_the_ephemeral_ports():
    world = guarded(
        entry(10, "allow", egress=False),
        entry(10, "allow", egress=True, protocol="6", ports=(1024, 40000)),
        entry(20, "allow", egress=True, protocol="6", ports=(40001, 65535)),
    )
    assert world.ask("i-web", "i-db", 5432).verdict is Verdict.REACHABLE


def test_no_acl_within_a_subnet():
    world = guarded()
    world.group("sg-near", "vpc-1", [rule("tcp", 22, ANY)])
    world.instance("near", "subnet-db", "10.0.2.99", "sg-near")
    assert world.ask("i-db", "i-near", 22).verdict is Verdict.REACHABLE
    assert world.ask("i-web", "i-near", 22).verdict is Verdict.BLOCKED


def test_icmp_echo_needs_its_reply_let_out():
    open_in = entry(10, "allow", egress=False)
    reply_only = {**entry(10, "allow", egress=True, protocol="1"), "IcmpTypeCode": {"Type": 0, "Code": -1}}
    world = guarded(open_in, reply_only)
    world.group("sg-ping", "vpc-1", [rule("icmp", (8, -1), ANY)])
    world.instance("ping", "subnet-db", "10.0.2.98", "sg-ping")
    assert world.ask("i-web", "i-ping", None, "icmp", icmp=(8, 0)).verdict is Verdict.REACHABLE
    reply_only["IcmpTypeCode"] = {"Type": 8, "Code": -1}
    assert world.ask("i-web", "i-ping", None, "icmp", icmp=(8, 0)).return_ is Verdict.BLOCKED


def test_acls_that_were_not_collected_allow_all_but_a_missing_one_is_unknown():
    world = two_tiers()
    del world.raw["NetworkAcls"]
    assert world.ask("i-web", "i-db", 5432).verdict is Verdict.REACHABLE
    assert world.ask("i-web", "i-db", 5432, denied=("NetworkAcls",)).verdict is Verdict.UNKNOWN
    world.raw["NetworkAcls"] = []
    assert world.ask("i-web", "i-db", 5432).verdict is Verdict.UNKNOWN


def test_a_nat_gateway_needs_the_acl_of_its_own_subnet():
    world = two_tiers()
    world.acl(
        "acl-web", "vpc-1", entry(10, "allow", egress=True),
        entry(10, "allow", egress=False, protocol="6", cidr="10.0.0.0/16"),
        entry(20, "allow", egress=False, protocol="6", ports=EPHEMERAL), subnets=("subnet-web",),
    )  # fmt: skip
    answer = world.ask("i-db", "198.51.100.7", 443)
    assert told(answer) == [("network-acl", "acl-web", "return", "SUBNET_ACL_RESTRICTION")], "NAT uses 1024-65535"


def test_a_function_sends_from_more_ports_than_a_linux_client():
    world = guarded(entry(10, "allow", egress=False), entry(10, "allow", egress=True, protocol="6", ports=EPHEMERAL))
    world.interface("eni-fn", "subnet-web", "10.0.1.70", "sg-web", InterfaceType="lambda")
    assert world.ask("i-web", "i-db", 5432).verdict is Verdict.REACHABLE
    assert told(world.ask("eni-fn", "i-db", 5432))[0][:3] == ("network-acl", "acl-db", "return")


def test_a_load_balancer_sends_from_as_many_ports_as_a_function():
    world = guarded(entry(10, "allow", egress=False), entry(10, "allow", egress=True, protocol="6", ports=EPHEMERAL))
    world.interface("eni-lb", "subnet-web", "10.0.1.71", "sg-web", Description="ELB app/shop/2e")
    assert told(world.ask("eni-lb", "i-db", 5432))[0][:3] == ("network-acl", "acl-db", "return")
