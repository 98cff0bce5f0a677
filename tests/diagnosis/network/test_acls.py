"""Is a subnet red when its network ACL admits a service and denies the replies, and only then?"""

from __future__ import annotations

import pytest

from diagnosis.network.acls import AclEntry, SubnetAcl, denied_replies
from tests.builders import NOW, target

ALL = "0.0.0.0/0"
OPEN = (AclEntry(100, False, True, "-1", ALL, None, None), AclEntry(100, True, True, "-1", ALL, None, None))
SERVES = AclEntry(100, False, True, "6", ALL, 443, 443)
CALLS = AclEntry(100, True, True, "6", ALL, 443, 443)


def rule(egress: bool, low: int, high: int, cidr: str = ALL, number: int = 90, allow: bool = True) -> AclEntry:
    return AclEntry(number, egress, allow, "6", cidr, low, high)


def subnet(*entries: AclEntry) -> SubnetAcl:
    return SubnetAcl(target("subnet", "subnet-1", "subnet-1"), "acl-1", entries, NOW)


@pytest.mark.parametrize(
    "entries",
    [
        OPEN,
        (SERVES, rule(True, 1024, 65535)),
        (SERVES, rule(True, 32768, 60999)),
        (CALLS, rule(False, 1024, 65535)),
        (SERVES, rule(True, 1024, 65535), rule(True, 0, 65535, "203.0.113.5/32", 50, allow=False)),
        (rule(False, 0, 65535), CALLS),
    ],
)
def test_replies_that_may_pass_are_well(entries: tuple[AclEntry, ...]) -> None:
    assert denied_replies(subnet(*entries)) == []


@pytest.mark.parametrize(
    ("entries", "direction"),
    [
        ((SERVES, CALLS, rule(False, 1024, 65535)), "egress"),
        ((SERVES, rule(True, 1024, 40000)), "egress"),
        ((SERVES, rule(True, 1024, 65535, "10.0.0.0/8")), "egress"),
        ((SERVES, rule(True, 1024, 65535), rule(True, 0, 65535, ALL, 50, allow=False)), "egress"),
        ((CALLS,), "ingress"),
    ],
)
def test_replies_that_are_denied_are_red(entries: tuple[AclEntry, ...], direction: str) -> None:
    [found] = denied_replies(subnet(*entries))
    assert found.symptom == f"subnet-1: acl-1 denies replies on {direction}, expected ports 32768-60999 open"
    assert (found.cause, found.impact, found.proven, found.resource) == ("nacl", "now", True, "acl-1")
