"""What remains of a message once everything that somebody chose is taken out of it?

Identifiers, names, numbers, addresses, paths and quoted strings never decide a cause: a service called
`timeout-service` has not timed out. What AWS, a runtime or a driver wrote itself stays.
"""

from __future__ import annotations

import re

_VOCABULARY = frozenset(
    {
        "i/o",
        "net/http",
        "http/https",
        "and/or",
        "read/write",
        "fork/exec",
        "out-of-memory",
        "out-of-disk",
        "oom-killed",
        "stopped/terminated",
        "codedeploy-agent",
        "codedeploy-agent.service",
        "health-check",
        "health-checks",
        "target-group",
        "target-groups",
        "container-instance",
        "container-instances",
        "task-set",
        "load-balancer",
        "read-only",
        "timed-out",
        "time-out",
        "rate-limit",
        "rate-limited",
        "rate-limiting",
        "re-try",
        "non-zero",
        "auto-scaling",
        "deployment-group",
        "circuit-breaker",
        "blue/green",
        "identity-based",
        "resource-based",
        "session-based",
        "permissions-boundary",
        "self-signed",
        "mount.nfs4",
        "mount.nfs",
        "pg_hba.conf",
        "appspec.yml",
        "appspec.yaml",
        "revision-relative",
        "not-found",
        "std::bad_alloc",
        "idle-in-transaction",
        "unhealthy.draining",
        "username/password",
        "non-existent",
    }
)
"""Compound words that are vocabulary and not somebody's name."""

_CODE_OR_CLASS = re.compile(r"ORA-\d{5}|[A-Z][A-Z0-9_]*(?::[A-Z]+)?|(?:[A-Za-z_$][\w$]*(?:\.|::))*[A-Z][A-Za-z0-9]*")
"""CERTIFICATE_VERIFY_FAILED, RESOURCE:MEMORY, java.net.ConnectException, Aws::S3::Errors::AccessDenied."""

_LABEL = r"service|tasks?|task-set|target-group|elb|deployment|instance|container-instance|port"
_ERROR_FIELD = r"code|errno|error ?code|error ?type|error ?message|message|msg|error|reason|stoppedReason|desc"

_NORMAL_FORM = (
    (r"\r\n?|\\n|\\r", "\n"),
    # Data, not words; shortening it also keeps every later step linear.
    (r"(\W)\1{20,}", r"\1"),
    (r"[\w@%+~.\\/:$-]{200,}", "<name>"),
    # The time of a line that was copied without the space behind it.
    (r"(T\d\d:\d\d:\d\d\.\d{3}Z)(?=[A-Z\[])", r"\1 "),
    (r"\\{1,9}(?=[\"'])", ""),
    (r"[\u2018\u2019]", "'"),
    (r"[\u201c\u201d]", '"'),
    # Stack frames and the source lines quoted below them.
    (r"^[ \t]*File [\"<][^\n]*\n?(?:[ \t]{4,}[^\n]*\n?)*", ""),
    (r"^[ \t]+(?:at|from) [^\n]*$", ""),
)

_NOT_QUOTES = (
    # Quotation marks around JSON inside JSON, whose own are escaped no more: they would pair with those inside.
    (r"\"(?=\{\"\w)", ""),
    (r"(?<=[\w\":\]}][\"\d\]}])\}\"(?=[,)\]}\s]|$)", "}"),
    # Quotation marks around what AWS or a runtime said, not around what somebody chose.
    (r"\b(encountered error) \"([^\"\n]*)\"", r"\1 \2"),
    (r"\bb'([^'\n]*)'", r"\1"),
    (r"\b(an instance of) '([\w:.]+)'", r"\1 \2"),
    (rf"(?i)[\"']?\b({_ERROR_FIELD})[\"']?\s*[:=]\s*\"([^\"\n]*)\"", r"\1: \2"),
    (rf"(?i)[\"']?\b({_ERROR_FIELD})[\"']?\s*[:=]\s*'([^'\n]*)'", r"\1: \2"),
    (r"[\"'](?=[A-Z]\w*(?:Error|Exception)\()", ""),
    (r"((?:Error|Exception|ERROR)\W{0,3}\(-?\d+, )\"([^\"\n]*)\"", r"\1\2"),
    (r"((?:Error|Exception|ERROR)\W{0,3}\(-?\d+, )'([^\n]*?)'(?=[,)])", r"\1\2"),
    (r"(?i)(error|exception|TNS):(?=[a-z])", r"\1: "),
    # The one file name that CodeDeploy itself prescribes.
    (r"(?i)(?:[^\s\"',;]{0,200}[/\\]|\b)appspec(?:[.-]\w{1,40})?\.(?:ya?ml|json)\b", "appspec.yml"),
    (r"([\"'`])appspec\.yml\1", "appspec.yml"),
)

_CHOSEN = (
    (r"arn:aws[\w-]*:[^\s,;\"')\]]+", "<arn>"),
    (r"\b[a-zA-Z][a-zA-Z0-9+.-]{0,20}://[^\s\"')\],]+", "<url>"),
    (r"(?<!\w)'[^'\n]*'(?!\w)|\"[^\"\n]*\"|`[^`'\n]*[`']", "<quoted>"),
    (rf"(?i)\(({_LABEL}) [^\s()]+(?:, ?(?:\w+ )?[^\s()]+)*\)", r"(\1 <name>)"),
    (
        r"(?i)^(\W*service) \(?(?!<name>)[^\s()]+\)?(?=,? (?:is|was|has|were|are|operations|deployment|\())",
        r"\1 <name>",
    ),
    (r"(?i)\b(at specified location:?|run as user|denied for|denied for user) [^\s,]+", r"\1 <name>"),
    (r"(?i)\bcontainer \[[^\]\n]*\]", "container <name>"),
)


def _compiled(steps: tuple[tuple[str, str], ...]) -> tuple[tuple[re.Pattern[str], str], ...]:
    return tuple((re.compile(expression, re.MULTILINE), replacement) for expression, replacement in steps)


_STEPS = _compiled(_NORMAL_FORM + _NOT_QUOTES + _CHOSEN)
_TOKEN = re.compile(r"[\w@%+~.\\/:$-]*[\w@%+~\\/$]")


def mask(message: str) -> str:
    """The message without names, quoted strings, stack frames and numbers but 0; its lines stay lines."""
    text = message
    for expression, replacement in _STEPS:
        text = expression.sub(replacement, text)
    text = _TOKEN.sub(_mask_token, text)
    text = re.sub(r"\b(?!0\b)(?<!ORA-)\d\w*", "#", text)
    return re.sub(r"[ \t]+", " ", text)


def _mask_token(match: re.Match[str]) -> str:
    """Takes out a compound word unless it is vocabulary, a CODE or the name of a class."""
    token = match.group()
    word = token.strip(".:")
    if word.isalnum() or word.lower() in _VOCABULARY or _CODE_OR_CLASS.fullmatch(word):
        return token
    return "<name>"
