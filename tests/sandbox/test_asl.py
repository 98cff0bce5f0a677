"""Are definitions of state machines validated as Step Functions does?"""

from __future__ import annotations

import json
from typing import Any

import pytest

from sandbox.services.actions import Request
from sandbox.services.asl import validate_state_machine_definition

DONE = {"Type": "Succeed"}


def codes(definition: Any) -> list[str]:
    text = definition if isinstance(definition, str) else json.dumps(definition)
    answer = validate_state_machine_definition(Request("123456789012", "eu-west-1", {"definition": text}))
    assert answer["result"] == ("FAIL" if answer["diagnostics"] else "OK")
    return [one["code"] for one in answer["diagnostics"]]


def machine(start: str = "A", **states: Any) -> dict[str, Any]:
    return {"StartAt": start, "States": states}


CHOICE = {"Type": "Choice", "Choices": [{"Variable": "$.a", "IsNull": True, "Next": "B"}], "Default": "C"}
INNER = machine(A={"Type": "Wait", "Seconds": 1, "End": True})


@pytest.mark.parametrize(
    "definition",
    [
        machine(A=DONE),
        machine(A={"Type": "Pass", "Next": "B"}, B=DONE),
        machine(A=CHOICE, B=DONE, C={"Type": "Fail"}),
        machine(A={"Type": "Parallel", "Branches": [INNER, INNER], "End": True}),
        machine(A={"Type": "Map", "ItemProcessor": INNER, "End": True}),
        machine(A={"Type": "Task", "Resource": "arn:x", "End": True, "Catch": [{"Next": "B"}]}, B=DONE),
    ],
)
def test_what_leads_to_an_end_is_valid(definition: Any) -> None:
    assert codes(definition) == []


@pytest.mark.parametrize(
    ("definition", "code"),
    [
        ("{", "INVALID_JSON_DESCRIPTION"),
        ("[]", "SCHEMA_VALIDATION_FAILED"),
        ({"StartAt": "A"}, "SCHEMA_VALIDATION_FAILED"),
        (machine("Z", A=DONE), "MISSING_TRANSITION_TARGET"),
        (machine(A={"Type": "Pass", "Next": "B"}), "MISSING_TRANSITION_TARGET"),
        (machine(A=CHOICE, C=DONE), "MISSING_TRANSITION_TARGET"),
        (machine(A=DONE, B=DONE), "MISSING_TRANSITION_TARGET"),
        (machine(A={"Type": "Pass"}), "SCHEMA_VALIDATION_FAILED"),
        (machine(A={"Type": "Task", "End": True}), "SCHEMA_VALIDATION_FAILED"),
        (machine(A={"Type": "Dream", "End": True}), "SCHEMA_VALIDATION_FAILED"),
        (machine(A={"Type": "Parallel", "Branches": [machine(A={"Type": "Pass", "Next": "B"})], "End": True}),
         "MISSING_TRANSITION_TARGET"),
    ],
)  # fmt: skip
def test_what_leads_nowhere_is_not(definition: Any, code: str) -> None:
    assert code in codes(definition)
