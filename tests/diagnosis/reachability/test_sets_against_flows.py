"""Whole sets and all pairs against single flows, on random networks."""

from __future__ import annotations

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from diagnosis.reachability import Endpoint, Flow, Verdict
from diagnosis.reachability.addresses import parse_address
from tests.diagnosis.reachability.test_against_slow_evaluator import INSTANCES, PORTS, worlds

OUTSIDE = ["198.51.100.7", "198.51.100.200", "203.0.113.77", "8.8.8.8"]
EDGES = sorted(
    {edge for span in PORTS if isinstance(span, tuple) for edge in (*span, span[0] - 1, span[1] + 1)} | {22, 443}
)
PUBLIC = {name: public for name, _, public in INSTANCES.values() if public}


@settings(max_examples=60, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow])
@given(worlds(), st.sampled_from(sorted(PUBLIC)), st.sampled_from(["tcp", "udp"]))
def test_exposure_is_the_set_of_flows_from_the_internet_that_get_through(world, name, protocol):
    network = world.network()
    exposed = network.exposure(f"i-{name}", protocol=protocol)
    assert exposed.unknown == ()
    for source in OUTSIDE:
        for port in (edge for edge in EDGES if 0 <= edge <= 65535):
            flow = Flow(Endpoint("internet", None, source), Endpoint("ip", None, PUBLIC[name]), protocol, port)
            packet = flow.packet(parse_address(source), parse_address(PUBLIC[name]))
            assert (packet in exposed) == (network.trace(flow).verdict is Verdict.REACHABLE), (source, port)
    example = exposed.example()
    assert example is None or example in exposed


@settings(max_examples=60, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow])
@given(worlds(), st.sampled_from([22, 443, 40000]))
def test_a_class_of_interfaces_answers_for_its_members(world, port):
    world.instance(
        "twin", "subnet-a1", "10.1.1.12", *(g["GroupId"] for g in world.raw["NetworkInterfaces"][1]["Groups"])
    )
    network = world.network()
    pairs = network.pairs("tcp", port)
    ids = [f"eni-{name}" for name, _, _ in INSTANCES.values()] + ["eni-twin"]
    for source in ids:
        for destination in ids:
            if source != destination:
                ends = Endpoint("network-interface", source), Endpoint("network-interface", destination)
                answer = pairs.answer(source, destination)
                assert answer is not None
                assert answer.verdict is network.trace(Flow(*ends, "tcp", port)).verdict, (source, destination)
