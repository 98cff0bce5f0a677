"""Do lines of one kind get one signature, and lines of different kinds different ones?"""

from __future__ import annotations

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from diagnosis.logs.words import alike, cause_of, error_type, signature

SAME = [
    ("ERROR card 4711 of anna@example.com was refused", "ERROR card 12 of bo@example.org was refused"),
    ("2026-01-31T09:30:00.123Z ERROR KeyError: 'price'", "2026-02-01T10:00:00Z ERROR KeyError: 'name'"),
    (
        "2026-01-31T09:30:00Z\t8f507cfc-1234-4bcd-8e5f-0123456789ab\tERROR\tboom",
        "2026-01-31T09:31:00Z\t9f507cfc-1234-4bcd-8e5f-0123456789ac\tERROR\tboom",
    ),
    ("ERROR GET https://a.example/x?y=1 failed", "ERROR GET http://b.example failed"),
    ("ERROR no route to 10.0.1.5:5432", "ERROR no route to 10.0.2.77:5432"),
    ("ERROR object deadbeefcafe at 0x7ffe is gone", "ERROR object feedfacebeef at 0x1a2b is gone"),
    (
        json.dumps({"level": "ERROR", "time": "2026-01-31", "message": "order 5 lost", "requestId": "a"}),
        json.dumps({"requestId": "b", "level": "ERROR", "message": "order 77 lost", "user": "u"}),
    ),
    (
        'Traceback (most recent call last):\n  File "a.py", line 3, in f\n    x()\nValueError: bad value 3',
        'Traceback (most recent call last):\n  File "b.py", line 99, in g\n    y()\nValueError: bad value 4',
    ),
    ("ERROR IOException: gone\n\tat a.b.C(C.java:1)", "ERROR IOException: gone\n\tat d.e.F(F.java:2)"),
    (
        'level=error ts=2026-01-31T09:30:00Z msg="cannot store order 17" err="pq: connection refused"',
        'ts=2026-02-01T09:30:00Z level=error msg="cannot store order 18" err="pq: connection refused" caller=b.go:7',
    ),
    (
        "ERROR request 12 to payment failed with status 503 after 3 tries",
        "ERROR request 13 to payment failed with status 503 after 4 tries",
    ),
    ("Error: getaddrinfo ENOTFOUND db-a.example.internal", "Error: getaddrinfo ENOTFOUND orders.prod.local"),
    ("ERROR no such user 'anna lee'", "ERROR no such user 'bob'"),
    ("ERROR promo code SAVE10 rejected", "ERROR promo code SAVE15 rejected"),
    ("ERROR upload took 503 ms and failed", "ERROR upload took 404 ms and failed"),
    ("Feb  1 10:00:00 web app[1]: cannot open", "Mar 12 10:00:07 web app[2]: cannot open"),
    (
        json.dumps({"level": 50, "pid": 3, "hostname": "ip-10-0-0-1", "msg": "order 4 failed"}),
        json.dumps({"level": 50, "pid": 9, "hostname": "ip-10-0-0-7", "msg": "order 5 failed"}),
    ),
]
DIFFERENT = [
    ("ERROR card was refused", "ERROR card was stolen"),
    ("ERROR KeyError: 'price'", "ERROR ValueError: 'price'"),
    (json.dumps({"message": "lost order"}), json.dumps({"message": "found order"})),
    (
        'level=error msg="cannot store" err="pq: deadlock detected"',
        'level=error msg="cannot store" err="pq: duplicate key"',
    ),
    (
        "ERROR ORA-00060: resource is gone while waiting for it, says the session",
        "ERROR ORA-01555: resource is gone while waiting for it, says the session",
    ),
    (
        "ERROR request to payment failed with status 503 after retries",
        "ERROR request to payment failed with status 404 after retries",
    ),
    ("FATAL: the pool gave up: SQLSTATE 53300", "FATAL: the pool gave up: SQLSTATE 40001"),
    ("Error: connect ECONNREFUSED 10.0.1.1:5432", "Error: connect ETIMEDOUT 10.0.1.1:5432"),
    ("Error: query of orders failed, code: 'P2002'", "Error: query of orders failed, code: 'P2025'"),
    ("ERROR the worker of orders ended: exit status 1", "ERROR the worker of orders ended: exit status 137"),
    ("OSError: [Errno 28] cannot write the file", "OSError: [Errno 24] cannot write the file"),
    ("ERROR said: 'the card was refused by the bank'", "ERROR said: 'the bank could not be reached today'"),
    (
        json.dumps(
            {"level": 50, "msg": "request failed", "err": {"type": "TypeError", "message": "x is not a function"}}
        ),
        json.dumps({"level": 50, "msg": "request failed", "err": {"type": "Error", "message": "connect ECONNREFUSED"}}),
    ),
    (
        json.dumps({"message": "call failed", "statusCode": 503}),
        json.dumps({"message": "call failed", "statusCode": 429}),
    ),
    (
        '10.0.0.1 - - [01/Feb/2026:10:00:00 +0000] "GET /orders/1 HTTP/1.1" 503 12',
        '10.0.0.2 - - [01/Feb/2026:10:00:01 +0000] "GET /orders/2 HTTP/1.1" 404 14',
    ),
]


@pytest.mark.parametrize(("one", "other"), SAME)
def test_what_differs_by_chance_is_left_out(one: str, other: str) -> None:
    assert signature(one) == signature(other) != ""


@pytest.mark.parametrize(("one", "other"), DIFFERENT)
def test_what_is_said_stays(one: str, other: str) -> None:
    assert signature(one) != signature(other)
    assert not alike(signature(one), signature(other))


@pytest.mark.parametrize(
    ("line", "kind"),
    [
        ("ERROR com.example.pay.CardException: no", "CardException"),
        ("botocore.errorfactory.ResourceNotFoundException", "ResourceNotFoundException"),
        (json.dumps({"errorType": "TypeError", "errorMessage": "x is undefined"}), "TypeError"),
        ("ERROR something", ""),
        ("ERROR Error", ""),
    ],
)
def test_the_class_of_an_error(line: str, kind: str) -> None:
    assert error_type(line) == kind


def test_one_name_in_a_sentence_makes_no_other_kind() -> None:
    assert alike("no recommendations for visitor from Lima today", "no recommendations for visitor from Oslo today")
    assert not alike("Lima", "Oslo")
    assert not alike("KeyError: no such key here", "TypeError: no such key here")


@pytest.mark.parametrize(
    ("document", "said"),
    [
        (
            {"msg": "unhandled", "stack": "TypeError: x is not a function\n    at a.js:1"},
            "unhandled: TypeError: x is not a",
        ),
        ({"msg": "x is not a function", "stack": "TypeError: x is not a function\n at a"}, "TypeError: x is not a"),
        (
            {"message": "failed", "exc_info": "Traceback (most recent call last):\n  a\nKeyError: 'x'"},
            "failed: KeyError: …",
        ),
        ({"message": "failed", "stackTrace": ["at a.py", "at b.py"]}, "failed"),
        ({"message": "failed", "error": "gone", "stack": "TypeError: x\n at a"}, "failed: gone"),
        ({"message": "failed", "stack": 7}, "failed"),
        ({"message": "", "stack": "TypeError: x"}, "TypeError: x"),
    ],
)
def test_without_an_error_its_trace_says_what_was_raised(document: dict[str, object], said: str) -> None:
    assert signature(json.dumps(document)).startswith(said)


def test_a_trace_names_the_cause() -> None:
    line = {"level": "error", "msg": "unhandled", "stack": "TypeError: x is undefined\n    at timeout (a.js:1)"}
    assert cause_of([json.dumps(line)]) == "code"


def test_causes_come_from_the_first_telling_line() -> None:
    assert cause_of(["ERROR x", "Task timed out after 3.00 seconds"]) == "timeout"
    assert cause_of(["ERROR x"]) == "unknown"
    assert cause_of(["Error: getaddrinfo ENOTFOUND db.internal"]) == "dns"
    assert cause_of(["ERROR CardRefusedError: no"]) == "unknown"
    assert cause_of([]) == "unknown"


@settings(max_examples=200, deadline=None, derandomize=True)
@given(st.text(max_size=300))
def test_any_line_has_a_signature_of_bounded_length(line: str) -> None:
    found = signature(line)
    assert len(found) <= 200
    assert "\n" not in found
    assert alike(found, found)


def test_lambda_s_records_are_of_one_kind_by_how_the_invocation_ended() -> None:
    def record(status: str, **more: object) -> str:
        told = {"requestId": "8b3f5a1c-1a2b-4c3d-8e9f-abcdefabcdef", "status": status, **more}
        return json.dumps({"time": "2026-01-31T09:30:00Z", "type": "platform.report", "record": told})

    assert signature(record("timeout")) == signature(record("timeout", metrics={"durationMs": 3000.5}))
    ends = [record("timeout"), record("error", errorType="Runtime.OutOfMemory"), record("error", errorType="Runtime.X")]
    assert len({signature(line) for line in ends}) == 3
    assert not alike(signature(ends[0]), signature(ends[1]))
