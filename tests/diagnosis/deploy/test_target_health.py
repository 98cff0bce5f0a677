"""Is a target group red when its targets are sick, and only then?"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from diagnosis.answers import Blind, CouldNotTellError
from diagnosis.deploy.target_groups import HealthCheck, TargetGroupHealth, TargetState
from diagnosis.deploy.target_health import unhealthy_targets
from diagnosis.deploy.target_users import TargetUse, TargetUsers
from diagnosis.findings import Finding
from tests.builders import HERE, NOW, ago, target

ARN = HERE.arn("elasticloadbalancing", "targetgroup/checkout/1f")
BALANCER = HERE.arn("elasticloadbalancing", "loadbalancer/app/shop/2e")
UNREAD = Blind("denied", "missing ec2:DescribeNetworkAcls", "ec2:DescribeNetworkAcls")
CHECK = HealthCheck("HTTP", "traffic-port", "/healthz", "200-299", 5, 10, 2)
IDLE = "Target group is not configured to receive traffic from the load balancer"
ZONE_OFF = "Target is in an Availability Zone that is not enabled for the load balancer"


def states(*words: str) -> tuple[TargetState, ...]:
    """Targets 10.0.0.1:8080 and so on; each word is `state` or `state reason description`."""
    split = [[*word.split(" ", 2), "", ""] for word in words]
    return tuple(
        TargetState(f"10.0.0.{index}", 8080, state, reason, description)
        for index, (state, reason, description, *_) in enumerate(split, 1)
    )


def group(*words: str, **changes: Any) -> TargetGroupHealth:
    known: dict[str, Any] = {
        "target": target("target_group", "checkout", ARN),
        "health_check": CHECK,
        "load_balancers": (BALANCER,),
        "protocol": "HTTP",
        "as_of": NOW,
        "detailed": True,
        "states": states(*words),
        "unhealthy_since": None,
    }
    return TargetGroupHealth(**known | changes)


def only(health: TargetGroupHealth, **limits: float) -> Finding:
    [found] = unhealthy_targets(health, UNREAD, **limits)
    return found


FAILED = "unhealthy Target.FailedHealthChecks Health checks failed"
MISMATCH = "unhealthy Target.ResponseCodeMismatch Health checks failed with these codes: [502]"
TIMEOUT = "unhealthy Target.Timeout Request timed out"


@pytest.mark.parametrize(
    "words",
    [
        ["healthy", "healthy"],
        ["healthy", "initial Elb.RegistrationInProgress"],
        ["healthy", "draining Target.DeregistrationInProgress"],
        ["healthy", f"unused Target.NotInUse {ZONE_OFF}"],
        ["initial Elb.InitialHealthChecking", "draining Target.DeregistrationInProgress"],
    ],
)
def test_health_and_a_rollout_are_not_sick(words: list[str]) -> None:
    assert unhealthy_targets(group(*words), UNREAD) == []


@pytest.mark.parametrize("state", ["unhealthy", "unhealthy.draining"])
@pytest.mark.parametrize("others", [[], ["healthy"], ["healthy", "initial", "draining", "unused", "unavailable"]])
def test_one_unhealthy_target_is_enough(state: str, others: list[str]) -> None:
    assert only(group(*others, f"{state} Target.FailedHealthChecks")).impact == "now"


def test_metrics_that_showed_health_are_believed() -> None:
    assert unhealthy_targets(group(detailed=False), UNREAD) == []


@pytest.mark.parametrize(
    ("minutes", "limits", "red"),
    [
        (1.9, {}, False),
        (2, {}, True),
        (30, {}, True),
        (4.9, {"minutes_before_red": 5}, False),
        (5, {"minutes_before_red": 5}, True),
        (0, {"minutes_before_red": 0}, True),
    ],
)
def test_two_minutes_pass_before_it_is_red(minutes: float, limits: dict[str, float], red: bool) -> None:
    assert bool(unhealthy_targets(group(FAILED, unhealthy_since=ago(minutes)), UNREAD, **limits)) is red


def test_where_the_metric_says_nothing_the_states_decide() -> None:
    assert only(group(FAILED, unhealthy_since=None)).onset is None


def test_the_onset_is_where_the_metric_rose() -> None:
    found = only(group(FAILED, unhealthy_since=ago(12)))
    assert (found.onset, found.as_of) == (ago(12), NOW)
    assert "UnHealthyHostCount is up since 2026-03-04 11:48 UTC" in found.evidence


@pytest.mark.parametrize(
    ("words", "cause", "proven"),
    [
        ([TIMEOUT], "timeout", True),
        ([FAILED], "health_check", True),
        ([MISMATCH], "health_check", True),
        ([MISMATCH, TIMEOUT], "timeout", True),
        (["unhealthy Elb.InternalError"], "unknown", False),
        (["unhealthy Target.NewAndStrange"], "unknown", False),
        (["unhealthy"], "unknown", False),
    ],
)
def test_the_reason_code_is_the_cause(words: list[str], cause: str, proven: bool) -> None:
    found = only(group(*words))
    assert (found.cause, found.proven) == (cause, proven)


def test_a_network_that_could_not_be_read_is_not_ruled_out() -> None:
    assert only(group(TIMEOUT)).why == (
        "could not rule out a group, an ACL or a route: missing ec2:DescribeNetworkAcls"
    )


def test_it_says_how_many_and_quotes_the_reasons() -> None:
    found = only(group("healthy", *[MISMATCH] * 5, TIMEOUT))
    assert found.symptom == "checkout: 6 of 7 targets unhealthy, expected none"
    said = "Target.ResponseCodeMismatch (Health checks failed with these codes: [502])"
    assert found.evidence == (
        f"{said} on 10.0.0.2:8080, 10.0.0.3:8080, 10.0.0.4:8080 and 2 more",
        "Target.Timeout (Request timed out) on 10.0.0.7:8080",
        "health check HTTP /healthz on traffic-port, time-out 5 s every 10 s, expects 200-299",
    )


def test_three_are_named_without_more() -> None:
    assert only(group(*[FAILED] * 3)).evidence[0].endswith("on 10.0.0.1:8080, 10.0.0.2:8080, 10.0.0.3:8080")


def test_one_of_one_is_singular_and_a_target_without_reason_shows_its_own_state() -> None:
    found = only(group("unhealthy.draining"))
    assert found.symptom == "checkout: 1 of 1 target unhealthy, expected none"
    assert found.evidence[0] == "unhealthy.draining on 10.0.0.1:8080"
    mixed = only(group(FAILED, "unhealthy.draining"))
    assert mixed.evidence[1] == "unhealthy.draining on 10.0.0.2:8080"


def test_a_bare_health_check_is_described_too() -> None:
    found = only(group(FAILED, health_check=HealthCheck("TCP", "8443")))
    assert found.evidence[-1] == "health check TCP connection on 8443, time-out 0 s every 0 s"
    assert found.remedy.startswith("let the health check answer as expected")


def test_the_finding_says_where_to_look() -> None:
    found = only(group(MISMATCH))
    assert found.remedy.startswith("let /healthz answer 200-299")
    assert (found.subject, found.resource, found.place) == ("checkout", ARN, HERE)
    assert found.command == f"aws elbv2 describe-target-health --target-group-arn {ARN}"
    assert ARN in found.link


# --- nobody to send traffic to


def test_no_target_behind_a_listener_is_sick() -> None:
    found = only(group())
    assert found.symptom == "checkout: no target is registered behind a listener, expected at least 1"
    assert (found.cause, found.impact) == ("config", "now")
    assert found.remedy == "register targets, or take the target group out of its listeners"


@pytest.mark.parametrize(("desired", "cause"), [(2, "dependency"), (0, "config")])
def test_no_target_is_the_doing_of_the_service_that_should_register_some(desired: int, cause: str) -> None:
    empty = group()
    users = TargetUsers(empty.target, (TargetUse("shop/checkout", "app", (8080,), True, desired, running=0),))
    [found] = unhealthy_targets(empty, UNREAD, users)
    assert (found.cause, found.depends_on) == (cause, ("shop/checkout",))
    assert found.why == f"shop/checkout runs 0 of {desired} tasks"
    assert found.remedy.startswith("see why the service" if desired else "register targets")


def test_no_target_and_no_listener_is_nothing() -> None:
    assert unhealthy_targets(group(load_balancers=()), UNREAD) == []


@pytest.mark.parametrize(
    "word",
    [
        "unused Target.InvalidState Target is in the stopped state",
        "unused Target.IpUnusable",
        f"unused Target.NotInUse {ZONE_OFF}",
    ],
)
def test_targets_that_cannot_take_traffic_are_as_good_as_none(word: str) -> None:
    found = only(group(word, word))
    assert (
        found.symptom == "checkout: none of 2 registered targets takes traffic behind a listener, expected at least 1"
    )
    assert word.split()[1] in found.evidence[0]
    assert found.cause == "config"


@pytest.mark.parametrize("word", [f"unused Target.NotInUse {IDLE}", "unused Target.NotInUse"])
def test_the_idle_group_of_a_blue_green_pair_is_well(word: str) -> None:
    assert unhealthy_targets(group(word, word), UNREAD) == []


# --- what is not known


@pytest.mark.parametrize(
    "word", ["unavailable Target.HealthCheckDisabled", "unavailable Elb.InternalError", "hibernating", " "]
)
@pytest.mark.parametrize("others", [[], ["healthy"]])
def test_health_that_is_not_known_is_no_health(word: str, others: list[str]) -> None:
    with pytest.raises(CouldNotTellError, match=r"not observed: the health of 10\.0\.0\.") as told:
        unhealthy_targets(group(*others, word), UNREAD)
    assert told.value.blind.obstacle == "not_observed"
    assert " ".join(word.split()) in told.value.blind.reason


ALL = ["healthy", "initial", "draining", "unused", "unavailable", "unhealthy", "unhealthy.draining"]


@settings(max_examples=100, deadline=None, derandomize=True)
@given(st.lists(st.sampled_from(ALL), max_size=6), st.none() | st.integers(0, 10), st.booleans())
def test_green_means_that_no_target_is_sick_or_unknown(words: list[str], minutes: int | None, listened: bool) -> None:
    since = None if minutes is None else NOW - timedelta(minutes=minutes)
    health = group(*words, unhealthy_since=since, load_balancers=(BALANCER,) if listened else ())
    sick = sum(word.startswith("unhealthy") for word in words)
    try:
        found = unhealthy_targets(health, UNREAD)
    except CouldNotTellError:
        assert sick == 0
        assert "unavailable" in words
        return
    if not found:
        assert not (sick and (minutes is None or minutes >= 2))
        assert sick or "unavailable" not in words
    elif sick:
        assert found[0].symptom.startswith(f"checkout: {sick} of {len(words)} target")


@pytest.mark.parametrize(("minutes", "red"), [(9, False), (10, True), (45, True)])
@pytest.mark.parametrize("state", ["initial", "draining"])
def test_targets_that_never_become_healthy_are_red_in_the_end(state: str, minutes: float, red: bool) -> None:
    found = unhealthy_targets(group(state, none_healthy_since=ago(minutes)), UNREAD)
    assert bool(found) is red
    assert all((f.cause, f.onset, f.proven) == ("health_check", ago(minutes), False) for f in found)


def test_starting_beside_a_healthy_target_is_a_rollout() -> None:
    assert unhealthy_targets(group("initial", "healthy", none_healthy_since=ago(45)), UNREAD) == []
