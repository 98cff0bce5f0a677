"""Are the certificates of listeners valid?"""

import pytest

from diagnosis.limits import Limits
from diagnosis.network.certificates import ListenerCertificates, invalid_certificates

pytestmark = pytest.mark.network


def test_certificate_is_valid(listener_certificates: ListenerCertificates, limits: Limits) -> None:
    """An expired certificate keeps every client out at once, and no error is counted for those who never came in."""
    assert invalid_certificates(listener_certificates, **limits) == []
