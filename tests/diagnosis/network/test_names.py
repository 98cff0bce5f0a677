"""Is a VPC red when its names do not resolve, and only then?"""

from __future__ import annotations

from dataclasses import replace

import pytest

from diagnosis.answers import CouldNotTellError
from diagnosis.network.look_ups import LookUp
from diagnosis.network.names import AMAZON, NameService, ResolverRule, unresolved_names
from diagnosis.series import Series
from tests.builders import NOW, series, target

WELL = NameService(target("vpc", "vpc-1", "vpc-1"), True, True, True, "dopt-1", (AMAZON,), (), (), None, None, (), NOW)
RULE = ResolverRule(
    "rslvr-rr-1", "corp.example", "COMPLETE", ("10.0.0.9",), (), "rslvr-out-1", "OPERATIONAL", (), Series(300)
)
DEAD = ("10.0.0.53", "10.0.1.53")


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
        (replace(WELL, servers=DEAD, absent=DEAD), "dopt-1", "now", True),
        (replace(WELL, servers=DEAD, absent=DEAD, zones=("internal",)), "dopt-1", "now", True),
        (replace(WELL, servers=DEAD, absent=DEAD, used=False), "dopt-1", "hygiene", True),
        (replace(WELL, servers=(*DEAD, "10.0.0.9"), absent=DEAD), "dopt-1", "soon", True),
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


@pytest.mark.parametrize(
    ("association", "impact", "proven"),
    [
        ("COMPLETE", None, False),
        ("CREATING", None, False),
        ("DELETING", None, False),
        ("FAILED", "now", True),
        ("OVERRIDDEN", "hygiene", False),
    ],
)
def test_the_association_of_a_rule(association: str, impact: str | None, proven: bool) -> None:
    found = unresolved_names(replace(WELL, rules=(replace(RULE, association=association),)))
    assert [(one.impact, one.proven) for one in found] == ([(impact, proven)] if impact else [])


@pytest.mark.parametrize(
    ("status", "impact"),
    [
        ("OPERATIONAL", None),
        ("UPDATING", None),
        ("AUTO_RECOVERING", "soon"),
        ("ACTION_NEEDED", "now"),
        ("CREATING", "now"),
        ("DELETING", "now"),
    ],
)
def test_the_endpoint_of_a_rule(status: str, impact: str | None) -> None:
    found = unresolved_names(replace(WELL, rules=(replace(RULE, endpoint_status=status),)))
    assert [(one.impact, one.resource) for one in found] == ([(impact, "rslvr-out-1")] if impact else [])


def test_an_endpoint_that_is_not_listed_is_gone() -> None:
    [found] = unresolved_names(replace(WELL, rules=(replace(RULE, endpoint="", endpoint_status=""),)))
    assert (found.resource, found.symptom) == ("rslvr-rr-1", "vpc-1: its endpoint is gone, expected OPERATIONAL")


@pytest.mark.parametrize(
    ("rule", "said"),
    [
        (replace(RULE, association=""), "not given"),
        (replace(RULE, association="complete"), "complete"),
        (replace(RULE, endpoint_status="RESTING"), "RESTING"),
    ],
)
def test_a_status_that_nobody_knows_is_not_judged(rule: ResolverRule, said: str) -> None:
    with pytest.raises(CouldNotTellError, match=f"vpc-1: unknown status {said} of rslvr-rr-1 or its endpoint"):
        unresolved_names(replace(WELL, rules=(RULE, rule)))
    [found] = unresolved_names(replace(WELL, supports=False, rules=(rule,)))
    assert found.symptom == "vpc-1: its resolver is off, expected enableDnsSupport true"


@pytest.mark.parametrize(("absent", "impact"), [((), None), (("10.0.0.9",), "soon"), (("10.0.0.9", "10.0.1.9"), "now")])
def test_a_rule_with_a_server_left_still_answers(absent: tuple[str, ...], impact: str | None) -> None:
    rule = replace(RULE, servers=("10.0.0.9", "10.0.1.9"), absent=absent)
    found = unresolved_names(replace(WELL, rules=(rule,)))
    assert [one.impact for one in found] == ([impact] if impact else [])


@pytest.mark.parametrize(
    ("unhealthy", "red"),
    [((), False), ((0, 0), False), ((1,), False), ((1, 1), True), ((1, 0, 1), True), ((1, 1, 0), False)],
)
def test_interfaces_are_unhealthy_for_two_periods_and_still(unhealthy: tuple[float, ...], red: bool) -> None:
    rule = replace(RULE, unhealthy=series(*unhealthy, period_s=300))
    assert bool(unresolved_names(replace(WELL, rules=(rule,)))) is red


@pytest.mark.parametrize(
    ("failures", "answers", "red"),
    [
        (20, 2000, False),
        (21, 2000, True),
        (1, 20, True),
        (19, 19, False),
        (0, 5000, False),
        (None, 5000, False),
        (None, None, False),
    ],
)
def test_more_than_a_hundredth_of_failed_look_ups_is_red(failures: int | None, answers: int | None, red: bool) -> None:
    assert bool(unresolved_names(replace(WELL, answers=answers, failures=failures))) is red


def test_the_bounds_of_failed_look_ups_can_be_set() -> None:
    failing = replace(WELL, answers=100, failures=5)
    assert unresolved_names(failing, max_failed_share=0.05) == []
    assert unresolved_names(failing, min_answers=101) == []
    assert unresolved_names(replace(WELL, answers=0, failures=0), min_answers=0) == []


def test_each_fault_of_the_names_is_told() -> None:
    sick = replace(
        WELL, supports=False, hostnames=False, zones=("internal",), rules=(replace(RULE, absent=RULE.servers),)
    )
    assert [found.resource for found in unresolved_names(sick)] == ["vpc-1", "vpc-1", "rslvr-rr-1"]


def test_both_switches_are_named_where_both_are_off() -> None:
    off = replace(WELL, supports=False, hostnames=False, zones=("internal",), servers=("192.0.2.53",))
    first, second = unresolved_names(off)
    assert first.remedy == "switch enableDnsSupport and enableDnsHostnames of vpc-1 on"
    assert (second.impact, second.needed_by) == ("hygiene", ("vpc-1",))


def test_a_name_that_was_asked_for_and_has_no_address_is_found() -> None:
    found = LookUp("orders.shop.internal", ("10.0.10.9",), "", 0.01)
    gone = LookUp("stock.shop.internal", (), "no answer in 5 s", 5.0)
    assert unresolved_names(replace(WELL, looked_up=(found,))) == []
    [sick] = unresolved_names(replace(WELL, looked_up=(found, gone)))
    assert (sick.cause, sick.impact, sick.proven) == ("dns", "now", False)
    assert "stock.shop.internal does not resolve" in sick.symptom
    assert "asked from inside the VPC: no answer in 5 s, after 5.0 s" in sick.evidence
