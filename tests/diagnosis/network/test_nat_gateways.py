"""Is a NAT gateway red when it fails, runs out of ports or drops packets, and only then?"""

from __future__ import annotations

from typing import Any

import pytest

from diagnosis.answers import CouldNotTellError
from diagnosis.network.nat_gateways import NatGateway, broken_nat
from diagnosis.series import Series
from tests.builders import NOW, ago, series, target

QUIET = Series(60)


def nat(state: str = "available", **changes: Any) -> NatGateway:
    known: dict[str, Any] = {
        "target": target("nat_gateway", "nat-1", "nat-1"),
        "failure": "",
        "port_errors": QUIET,
        "dropped_packets": QUIET,
        "sent_packets": series(50_000, 50_000),
        "received_packets": QUIET,
        "attempted": QUIET,
        "established": QUIET,
        "as_of": NOW,
    }
    return NatGateway(state=state, **known | changes)


def test_a_gateway_that_works_is_well() -> None:
    assert broken_nat(nat("available")) == []


def test_an_idle_gateway_is_well() -> None:
    assert broken_nat(nat(sent_packets=QUIET)) == []


def test_a_failed_gateway_is_sick_for_the_reason_that_ec2_gives() -> None:
    [found] = broken_nat(nat("failed", failure="Gateway.NotAttached Network vpc-1 has no Internet gateway attached"))
    assert found.symptom == "nat-1: state failed, expected available"
    assert found.evidence == ("State failed: Gateway.NotAttached Network vpc-1 has no Internet gateway attached",)
    assert (found.cause, found.impact, found.proven, found.onset) == ("nat", "now", True, None)
    assert found.command == "aws ec2 describe-nat-gateways --nat-gateway-ids nat-1"


def test_a_failure_without_reason_is_a_failure() -> None:
    assert broken_nat(nat("failed"))[0].evidence == ("State failed",)


@pytest.mark.parametrize(("state", "said"), [("", "not given"), ("rebooting", "rebooting")])
def test_a_state_that_nobody_knows_is_not_judged(state: str, said: str) -> None:
    with pytest.raises(CouldNotTellError, match=f"nat-1: unknown state {said}"):
        broken_nat(nat(state))


@pytest.mark.parametrize(
    ("errors", "red"),
    [((), False), ((0, 0), False), ((900,), False), ((1, 1), True), ((1, 0, 0, 1), True), ((1, None, 1), True)],
)
def test_two_minutes_without_a_free_port_are_red(errors: tuple[float | None, ...], red: bool) -> None:
    assert bool(broken_nat(nat(port_errors=series(*errors)))) is red


def test_the_minutes_can_be_set_but_no_error_is_no_error() -> None:
    assert broken_nat(nat(port_errors=series(1, 1)), min_minutes=3) == []
    assert len(broken_nat(nat(port_errors=series(1)), min_minutes=1)) == 1
    assert broken_nat(nat(port_errors=series(0, 0)), min_minutes=0) == []


def test_what_it_says_of_ports() -> None:
    [found] = broken_nat(nat(port_errors=series(0, 500, 700)))
    assert found.symptom == "nat-1: 1,200 connections found no free port, expected none"
    assert found.evidence[0].startswith("ErrorPortAllocation 1,200 in 2 minutes; ")
    assert (found.cause, found.proven, found.onset) == ("nat_ports", True, ago(2))


@pytest.mark.parametrize(
    ("dropped", "sent", "red"),
    [
        (0, 1_000_000, False),
        (99, 100, False),  # a hundred drops are needed
        (100, 999_900, False),  # one in ten thousand, drops included
        (100, 999_899, True),
        (1, 1_000_000, False),
        (200, 1_000_000, True),
    ],
)
def test_drops_are_red_above_a_hundredth_of_a_per_cent(dropped: int, sent: int, red: bool) -> None:
    assert bool(broken_nat(nat(dropped_packets=series(dropped), sent_packets=series(sent)))) is red


def test_drops_without_anything_sent_are_all_of_it() -> None:
    [found] = broken_nat(nat(dropped_packets=series(300), sent_packets=QUIET))
    assert found.symptom == "nat-1: 100.00% of packets dropped, expected at most 0.01%"


def test_what_it_says_of_drops_proves_no_cause() -> None:
    [found] = broken_nat(nat(dropped_packets=series(1000), sent_packets=series(99_000)))
    assert found.symptom == "nat-1: 1.00% of packets dropped, expected at most 0.01%"
    assert found.evidence == (
        "PacketsDropCount 1,000 beside PacketsOutToDestination 99,000 and PacketsInFromDestination 0",
    )
    assert (found.cause, found.proven) == ("network", False)
    assert broken_nat(nat(dropped_packets=series(1000), sent_packets=series(99_000)), max_drop_share=0.01) == []


def test_the_worst_comes_first() -> None:
    sick = nat("failed", port_errors=series(5, 5), dropped_packets=series(9999))
    assert [found.cause for found in broken_nat(sick)] == ["nat"]
    assert [found.cause for found in broken_nat(nat(port_errors=series(5, 5), dropped_packets=series(9999)))] == [
        "nat_ports"
    ]


@pytest.mark.parametrize(
    ("attempted", "established", "red"),
    [
        ((99,), (0,), False),  # a hundred attempts are needed
        ((100,), (90,), False),
        ((100,), (89,), True),
        ((50, 50), (0, 90), False),  # an opening may count in one minute and its answer in the next
        ((1000,), (), True),
        ((), (), False),
        ((1000,), (1200,), False),
    ],
)
def test_less_than_nine_of_ten_connections_that_come_about_is_red(
    attempted: tuple[float, ...], established: tuple[float, ...], red: bool
) -> None:
    found = broken_nat(nat(attempted=series(*attempted), established=series(*established)))
    assert bool(found) is red


def test_the_share_of_connections_can_be_set() -> None:
    half = nat(attempted=series(200), established=series(100))
    assert broken_nat(half, min_established_share=0.5) == []
    assert broken_nat(half, min_attempts=201) == []
    assert broken_nat(nat(attempted=series(0), established=series(0)), min_attempts=0) == []


def test_what_it_says_of_connections_proves_no_cause() -> None:
    [found] = broken_nat(nat(attempted=series(1000, 1000), established=series(300, 100)))
    assert found.symptom == "nat-1: 20% of connections come about, expected at least 90%"
    assert found.evidence == ("ConnectionEstablishedCount 400 of ConnectionAttemptCount 2,000",)
    assert (found.cause, found.impact, found.proven, found.onset) == ("network", "now", False, None)


def test_dropped_packets_come_before_connections() -> None:
    sick = nat(dropped_packets=series(9999), attempted=series(1000), established=series(0))
    assert broken_nat(sick)[0].symptom.startswith("nat-1: 9.09% of packets dropped")


def test_what_comes_back_counts_as_carried() -> None:
    assert broken_nat(nat(dropped_packets=series(100), received_packets=series(949_900))) == []
