"""Which messages hold the terms of a pattern, such as `ERROR -retry "exact phrase" ?any %regex%`?"""

from __future__ import annotations

import re

from sandbox.insights.errors import InvalidPattern
from sandbox.insights.patterns.conditions import Matcher, compile_regex, unquoted

_TERM = re.compile(r'\s*([-?]?)(?:"((?:[^"\\]|\\.)*)"|%([^%]+)%|([^\s"]+))')


def terms_pattern(pattern: str) -> Matcher:
    """The predicate of a pattern of terms; InvalidPattern where it is not valid."""
    tests: dict[str, list[Matcher]] = {"": [], "-": [], "?": []}
    position = 0
    while position < len(pattern.rstrip()):
        found = _TERM.match(pattern, position)
        if found is None:
            raise InvalidPattern("Invalid filter pattern")
        sign, phrase, regex, term = found.groups()
        tests[sign].append(_term_test(phrase, regex, term))
        position = found.end()
    required, excluded, optional = tests[""], tests["-"], tests["?"]

    def matches(message: str) -> bool:
        if any(test(message) for test in excluded) or not all(test(message) for test in required):
            return False
        # optional terms say nothing beside required ones
        return bool(required) or not optional or any(test(message) for test in optional)

    return matches


def _term_test(phrase: str | None, regex: str | None, term: str | None) -> Matcher:
    if regex is not None:
        compiled = compile_regex(regex)
        return lambda message: compiled.search(message) is not None
    if phrase is None and not re.fullmatch(r"\w+", term or ""):
        raise InvalidPattern(f"Invalid character(s) in term '{term}'")
    text = unquoted(phrase) if phrase is not None else str(term)
    return lambda message: text in message
