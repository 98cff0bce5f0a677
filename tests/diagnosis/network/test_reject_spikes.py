"""Is a VPC red when its own flows are refused more than usual, and not when it is scanned?"""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from diagnosis.answers import Blind, CouldNotTellError
from diagnosis.exhibits import Bars, Timeline
from diagnosis.network.flow_records import INTERNET
from diagnosis.network.reject_spikes import reject_spikes
from tests.builders import ago
from tests.diagnosis.network.flows import SERVER, VPC, before, flows, group, logs, network, records, tally


def red(one, **limits) -> list:
    return reject_spikes(logs(), records(one), network(), **limits)


@pytest.mark.parametrize(("refused", "usual", "is_red"), [
    (49, 0, False), (50, 0, True), (100, 20, True), (100, 21, False), (500, 101, False), (505, 101, True),
])  # fmt: skip
def test_fifty_and_five_times_the_usual(refused, usual, is_red):
    then = (group(usual),) if usual else ()
    assert bool(red(flows(group(refused), before=before(*then)))) is is_red


def test_it_names_the_group_that_refuses():
    [found] = red(flows(group(60)))
    assert (found.subject, found.cause, found.resource, found.proven, found.impact) == (
        VPC, "security_group", "sg-b", True, "now",
    )  # fmt: skip
    assert "60 records" in found.symptom
    assert f"10.0.1.10 -> {SERVER} tcp/8080: 60 REJECT, usually 0" in found.evidence[0]
    assert "8080" in found.remedy
    assert (found.onset, found.as_of) == (ago(20), ago(1))
    assert found.command == "aws ec2 describe-security-groups --group-ids sg-b"


def test_one_finding_for_each_refuser():
    many = [group(60, source=f"10.0.1.{n}") for n in (10, 11, 12)]
    [found] = red(flows(*many))
    assert "180 records" in found.symptom


def test_many_sources_that_are_refused_a_little_each_are_one_spike_of_the_interface():
    many = [group(5, source=f"10.0.1.{n}") for n in range(10, 25)]
    [found] = red(flows(*many))
    assert found.evidence[0].startswith("eni-b in all: 75 REJECT")
    assert red(flows(*many[:9])) == []


def test_what_the_model_admits_now_is_not_blamed_on_a_rule():
    [found] = reject_spikes(logs(), records(flows(group(60))), network(admits=True))
    assert (found.cause, found.proven) == ("network", False)
    assert "changed since" in found.why


def test_replies_are_joined_with_their_connection():
    replies = group(60, source=SERVER, destination="10.0.1.10", reply=True)
    [found] = red(flows(replies))
    assert found.cause == "security_group"
    assert found.evidence[0].startswith(f"replies of {SERVER} -> 10.0.1.10")


def scan(n, **changes):
    return group(n, source=INTERNET, port=22, **changes)


def test_scans_are_noted_only():
    noise = tally(100_000, action="REJECT", inside=False)
    assert red(flows(tallies=(tally(), noise), arrivals=(scan(90_000),))) == []
    [found] = red(flows(group(60), tallies=(tally(), noise), arrivals=(scan(90_000),)))
    assert found.evidence[-1].startswith("noted: 100,000 REJECT from the internet")


def test_a_service_that_the_internet_lost_is_no_scan():
    served = scan(500, action="ACCEPT")
    lost = {"arrivals": (scan(200),), "before": before(arrivals=(served,))}
    [found] = red(flows(**lost))
    assert "internet ->" in found.evidence[0]
    still = replace(served, last=ago(2))
    assert red(flows(arrivals=(scan(200), still), before=before(arrivals=(served,)))) == []


def raised(one, **limits) -> Blind:
    with pytest.raises(CouldNotTellError) as error:
        red(one, **limits)
    return error.value.blind


def test_without_a_baseline_many_refusals_are_not_judged():
    assert raised(flows(group(60), before=())).obstacle == "missing"
    blind = Blind("denied", "missing logs:StartQuery")
    assert raised(flows(group(60), before=blind)) is blind
    assert red(flows(group(10), before=())) == []


def test_records_that_are_late_or_lost_show_nothing():
    assert raised(flows(tallies=())).obstacle == "missing"
    assert raised(flows(tallies=(tally(last=ago(31)),))).obstacle == "stale"
    assert red(flows(tallies=(tally(last=ago(30)),))) == []
    lost = tally(2, status="SKIPDATA", action="")
    assert raised(flows(tallies=(tally(), lost))).obstacle == "partial"
    assert red(flows(tallies=(tally(), lost)), max_skipped_share=0.02) == []


def test_a_log_of_accepted_traffic_hears_no_refusal():
    assert "accepted traffic only" in raised(flows(traffic="ACCEPT")).reason


def test_no_flow_log_is_not_observed():
    for known in (records(), records(**{VPC: Blind("not_observed", "not observed: no flow log on vpc-1")})):
        with pytest.raises(CouldNotTellError, match="not observed"):
            reject_spikes(logs(), known, network())


def test_limits_can_be_set():
    assert red(flows(group(20)), min_rejects=20) != []
    assert red(flows(group(60), before=before(group(20))), times_baseline=3) != []


def test_a_service_whose_tasks_are_each_refused_a_little_by_many_is_one_spike():
    spread = [
        group(3, source=f"10.0.1.{n}", destination=f"10.0.2.{m}", interface=f"eni-{m}")
        for n in range(11, 16)
        for m in range(21, 25)
    ]
    [found] = red(flows(*spread))
    assert "60 REJECT" in found.evidence[0]
    assert "in all" in found.evidence[0]
    assert red(flows(*spread, before=before(*spread))) == []
    assert red(flows(*spread[:16])) == []


def curve(counts, *, days=0):
    """Refused flows of three successive minutes, from three minutes ago, or days before."""
    return tuple((ago(3 - n) - timedelta(days=days), count) for n, count in enumerate(counts))


def test_refused_flows_are_drawn_over_time_above_what_is_usual_at_that_time():
    day, week = before()
    then = (replace(day, curve=curve((1, 0, 2), days=1)), replace(week, curve=curve((0, 4, 0), days=7)))
    spiking = flows(group(60), before=then)
    [found] = red(replace(spiking, now=replace(spiking.now, curve=curve((0, 20, 40)))))
    [drawn] = found.exhibits
    assert isinstance(drawn, Timeline)
    assert (drawn.band, drawn.onset) == ((0, 4), found.onset)
    assert [line.name for line in drawn.lines] == ["now", "1 d before", "7 d before"]
    assert [line.points for line in drawn.lines] == [
        tuple((at, float(count)) for (at, _), count in zip(curve((0, 0, 0)), counts, strict=True))
        for counts in ((0, 20, 40), (1, 0, 2), (0, 4, 0))
    ]


def test_without_a_curve_the_windows_are_compared():
    [found] = red(flows(group(60)))
    [drawn] = found.exhibits
    assert isinstance(drawn, Bars)
