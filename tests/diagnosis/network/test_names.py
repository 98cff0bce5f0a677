"""Is a VPC red when its names do not resolve, and only then?"""

from __future__ import annotations

from dataclasses import replace

import pytest

from diagnosis.network.names import AMAZON, NameService, ResolverRule, unresolved_names
from diagnosis.series import Series
from tests.builders import NOW, series, target

WELL = NameService(target("vpc", "vpc-1", "vpc-1"), True, True, True, "dopt-1", (AMAZON,), (), (), None, None, (), NOW)
RULE = ResolverRule(
    "rslvr-rr-1", "corp.example", "COMPLETE", ("10.0.0.9",), (), "rslvr-out-1", "OPERATIONAL", (), Series(300)
)


@pytest.mark.parametrize(
    "names",
    [
        WELL,
        replace(WELL, hostnames=False),
        replace(WELL, supports=False, servers=("192.0.2.53",)),
        replace(WELL, rules=(RULE,), zones=("internal",)),
        replace(WELL, rules=(replace(RULE, endpoint_status=None),)),
        replace(WELL, answers=10_000, failures=100),
        replace(WELL, answers=19, failures=19),
    ],
)
def test_names_that_resolve(names: NameService) -> None:
    assert unresolved_names(names) == []


@pytest.mark.parametrize(
    ("names", "resource", "impact", "proven"),
    [
        (replace(WELL, supports=False), "vpc-1", "now", True),
        (replace(WELL, supports=False, used=False), "vpc-1", "hygiene", True),
        (replace(WELL, hostnames=False, zones=("internal",)), "vpc-1", "now", True),
        (replace(WELL, zones=("internal",), servers=("192.0.2.53",)), "dopt-1", "hygiene", False),
        (replace(WELL, rules=(replace(RULE, absent=("10.0.0.9",)),)), "rslvr-rr-1", "now", True),
        (replace(WELL, rules=(replace(RULE, endpoint_status=""),)), "rslvr-out-1", "now", True),
        (replace(WELL, rules=(replace(RULE, association="FAILED"),)), "rslvr-rr-1", "now", True),
        (replace(WELL, rules=(replace(RULE, detached=("10.0.0.4",)),)), "rslvr-out-1", "soon", True),
        (replace(WELL, rules=(replace(RULE, unhealthy=series(0, 1, 1)),)), "rslvr-out-1", "now", False),
        (replace(WELL, answers=1000, failures=11, failed_names=("a.example",)), "vpc-1", "now", False),
    ],
)
def test_names_that_do_not(names: NameService, resource: str, impact: str, proven: bool) -> None:
    [found] = unresolved_names(names)
    assert (found.cause, found.resource, found.impact, found.proven) == ("dns", resource, impact, proven)


def test_failed_look_ups_are_evidence_where_the_cause_is_proven() -> None:
    [found] = unresolved_names(replace(WELL, supports=False, answers=100, failures=90))
    assert found.evidence[-1] == "rcode SERVFAIL 90 of 100 in the query log"
