"""What do error lines say? Their cause, and the signature that lines of one kind have in common."""

from __future__ import annotations

import errno
import re
from collections.abc import Iterable

from diagnosis.causes import Cause
from diagnosis.explain import explain
from diagnosis.explain.patterns import HINTED
from diagnosis.logs.sentences import sentence

_LONGEST = 200
_CLASS = re.compile(r"\b[A-Za-z_][\w.$]*(?:Error|Exception)\b")
_PREAMBLE = re.compile(
    r"""^(?:
        \[?\d{4}-\d\d-\d\d[T ][\d:.,]+(?:Z|[+-]\d\d:?\d\d)?\]?\s+     # a time
        | [0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\s+              # a request id, as Lambda's runtimes print it
        | \[?(?:ERROR|FATAL|CRITICAL|SEVERE|WARN(?:ING)?)\]?:?\s+      # a level
    )+""",
    re.VERBOSE,
)
_ERRNO = rf"(?:{'|'.join(sorted(errno.errorcode.values()))}|ENOTFOUND|EAI_[A-Z]+|ESOCKETTIMEDOUT)"
_KEPT = re.compile(
    rf"""
    \b(?:ORA|PLS|TNS|DPI|DPY|NJS)-\d{{3,5}}\b
    | (?i:\bSQLSTATE)[\s:=(\[]*[0-9A-Z]{{5}}\b
    | (?i:\b(?:status(?:[\s_-]?code)?|http(?:/\d(?:\.\d)?)?|code|returned|responded(?:\swith)?|response|got|received)
        (?:\W{{1,3}}|\s(?:of|is|was)\s))[45]\d\d\b
    | \b[45]\d\d(?=\s(?:Client|Server|Internal|Bad|Not|Forbidden|Unauthori|Service|Gateway|Too|Conflict|Gone|Method)\b)
    | (?<=")\s[45]\d\d(?=\s)                                          # of a request line in an access log
    | (?i:\b(?:err(?:or)?|exit|return|result|response|reason|sql|vendor)[\s_-]?(?:code|status|no)\W{{1,3}})
        [A-Za-z_]{{0,30}}-?\d?[\w-]{{0,7}}
    | \b[Cc]ode\s?[=:]\s?["']?[A-Z0-9_]{{2,30}}\b["']?
    | ^\d{{4}}\s\(\w{{5}}\) | (?<=Error:\s)\(\d{{4}}, | \b(?i:errno)\W{{1,3}}-?\d{{1,5}}
    | (?i:\bHRESULT\b\W{{1,3}})0x[0-9A-Fa-f]{{8}}
    | \b{_ERRNO}\b | \b[A-Za-z_]\w*(?:Error|Exception)\b
    """,
    re.VERBOSE,
)
"""What a database, a protocol or an operating system calls an error: two codes are two kinds."""
_DATE = (
    r"\b(?:(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun),?\s)?"
    r"(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)\s+\d[\d:]*(?:\s[\d:]+)*\b"
)
_MASKS = (
    ("…", r"\"[^\"\n]*\"|(?<!\w)'[^'\n]*'(?!\w)|`[^`\n]*`"),
    ("<url>", r"\b[a-z][a-z0-9+.-]*://[^\s\"')\]]+"),
    ("<mail>", r"[^\s@<>\"']+@[^\s@<>]+\.[a-z]{2,}"),
    ("<host>", r"\b(?:[\w-]+\.)+(?:com|net|org|io|internal|local|lan|dev|cloud|svc|cn|jp)(?::\d+)?\b(?!\.?\w|-)"),
    ("#", _DATE),
    ("#", r"\b[0-9a-f]{8,}\b|\b0x[0-9a-fA-F]+\b"),
    ("#", r"[\w.-]*\d[\w.-]*(?::\d+)?"),
)
_PARTS = re.compile(
    "|".join([f"(?P<kept>{_KEPT.pattern})", *(f"(?P<m{i}>{mask})" for i, (_, mask) in enumerate(_MASKS))]), re.VERBOSE
)
_RUN = re.compile(r"#(?:[-:/., ]*#)+")
_SENTENCE_WORDS = 3
"""So many words in quotes are something that was said, fewer are a name or a value."""
_CONSTANT = re.compile(rf"{_KEPT.pattern}|\b[A-Z][A-Z0-9]*_[A-Z0-9_]+\b", re.VERBOSE)


def cause_of(examples: Iterable[str]) -> Cause:
    """The cause that the first telling line names; `unknown` where none does, or only hints at one."""
    for example in examples:
        explained = explain("lambda_log", example)
        if explained.specific_cause and explained.confidence > HINTED:
            return explained.specific_cause
    return "unknown"


def signature(line: str) -> str:
    """What lines of one kind have in common: the message without times, ids, numbers, names in quotes and stack.

    Codes of errors stay: ORA-00060 and ORA-01555 are two kinds.
    """
    text = _masked(_PREAMBLE.sub("", sentence(line)))
    return " ".join(_RUN.sub("#", text).split())[:_LONGEST]


def _masked(text: str) -> str:
    return _PARTS.sub(_mask, text)


def _mask(match: re.Match[str]) -> str:
    if match["kept"]:
        return match["kept"]
    if match["m0"] is None:
        return _MASKS[int(match.lastgroup[1:])][0] if match.lastgroup else ""
    quote, inside = match["m0"][0], match["m0"][1:-1]
    if _CONSTANT.fullmatch(inside):
        return match["m0"]
    return f"{quote}{_masked(inside)}{quote}" if len(inside.split()) >= _SENTENCE_WORDS else _MASKS[0][0]


def error_type(line: str) -> str:
    """The class of the error that the line names, without its package; empty where it names none."""
    found = _CLASS.search(sentence(line))
    return re.split(r"[.$]", found.group())[-1] if found else ""


def alike(one: str, other: str) -> bool:
    """Are these signatures of one kind? As many words, of which hardly any differ, such as a name without quotes."""
    if one == other:
        return True
    words, others = one.split(), other.split()
    if len(words) != len(others) or len(words) < 4 or _constants(one) != _constants(other):
        return False
    return sum(a != b for a, b in zip(words, others, strict=True)) * 4 <= len(words)


def _constants(text: str) -> set[str]:
    """The codes, classes of errors and constants of a signature."""
    return {found.group() for found in _CONSTANT.finditer(text)}
