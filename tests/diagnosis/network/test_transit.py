"""Is a way to another network red when it is down or drops packets, and only then?"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from diagnosis.answers import CouldNotTellError
from diagnosis.network.transit import Kind, Link, Tunnel, broken_link
from diagnosis.series import Series
from tests.builders import NOW, ago, series, target

IDS: dict[Kind, str] = {
    "attachment": "tgw-attach-1",
    "vpn": "vpn-1",
    "virtual_interface": "dxvif-1",
    "peering": "pcx-1",
}
UP, DOWN = Tunnel("192.0.2.1", "UP", ""), Tunnel("192.0.2.2", "DOWN", "IPSEC IS DOWN")
BLACK_HOLE, NO_ROUTE = "PacketDropCountBlackhole", "PacketDropCountNoRoute"


def link(kind: Kind, state: str = "available", **changes: Any) -> Link:
    known: dict[str, Any] = {
        "target": target("link", IDS[kind], IDS[kind]),
        "message": "",
        "joins": (),
        "tunnels": (),
        "drops": {},
        "lowest_tunnel": Series(300),
        "highest_tunnel": Series(300),
        "as_of": NOW,
    }
    return Link(kind=kind, state=state, **known | changes)


@pytest.mark.parametrize(
    ("kind", "state"),
    [
        ("attachment", "available"),
        ("attachment", "pendingAcceptance"),
        ("attachment", "initiatingRequest"),
        ("attachment", "modifying"),
        ("vpn", "available"),
        ("vpn", "pending"),
        ("virtual_interface", "available"),
        ("virtual_interface", "verifying"),
        ("virtual_interface", "testing"),
        ("peering", "active"),
        ("peering", "pending-acceptance"),
        ("peering", "provisioning"),
    ],
)
def test_a_link_that_is_up_or_on_its_way_is_well(kind: Kind, state: str) -> None:
    assert broken_link(link(kind, state)) == []


@pytest.mark.parametrize(
    ("kind", "state", "cause", "expected"),
    [
        ("attachment", "failed", "network", "available"),
        ("attachment", "rejected", "network", "available"),
        ("attachment", "rollingBack", "network", "available"),
        ("virtual_interface", "down", "network", "available"),
        ("virtual_interface", "rejected", "network", "available"),
        ("virtual_interface", "unknown", "network", "available"),
        ("peering", "failed", "peering", "active"),
        ("peering", "expired", "peering", "active"),
        ("peering", "rejected", "peering", "active"),
    ],
)
def test_a_link_that_is_down(kind: Kind, state: str, cause: str, expected: str) -> None:
    [found] = broken_link(link(kind, state, joins=("vpc-1", "vpc-2"), message="so it is"))
    assert found.symptom == f"{IDS[kind]}: state {state}, expected {expected}"
    assert found.evidence == (f"State {state}: so it is", "joins vpc-1, vpc-2")
    assert (found.cause, found.impact, found.proven, found.onset) == (cause, "now", True, None)
    assert found.command.endswith(IDS[kind])


def test_without_a_message_and_ends_the_state_is_all_the_evidence() -> None:
    [found] = broken_link(link("peering", "expired"))
    assert found.evidence == ("State expired",)


@pytest.mark.parametrize(
    ("kind", "state", "said"),
    [
        ("attachment", "", "not given"),
        ("attachment", "active", "active"),
        ("vpn", "down", "down"),
        ("peering", "available", "available"),
        ("virtual_interface", "Down", "Down"),
    ],
)
def test_a_state_that_nobody_knows_is_not_judged(kind: Kind, state: str, said: str) -> None:
    with pytest.raises(CouldNotTellError, match=f"{IDS[kind]}: unknown state {said}"):
        broken_link(link(kind, state, tunnels=(DOWN,)))


@pytest.mark.parametrize(
    ("tunnels", "impact", "observed"),
    [
        ((UP, DOWN), "soon", "1 of 2 tunnels down"),
        ((DOWN, DOWN), "now", "2 of 2 tunnels down"),
        ((DOWN,), "now", "1 of 1 tunnels down"),
    ],
)
def test_one_tunnel_down_is_a_lost_reserve_and_both_are_an_outage(
    tunnels: tuple[Tunnel, ...], impact: str, observed: str
) -> None:
    [found] = broken_link(link("vpn", tunnels=tunnels))
    assert found.symptom == f"vpn-1: {observed}, expected all up"
    assert "192.0.2.2 DOWN IPSEC IS DOWN" in found.evidence[0]
    assert (found.cause, found.impact, found.onset) == ("network", impact, None)


def test_tunnels_that_are_up_are_well() -> None:
    assert broken_link(link("vpn", tunnels=(UP, UP), lowest_tunnel=series(1), highest_tunnel=series(1))) == []


@pytest.mark.parametrize(("status", "said"), [("", "not given"), ("up", "up"), ("FLAPPING", "FLAPPING")])
def test_a_tunnel_of_which_nobody_knows_is_neither_up_nor_down(status: str, said: str) -> None:
    odd = Tunnel("192.0.2.1", status, "")
    with pytest.raises(CouldNotTellError, match=f"vpn-1: unknown status {said} of tunnel 192.0.2.1"):
        broken_link(link("vpn", tunnels=(odd, UP)))
    [found] = broken_link(link("vpn", tunnels=(odd, DOWN)))
    assert (found.impact, found.evidence[0]) == ("soon", "VgwTelemetry 192.0.2.2 DOWN IPSEC IS DOWN")


@pytest.mark.parametrize(
    ("lowest", "highest", "impact"),
    [
        ((1,), (1,), None),
        ((0, 1), (1, 1), None),
        ((1, 0), (1, 1), "soon"),
        ((0.5,), (0.5,), "soon"),
        ((0,), (0,), "now"),
        ((), (), None),
        ((0,), (), None),
    ],
)
def test_the_metric_of_tunnels_tells_where_the_description_does_not(
    lowest: tuple[float, ...], highest: tuple[float, ...], impact: str | None
) -> None:
    told = {"lowest_tunnel": series(*lowest, period_s=300), "highest_tunnel": series(*highest, period_s=300)}
    assert [found.impact for found in broken_link(link("vpn", **told))] == ([impact] if impact else [])


def test_what_it_says_of_the_metric_of_tunnels() -> None:
    half = link("vpn", lowest_tunnel=series(0, period_s=300), highest_tunnel=series(1, period_s=300))
    assert broken_link(half)[0].symptom == "vpn-1: one of two tunnels down, expected all up"
    assert broken_link(half)[0].evidence == ("TunnelState 0",)


@pytest.mark.parametrize(
    ("drops", "red"),
    [((), False), ((0, 0), False), ((900,), False), ((1, 1), True), ((1, 0, 1), True), ((1, None, 1), True)],
)
@pytest.mark.parametrize("metric", [BLACK_HOLE, NO_ROUTE])
def test_packets_dropped_in_two_minutes_are_red(metric: str, drops: tuple[float | None, ...], red: bool) -> None:
    assert bool(broken_link(link("attachment", drops={metric: series(*drops)}))) is red


def test_one_minute_of_each_kind_of_drop_is_not_two() -> None:
    assert broken_link(link("attachment", drops={BLACK_HOLE: series(5, 0), NO_ROUTE: series(0, 5)})) == []


def test_the_minutes_can_be_set_but_no_drop_is_no_drop() -> None:
    assert broken_link(link("attachment", drops={NO_ROUTE: series(1, 1)}), min_minutes=3) == []
    assert len(broken_link(link("attachment", drops={NO_ROUTE: series(1)}), min_minutes=1)) == 1
    assert broken_link(link("attachment", drops={NO_ROUTE: series(0)}), min_minutes=0) == []


def test_drops_begin_when_the_metric_that_is_told_does() -> None:
    drops = {BLACK_HOLE: series(7, 0, 0, 0), NO_ROUTE: series(0, 0, 600, 700)}
    [found] = broken_link(link("attachment", drops=drops))
    assert found.symptom == "tgw-attach-1: 1,300 packets matched no route, expected none"
    assert found.evidence == ("PacketDropCountNoRoute 1,300 in 2 minutes",)
    assert (found.cause, found.impact, found.onset) == ("route", "now", ago(2))


def test_what_watches_the_circuit_is_told_of_its_interface() -> None:
    [found] = broken_link(link("virtual_interface", "down", joins=("vgw-1", "dxcon-1")))
    assert found.needed_by == ("dxcon-1",)


def test_drops_depend_on_the_route_table_of_the_attachment() -> None:
    [found] = broken_link(link("attachment", drops={NO_ROUTE: series(1, 1)}, table="tgw-rtb-1"))
    assert (found.resource, found.depends_on) == ("tgw-attach-1", ("tgw-rtb-1",))
    [found] = broken_link(link("attachment", "failed", table="tgw-rtb-1"))
    assert found.depends_on == ()


def test_a_link_that_is_down_comes_before_its_drops() -> None:
    [found] = broken_link(link("attachment", "failed", drops={NO_ROUTE: series(1, 1)}))
    assert found.cause == "network"


def test_tunnels_are_down_since_their_metric_is() -> None:
    told = {"lowest_tunnel": series(1, 0, 0, period_s=300), "highest_tunnel": series(1, 1, 0, period_s=300)}
    [half], [whole] = (broken_link(link("vpn", tunnels=tunnels, **told)) for tunnels in ((UP, DOWN), (DOWN, DOWN)))
    assert half.onset is not None
    assert whole.onset is not None
    assert whole.onset - half.onset == timedelta(minutes=5)
