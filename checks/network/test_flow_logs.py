"""What do flow logs say that was refused, and that changed?"""

import pytest

from diagnosis.limits import Limits
from diagnosis.network.address_traffic import refused_traffic
from diagnosis.network.description import NetworkDescription
from diagnosis.network.flow_records import FlowRecords
from diagnosis.network.paths import Path
from diagnosis.network.protocol_mix import changed_mix
from diagnosis.network.reject_spikes import reject_spikes
from diagnosis.network.rejected_paths import rejected_path
from diagnosis.readiness.records import VpcFlowLogs
from diagnosis.targets import Target

pytestmark = pytest.mark.network


def test_no_reject_spike(
    flow_logs: VpcFlowLogs, flow_records: FlowRecords, network: NetworkDescription, limits: Limits
) -> None:
    """Services that were cut off from each other knock again and again, and only the flow log hears it."""
    assert reject_spikes(flow_logs, flow_records, network, **limits) == []


def test_declared_paths_are_not_rejected(
    declared_way: Path, flow_records: FlowRecords, network: NetworkDescription, limits: Limits
) -> None:
    """A path that must exist and is refused now and then was changed, or is not what somebody declared."""
    assert rejected_path(declared_way, flow_records, network, **limits) == []


def test_ip_traffic_is_accepted(
    followed_address: Target, flow_records: FlowRecords, network: NetworkDescription, limits: Limits
) -> None:
    """One address that cannot get through is one customer, one office or one server."""
    assert refused_traffic(followed_address, flow_records, network, **limits) == []


def test_protocol_mix_is_usual(flow_logs: VpcFlowLogs, flow_records: FlowRecords, limits: Limits) -> None:
    """A protocol that was never there, or is not there any more, is a change that nobody announced."""
    assert changed_mix(flow_logs, flow_records, **limits) == []
