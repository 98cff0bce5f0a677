"""Is a function allowed to do what it does, and whose policy refuses it?"""

from __future__ import annotations

from collections.abc import Sequence

from diagnosis import console
from diagnosis.commands import aws
from diagnosis.findings import Finding, earliest
from diagnosis.serverless.function_log import Failure, FunctionLog, quoted


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
            depends_on=tuple(dict.fromkeys(arn for failure in new for arn in failure.involved)),
            onset=earliest(failure.first for failure in new),
            as_of=log.as_of,
            proven=any(failure.proven for failure in new),
            link=console.function(log.target.place, name),
            command=aws("lambda", "get-function-configuration", "--function-name", name, "--query", "Role"),
        )
    ]


def _why(failure: Failure) -> str:
    what = failure.action or "access"
    if not failure.policy:
        return f"{what} is denied, the message does not say by whose policy"
    several = failure.policy.endswith("policies")
    verbs = ("deny", "do not allow") if several else ("denies", "does not allow")
    return f"{failure.policy} {verbs[0] if failure.explicit else verbs[1]} {what}"


def _remedy(failures: Sequence[Failure]) -> str:
    actions = sorted({failure.action for failure in failures if failure.action})
    whose = sorted({failure.policy for failure in failures if failure.policy})
    if actions and whose:
        return f"allow {', '.join(actions)} in {' and '.join(whose)}"
    if actions:
        return f"allow {', '.join(actions)} for the function's role, in its own policies first"
    return failures[0].remedy
