"""Why did a resource of a stack fail? What the called service said, else CloudFormation's own words and codes.

Codes are those of resource handlers: https://docs.aws.amazon.com/cloudformation-cli/latest/userguide/resource-type-test-contract-errors.html
"""

from __future__ import annotations

from diagnosis.explain import Explanation, explain
from diagnosis.explain.patterns import CLEAR, PROVEN, Pattern, first_match

_CODES = (
    Pattern(
        "config",
        (r"HandlerErrorCode: (?:AlreadyExists|ResourceConflict)\b", r"\balready exists\b"),
        PROVEN,
        "import what is there into the stack, delete it, or give the resource another name or none",
    ),
    Pattern("quota", (r"HandlerErrorCode: ServiceLimitExceeded\b",), PROVEN, "ask for a higher quota, or use less"),
    Pattern("throttled", (r"HandlerErrorCode: Throttling\b",), PROVEN, "update again, with less at a time"),
    Pattern(
        "permission",
        (r"HandlerErrorCode: (?:AccessDenied|InvalidCredentials|UnauthorizedTaggingOperation)\b",),
        PROVEN,
        "let the role that CloudFormation uses make the call",
    ),
    Pattern(
        "config",
        (r"HandlerErrorCode: (?:InvalidRequest|NotFound|NotUpdatable)\b",),
        CLEAR,
        "correct the property that the reason names",
    ),
)


def stack_reason(reason: str) -> Explanation:
    """The cause that the reason of a stack's resource names."""
    said = explain("lambda_log", reason)
    return said if said.specific_cause else first_match(_CODES, reason) or said
