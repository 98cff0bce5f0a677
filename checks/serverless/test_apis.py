"""Do the stages of API Gateway answer?"""

import pytest

from diagnosis.limits import Limits
from diagnosis.serverless.apis import ApiTraffic, failing_stage

pytestmark = pytest.mark.serverless


def test_api_gateway_is_healthy(api_traffic: ApiTraffic, limits: Limits) -> None:
    """What API Gateway answers is all that a client sees, whatever is well behind it."""
    assert failing_stage(api_traffic, **limits) == []
