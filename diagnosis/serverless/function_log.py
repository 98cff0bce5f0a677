"""Which failures does a function's log tell of, and what brought them about?"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from diagnosis.causes import Cause
from diagnosis.explain import explain
from diagnosis.explain.patterns import PROVEN
from diagnosis.logs.sources import refusers_of
from diagnosis.targets import Target

_RUNTIME = re.compile(r"\bRuntime\.(?!ExitError)[A-Z]\w+")
"""An error type of Lambda's own runtime; that the process ended says nothing of the reason."""
_ACTION = re.compile(r"not authorized to perform:? (?P<action>[A-Za-z0-9-]+:[A-Za-z]+)")
_CALLER = re.compile(r"arn:(?P<partition>[\w-]+):sts::(?P<account>\d{12}):assumed-role/(?P<role>[\w+=,.@-]+)/")
_DENIED = re.compile(r"on resource: \\?[\"']?(?P<arn>arn:[^\s\"'\\]+)")
_BUCKET = re.compile(r"^(arn:[\w-]+:s3:::[^/]+)/.*$", re.DOTALL)
_DECIDED_BY = re.compile(
    r"(?:because no|explicit deny in (?:an?|the)) (?P<policy>[\w -]{0,40}?(?:polic|boundary))", re.IGNORECASE
)
_POLICIES = (
    ("organization|service control|resource control", "a policy of the organisation"),
    ("permissions boundary", "the role's permissions boundary"),
    ("VPC endpoint", "the policy of the VPC endpoint"),
    ("session polic", "the session's policy"),
    ("resource-based", "the resource's policy"),
    ("identity-based", "the role's policies"),
)
"""What a denial calls the policy that decided, and whose it is.

https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot_access-denied.html
"""
_UNCONNECTED = re.compile(
    r"connect\w*.{0,60}tim(?:ed? ?)?-?out|tim(?:ed? ?)?-?out.{0,40}connect|ETIMEDOUT|EHOSTUNREACH|ENETUNREACH"
    r"|no route to host|unreachable|could not connect|dial tcp.{0,80}(?:timeout|deadline)|i/o timeout",
    re.IGNORECASE,
)
"""Words of a connection that was never made; one that was refused or closed had reached its end."""
_PEERS = tuple(
    re.compile(expression)
    for expression in (
        r"host='(?P<host>[A-Za-z0-9.-]+)', port=(?P<port>\d+)",
        r'server at "(?P<host>[A-Za-z0-9.-]+)"(?: \([0-9a-f.:]+\))?, port (?P<port>\d+)',
        r"(?P<scheme>https?)://(?P<host>[A-Za-z0-9.-]+)(?::(?P<port>\d+))?",
        r"(?:ETIMEDOUT|ECONNREFUSED|EHOSTUNREACH|ENETUNREACH|dial tcp:?) (?P<host>[A-Za-z0-9.-]+):(?P<port>\d+)",
        r"(?:ENOTFOUND|EAI_AGAIN|dial tcp: lookup) (?P<host>[A-Za-z0-9.-]+)",
        r"\b(?P<host>\d{1,3}(?:\.\d{1,3}){3}):(?P<port>\d{1,5})\b",
    )
)
"""How clients of several languages name what they wanted to connect to."""
_BEHIND_TIMEOUTS = frozenset({"network", "dns", "lock", "connections", "throttled", "certificate"})
"""What a function that runs into its timeout may have waited for, where its log names it as well."""


@dataclass(frozen=True)
class Failure:
    """Log lines alike that tell of a failure.

    `cause` is what the newest of them says, `unknown` where its words do not tell; `proven` that Lambda or a service
    said so in a code or sentence of its own. `record` marks a REPORT record, which tells only how an invocation
    ended. `action` is the IAM action of a denial, `policy` whose policy decided it, `explicit` that it denies outright,
    `involved` the ARNs of the role and of the resource. `peer` is the host, or host and port, that a connection was
    meant for, `unconnected` that it was never made. `known` says that the same was told at this time both a day and a
    week before. `quote` may be shortened: nothing is judged by it.
    """

    cause: Cause
    lines: int
    first: datetime
    newest: datetime
    quote: str
    remedy: str
    proven: bool = False
    record: bool = False
    action: str = ""
    policy: str = ""
    explicit: bool = False
    involved: tuple[str, ...] = ()
    peer: str = ""
    unconnected: bool = False
    known: bool = False
    refusers: tuple[str, ...] = ()
    """What the line says that failed it, where it names a service or a database."""
    stream: str = ""
    """The log stream of the newest line."""


@dataclass(frozen=True)
class FunctionLog:
    """What the log of a function tells of the window.

    `last_words` is what the program logged last before it ran into its timeout, empty where that is not known.
    `reports` counts its REPORT records, `starts` the cold starts among them; `p99_ms` is the 99th percentile of their
    Duration, `init_p95_ms` the 95th of the starts' Init Duration; None without one.
    """

    target: Target
    group: str
    reports: int
    starts: int
    init_p95_ms: float | None
    failures: tuple[Failure, ...]
    as_of: datetime
    p99_ms: float | None = None
    last_words: str = ""

    def of(self, *causes: str) -> tuple[Failure, ...]:
        """The failures of these causes, the most frequent first."""
        return tuple(sorted((f for f in self.failures if f.cause in causes), key=lambda f: -f.lines))


def failure_of(message: str, lines: int, first: datetime, newest: datetime, quote: str, record: bool) -> Failure:
    """The failure that log lines like `message` tell of; `quote` is what a report may show of it."""
    explained = explain("lambda_log", message)
    cause: Cause = explained.specific_cause or "unknown"
    return Failure(
        cause=cause,
        lines=lines,
        first=first,
        newest=newest,
        quote=quote,
        remedy=explained.remedy,
        proven=explained.confidence >= PROVEN or (cause == "code" and bool(_RUNTIME.search(message))),
        record=record,
        action=next((found["action"] for found in _ACTION.finditer(message)), ""),
        policy=_policy(message),
        explicit="explicit deny" in message,
        involved=_involved(message),
        peer=_peer(message),
        unconnected=bool(_UNCONNECTED.search(message)),
        refusers=refusers_of((message,)),
    )


def _policy(message: str) -> str:
    """Whose policy refused, where the message says so: names of actions and resources may sound like a policy's."""
    decided = _DECIDED_BY.search(message)
    said = decided["policy"] if decided else ""
    return next((whose for words, whose in _POLICIES if re.search(words, said, re.IGNORECASE)), "")


def _involved(message: str) -> tuple[str, ...]:
    """The ARNs of the role that was refused and of what it asked for (of S3 the bucket), as far as they are named."""
    caller, denied = _CALLER.search(message), _DENIED.search(message)
    role = (f"arn:{caller['partition']}:iam::{caller['account']}:role/{caller['role']}",) if caller else ()
    return (*role, _BUCKET.sub(r"\1", denied["arn"])) if denied else role


def _peer(message: str) -> str:
    """The host, or host and port, that a connection was meant for; empty where the message names none."""
    found = next((match for expression in _PEERS if (match := expression.search(message))), None)
    if found is None:
        return ""
    parts = found.groupdict()
    port = parts.get("port") or ("80" if parts.get("scheme") == "http" else "")
    return f"{parts['host'].rstrip('.')}:{port}" if port else parts["host"].rstrip(".")


def leading(failures: Sequence[Failure]) -> Failure | None:
    """The failure that most lines tell of, by cause; None where no line names a cause.

    REPORT records count only where nothing else is told. What a time-out waited for is told where the log names it
    about as often.
    """
    told = [failure for failure in failures if failure.cause != "unknown"]
    told = [failure for failure in told if not failure.record] or told
    if not told:
        return None
    lines: dict[str, int] = {}
    for failure in told:
        lines[failure.cause] = lines.get(failure.cause, 0) + failure.lines
    best = max(lines, key=lambda cause: lines[cause])
    if best == "timeout":
        behind = [cause for cause in lines if cause in _BEHIND_TIMEOUTS and 2 * lines[cause] >= lines[best]]
        best = max(behind, key=lambda cause: lines[cause], default=best)
    return max((f for f in told if f.cause == best), key=lambda failure: failure.lines)


def quoted(failure: Failure) -> str:
    """A failure as evidence: its words, and how often they were logged."""
    times = "once" if failure.lines == 1 else f"{failure.lines:,} times"
    return f"log, {times} since {failure.first:%H:%M:%S} UTC: {failure.quote}"
