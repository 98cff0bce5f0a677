"""What does Lambda say of an event source mapping that does not run, and what is behind it?

https://docs.aws.amazon.com/lambda/latest/dg/services-mq-errors.html
"""

from __future__ import annotations

import re

from diagnosis.causes import Cause
from diagnosis.explain import explain

CODES = re.compile(r"ESM_CONFIG_NOT_VALID|EVENT_SOURCE_AUTH[NZ]_ERROR|FUNCTION_CONFIG_NOT_VALID")
"""Codes of StateTransitionReason that say why a consumer stopped."""
FUNCTION_FAILED = "Function call failed"
_WORDS: tuple[tuple[str, Cause, str], ...] = (
    (
        r"EVENT_SOURCE_AUTH|failed to (?:authorize|authenticate) Lambda",
        "permission",
        "let the function's role, or the credentials in the mapping's secret, read from the source",
    ),
    (
        r"CONFIG_NOT_VALID|\b(?:function|stream|queue|topic|table) (?:was )?not found|does not exist",
        "config",
        "correct what the mapping names: its source, its function or its settings",
    ),
    (
        r"connection error",
        "network",
        "let the mapping's subnets and security groups reach the source, and Lambda and STS by NAT or endpoints",
    ),
)


def cause_of_mapping(said: str) -> tuple[Cause, str] | None:
    """The cause that Lambda's words name, and what to do; None where they name none."""
    for words, cause, remedy in _WORDS:
        if re.search(words, said, re.IGNORECASE):
            return cause, remedy
    told = explain("lambda_log", said)
    return (told.specific_cause, told.remedy) if told.specific_cause else None
