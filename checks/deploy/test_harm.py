"""Did what was deployed do harm?"""

import pytest

from diagnosis.gate.deployed import Deployed
from diagnosis.gate.harm import harm
from diagnosis.limits import Limits

pytestmark = pytest.mark.deploy


def test_deployment_did_no_harm(deployed: Deployed, limits: Limits) -> None:
    """A deployment that succeeded says that the new version started, not that it works."""
    assert harm(deployed, **limits) == []
