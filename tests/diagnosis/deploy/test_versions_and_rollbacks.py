"""Is another version than the expected one red, and what was taken back?"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from diagnosis.answers import CouldNotTellError
from diagnosis.deploy.rollbacks import Rollback, Rollout, rolled_back
from diagnosis.deploy.versions import (
    Running,
    expectation,
    nothing_to_judge,
    of_others,
    runs,
    unintended_versions,
)
from tests.builders import NOW, ago, target

DIGEST = "sha256:" + "ab" * 32
IMAGES = ("1.dkr.ecr.eu-west-1.amazonaws.com/checkout:1.4.2", f"1.dkr.ecr.eu-west-1.amazonaws.com/checkout@{DIGEST}")


def service(**changes: Any) -> Running:
    known: dict[str, Any] = {"kind": "service", "version": "checkout:42", "as_of": NOW, "images": IMAGES}
    return Running(target("release", "shop/checkout"), **known | changes)


def alias(**changes: Any) -> Running:
    return Running(target("release", "receipts:live"), **{"kind": "alias", "version": "7", "as_of": NOW} | changes)


@pytest.mark.parametrize(
    "expected",
    ["checkout:42", "arn:aws:ecs:eu-west-1:1:task-definition/checkout:42", "1.4.2", DIGEST, IMAGES[0]],
)
def test_the_expected_version_is_well_however_it_is_written(expected):
    assert unintended_versions(service(expected=expected)) == []


@pytest.mark.parametrize("expected", ["checkout:43", "1.4.3", "1.4", "sha256:" + "cd" * 32, "4.2"])
def test_another_version_is_red(expected):
    [found] = unintended_versions(service(expected=expected))
    assert (found.cause, found.proven) == ("config", True)
    assert f"expected {expected}" in found.symptom
    assert "runs checkout:42" in found.symptom


def test_after_a_rollback_the_cause_is_the_rollback():
    assert unintended_versions(service(expected="checkout:43", rolled_back=True))[0].cause == "rollback"


def test_an_alias_runs_a_number_and_nothing_beside_it():
    assert unintended_versions(alias(expected="7")) == []
    assert unintended_versions(alias(expected="8"))[0].cause == "config"
    assert not runs(alias(expected="7", weights=(("8", 0.1),)), "7")


def test_what_says_nothing_of_a_thing_is_not_asked_of_it():
    assert nothing_to_judge(alias()) is not None
    assert nothing_to_judge(alias(expected="checkout:42")) is not None
    assert nothing_to_judge(service(expected="7")) is not None
    assert nothing_to_judge(service(expected="checkout:42")) is None
    assert nothing_to_judge(alias(weights=(("8", 0.1),))) is None


def test_a_number_is_asked_of_services_whose_images_are_numbered():
    numbered = ("registry:5000/shop/checkout:417", "public.ecr.aws/agents/log-router:stable")
    assert nothing_to_judge(service(images=numbered, expected="418")) is None
    assert unintended_versions(service(images=numbered, expected="417")) == []
    [found] = unintended_versions(service(images=numbered, expected="418"))
    assert "expected 418" in found.symptom
    with pytest.raises(CouldNotTellError):
        unintended_versions(service(images=(), unread="denied", expected="418"))


def test_an_expectation_that_speaks_of_something_else_is_known_as_it_was_typed():
    words = ["payments=payments:3", "checkout=checkout:42", "7"]
    assert of_others("shop/checkout", words) == ("--expect payments=payments:3",)
    assert of_others("shop/checkout", words, "7") == ("--expect payments=payments:3", "--expect 7")
    absent = nothing_to_judge(service(expected="7", unmet=("--expect 7",)))
    assert absent is not None
    assert absent.unmet == ("--expect 7",)


def test_a_version_can_be_of_one_thing_only():
    said = ["1.4.2", "checkout=1.5.0", "shop/catalog=2.0", "receipts=7"]
    assert expectation("shop/checkout", said) == "1.5.0"
    assert expectation("shop/catalog", said) == "2.0"
    assert expectation("receipts:live", said) == "7"
    assert expectation("shop/search", said) == "1.4.2"
    assert expectation("shop/search", []) == ""


@pytest.mark.parametrize(("minutes", "red"), [(30, False), (60, False), (61, True)])
def test_traffic_between_two_versions_is_red_once_nobody_moves_it(minutes, red):
    found = unintended_versions(alias(weights=(("8", 0.1),), unmoved=timedelta(minutes=minutes)))
    assert [one.cause for one in found] == ["config"] * red
    if red:
        assert "10% to version 8 and 90% to version 7" in found[0].symptom


def test_weights_of_an_unknown_age_are_no_health():
    with pytest.raises(CouldNotTellError, match="missing cloudtrail:LookupEvents"):
        unintended_versions(alias(weights=(("8", 0.1),), unread="missing cloudtrail:LookupEvents"))


def test_images_that_cannot_be_read_are_no_health():
    with pytest.raises(CouldNotTellError):
        unintended_versions(service(expected="1.4.3", unread="missing ecs:DescribeTaskDefinition", images=()))


def back(**changes: Any) -> Rollback:
    known: dict[str, Any] = {
        "what": "update of 11:30 UTC",
        "state": "UPDATE_ROLLBACK_COMPLETE",
        "reason": "no such key",
    }
    return Rollback(**known | {"at": ago(20), "failing": "Key (AWS::KMS::Key)", "failing_id": "key-1"} | changes)


def rollout(*rollbacks: Rollback, **changes: Any) -> Rollout:
    known: dict[str, Any] = {"kind": "stack", "rollbacks": rollbacks, "as_of": NOW}
    return Rollout(target("rollout", "shop"), **known | changes)


def test_nothing_that_was_taken_back_is_well():
    assert rolled_back(rollout()) == []


def test_the_first_resource_that_failed_and_why_are_named():
    [found] = rolled_back(rollout(back(), back(at=ago(50))))
    assert (found.cause, found.impact, found.depends_on) == ("rollback", "now", ("key-1",))
    assert found.why == "no such key"
    assert "first to fail: Key (AWS::KMS::Key)" in found.evidence
    assert "and 1 before" in found.symptom


def test_what_a_stack_could_not_make_as_it_exists_has_a_cause():
    [found] = rolled_back(rollout(back(reason="reports-bucket already exists")))
    assert "reason: reports-bucket already exists (config)" in found.evidence
    assert "import what is there" in found.remedy


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"stuck": True, "state": "UPDATE_ROLLBACK_FAILED"}, "could not be rolled back"),
        ({"under_way": True, "state": "UPDATE_ROLLBACK_IN_PROGRESS"}, "is being rolled back"),
        ({"state": "UPDATE_FAILED"}, "was left as it is"),
        ({}, "was rolled back"),
    ],
)
def test_how_far_it_came_is_said(changes, said):
    assert said in rolled_back(rollout(back(**changes)))[0].symptom


@pytest.mark.parametrize(
    ("changes", "advice"),
    [
        ({}, "update the stack again"),
        ({"stuck": True, "state": "UPDATE_ROLLBACK_FAILED"}, "continue-update-rollback"),
        ({"state": "ROLLBACK_COMPLETE"}, "delete the stack and create it again"),
        ({"stuck": True, "state": "ROLLBACK_FAILED"}, "delete the stack and create it again"),
    ],
)
def test_a_stack_that_was_never_created_is_not_to_be_updated(changes, advice):
    assert advice in rolled_back(rollout(back(**changes)))[0].remedy


def test_what_succeeded_since_makes_it_less_urgent():
    assert rolled_back(rollout(back(), well_since=ago(5)))[0].impact == "soon"
    assert rolled_back(rollout(back(), well_since=ago(30)))[0].impact == "now"


@pytest.mark.parametrize(("kind", "word"), [("service", "revision"), ("deployment_group", "deployment")])
def test_the_remedy_opens_what_failed(kind, word):
    assert word in rolled_back(rollout(back(reason=""), kind=kind))[0].remedy
