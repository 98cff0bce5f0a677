"""What does API Gateway say of an integration that failed, in an access log?

Its words are those of `$context.integration.error` and `$context.error.message`.
https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-troubleshooting-lambda.html
"""

from __future__ import annotations

import re

from diagnosis.causes import Cause
from diagnosis.explain import explain
from diagnosis.explain.patterns import LIKELY

_INVOKE = (
    "let API Gateway call the function: a statement for apigateway.amazonaws.com in the function's policy (aws lambda "
    "add-permission), or a role of the integration that may"
)
_ANSWER = "see the function's own checks: it failed, or answered in a form that API Gateway does not take"
_WORDS: tuple[tuple[str, Cause, str], ...] = (
    (r"invalid permissions on lambda|n[o']t have permissions? to call the \w+", "permission", _INVOKE),
    (r"customer function error|function returned the following error|format that api gateway", "code", _ANSWER),
    (r"malformed lambda proxy response", "code", _ANSWER),
    (r"network error communicating", "network", "see whether the integration's address can be reached, and listens"),
    (r"invalid endpoint address", "config", "correct the integration's address"),
)


def integration_cause(said: str) -> tuple[Cause, str] | None:
    """The cause that API Gateway's words name, and what to do; None where they name none."""
    for words, cause, remedy in _WORDS:
        if re.search(words, said, re.IGNORECASE):
            return cause, remedy
    told = explain("lambda_log", said)
    if told.specific_cause and told.confidence >= LIKELY:
        return told.specific_cause, told.remedy
    return None
