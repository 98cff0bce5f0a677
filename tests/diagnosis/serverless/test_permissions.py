"""Are new denials red, and is it said whose policy refuses?"""

from __future__ import annotations

from dataclasses import replace

import pytest

from diagnosis.serverless.permissions import denials
from tests.builders import ago
from tests.diagnosis.serverless.logs import log_of, told

WHO = "User: arn:aws:sts::123456789012:assumed-role/r/f is not authorized to perform: s3:GetObject on resource: x "


@pytest.mark.parametrize(
    ("words", "whose"),
    [
        ("because no identity-based policy allows the s3:GetObject action", "the role's policies does not allow"),
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
