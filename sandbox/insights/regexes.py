"""How do the language's patterns, regular expressions and globs, become RE2 patterns in SQL?"""

from __future__ import annotations

import re

from sandbox.insights.errors import MalformedQuery
from sandbox.insights.syntax import Node, Parse, Text
from sandbox.insights.values import objection, quote

_GROUP = re.compile(r"\\.|\[\^?\]?(?:\\.|[^\]\\])*\]|\((?:\?P?<([^>=!][^>]*)>|(?!\?))", re.DOTALL)
"""An escape, a character class (both skipped), or the opening of a capturing group with its name, if any."""


_ESCAPES = {"n": "\n", "t": "\t", "r": "\r", "\\": "\\", '"': '"', "'": "'"}


def unescape(raw: str) -> str:
    """A string literal's text without its backslashes; an unknown escape keeps its backslash."""
    return re.sub(r"\\(.)", lambda found: _ESCAPES.get(found[1], found[0]), raw, flags=re.DOTALL)


def matcher(pattern: str, node: Node) -> str:
    """SQL for a pattern that RE2 takes; MalformedQuery for what it does not, such as backreferences."""
    bare, _ = capture_groups(pattern)
    problem = objection(f"regexp_matches('', {quote(bare)})")
    if problem is not None:
        raise MalformedQuery(f"invalid regular expression: {problem}", node.start, node.end)
    return quote(bare)


def replacement(pattern: str, replacing: str, node: Node) -> str:
    r"""SQL for a replacement in which \1 stands for a group; MalformedQuery where there is no such group."""
    bare, _ = capture_groups(pattern)
    problem = objection(f"regexp_replace('', {quote(bare)}, {quote(replacing)})")
    if problem is not None:
        raise MalformedQuery(f"invalid replacement: {problem}", node.start, node.end)
    return quote(replacing)


def capture_groups(pattern: str) -> tuple[str, list[str | None]]:
    """The pattern without group names, which may hold characters that RE2 forbids, and the groups' names."""
    names: list[str | None] = []

    def rename(found: re.Match[str]) -> str:
        if not found[0].startswith("("):
            return found[0]
        names.append(found[1])
        return "("

    return _GROUP.sub(rename, pattern), names


def glob_pattern(raw: str) -> tuple[str, int]:
    """The regular expression of a glob with its backslashes still in it, and its number of `*`."""
    parts: list[str] = [""]
    for found in re.finditer(r"\\([\s\S])|([\s\S])", raw):
        escaped, plain = found.groups()
        if plain == "*":
            parts.append("")
        elif escaped == "*":
            parts[-1] += "*"
        else:
            parts[-1] += found[0]
    literals = [re.escape(unescape(part)) for part in parts]
    pattern = "(.*?)".join(literals)
    if len(parts) > 1 and not literals[-1]:
        pattern = pattern.removesuffix("(.*?)") + "(.*)"
    anchor = "^" if len(parts) > 1 and not literals[0] else ""
    return f"(?s){anchor}{pattern}", len(parts) - 1


def parse_pattern(command: Parse) -> tuple[str, list[str | None]]:
    """SQL for the pattern of a `parse`, and the name for each of its groups, None for groups without one."""
    node = command.pattern
    if isinstance(node, Text):
        pattern, stars = glob_pattern(node.raw)
        if stars == 0 or stars != len(command.names):
            message = f"the pattern has {stars} wildcards for {len(command.names)} names"
            raise MalformedQuery(message, node.start, command.end)
        return quote(pattern), list(command.names)
    _, names = capture_groups(node.pattern)
    if command.names and len(command.names) != len(names):
        message = f"the pattern has {len(names)} groups for {len(command.names)} names"
        raise MalformedQuery(message, node.start, command.end)
    names = list(command.names) or names
    if not any(names):
        raise MalformedQuery("the pattern has no named group, such as (?<name>…)", node.start, node.end)
    return matcher(node.pattern, node), names
