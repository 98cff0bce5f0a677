"""Does the document say what was done, and what was not?"""

from __future__ import annotations

import pytest

from runbook.chronicle import chronicle

LOOK = {"collected": True, "verdict": "sick", "coverage": "3 of 3 checked", "report": "https://console/r"}
STATE = {
    "classification": {"severity": "critical", "because": "it <b>hurts</b> | now", "analysis": 1, "opening": "alarm a"},
    "response": {
        "page": {"paged": True, "by": "on call", "message_id": "m-1"},
        "diagnostics": LOOK,
        "channel": {"opened": True, "by": "slack", "channel": "C1"},
    },
    "recovery": {"recovered": True, "reason": "green 3 times in a row", "looks": 5, "at": "T"},
}


def told(**other):
    return chronicle("inc-1", STATE | other, "arn:e", "T0", "T1")


def test_all_went_well():
    text = told()
    assert "| severity | critical: it &lt;b&gt;hurts&lt;/b&gt; \\| now |" in text
    assert "| people | paged: on call, message `m-1` |" in text
    assert "| channel | slack, `C1` |" in text
    assert "| diagnostics | sick; 3 of 3 checked; [report](<https://console/r>) |" in text
    assert "| recovery | T: green 3 times in a row, 5 looks in all |" in text


@pytest.mark.parametrize(
    ("other", "said"),
    [
        ({"response": {"page": {"paged": False, "details": "denied"}}}, "**nobody was told**: denied"),
        ({"response": {"channel": {"opened": False, "error": "x"}}}, "**none was opened**: x"),
        ({"response": {"diagnostics": {"collected": False, "details": "-9"}}}, "**could not be collected**: -9"),
        ({"response": {}, "response_error": {"Cause": "gone"}}, "**could not be collected**: gone"),
        ({"recovery": {"recovered": False, "reason": "never"}}, "**not recovered when this was closed**: never"),
        ({"recovery": {}}, "**not recovered when this was closed**: nobody watched"),
        ({"classification": {"severity": "critical", "because": "b"}}, "the event is in the execution"),
    ],
)
def test_what_went_wrong_is_said(other, said):
    assert said in told(**other)
