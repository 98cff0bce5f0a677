"""Are declared paths, one address and the mix of protocols judged by what a flow log recorded?"""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from diagnosis.answers import Blind, CouldNotTellError
from diagnosis.network.address_traffic import refused_traffic
from diagnosis.network.flow_records import INTERNET
from diagnosis.network.paths import Path, Side, Spot, Way, spot_of
from diagnosis.network.protocol_mix import changed_mix
from diagnosis.network.rejected_paths import rejected_path
from diagnosis.reachability import Endpoint
from tests.builders import NOW, ago, target
from tests.diagnosis.network.flows import (
    CLIENT,
    SERVER,
    VPC,
    before,
    flows,
    group,
    logs,
    network,
    records,
    tally,
)  # fmt: skip


def path(source="eni-a", port=8080, protocol="tcp", must="exist") -> Path:
    start = Side("internet", block="internet") if source == "internet" else Side("client", (spot_of("eni-a", None),))
    end = Side("server", (spot_of("eni-b", None),))
    return Path(target("declared_path", "client to server"), (Way(start, end, protocol, port, must),), NOW)


def on_path(*groups, declared=None, **changes) -> list:
    return rejected_path(declared or path(), records(flows(*groups, **changes)), network())


def test_a_refused_flow_of_the_path_names_what_refuses_it():
    [found] = on_path(group(3, packets=9))
    assert (found.cause, found.resource, found.proven) == ("security_group", "sg-b", True)
    assert found.symptom == "client to server: 3 REJECT records, expected none"


@pytest.mark.parametrize(("records_", "packets", "minutes", "is_red"), [
    (1, 1, 0, False), (1, 3, 0, True), (2, 2, 2, True), (2, 2, 3, False), (9, 9, 16, True),
])  # fmt: skip
def test_one_refusal_alone_is_none(records_, packets, minutes, is_red):
    one = group(records_, packets=packets, first=ago(10 + minutes), last=ago(10))
    assert bool(on_path(one)) is is_red


@pytest.mark.parametrize(
    "other", [{"port": 22}, {"protocol": 17}, {"source": "10.0.1.99"}, {"destination": "10.0.2.9"}]
)
def test_what_is_not_the_path_is_not_judged(other):
    assert on_path(group(60, **other)) == []


def test_a_refused_reply_is_the_paths_own():
    assert on_path(group(3, packets=9, source=SERVER, destination=CLIENT, reply=True)) != []
    assert on_path(group(3, packets=9, source=SERVER, destination=CLIENT)) == []


def test_a_path_from_the_internet_hears_its_arrivals():
    refused = group(3, packets=9, source=INTERNET)
    assert on_path(arrivals=(refused,), declared=path("internet")) != []
    assert on_path(arrivals=(refused,)) == []


def test_what_must_not_exist_may_be_refused():
    with pytest.raises(CouldNotTellError):
        on_path(group(60), declared=path(must="not exist"))


def test_an_end_without_a_known_address_is_not_observed():
    gone = Side("batch", (spot_of("eni-gone", None),))
    server = Side("server", (spot_of("eni-b", None),))
    for way in (Way(gone, server, port=8080), Way(server, gone, port=8080)):
        declared = Path(target("declared_path", "batch"), (way,), NOW)
        with pytest.raises(CouldNotTellError, match="not observed: no address of batch is known"):
            on_path(declared=declared)
    unread = network(unread={"NetworkInterfaces": "missing ec2:DescribeNetworkInterfaces"})
    unread = replace(unread, descriptions={**unread.descriptions, "NetworkInterfaces": ()})
    subnet = Side("subnet-b", (Spot(Endpoint("subnet", "subnet-b")),))
    declared = Path(target("declared_path", "batch"), (Way(subnet, subnet, port=8080),), NOW)
    with pytest.raises(CouldNotTellError, match=r"no address of subnet-b is known \(missing ec2:Describe"):
        rejected_path(declared, records(flows()), unread)


def test_a_block_needs_no_interface():
    block = Side("10.0.1.0/24", block="10.0.1.0/24")
    declared = Path(
        target("declared_path", "block"), (Way(block, Side("s", (spot_of("eni-b", None),)), port=8080),), NOW
    )
    assert on_path(declared=declared) == []
    assert len(on_path(group(3, packets=9), declared=declared)) == 1


def test_a_path_without_a_flow_log_is_not_observed():
    for known in (records(), records(**{VPC: Blind("denied", "missing ec2:DescribeFlowLogs")})):
        with pytest.raises(CouldNotTellError):
            rejected_path(path(), known, network())
    with pytest.raises(CouldNotTellError, match="stale"):
        on_path(tallies=(tally(last=ago(45)),))
    with pytest.raises(CouldNotTellError, match="accepted traffic only"):
        on_path(traffic="ACCEPT")


def of(address, *groups, **changes) -> list:
    seen = flows(addresses={address: groups}, **changes)
    return refused_traffic(target("address", address), records(seen), network())


def test_an_address_whose_traffic_is_refused():
    [found] = of(CLIENT, group(2), group(70, action="ACCEPT", port=443))
    assert (found.cause, found.impact, found.resource) == ("security_group", "now", "sg-b")
    assert found.evidence[-1] == "beside 70 ACCEPT records"
    assert of(CLIENT, group(70, action="ACCEPT")) == []


def test_strangers_that_knock_are_a_scan():
    [found] = of(SERVER, group(9, source="198.51.100.7", port=22))
    assert (found.cause, found.impact) == ("scan", "hygiene")
    [found] = of("198.51.100.7", group(9, source="198.51.100.7"))
    assert found.impact == "now"


def test_an_interface_that_nobody_hears_of():
    [found] = of(CLIENT)
    assert found.symptom == f"{CLIENT}: no record of any traffic, expected some of eni-a"
    assert (found.cause, found.proven) == ("network", False)


def test_an_address_that_is_nobodys_here_cannot_be_judged():
    with pytest.raises(CouldNotTellError, match="no flow log"):
        of("198.51.100.7")
    with pytest.raises(CouldNotTellError, match="rejected traffic only"):
        of(CLIENT, traffic="REJECT")


def mixed(tcp: int, udp: int, then: tuple[int, int] = (100, 0), **limits) -> list:
    def tallies(several):
        return tuple(tally(100, protocol=p, bytes=n * 10_000) for p, n in zip((6, 17), several, strict=True) if n)

    seen = flows(tallies=tallies((tcp, udp)), before=before(tallies=tallies(then)))
    return changed_mix(logs(), records(seen), **limits)


@pytest.mark.parametrize(("now", "then", "protocols"), [
    ((100, 0), (100, 0), []), ((95, 5), (100, 0), []), ((94, 6), (100, 0), ["udp"]),
    ((79, 21), (100, 0), ["tcp", "udp"]),
    ((70, 30), (90, 10), []), ((69, 31), (90, 10), ["tcp", "udp"]), ((100, 0), (79, 21), ["tcp", "udp"]),
])  # fmt: skip
def test_twenty_points_or_five_per_cent_of_something_new(now, then, protocols):
    assert [found.symptom.split(" are ")[1].split(",")[0] for found in mixed(*now, then)] == protocols


def test_it_says_who_carries_it():
    [found] = mixed(90, 10)
    assert (found.cause, found.impact) == ("traffic", "soon")
    assert found.symptom == "vpc-1: 10% of the bytes are udp, expected 0% within 20 points"
    assert found.evidence == ("most of it on eni-b: 100,000 bytes",)


def test_a_few_bytes_are_no_mix():
    assert changed_mix(logs(), records(flows(tallies=(tally(protocol=17, bytes=19_999),)))) == []


def test_a_mix_needs_a_baseline_and_accepted_traffic():
    for changes in ({"before": ()}, {"before": Blind("denied", "no")}, {"traffic": "REJECT"}, {"tallies": ()}):
        with pytest.raises(CouldNotTellError):
            changed_mix(logs(), records(flows(**changes)))


def test_a_longer_window_allows_for_later_records():
    long = flows().window
    assert long.length == timedelta(hours=1)
    assert on_path(tallies=(tally(last=ago(30)),)) == []
