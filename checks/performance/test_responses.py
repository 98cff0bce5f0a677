"""Do the targets of load balancers answer, and quickly?"""

import pytest

from diagnosis.answers import Absent, Blind
from diagnosis.limits import Limits
from diagnosis.performance.headroom import ComputeLoads
from diagnosis.performance.responses import TargetGroupTraffic, faulty_answers, slow_responses
from diagnosis.performance.service_graph import ServiceGraph
from diagnosis.performance.slow_traces import SlowTraces

pytestmark = pytest.mark.performance


def test_responses_are_fast(
    target_traffic: TargetGroupTraffic,
    service_graph: ServiceGraph | Absent | Blind,
    slow_traces: SlowTraces | Absent | Blind,
    compute_loads: ComputeLoads | Absent | Blind,
    limits: Limits,
) -> None:
    """What is slow today and was quick at this time yesterday has a reason, and users notice before alarms do."""
    assert slow_responses(target_traffic, service_graph, slow_traces, compute_loads, **limits) == []


def test_load_balancer_errors_are_rare(
    target_traffic: TargetGroupTraffic,
    service_graph: ServiceGraph | Absent | Blind,
    compute_loads: ComputeLoads | Absent | Blind,
    limits: Limits,
) -> None:
    """A 5xx that a target itself answered is its program's or its dependency's, never the load balancer's."""
    assert faulty_answers(target_traffic, service_graph, compute_loads, **limits) == []
