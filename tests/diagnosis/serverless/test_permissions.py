"""Are new denials red, and is it said whose policy refuses?"""

from __future__ import annotations

from dataclasses import replace

import pytest

from diagnosis.serverless.function_log import failure_of
from diagnosis.serverless.permissions import denials
from tests.builders import NOW, ago
from tests.diagnosis.serverless.logs import log_of, told

WHO = "User: arn:aws:sts::123456789012:assumed-role/r/f is not authorized to perform: s3:GetObject on resource: x "


@pytest.mark.parametrize(
    ("words", "whose"),
    [
        ("because no identity-based policy allows the s3:GetObject action", "the role's policies do not allow"),
        ("with an explicit deny in a service control policy", "a policy of the organisation denies"),
        ("because no permissions boundary allows the s3:GetObject action", "the role's permissions boundary does not"),
        ("with an explicit deny in a VPC endpoint policy", "the policy of the VPC endpoint denies"),
        ("because no resource-based policy allows the s3:GetObject action", "the resource's policy does not allow"),
        ("because no session policy allows the s3:GetObject action", "the session's policy does not allow"),
    ],
)
def test_whose_policy_refuses_is_said(words: str, whose: str) -> None:
    [found] = denials(log_of(told(WHO + words, 3)))
    assert found.why.startswith(whose)
    assert (found.cause, found.impact, found.proven, found.onset) == ("permission", "now", True, ago(20))
    assert "s3:GetObject" in found.remedy


def test_the_end_of_a_long_message_says_whose_policy_refuses() -> None:
    """What a report quotes is shorter than what was logged."""
    whole = f"{'x' * 600} {WHO}because no resource-based policy allows the s3:GetObject action"
    [found] = denials(log_of(failure_of(whole, 3, ago(20), NOW, whole[:500], record=False)))
    assert found.remedy == "allow s3:GetObject in the resource's policy"


def test_an_action_that_sounds_like_a_policy_is_none() -> None:
    refused = WHO.replace("s3:GetObject", "organizations:ListAccounts")
    [found] = denials(log_of(told(refused + "because no identity-based policy allows the organizations:ListAccounts")))
    assert found.why == "the role's policies do not allow organizations:ListAccounts"


def test_a_denial_rests_on_the_role_and_on_what_it_was_refused() -> None:
    key = WHO.replace("resource: x", 'resource: \\"arn:aws:s3:::shop-pictures/tea.jpg\\"')
    [found] = denials(log_of(told(key, 2), told(WHO, 1)))
    assert found.depends_on == ("arn:aws:iam::123456789012:role/r", "arn:aws:s3:::shop-pictures")


def test_a_denial_that_does_not_say_is_not_guessed() -> None:
    [found] = denials(
        log_of(told("An error occurred (AccessDenied) when calling the PutItem operation: Access Denied"))
    )
    assert "does not say by whose policy" in found.why


def test_denials_that_were_always_there_are_no_news() -> None:
    old = replace(told(WHO, 50), known=True)
    assert denials(log_of(old)) == []
    [found] = denials(log_of(old, told("AccessDenied", 2)))
    assert "2 log lines" in found.symptom


def test_other_failures_are_no_denials() -> None:
    assert denials(log_of(told("KeyError: 'x'", 50), told("Task timed out after 3.00 seconds", 2))) == []


def test_the_number_of_lines_can_be_set() -> None:
    assert denials(log_of(told(WHO, 4)), min_lines=5) == []
    assert len(denials(log_of(told(WHO, 4)), min_lines=4)) == 1
