"""Is a function allowed to do what it does, and whose policy refuses it?"""

from __future__ import annotations

import re
from collections.abc import Sequence

from diagnosis import console
from diagnosis.commands import aws
from diagnosis.findings import Finding, earliest
from diagnosis.serverless.function_log import Failure, FunctionLog, quoted

_POLICIES = (
    ("organization|service control|resource control", "a policy of the organisation"),
    ("permissions boundary", "the role's permissions boundary"),
    ("VPC endpoint", "the policy of the VPC endpoint"),
    ("session policy|session policies", "the session's policy"),
    ("resource-based", "the resource's policy"),
    ("identity-based", "the role's policies"),
)
"""What a denial calls the policy that decided, and whose it is.

https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot_access-denied.html
"""


def denials(log: FunctionLog, *, min_lines: int = 1) -> list[Finding]:
    """The function, where something was denied to it that was not denied at this time a day and a week before."""
    new = [failure for failure in log.of("permission") if not failure.known]
    lines = sum(failure.lines for failure in new)
    if lines < max(min_lines, 1):
        return []
    name = log.target.name
    what = ", ".join(sorted({failure.action for failure in new if failure.action})) or "access"
    return [
        Finding(
            subject=name,
            place=log.target.place,
            cause="permission",
            impact="now",
            symptom=f"{name}: {what} denied in {lines:,} log lines, expected no new denial",
            evidence=tuple(quoted(failure) for failure in new[:3]),
            why="; ".join(dict.fromkeys(_why(failure) for failure in new)),
            remedy=_remedy(new),
            resource=log.target.arn,
            onset=earliest(failure.first for failure in new),
            as_of=log.as_of,
            proven=any(failure.proven for failure in new),
            link=console.function(log.target.place, name),
            command=aws("lambda", "get-function-configuration", "--function-name", name, "--query", "Role"),
        )
    ]


def _whose(quote: str) -> str | None:
    """Whose policy refused, where the message says so."""
    return next((whose for words, whose in _POLICIES if re.search(words, quote, re.IGNORECASE)), None)


def _why(failure: Failure) -> str:
    what, whose = failure.action or "access", _whose(failure.quote)
    if whose is None:
        return f"{what} is denied, the message does not say by whose policy"
    explicit = "explicit deny" in failure.quote
    return f"{whose} {'denies' if explicit else 'does not allow'} {what}"


def _remedy(failures: Sequence[Failure]) -> str:
    actions = sorted({failure.action for failure in failures if failure.action})
    whose = sorted({found for failure in failures if (found := _whose(failure.quote))})
    if actions and whose:
        return f"allow {', '.join(actions)} in {' and '.join(whose)}"
    if actions:
        return f"allow {', '.join(actions)} for the function's role, in its own policies first"
    return failures[0].remedy
