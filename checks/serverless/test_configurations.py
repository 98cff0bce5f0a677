"""Can functions run, and reach what they call?"""

import pytest

from diagnosis.answers import Absent
from diagnosis.limits import Limits
from diagnosis.network.description import NetworkDescription
from diagnosis.serverless.dependencies import FunctionVpc, unreachable_dependencies
from diagnosis.serverless.function_log import FunctionLog
from diagnosis.serverless.states import FunctionState, inactive

pytestmark = pytest.mark.serverless


def test_function_is_active(function_state: FunctionState, limits: Limits) -> None:
    """A failed function answers nobody; one whose update failed still runs what was there before."""
    assert inactive(function_state, **limits) == []


def test_function_reaches_its_dependencies(
    function_vpc: FunctionVpc, function_log: FunctionLog | Absent, network: NetworkDescription, limits: Limits
) -> None:
    """Inside a VPC a function has no public address: without a NAT gateway or endpoint it waits for nothing."""
    assert unreachable_dependencies(function_vpc, function_log, network, **limits) == []
