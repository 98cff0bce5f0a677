"""Is the likeliest cause found, and is nothing blamed that could not have done it?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from itertools import combinations
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from diagnosis.changes import Change
from diagnosis.places import Place
from diagnosis.triage import (
    CHANGE_REACH,
    MOST_HOPS,
    MOST_ROOTS,
    RESOLUTION,
    Case,
    Root,
    Triage,
    plain_name,
    suspects,
    triage,
)
from diagnosis.triage.cases import ENOUGH, long_sick, specificity, weight
from diagnosis.triage.graph import Dependencies
from tests.builders import HERE, ago, case

CHECKS = ("test_path_exists", "test_nacl", "test_paths")
BRIEF = settings(max_examples=120, deadline=None, derandomize=True)
GROUP_ARN = HERE.arn("elasticloadbalancing", "targetgroup/checkout/1f")


def group_refuses(**changes: Any) -> Case:
    """The security group sg-1 refuses, proven."""
    known: dict[str, Any] = {"cause": "security_group", "proven": True, "onset": ago(12), "check": "test_path_exists"}
    return case("sg-1", **known | changes)


def target_group(**changes: Any) -> Case:
    known: dict[str, Any] = {
        "cause": "timeout", "resource": GROUP_ARN, "depends_on": ("sg-1",), "onset": ago(11), "check": "test_targets",
    }  # fmt: skip
    return case("checkout", **known | changes)


def alarm(**changes: Any) -> Case:
    known: dict[str, Any] = {"cause": "alarm", "depends_on": ("targetgroup/checkout/1f",), "onset": ago(9)}
    return case("checkout-5xx", **known | changes)


def change(minutes: float, **changes: Any) -> Change:
    known: dict[str, Any] = {
        "place": HERE,
        "event": "RevokeSecurityGroupIngress",
        "user": "maria",
        "resources": ("sg-1",),
    }
    return Change(at=ago(minutes), **known | changes)


def test_what_others_depend_on_explains_them_through_each_other() -> None:
    cause, group, bell = group_refuses(), target_group(), alarm()
    answer = triage([bell, group, cause])
    assert [root.case for root in answer.roots] == [cause]
    assert set(answer.roots[0].explains) == {group, bell}
    assert answer.unexplained == ()


@pytest.mark.parametrize("names", [("app", "subnet-1", "web"), ("web", "app", "subnet-1"), ("subnet-1", "web", "app")])
def test_one_trouble_seen_by_several_checks_is_one_cause_whatever_their_names(names: Sequence[str]) -> None:
    common: dict[str, Any] = {"cause": "nacl", "resource": "acl-1", "proven": True}
    seen = [
        case(name, check=check, onset=onset, **common)
        for name, check, onset in zip(names, CHECKS, (None, ago(60), ago(2)), strict=True)
    ]
    answer = triage(seen)
    assert [root.case for root in answer.roots] == [seen[0]]  # the configuration, before what was refused by it
    assert len(answer.roots[0].explains) == len(seen) - 1


def log_group(**changes: Any) -> Case:
    """The group of a family, which leaves the cluster out."""
    known: dict[str, Any] = {"cause": "network", "depends_on": (HERE.arn("ecs", "service/*/booking"),)}
    return case(
        "/ecs/booking", check="test_logs", resource=HERE.arn("logs", "log-group:/ecs/booking"), **known | changes
    )


def test_a_log_group_without_a_cluster_is_that_of_the_only_service_of_its_name() -> None:
    service = HERE.arn("ecs", "service/clinic/booking")
    cause, group = group_refuses(needed_by=(service, "clinic/booking")), log_group()
    answer = triage([group, cause])
    assert [(root.case, root.explains) for root in answer.roots] == [(cause, (group,))]


def test_of_two_services_of_one_name_nobody_knows_whose_log_it_is() -> None:
    needed_by = tuple(HERE.arn("ecs", f"service/{cluster}/booking") for cluster in ("clinic", "staging"))
    group = log_group(cause="unknown")
    assert triage([group, group_refuses(needed_by=needed_by)]).unexplained == (group,)


def test_what_a_task_definition_names_is_preferred_to_a_name() -> None:
    killed: dict[str, Any] = {"cause": "out_of_memory", "proven": True}
    named = case("clinic/booking", resource=HERE.arn("ecs", "service/clinic/booking"), **killed)
    worker = HERE.arn("ecs", "service/clinic/worker")
    defined = case("clinic/worker", resource=worker, needed_by=("/ecs/booking",), **killed)
    group = log_group(cause="code")
    explained = {root.case.finding.subject: root.explains for root in triage([group, named, defined]).roots}
    assert explained == {"clinic/worker": (group,), "clinic/booking": ()}


def test_what_depends_on_nothing_sick_stays_unexplained() -> None:
    stranger = case("billing", cause="timeout", depends_on=("sg-2",))
    answer = triage([group_refuses(), stranger])
    assert answer.unexplained == (stranger,)
    assert answer.roots[0].explains == ()


def test_symptoms_alone_have_no_root() -> None:
    cases = [target_group(), alarm()]
    assert triage(cases).roots == ()
    assert set(triage(cases).unexplained) == set(cases)


def test_nothing_sick_needs_no_cause() -> None:
    assert triage([]) == Triage()


def test_hygiene_is_neither_root_nor_unexplained() -> None:
    assert triage([group_refuses(impact="hygiene"), alarm(impact="hygiene")]) == Triage()


@pytest.mark.parametrize("cause", ["permission", "out_of_memory", "storage", "certificate", "missing_index"])
def test_the_network_never_explains(cause: str) -> None:
    denied = target_group(cause=cause)
    assert [root.explains for root in triage([group_refuses(), denied]).roots] == [(), ()]


@pytest.mark.parametrize(
    "cause", ["timeout", "health_check", "image_pull", "dependency", "alarm", "network", "rollback"]
)
def test_the_network_explains(cause: str) -> None:
    assert triage([group_refuses(), target_group(cause=cause)]).unexplained == ()


def test_a_saturated_database_explains_time_outs_but_no_blocked_network() -> None:
    database = case("orders", cause="connections", proven=True)
    slow, blocked = (case(name, cause=why, depends_on=("orders",)) for name, why in [("a", "timeout"), ("b", "nacl")])
    assert triage([database, slow, blocked]).roots[0].explains == (slow,)


@pytest.mark.parametrize("cause", ["credits", "io", "cpu", "slow_query"])
def test_a_source_with_nothing_left_explains_the_lag_of_its_replica(cause: str) -> None:
    source = case("orders", cause=cause, resource=HERE.arn("rds", "db:orders"), onset=ago(9))
    lag = case("orders-ro", cause="replication", proven=True, depends_on=("orders",), onset=ago(8))
    assert [(root.case, root.explains) for root in triage([lag, source]).roots] == [(source, (lag,))]
    assert len(triage([replace(lag, finding=replace(lag.finding, depends_on=("other",))), source]).roots) == 2


def test_a_killed_process_and_its_used_up_memory_are_one_cause() -> None:
    """Each may bring the other about, and both are proven: their wording decides nothing."""
    arn = HERE.arn("lambda", "function:thumbnails")
    for words in ("thumbnails: 100% of memory used", "thumbnails: all of its memory used"):
        full = case("thumbnails", cause="memory", impact="soon", proven=True, resource=arn, symptom=words)
        dead = case(
            "thumbnails", cause="out_of_memory", proven=True, resource=arn, onset=ago(25), symptom="thumbnails: 50"
        )
        assert [(root.case, root.explains) for root in triage([full, dead]).roots] == [(dead, (full,))]


def test_the_same_refusal_seen_from_two_sides_is_one() -> None:
    seen = target_group(cause="security_group", proven=True)
    answer = triage([seen, group_refuses()])
    assert [(root.case.finding.subject, root.explains) for root in answer.roots] == [("sg-1", (seen,))]


@pytest.mark.parametrize(
    ("later", "explained"),
    [
        (2 * RESOLUTION - timedelta(seconds=1), True),
        (2 * RESOLUTION, True),
        (2 * RESOLUTION + timedelta(seconds=1), False),
    ],
)
def test_a_cause_comes_before_its_symptoms_as_far_as_can_be_told(later: timedelta, explained: bool) -> None:
    group = target_group(onset=ago(30))
    answer = triage([group_refuses(onset=ago(30) + later), group])
    assert (group in answer.roots[0].explains) is explained
    assert (group in answer.unexplained) is not explained


@pytest.mark.parametrize(("cause", "symptom"), [(None, ago(30)), (ago(1), None), (None, None)])
def test_an_unknown_onset_rules_nothing_out(cause: Any, symptom: Any) -> None:
    assert triage([group_refuses(onset=cause), target_group(onset=symptom)]).unexplained == ()


@pytest.mark.parametrize(("hops", "explained"), [(MOST_HOPS, True), (MOST_HOPS + 1, False)])
def test_a_cause_is_at_most_so_many_steps_away(hops: int, explained: bool) -> None:
    chain = [case(f"n{i}", cause="scan", depends_on=(f"n{i + 1}" if i + 1 < hops else "sg-1",)) for i in range(hops)]
    first = replace(chain[0], finding=replace(chain[0].finding, cause="timeout"))
    answer = triage([group_refuses(), first, *chain[1:]])
    assert (first in answer.roots[0].explains) is explained


@pytest.mark.parametrize("place", [Place("123456789012", "us-east-1"), Place("999999999999", "eu-west-1")])
def test_a_like_named_resource_elsewhere_explains_nothing(place: Place) -> None:
    function = case("checkout", cause="throttled", proven=True, place=place)
    bell = alarm(depends_on=("checkout",))
    assert triage([function, bell]).unexplained == (bell,)


def test_names_of_another_region_are_no_bridge() -> None:
    elsewhere = Place("123456789012", "us-east-1")
    function = case("checkout", place=elsewhere, depends_on=("orders",))
    database = case("orders", cause="storage", proven=True)
    bell = alarm(depends_on=("checkout",))
    answer = triage([function, database, bell])
    assert set(answer.unexplained) == {function, bell}


def test_two_that_depend_on_each_other_end() -> None:
    one, two = (case(a, cause="lock", proven=True, depends_on=(b,)) for a, b in [("a", "b"), ("b", "a")])
    bell = alarm(depends_on=("a",))
    answer = triage([one, two, bell])
    assert [root.case for root in answer.roots] == [one]
    assert set(answer.roots[0].explains) == {two, bell}


def test_the_root_that_explains_more_comes_first_and_three_are_enough() -> None:
    roots = [case(f"sg-{i}", cause="security_group", proven=True) for i in range(5)]
    symptoms = [case(f"s{i}", cause="timeout", depends_on=(f"sg-{n}",)) for i, n in enumerate((3, 3, 3, 1, 1, 4))]
    answer = triage([*symptoms, *roots])
    assert [root.case.finding.subject for root in answer.roots] == ["sg-3", "sg-1", "sg-4"]
    assert len(answer.roots) == MOST_ROOTS
    assert {sick.finding.subject for sick in answer.unexplained} == {"sg-0", "sg-2"}


@pytest.mark.parametrize(
    ("arn", "name"),
    [
        (GROUP_ARN, "targetgroup/checkout/1f"),
        (HERE.arn("elasticloadbalancing", "loadbalancer/app/shop/2e"), "app/shop/2e"),
        (HERE.arn("lambda", "function:thumbnails"), "thumbnails"),
        (HERE.arn("rds", "db:orders"), "orders"),
        (HERE.arn("logs", "log-group:/aws/lambda/f"), "/aws/lambda/f"),
        ("sg-1", "sg-1"),
        ("", ""),
    ],
)
def test_arns_and_metric_dimensions_meet_in_one_name(arn: str, name: str) -> None:
    assert plain_name(arn) == name


# --- the rules of the score


def test_a_time_out_explains_its_alarm_but_is_no_root_of_a_lock() -> None:
    lock = case("orders", cause="lock", onset=ago(20))
    slow = case("checkout", cause="timeout", depends_on=("orders",), onset=ago(18))
    answer = triage([slow, lock, alarm(depends_on=("checkout",))])
    assert [root.case for root in answer.roots] == [lock]
    assert len(answer.roots[0].explains) == 2


def test_the_missing_index_lies_behind_the_slow_query_and_the_busy_processor() -> None:
    arn = HERE.arn("rds", "db:orders")
    index = case("orders.public.lines", cause="missing_index", resource=arn, onset=None)
    query = case("pid 4711", cause="slow_query", resource=arn, onset=ago(6))
    busy = case("orders", cause="cpu", resource=arn, onset=ago(9))
    answer = triage([busy, query, index])
    assert [root.case for root in answer.roots] == [index]
    assert set(answer.roots[0].explains) == {busy, query}


@pytest.mark.parametrize("proven", [True, False])
def test_the_statement_lies_behind_the_busy_processor_and_no_deployment_of_another_does(
    proven: bool,
) -> None:
    arn = HERE.arn("rds", "db:orders")
    statement = case("orders session 4711" if proven else "orders", cause="slow_query", resource=arn, onset=ago(20))
    statement = replace(statement, finding=replace(statement.finding, proven=proven, symptom="orders: slow"))
    busy = case("orders", cause="cpu", resource=arn, onset=ago(20))
    slow = target_group(depends_on=(arn,), onset=ago(19))
    answer = triage([busy, slow, statement], [change(25, resources=("catalog",))])
    assert [root.case for root in answer.roots] == [statement]
    assert set(answer.roots[0].explains) == {busy, slow}


def test_what_users_meet_weighs_more_than_what_echoes_it() -> None:
    page = target_group().finding
    rows = replace(page, resource=HERE.arn("logs", "log-group:/ecs/checkout"))
    assert (weight(page), weight(rows), weight(alarm().finding)) == (3.0, 0.5, 0.5)
    assert weight(replace(page, onset=None)) == 1.5
    assert weight(replace(page, onset=ago(60 * 25))) == pytest.approx(0.6)


def test_what_two_checks_see_counts_as_the_one_that_matters_more() -> None:
    event = case("AWS_EC2_OPERATIONAL_ISSUE", cause="aws_event", proven=True, resource="eu-west-1a", onset=ago(20))
    traced = case(
        "checkout", cause="slow_query", resource="checkout", depends_on=("orders", "eu-west-1a"), onset=ago(20)
    )
    answered = target_group(cause="slow_query", depends_on=("checkout",), onset=ago(19))
    answered = replace(answered, finding=replace(answered.finding, subject="checkout"))
    for seen in ([answered, traced], [traced, answered]):
        renamed = [replace(one, target=name) for one, name in zip(seen, "ab", strict=True)]
        assert triage([*renamed, event]).roots[0].case == event


def test_what_has_been_sick_for_days_did_not_break_what_broke_today() -> None:
    old = case("orders", cause="cpu", onset=ago(60 * 50))
    new = case("batch", cause="connections", onset=ago(12))
    slow = target_group(depends_on=("orders", "batch"))
    assert long_sick(old.finding)
    assert [root.case for root in triage([old, new, slow]).roots] == [new, old]


def test_the_one_that_explains_the_other_comes_first_where_both_count_the_same() -> None:
    function = case("vote", cause="throttled", onset=ago(17), resource=HERE.arn("lambda", "function:vote"))
    echoes = [
        case("/aws/lambda/vote", cause="throttled", depends_on=("vote",), onset=ago(16), check=check)
        for check in ("test_error_rate", "test_new_error")
    ]
    [root] = triage([*echoes, function]).roots
    assert (root.case, len(root.explains)) == (function, 2)


def test_two_causes_that_are_nearly_as_likely_are_both_said() -> None:
    one, two = (case(name, cause="lock", onset=ago(12)) for name in ("orders", "stock"))
    slow = target_group(depends_on=("orders", "stock"))
    first = triage([one, two, slow]).roots[0]
    assert {first.case, first.rival} == {one, two}
    clear = triage([one, two, slow], [change(13, resources=("stock",))]).roots[0]
    assert (clear.case, clear.rival) == (two, None)


def test_a_dependency_that_nobody_could_look_at_is_not_ruled_out() -> None:
    throttled = case("pay", cause="throttled", depends_on=("orders",))
    cases, changes = [throttled, alarm(depends_on=("pay",))], [change(13, resources=("pay",))]
    here, elsewhere = f"{throttled.finding.place.key}/orders", "210987654321/eu-west-1/orders"
    seen, unseen = (triage(cases, changes, blind=(blind, "other")).roots[0] for blind in (elsewhere, here))
    assert (seen.not_ruled_out, seen.confidence) == ((), 0.8)
    assert (unseen.not_ruled_out, unseen.confidence) == (("orders",), 0.5)
    proven = replace(throttled, finding=replace(throttled.finding, proven=True))
    assert triage([proven], changes, blind=(here,)).roots[0].not_ruled_out == ()


def test_a_change_right_before_makes_its_subject_likelier() -> None:
    code = case("receipts", cause="code", onset=ago(12))
    other = case("catalog", cause="code", onset=ago(12))
    answer = triage([other, code], [change(14, resources=("receipts",)), change(100, resources=("catalog",))])
    assert [root.case for root in answer.roots] == [code, other]


# --- suspects and changes


def test_suspects_matter_and_are_named_once() -> None:
    near = group_refuses(check="test_near")
    far = group_refuses(check="test_far", depends_on=("eni-1",))
    assert suspects([far, near, alarm(), group_refuses(impact="hygiene", resource="sg-2")]) == [near]
    assert suspects([near, far]) == [near]


def change_of(finding_changes: dict[str, Any], *changes: Change) -> Change | None:
    return triage([group_refuses(**finding_changes)], changes).roots[0].change


REACH_M = CHANGE_REACH / timedelta(minutes=1)
SLACK_M = 2 * RESOLUTION / timedelta(minutes=1)


@pytest.mark.parametrize(
    ("minutes_before", "taken"),
    [(0, True), (REACH_M, True), (REACH_M + 0.1, False), (-SLACK_M, True), (-SLACK_M - 0.1, False)],
)
def test_a_change_counts_from_two_hours_before_the_onset(minutes_before: float, taken: bool) -> None:
    made = change(60 + minutes_before)
    assert change_of({"onset": ago(60)}, made) == (made if taken else None)


def test_the_newest_change_before_the_onset_is_the_one() -> None:
    old, new = change(40), change(20)
    assert change_of({"onset": ago(12)}, new, old) == new
    assert change_of({"onset": ago(12)}, old, new) == new


def test_without_an_onset_the_age_of_the_evidence_decides() -> None:
    made = change(30)
    assert change_of({"onset": None}, made) == made
    assert change_of({"onset": None, "as_of": None}, made) is None


@pytest.mark.parametrize(
    "other",
    [{"resources": ("sg-2",)}, {"refused": True}, {"place": Place("999999999999", "eu-west-1")}, {"resources": ()}],
)
def test_a_change_of_something_else_or_one_that_was_refused_does_not_count(other: dict[str, Any]) -> None:
    assert change_of({}, change(13, **other)) is None


def test_what_was_made_in_a_zone_did_not_change_it() -> None:
    sick = case("i-1", cause="aws_event", proven=True, depends_on=("eu-west-1a",), onset=ago(12))
    assert triage([sick], [change(13, resources=("eu-west-1a",))]).roots[0].change is None


def test_a_change_alone_is_no_root() -> None:
    assert triage([], [change(13, resources=(GROUP_ARN,))]) == Triage()


def test_a_symptom_is_a_root_only_where_a_change_precedes_it() -> None:
    sick = target_group()
    assert triage([sick], [change(13, resources=("sg-2",))]).roots == ()
    assert [root.case for root in triage([sick], [change(13, resources=(GROUP_ARN,))]).roots] == [sick]


def test_a_dependency_that_is_named_is_more_than_a_symptom() -> None:
    slow = target_group(cause="dependency", depends_on=("rates.example",))
    waits = case("booking → rates.example", cause="dependency", resource="rates.example", onset=ago(12))
    assert triage([slow, waits]).roots == ()
    named = replace(waits, finding=replace(waits.finding, why="booking waits for rates.example"))
    [root] = triage([slow, named]).roots
    assert (root.case, root.explains) == (named, (slow,))


def test_confidence_grows_with_what_is_explained_and_with_a_change() -> None:
    cause, group, made = group_refuses(), target_group(), change(13)
    answers = [triage([cause]), triage([cause, group]), triage([cause], [made]), triage([cause, group], [made])]
    assert [answer.roots[0].confidence for answer in answers] == [0.5, 0.7, 0.7, 0.9]


def test_the_sentence_says_cause_proof_change_and_when() -> None:
    cause = group_refuses(why="sg-1 admits no tcp/8080 from sg-9")
    assert Root(cause, ()).sentence() == "security_group: sg-1 admits no tcp/8080 from sg-9"
    assert Root(cause, (), change(13)).sentence() == (
        "security_group: sg-1 admits no tcp/8080 from sg-9; RevokeSecurityGroupIngress by maria 13 min ago"
    )


def test_the_sentence_never_says_that_the_future_was_long_ago() -> None:
    later = Root(group_refuses(as_of=ago(10)), (), change(8)).sentence()
    unknown = Root(group_refuses(as_of=None), (), change(8)).sentence()
    assert later.endswith("by maria at 11:52:00Z")
    assert unknown.endswith("by maria at 11:52:00Z")


# --- properties

NAMES = ("a", "b", "c", "d", "e", "f")
causes = st.sampled_from(
    ["security_group", "nat", "storage", "timeout", "health_check", "alarm", "permission", "unknown"]
)


@st.composite
def runs(draw: st.DrawFn) -> list[Case]:
    """Some sick subjects that depend on each other at random."""
    return [
        case(
            name,
            cause=draw(causes),
            impact=draw(st.sampled_from(["now", "now", "soon", "hygiene"])),
            proven=draw(st.booleans()),
            depends_on=tuple(draw(st.lists(st.sampled_from(NAMES), max_size=3, unique=True))),
            onset=draw(st.none() | st.integers(0, 20).map(ago)),
        )
        for name in draw(st.lists(st.sampled_from(NAMES), max_size=6, unique=True))
    ]


def accounted(answer: Triage) -> list[Case]:
    return [
        *answer.unexplained,
        *(root.case for root in answer.roots),
        *(explained for root in answer.roots for explained in root.explains),
    ]


@BRIEF
@given(runs())
def test_a_root_is_specific_and_never_hygiene(cases: Sequence[Case]) -> None:
    roots = triage(cases).roots
    assert len(roots) <= MOST_ROOTS
    assert all(specificity(root.case.finding) >= ENOUGH and root.case.finding.impact != "hygiene" for root in roots)
    assert all(0 < root.confidence < 1 for root in roots)


@BRIEF
@given(runs())
def test_roots_explained_and_unexplained_are_all_cases_each_once(cases: Sequence[Case]) -> None:
    sick = [one for one in cases if one.finding.impact != "hygiene"]
    named = accounted(triage(cases))
    assert len(named) == len(sick)
    assert set(named) == set(sick)


@BRIEF
@given(runs().flatmap(lambda cases: st.tuples(st.just(cases), st.permutations(cases))))
def test_the_order_of_cases_changes_nothing(pair: tuple[list[Case], list[Case]]) -> None:
    assert triage(pair[0]) == triage(pair[1])


@BRIEF
@given(runs())
def test_a_later_cause_explains_nothing_earlier(cases: Sequence[Case]) -> None:
    for root in triage(cases).roots:
        start = root.case.finding.onset
        if start is not None:
            onsets = [explained.finding.onset for explained in root.explains]
            assert all(onset is None or start <= onset + 2 * RESOLUTION for onset in onsets)


@BRIEF
@given(runs(), st.integers(0, 300))
def test_a_change_never_makes_a_root_of_what_breaks_nothing(cases: Sequence[Case], minutes: int) -> None:
    changes = [change(minutes, resources=NAMES)]
    sick = {
        one
        for one in cases
        if one.finding.impact != "hygiene" and (one.finding.proven or one.finding.cause not in ("alarm", "unknown"))
    }
    assert {root.case for root in triage(cases, changes).roots} <= sick


@BRIEF
@given(runs())
def test_of_two_that_could_cause_each_other_one_does(cases: Sequence[Case]) -> None:
    depends = Dependencies(one.finding for one in cases)
    for one, other in combinations([sick.finding for sick in cases], 2):
        assert not (depends.explains(one, other) and depends.explains(other, one))


def test_what_was_done_about_a_trouble_is_no_root_beside_the_trouble() -> None:
    function = case("orders", cause="code", onset=ago(23), check="test_function_errors_are_rare")
    known: dict[str, Any] = {"proven": True, "onset": ago(19), "resource": HERE.arn("codedeploy", "group:orders/live")}
    stopped = case("orders/live", cause="alarm", depends_on=("orders",), check="test_deployment_succeeded", **known)
    back = case("orders/live", cause="rollback", check="test_no_rollback_happened", **known)
    deployed = change(24, event="CreateDeployment", resources=(known["resource"],))
    [root] = triage([function, stopped, back], [deployed]).roots
    assert (root.case, set(root.explains)) == (function, {stopped, back})
    assert triage([stopped, back], [deployed]).roots[0].case in (stopped, back)


@pytest.mark.parametrize(
    ("said", "root"), [("code", "orders"), ("timeout", "orders"), ("out_of_memory", "/aws/lambda/orders")]
)
def test_a_log_group_tells_of_what_is_found_in_its_source_unless_it_says_more(said: Any, root: str) -> None:
    """The log's bin begins before the function's, so that the change is nearer to it; still it only tells."""
    function, group = HERE.arn("lambda", "function:orders"), HERE.arn("logs", "log-group:/aws/lambda/orders")
    failing = case("orders", cause="code", resource=function, onset=ago(50))
    common: dict[str, Any] = {"cause": said, "resource": group, "depends_on": (function,)}
    told = [case("/aws/lambda/orders", onset=ago(m), check=c, **common) for m, c in ((51, "test_a"), (50, "test_b"))]
    answer = triage([*told, failing], [change(51, event="UpdateFunctionCode", resources=(function,))])
    assert answer.roots[0].case.finding.subject == root
    assert len(answer.roots[0].explains) == (2 if root == "orders" else 1)


@pytest.mark.parametrize("cause", ["config", "security_group", "permission", "code", "out_of_memory", "timeout"])
def test_what_empties_a_target_group_lies_behind_requests_that_found_no_target(cause: Any) -> None:
    balancer = HERE.arn("elasticloadbalancing", "loadbalancer/app/shop/2e")
    group = target_group(cause=cause, proven=True)
    refused = case("shop", cause="capacity", resource=balancer, depends_on=(GROUP_ARN,), onset=ago(11))
    answer = triage([refused, group])
    assert [(root.case, root.explains) for root in answer.roots] == [(group, (refused,))]
