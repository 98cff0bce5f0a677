"""Is a function red that cannot run, or whose update failed?"""

from __future__ import annotations

from typing import Any

import pytest

from diagnosis.answers import CouldNotTellError
from diagnosis.serverless.states import FunctionState, inactive
from tests.builders import NOW
from tests.diagnosis.serverless.logs import FUNCTION


def state(**changes: Any) -> FunctionState:
    known: dict[str, Any] = dict.fromkeys(("reason_code", "reason", "update_code", "update_reason"), "")
    known |= {"state": "Active", "update": "Successful", "invocations": 5.0}
    return FunctionState(FUNCTION, as_of=NOW, **known | changes)


@pytest.mark.parametrize(
    ("code", "cause"),
    [
        ("EniLimitExceeded", "capacity"),
        ("SubnetOutOfIPAddresses", "capacity"),
        ("InsufficientRolePermissions", "permission"),
        ("KMSKeyAccessDenied", "permission"),
        ("ImageAccessDenied", "permission"),
        ("ImageDeleted", "image_pull"),
        ("InvalidSecurityGroup", "config"),
        ("DisabledKMSKey", "config"),
        ("FunctionError.InitTimeout", "timeout"),
        ("SomethingNew", "unknown"),
    ],
)
def test_the_reason_code_is_the_cause(code: str, cause: str) -> None:
    def causes(*facts: FunctionState) -> set[str]:
        return {found.cause for fact in facts for found in inactive(fact)}

    assert {c.split(":")[0] for c in causes(state(state="Failed", reason_code=code))} <= {cause, "quota"}
    [found] = inactive(state(update="Failed", update_code=code, update_reason="no"))
    assert (found.impact, found.proven) == ("soon", found.cause != "unknown")
    assert "reason: no" in found.evidence
    assert found.why == "no; the version before the update still answers"


def test_a_disabled_key_is_enabled_again() -> None:
    [found] = inactive(state(update="Failed", update_code="DisabledKMSKey", update_reason=""))
    assert found.remedy.startswith("enable the KMS key again")
    assert found.why.startswith("DisabledKMSKey; ")


@pytest.mark.parametrize("word", ["Active", "Pending", "ActiveNonInvocable"])
def test_functions_that_run_are_well(word: str) -> None:
    assert inactive(state(state=word)) == []
    assert inactive(state(state=word, update="InProgress")) == []


def test_a_function_set_aside_is_sick_while_it_is_called() -> None:
    assert inactive(state(state="Inactive", reason_code="Idle", invocations=0)) == []
    [found] = inactive(state(state="Inactive", reason_code="Idle", invocations=3))
    assert (found.cause, found.impact) == ("unknown", "now")


@pytest.mark.parametrize("changes", [{"state": ""}, {"state": "Dreaming"}, {"update": ""}, {"update": "Odd"}])
def test_a_state_that_nobody_knows_is_no_health(changes: dict[str, str]) -> None:
    with pytest.raises(CouldNotTellError):
        inactive(state(**changes))


def test_a_layer_that_is_gone_is_red_before_the_next_update_fails() -> None:
    layer = "arn:aws:lambda:eu-west-1:123456789012:layer:pictures:3"
    [found] = inactive(state(lost_layers=(layer,)))
    assert found.symptom == "thumbnails: pictures:3 deleted, expected each of its layers to exist"
    assert (found.cause, found.impact, found.proven, found.depends_on) == ("config", "soon", True, (layer,))
    [failed] = inactive(state(state="Failed", reason_code="ImageDeleted", lost_layers=(layer,)))
    assert failed.impact == "now"
