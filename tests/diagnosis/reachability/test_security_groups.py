"""Security groups: united rules, references, prefix lists, ICMP, and what is not described."""

from __future__ import annotations

import pytest

from diagnosis.reachability import Verdict
from tests.diagnosis.reachability.world import ANY, OPEN, rule, told, two_tiers


def test_a_reference_admits_the_group_that_it_names():
    assert two_tiers().ask("i-web", "i-db", 5432).verdict is Verdict.REACHABLE


def test_a_refusal_names_the_group_the_rules_and_the_remedy():
    answer = two_tiers().ask("i-web", "i-db", 5433)
    assert told(answer) == [("security-group", "sg-db", "ingress", "ENI_SG_RULES_MISMATCH")]
    assert "tcp/5432 for sg-web" in answer.blockers[0].detail
    assert answer.blockers[0].remedy == "add ingress tcp/5433 from sg-web to sg-db"


def test_every_group_of_an_interface_that_refuses_is_named_and_one_that_admits_is_enough():
    world = two_tiers()
    world.group("sg-more", "vpc-1", [rule("tcp", 22, "10.0.1.0/24")])
    world.instance("two", "subnet-db", "10.0.2.11", "sg-db", "sg-more")
    assert world.ask("i-web", "i-two", 22).verdict is Verdict.REACHABLE
    assert [b[1] for b in told(world.ask("i-web", "i-two", 23))] == ["sg-db", "sg-more"]


def test_egress_is_asked_before_ingress():
    world = two_tiers()
    world.group("sg-shut", "vpc-1", egress=[])
    world.instance("shut", "subnet-web", "10.0.1.11", "sg-shut")
    answer = world.ask("i-shut", "i-db", 5432)
    assert [(b[1], b[2]) for b in told(answer)] == [("sg-shut", "egress"), ("sg-db", "ingress")]


def test_egress_may_name_the_destinations_group():
    world = two_tiers()
    world.group("sg-app", "vpc-1", egress=[rule("tcp", 5432, "sg-db")])
    world.group("sg-db2", "vpc-1", [rule("tcp", 5432, "10.0.0.0/16")])
    world.instance("app", "subnet-web", "10.0.1.12", "sg-app", "sg-web")
    world.group("sg-web2", "vpc-1", egress=[rule("tcp", 5432, "sg-db")])
    world.instance("only", "subnet-web", "10.0.1.13", "sg-web2")
    world.instance("db2", "subnet-db", "10.0.2.12", "sg-db2")
    assert world.ask("i-app", "i-db", 5432).verdict is Verdict.REACHABLE
    assert told(world.ask("i-only", "i-db2", 5432))[0][:3] == ("security-group", "sg-web2", "egress")


def test_a_self_reference_admits_members_only():
    world = two_tiers()
    world.group("sg-self", "vpc-1", [rule("-1", None, "sg-self")])
    world.instance("one", "subnet-web", "10.0.1.21", "sg-self")
    world.instance("other", "subnet-db", "10.0.2.21", "sg-self")
    assert world.ask("i-one", "i-other", 1).verdict is Verdict.REACHABLE
    assert world.ask("i-web", "i-other", 1).verdict is Verdict.BLOCKED


def test_replies_are_remembered():
    world = two_tiers()
    world.group("sg-mute", "vpc-1", [rule("tcp", 80, ANY)], egress=[])
    world.instance("mute", "subnet-db", "10.0.2.31", "sg-mute")
    assert world.ask("i-web", "i-mute", 80).verdict is Verdict.REACHABLE


@pytest.mark.parametrize(
    ("kind", "code", "verdict"), [(8, 0, "reachable"), (13, 0, "blocked"), (3, 4, "reachable"), (3, 1, "blocked")]
)
def test_icmp_types_and_codes(kind, code, verdict):
    world = two_tiers()
    world.group("sg-ping", "vpc-1", [rule("icmp", (8, -1), ANY), rule("icmp", (3, 4), ANY)])
    world.instance("ping", "subnet-db", "10.0.2.41", "sg-ping")
    assert world.ask("i-web", "i-ping", None, "icmp", icmp=(kind, code)).verdict == verdict


def test_a_protocol_by_number_and_all_ports():
    world = two_tiers()
    world.group("sg-gre", "vpc-1", [rule("47", None, ANY), rule("tcp", (0, 65535), ANY)])
    world.instance("gre", "subnet-db", "10.0.2.51", "sg-gre")
    assert world.ask("i-web", "i-gre", None, "47").verdict is Verdict.REACHABLE
    assert world.ask("i-web", "i-gre", None, "50").verdict is Verdict.BLOCKED
    assert world.ask("i-web", "i-gre", None, "tcp").verdict is Verdict.REACHABLE
    assert world.ask("i-web", "i-db", None, "tcp").verdict is Verdict.BLOCKED, "every port is meant, one is open"


def test_a_protocol_without_ports_is_admitted_whatever_range_its_rule_has():
    world = two_tiers()
    world.raw["SecurityGroups"][1]["IpPermissions"] = [rule("132", (80, 80), "sg-web")]
    assert world.ask("i-web", "i-db", 5432, "132").verdict is Verdict.REACHABLE


def test_prefix_lists_are_looked_up():
    world = two_tiers()
    world.group("sg-list", "vpc-1", [rule("tcp", 80, "pl-1"), rule("tcp", 81, "pl-2")])
    world.instance("list", "subnet-db", "10.0.2.61", "sg-list")
    world.add("ManagedPrefixLists", PrefixListId="pl-1", Entries=[{"Cidr": "10.0.1.0/24"}])
    assert world.ask("i-web", "i-list", 80).verdict is Verdict.REACHABLE
    answer = world.ask("i-web", "i-list", 81)
    assert (answer.verdict, answer.blockers) == (Verdict.UNKNOWN, ())
    assert "pl-2" in answer.unknown[0]


def test_a_list_that_nobody_described_does_not_matter_where_another_rule_admits():
    world = two_tiers()
    world.group("sg-list", "vpc-1", [rule("tcp", 80, "pl-2"), rule("tcp", 80, "10.0.0.0/8")])
    world.instance("list", "subnet-db", "10.0.2.61", "sg-list")
    assert world.ask("i-web", "i-list", 80).verdict is Verdict.REACHABLE
    assert world.ask("i-web", "i-list", 82).verdict is Verdict.BLOCKED


def test_an_undescribed_group_is_unknown_on_the_interface_and_in_a_rule():
    world = two_tiers()
    world.instance("lost", "subnet-db", "10.0.2.71", "sg-gone")
    world.group("sg-ref", "vpc-1", [rule("tcp", 80, "sg-elsewhere")])
    world.instance("ref", "subnet-db", "10.0.2.72", "sg-ref")
    assert world.ask("i-web", "i-lost", 80).verdict is Verdict.UNKNOWN
    assert world.ask("i-web", "i-ref", 80).verdict is Verdict.UNKNOWN
    assert world.ask("internet", "i-ref", 80).verdict is Verdict.BLOCKED, "the internet is in no group"


def test_groups_admit_answers_one_hop():
    network = two_tiers().network()
    assert network.groups_admit(["sg-db"], "10.0.1.10", ["sg-web"], port=5432).verdict is Verdict.REACHABLE
    refused = network.groups_admit(["sg-db", "sg-web"], "10.0.1.10", ["sg-x"], port=5432)
    assert (refused.verdict, refused.refusing) == (Verdict.BLOCKED, ("sg-db", "sg-web"))
    assert network.groups_admit(["sg-none"], "10.0.1.10", port=1).verdict is Verdict.UNKNOWN
    assert network.groups_admit(["sg-db"], "10.0.1.10", port=1, egress=True).rule.startswith("sg-db")


def test_ipv6_rules_are_separate():
    world = two_tiers()
    world.raw["Vpcs"][0]["Ipv6CidrBlockAssociationSet"] = [{"Ipv6CidrBlock": "2600:1::/56"}]
    world.raw["RouteTables"][0]["Routes"].append({"DestinationIpv6CidrBlock": "2600:1::/56", "GatewayId": "local"})
    world.raw["Subnets"][0]["Ipv6CidrBlockAssociationSet"] = [{"Ipv6CidrBlock": "2600:1::/64"}]
    world.group("sg-6", "vpc-1", [rule("tcp", 80, "::/0"), rule("icmpv6", (128, 0), "::/0")])
    world.group("sg-4", "vpc-1", [rule("tcp", 80, ANY)], egress=OPEN)
    world.instance("six", "subnet-web", "10.0.1.81", "sg-6", ipv6="2600:1::81")
    world.instance("four", "subnet-web", "10.0.1.82", "sg-4", ipv6="2600:1::82")
    assert world.ask("i-four@2600:1::82", "2600:1::81", 80).verdict is Verdict.REACHABLE
    assert world.ask("i-six@2600:1::81", "2600:1::82", 80).verdict is Verdict.BLOCKED
    assert world.ask("i-four@2600:1::82", "2600:1::81", None, "icmp").verdict is Verdict.REACHABLE
