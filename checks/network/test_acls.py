"""Do network ACLs let replies through?"""

import pytest

from diagnosis.limits import Limits
from diagnosis.network.acls import SubnetAcl, denied_replies

pytestmark = pytest.mark.network


def test_nacl_admits_replies(subnet_acl: SubnetAcl, limits: Limits) -> None:
    """A network ACL remembers nothing: a request that it lets in is lost when its reply may not leave."""
    assert denied_replies(subnet_acl, **limits) == []
