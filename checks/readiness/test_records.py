"""Will the next incident find records?"""

import pytest

from diagnosis.limits import Limits
from diagnosis.readiness.records import LogRetention, VpcFlowLogs, short_retention, undelivered_flow_logs

pytestmark = pytest.mark.readiness


def test_flow_logs_are_delivered(flow_logs: VpcFlowLogs) -> None:
    """Without rejected flows on record, a blocked path can only be guessed at."""
    assert undelivered_flow_logs(flow_logs) == []


def test_logs_are_retained(retention: LogRetention, limits: Limits) -> None:
    """Logs that are gone after a few days cannot be compared with last week; logs kept for ever cost for ever."""
    assert short_retention(retention, **limits) == []
