"""Do services answer quickly and without fault, by their traces?"""

import pytest

from diagnosis.answers import Absent, Blind
from diagnosis.limits import Limits
from diagnosis.performance.fault_view import FaultCauses
from diagnosis.performance.faults import failing_services
from diagnosis.performance.service_graph import ServiceGraph, TracedRequests
from diagnosis.performance.slow_traces import SlowTraces, slow_service

pytestmark = pytest.mark.performance


def test_slow_traces_are_rare(
    traced_requests: TracedRequests, service_graph: ServiceGraph, slow_traces: SlowTraces, limits: Limits
) -> None:
    """A slow request says where its time went: the span that cost it is where to look, whoever is called slow."""
    assert slow_service(traced_requests, service_graph, slow_traces, **limits) == []


def test_services_answer_without_fault(
    place_requests: TracedRequests,
    service_graph: ServiceGraph,
    fault_causes: FaultCauses | Absent | Blind,
    limits: Limits,
) -> None:
    """Of a chain of failing services only the last one is sick; the others fail because it does."""
    assert failing_services(place_requests, service_graph, fault_causes, **limits) == []
