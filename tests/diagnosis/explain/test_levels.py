"""Does the level a program gave its own line, and the error that leads it, decide before the words it quotes?"""

from __future__ import annotations

import pytest

from diagnosis.explain import explain


@pytest.mark.parametrize(
    ("line", "cause"),
    [
        ("INFO Task timed out after 7.00 seconds was simulated by the drill", "unknown"),
        ('{"level": "INFO", "message": "signal: killed is handled"}', "unknown"),
        ("2026-05-01T10:00:00.000Z 5f2d Task timed out after 9.01 seconds", "timeout"),
        ("[ERROR] ValueError: AccessDenied is no valid status", "code"),
        ("[ERROR] AssertionError: expected ThrottlingException to be raised", "code"),
        ("TypeError: fetch failed: getaddrinfo ENOTFOUND db.internal", "network"),
        ("RangeError: Array buffer allocation failed", "code"),
    ],
)
def test_the_level_and_the_leading_error_come_first(line: str, cause: str) -> None:
    assert explain("lambda_log", line).cause == cause
