"""Which service fails of its own accord?"""

from __future__ import annotations

from diagnosis.answers import Blind
from diagnosis.performance.fault_view import FaultCauses
from diagnosis.performance.faults import failing_services
from diagnosis.performance.service_graph import TracedRequests
from tests.builders import HERE, ago, target
from tests.diagnosis.performance.graphs import doing, graph, stretch

HERE_TOO = TracedRequests(target("place", HERE.region), 200)
SICK, WELL = doing(faults=20), doing()


UNKNOWN = FaultCauses({})


def judge(*stretches, causes=UNKNOWN, **more):
    return failing_services(HERE_TOO, graph(*stretches, **more), causes)


def test_a_service_that_fails_only_because_its_dependency_does_is_a_victim():
    nodes = {"web": SICK, "shop": SICK, "ledger": SICK}
    edges = {("web", "shop"): SICK, ("shop", "ledger"): SICK}
    (found,) = judge(stretch(20, nodes, edges))
    assert (found.subject, found.cause) == ("ledger", "code")
    assert found.symptom == "ledger: 20.0% faults, expected at most 1.0%"
    assert found.needed_by == ("shop", "web")
    assert "victims" in found.evidence[1]
    assert "of about" in found.evidence[0]


def test_where_nobody_may_tell_of_how_many_requests_traces_are_that_is_said():
    denied = Blind("denied", "missing xray:GetSamplingStatisticSummaries")
    (found,) = judge(stretch(20, {"shop": SICK}), requests=denied)
    assert "requests traced (X-Ray; of how many: missing xray:GetSamplingStatisticSummaries)" in found.evidence[0]


def test_what_records_nothing_itself_is_a_dependency():
    (found,) = judge(stretch(20, {"web": SICK, "orders": SICK}, {("web", "orders"): SICK}))
    assert (found.subject, found.cause, found.resource) == ("orders", "dependency", HERE.arn("rds", "db:orders"))


def test_a_table_that_refuses_is_throttled_and_its_callers_are_its_victims():
    edges = {("web", "carts"): doing(throttles=30)}
    (found,) = judge(stretch(20, {"web": SICK, "carts": doing(throttles=30)}, edges))
    assert (found.subject, found.cause, found.needed_by) == ("carts", "throttled", ("web",))


def test_a_call_that_only_its_caller_saw_fail():
    (found,) = judge(stretch(20, {"web": SICK, "shop": doing(80)}, {("web", "shop"): SICK}))
    assert (found.subject, found.cause) == ("web → shop", "dependency")
    assert "shop itself knows of 0 faults" in found.evidence[1]


def test_a_service_with_faults_of_its_own_beside_those_of_a_call():
    found = judge(stretch(20, {"web": doing(faults=60), "shop": SICK}, {("web", "shop"): SICK}))
    assert [(f.subject, f.cause) for f in found] == [("shop", "code"), ("web", "code")]


def test_services_that_call_each_other_do_not_excuse_each_other():
    edges = {("a", "b"): SICK, ("b", "a"): SICK}
    (found,) = judge(stretch(20, {"a": SICK, "b": SICK}, edges))
    assert found.cause == "code"


def test_few_requests_few_faults_and_refusals_of_clients_are_no_finding():
    assert judge(stretch(20, {"web": doing(40, faults=20)})) == []
    assert judge(stretch(20, {"web": doing(1000, faults=10)})) == []
    assert judge(stretch(20, {"web": doing(100, faults=4)})) == []


def test_the_deepest_call_that_became_slow_is_named():
    slow = doing(takes=0.8)
    now = stretch(10, {"web": slow, "shop": slow}, {("web", "shop"): slow, ("shop", "orders"): slow})
    before = stretch(1450, {}, {("web", "shop"): WELL, ("shop", "orders"): WELL})
    (found,) = judge(now, usual=[before])
    assert (found.subject, found.cause) == ("shop → orders", "slow_query")
    assert found.needed_by == ("shop", "web")
    assert found.why == "shop waits for orders, the last in the chain that became slow"
    assert judge(now) == []
    assert judge(now, stretch(5, {}, {("shop", "orders"): WELL, ("web", "shop"): WELL}), usual=[before]) == []


def test_it_began_with_the_first_bad_stretch_of_the_last_run():
    (found,) = judge(
        stretch(40, {"web": SICK}), stretch(30, {"web": WELL}), stretch(20, {"web": SICK}), stretch(10, {"web": SICK})
    )
    assert found.onset == ago(20)


def test_the_exception_says_why():
    causes = FaultCauses({"web": ("KeyError: 'currency' (20 of 20 traces)",)})
    (found,) = judge(stretch(20, {"web": SICK}), causes=causes)
    assert found.evidence[1] == "KeyError: 'currency' (20 of 20 traces)"
    assert found.why == "nothing that web calls fails; KeyError: 'currency' (20 of 20 traces)"
    assert judge(stretch(20, {"web": SICK}), causes=Blind("denied", "missing xray:GetTraceSummaries")) != []


def test_who_catches_the_failure_of_a_call_is_no_victim():
    (found,) = judge(stretch(20, {"web": WELL, "ads": SICK}, {("web", "ads"): SICK}))
    assert (found.subject, found.needed_by) == ("ads", ())


def test_a_call_that_is_seldom_made_and_breaks_its_caller_is_blamed():
    ledger, rare = doing(180, faults=36), doing(36, faults=36)
    shared = stretch(20, {"ledger": ledger, "orders": doing(500, faults=140)}, {("ledger", "orders"): rare})
    assert [(one.subject, one.cause) for one in judge(shared)] == [("orders", "dependency")]
    (alone,) = judge(stretch(20, {"ledger": ledger, "orders": rare}, {("ledger", "orders"): rare}))
    assert (alone.subject, alone.cause) == ("ledger → orders", "dependency")
    few = doing(4, faults=4)
    (own,) = judge(stretch(20, {"ledger": ledger, "orders": few}, {("ledger", "orders"): few}))
    assert (own.subject, own.cause) == ("ledger", "code")
