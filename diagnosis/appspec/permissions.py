"""Is an entry of the `permissions` section valid?

See "AppSpec 'permissions' section" in the CodeDeploy user guide; the agent reads a mode as one to four
octal digits.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from diagnosis.appspec.document import Mapping, Node, Scalar, Sequence
from diagnosis.appspec.problems import Problem, problem
from diagnosis.appspec.shapes import check_keys, check_required, check_text, is_absent, items, text_of

_KEYS = ("object", "pattern", "except", "owner", "group", "mode", "acls", "context", "type")
_CONTEXT_KEYS = ("user", "name", "type", "range")
_TYPES = ("file", "directory")
_UNNAMED_ACL = re.compile(r"(?:d(?:efault)?:)?(?:u|user|g|group|o|other)?::?[rwx0-7-]*")


def check_permission(node: Node) -> Iterator[Problem]:
    """What is wrong with one entry."""
    if not isinstance(node, Mapping):
        yield problem(node, f"{node} in 'permissions'", "a mapping with object")
        return
    yield from check_keys(node, _KEYS, "an entry of 'permissions'")
    yield from check_required(node, ("object",), "an entry of 'permissions'")
    for name in ("object", "pattern", "owner", "group"):
        yield from check_text(node.get(name), name)
    problems: list[Problem] = []
    for item in items(node.get("except"), "except", "file names", problems):
        problems += check_text(item, "except")
    problems += _check_types(node.get("type"))
    problems += _check_acls(node.get("acls"))
    yield from problems
    yield from _check_mode(node.get("mode"))
    yield from _check_context(node.get("context"))


def _check_mode(node: Node | None) -> Iterator[Problem]:
    if node is None or is_absent(node):
        return
    text = text_of(node)
    if text is None or not re.fullmatch(r"[0-7]{1,4}", text):
        yield problem(node, f"{node} as 'mode'", "one to four octal digits such as 644")
    elif isinstance(node, Scalar) and isinstance(node.value, int) and str(node.value) != text:
        plain = text.lstrip("0") or "0"
        yield problem(node, f"the mode {text}, which YAML reads as the number {node.value}", f"{plain} or '{text}'")


def _check_types(node: Node | None) -> Iterator[Problem]:
    if node is None or is_absent(node):
        return
    if not isinstance(node, Sequence):
        yield problem(node, f"{node} as 'type'", "a list of file and directory")
        return
    for item in node.items:
        if text_of(item) not in _TYPES:
            yield problem(item, f"{item} in 'type'", "file or directory")


def _check_acls(node: Node | None) -> Iterator[Problem]:
    problems: list[Problem] = []
    for item in items(node, "acls", "entries such as u:bob:rw", problems):
        text = text_of(item)
        if text is None:
            problems.append(problem(item, f"{item} in 'acls'", "a text such as u:bob:rw"))
        elif _UNNAMED_ACL.fullmatch(text):
            problems.append(problem(item, f"the unnamed entry {text!r} in 'acls'", "a name in it, or 'mode' instead"))
    yield from problems


def _check_context(node: Node | None) -> Iterator[Problem]:
    if node is None or is_absent(node):
        return
    if not isinstance(node, Mapping):
        yield problem(node, f"{node} as 'context'", "a mapping with type, user and range")
        return
    yield from check_keys(node, _CONTEXT_KEYS, "'context'")
    yield from check_required(node, ("type",), "'context'")
    for name in _CONTEXT_KEYS:
        yield from check_text(node.get(name), name)
