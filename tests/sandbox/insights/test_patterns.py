"""Filter patterns, by example."""

from __future__ import annotations

import json

import pytest

from sandbox.insights.errors import InvalidPattern
from sandbox.insights.patterns import compile_pattern

BOTH, ERROR, WARN = "ERROR WARN message", "ERROR message", "WARN message"


@pytest.mark.parametrize(
    ("pattern", "matched"),
    [
        ("", [BOTH, ERROR, WARN]),
        ("  ", [BOTH, ERROR, WARN]),
        ("ERROR", [BOTH, ERROR]),
        ("error", []),
        ("ERROR WARN", [BOTH]),
        ("?ERROR ?WARN", [BOTH, ERROR, WARN]),
        ("ERROR -WARN", [ERROR]),
        ('"ERROR message"', [ERROR]),
        ('ERROR -"WARN message"', [ERROR]),
        ('?"ERROR m" ?nothing', [ERROR]),
        ("message ?ERROR", [BOTH, ERROR, WARN]),
        ("?ERROR -WARN", [ERROR]),
        ("%^E.*e$%", [BOTH, ERROR]),
        ("-%ERROR%", [WARN]),
        ("ERR", [BOTH, ERROR]),
    ],
)
def test_terms(pattern, matched):
    matches = compile_pattern(pattern)
    assert [text for text in (BOTH, ERROR, WARN) if matches(text)] == matched


EVENT = {
    "eventType": "UpdateTrail",
    "sourceIPAddress": "111.111.111.111",
    "arrayKey": ["value", "another value"],
    "objectList": [{"name": "a", "id": 1}, {"name": "b", "id": 2}],
    "SomeObject": None,
    "ThisFlag": True,
    "latency": 12.5,
    "status": "404",
    "user": {"id": 1, "e-mail": "ann@example.com"},
}


@pytest.mark.parametrize(
    ("pattern", "expected"),
    [
        ('{ $.eventType = "UpdateTrail" }', True),
        ("{ $.eventType = UpdateTrail }", True),
        ('{$.eventType="Update*"}', True),
        ("{ $.eventType != Update* }", False),
        ("{ $.sourceIPAddress != 123.123.* }", True),
        ('{ $.arrayKey[0] = "value" }', True),
        ('{ $.arrayKey[*] = "another value" }', True),
        ("{ $.arrayKey = value }", False),
        ("{ $.arrayKey != value }", False),
        ("{ $.objectList[1].id = 2 }", True),
        ("{ $.objectList[*].id > 2 }", False),
        ("{ $.SomeObject IS NULL }", True),
        ("{ $.eventType IS NULL }", False),
        ("{ $.SomeOtherObject NOT EXISTS }", True),
        ("{ $.SomeObject NOT EXISTS }", False),
        ("{ $.ThisFlag IS TRUE }", True),
        ("{ $.ThisFlag IS FALSE }", False),
        ("{ $.ThisFlag = true }", True),
        ("{ $.latency >= 12.5 }", True),
        ("{ $.latency < 1e1 }", False),
        ("{ $.latency = 12.50 }", True),
        ("{ $.latency = * }", True),
        ("{ $.nothing = * }", False),
        ("{ $.nothing != 1 }", False),
        ("{ $.status = 404 }", True),
        ("{ $.status = 4* }", True),
        ("{ $.status > 400 }", True),
        ("{ $.eventType > 400 }", False),
        ('{ $.user.e-mail = "*@example.com" }', True),
        ("{ $.eventType = %^Update% }", True),
        ('{ ($.user.id = 1) && ($.objectList[0].name = "a") }', True),
        ('{ ($.user.id = 2 && $.latency > 1) || $.status = "404" }', True),
        ("{ $.user.id = 2 || $.latency > 1 && $.status = 500 }", False),
        ("{ ($.user.id = 1 || $.latency > 99) && $.status = 500 }", False),
    ],
)
def test_json_selectors(pattern, expected):
    assert compile_pattern(pattern)(json.dumps(EVENT)) is expected


def test_json_selectors_match_no_other_text():
    assert not compile_pattern("{ $.a NOT EXISTS }")("plain text")


LINE = '127.0.0.1 - frank [10/Oct/2000:13:25:15 -0700] "GET /index.html HTTP/1.0" 404 1534'


@pytest.mark.parametrize(
    ("pattern", "expected"),
    [
        ("[ip, user, username, timestamp, request, status_code, bytes]", True),
        ("[ip, user, username]", False),
        ("[ip, ...]", True),
        ("[..., status_code, bytes]", True),
        ("[ip, user, ..., status_code = 4*, bytes > 1000]", True),
        ("[..., status_code = 404, bytes > 2000]", False),
        ("[..., request = *html*, status_code = 4*, bytes]", True),
        ('[ip, user, username, timestamp, request = "GET /index.html*", status_code, bytes]', True),
        ("[..., status_code = 4* && status_code != 404, bytes]", False),
        ("[..., status_code = 500 || status_code = 404, bytes]", True),
        ("[ip = %127\\.0\\.0\\.[1-9]%, ...]", True),
        ("[ip, user != -, ...]", False),
        ("[ip = !10.*, ...]", True),
    ],
)
def test_space_delimited(pattern, expected):
    assert compile_pattern(pattern)(LINE) is expected


@pytest.mark.parametrize(
    "pattern",
    [
        "a-b",
        'a "open',
        "{ $.a }",
        "{ a = 1 }",
        "{ $.a = 1",
        "{ $.a > x }",
        "{ ($.a = 1 }",
        "{ $.a IS 1 }",
        "{ $.a NOT 1 }",
        "{ $.a = 1 $.b = 2 }",
        "[a, ..., b, ...]",
        "[a = 1 b = 2]",
        "%(%",
    ],
)
def test_invalid_patterns_are_refused(pattern):
    with pytest.raises(InvalidPattern):
        compile_pattern(pattern)
