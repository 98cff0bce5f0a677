"""Are the requests to APIs answered?"""

import pytest

from diagnosis.limits import Limits
from diagnosis.logs.api_requests import ApiRequests, failing_requests

pytestmark = pytest.mark.logs


def test_api_requests_succeed(api_requests: ApiRequests, limits: Limits) -> None:
    """Each 5xx is a request that nobody answered; many more 4xx than usual are clients that broke, or are refused."""
    assert failing_requests(api_requests, **limits) == []
