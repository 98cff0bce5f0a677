"""By which words does a program say that nothing is wrong? Lines below a warning, settings, counts of nothing.

A word such as `timeout` is no trouble where it is the name of a setting, what a handler is registered for, or counted
as zero.
"""

from __future__ import annotations

import re

from diagnosis.explain.patterns import NOTHING, Pattern

_BELOW = r"INFO|DEBUG|TRACE|NOTICE|VERBOSE"
_WARNED = r"WARN|WARNING|ERROR|FATAL|CRITICAL|SEVERE"
_FEW_WORDS = r"^(?:(?!\S*(?:Error|Exception|error))\S+[ \t]+){0,6}?"
"""What stands before a line's level: times, ids, names of threads and loggers; prose about an error does not."""

_PRINTED = r"[\s{[]{0,12}(?:[A-Z]\w*)?(?:Error|Exception)(?:: | \[)"
"""An error that a program printed as it is: Node writes what `console.log` was given at the level INFO."""

_QUIET_LINE = (
    rf"{_FEW_WORDS}(?-i:(?!(?:\S+[ \t]+){{0,6}}?\W?(?:{_WARNED})\b)\W{{0,2}}(?:{_BELOW})\b(?:\W|$)(?!{_PRINTED}))",
    r"^(?:\S+[ \t]+){0,3}\[(?:info|debug|trace|notice)\](?:\s|$)",
    r"^(?:info|debug|trace)\s?[:|]\s",
    r"^(?:.{0,80}\s)?level=(?:info|debug|trace)\s",
    r"^(?:\S+[ \t]+)?[DI]! ",
)
"""A program's own line whose level is below a warning."""

_PLATFORM_LINE = re.compile(
    r"(?:START|END) RequestId\b|INIT_START\b|XRAY TraceId|(?:REPORT RequestId|EXTENSION\s)(?!.*(?:Status|Error Type):)"
)
"""Lambda's own line around an invocation that does not say how it ended."""

_QUIET = re.compile("|".join(_QUIET_LINE), re.IGNORECASE)
_NEW_LINE = re.compile(
    rf"\[|\{{|<|\d{{4}}[-/]|(?:START|END|REPORT|INIT_\w+|EXTENSION|RequestId|Traceback|Task)\b"
    rf"|(?:{_WARNED})\b|\S*(?:Error|Exception)\b"
)
"""How a line begins that does not continue the one above it."""

_TROUBLE = (
    r"\b(?:err|error|fatal|critical|warn\w*|unable|timed out|exceed\w*|refused|reset|lost|waiting|expired)\b"
    r"|Exception\b|Error:|unsuccess|\bfail(?!ed\W+0\b)|(?:not|without) success|cannot|can't|could ?n.t|could not"
    r"|(?-i:\bE[A-Z]{5})|: .{0,20}denied|AccessDenied|\b(?:none|no) .{0,30}succeeded"
    r"|\b(?:not|n't|without) (?:\w+ )?\w+ly\b"
)
_REMEDY = "an ordinary line of the program: read the lines around it"
_KINDS = r"errors?|failures?|failed|timeouts?|timed[- ]out|exceptions?|thrott\w+|denied|denials|rejected|unauthorized"

LEVELS = (
    Pattern(
        "unknown",
        (r"level=(?:info\w*|debug|trace|notice|verbose|10|20|30)$", *_QUIET_LINE),
        NOTHING,
        _REMEDY,
    ),
)
"""Whatever words a line below a warning carries, the program did not call it trouble."""

ORDINARY = (
    Pattern(
        "unknown",
        (
            rf"\b(?:0|zero|no|not) (?:\w+ )?(?:{_KINDS})(?=\s*(?:[,.;]|$))",
            rf"\b(?:{_KINDS}|\w+Error)(?: (?:rate|count|\w+s))?\W{{1,4}}0\b|exit(?:ed)? (?:with )?(?:status|code) 0\b",
        ),
        NOTHING,
        _REMEDY,
        unless=rf"# (?:{_KINDS})|\b(?:{_KINDS})\W{{1,4}}#|{_TROUBLE}",
    ),
    Pattern(
        "unknown",
        (
            r"\bretr(?:y|ies|yable|yOn|yable errors)\W{1,3}(?:policy|config\w*|strategy|errors?|on|\[)",
            r"\bretryOn\b|\bregistered (?:\w+ ){0,3}handlers?|\bexpected (?:error|exception|failure)",
            r"^\W*(?:clean|purg|remov|evict|clos)ing (?:up )?(?:\w+\W+){0,2}(?:timed[- ]out|expired|stale|idle)\b",
        ),
        NOTHING,
        _REMEDY,
        unless=r"^\W*(?:ERROR|FATAL|CRITICAL|WARN\w*)\b|\bfailed\b|exhausted|g[ai]v(?:e|ing) up",
    ),
    Pattern(
        "unknown",
        (
            r"\btime-?outs?\W{0,3}(?:of |is |was )?\(?#",
            r"\b(?:time-?out|limit|rate|retries|level|mode) (?:is |was )?(?:set|configured|defaults?) (?:to|as|at)\b",
            r"\b(?:config\w*|settings?|policy|handler|guard) (?:is |was )?(?:loaded|enabled|applied|created|ready)",
            r"^\W*(?:loading|loaded|using) (?:\w+ ){0,4}(?:template|page|config\w*|settings|polic\w+|defaults?)\b(?!:)",
            r"\b(?:gracefully|cleanly|normally)\b",
            r"\bsuccess(?:ful(?:ly)?)?\b|\b(?:recovered|succeeded)\b|\bno (?:errors?|timeouts?|exceptions?)\b",
        ),
        NOTHING,
        _REMEDY,
        unless=_TROUBLE,
    ),
)
"""Settings, successes, counts of nothing and tidying up, in a line that says nothing of trouble."""


def spoken(message: str) -> str:
    """The message without lines below a warning and around an invocation, where any other line remains to speak."""
    kept: list[str] = []
    quiet = False
    for line in message.split("\n"):
        if _QUIET.match(line):
            quiet = True
        elif _NEW_LINE.match(line):
            quiet = False
        if not quiet and not _PLATFORM_LINE.match(line):
            kept.append(line)
    return "\n".join(kept) if any(line.strip() for line in kept) else message
