"""Is an AppSpec file for EC2 instances and servers on premises valid?

The rules of "AppSpec file structure for EC2/On-Premises deployments" and of the CodeDeploy agent, which reads the file.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from diagnosis.appspec.document import Mapping, Node, Scalar
from diagnosis.appspec.lifecycle import check_event
from diagnosis.appspec.permissions import check_permission
from diagnosis.appspec.problems import Problem, one_of, problem
from diagnosis.appspec.revision import Revision, normal
from diagnosis.appspec.shapes import check_keys, check_required, check_text, entries, is_absent, items, text_of

KEYS = ("version", "os", "files", "file_exists_behavior", "permissions", "hooks")

_SYSTEMS = ("linux", "windows")
_BEHAVIORS = ("DISALLOW", "OVERWRITE", "RETAIN")
_LONGEST_EVENT_S = 3600
_ROOTS = {"linux": re.compile(r"/"), "windows": re.compile(r"[A-Za-z]:[\\/]?|\\\\|%\w+%|/")}


def check_server(root: Mapping, revision: Revision | None) -> Iterator[Problem]:
    """What is wrong with a file for EC2/On-premises; missing files where the revision is known."""
    yield from check_keys(root, KEYS, "the AppSpec file")
    system = text_of(root.get("os"))
    yield from _check_choice(root.get("os"), "os", _SYSTEMS)
    if is_absent(root.get("os")):
        yield problem(root, "no 'os'", f"'os' with {one_of(_SYSTEMS)}")
    yield from _check_choice(root.get("file_exists_behavior"), "file_exists_behavior", _BEHAVIORS)
    yield from _check_files(root.get("files"), system, revision)
    yield from _check_permissions(root, system)
    yield from _check_hooks(root.get("hooks"), system, revision)
    if all(is_absent(root.get(name)) for name in ("files", "hooks")):
        yield problem(root, "neither files nor hooks", "files to copy or scripts to run", "warning")


def _check_choice(node: Node | None, name: str, choices: tuple[str, ...]) -> Iterator[Problem]:
    if node is not None and not is_absent(node) and text_of(node) not in choices:
        yield problem(node, f"{node} as {name!r}", one_of(choices))


def _check_files(node: Node | None, system: str | None, revision: Revision | None) -> Iterator[Problem]:
    """The `files` section: what is copied where."""
    problems: list[Problem] = []
    seen: dict[tuple[str, str], int] = {}
    for item in items(node, "files", "mappings with source and destination", problems):
        if not isinstance(item, Mapping):
            problems.append(problem(item, f"{item} in 'files'", "a mapping with source and destination"))
            continue
        problems += check_keys(item, ("source", "destination", "overwrite"), "an entry of 'files'", elsewhere=KEYS)
        problems += _check_overwrite(item)
        problems += check_required(item, ("source", "destination"), "an entry of 'files'")
        problems += [*check_text(item.get("source"), "source"), *check_text(item.get("destination"), "destination")]
        problems += _check_destination(item.get("destination"), system)
        problems += _check_held(item.get("source"), "source", system, revision)
        pair = (normal(text_of(item.get("source")) or ""), text_of(item.get("destination")) or "")
        if pair in seen:
            found = f"the same source and destination as in line {seen[pair]}"
            problems.append(problem(item, found, "each file copied once"))
        seen.setdefault(pair, item.line)
    yield from problems


def _check_overwrite(item: Mapping) -> Iterator[Problem]:
    """A widespread key that the agent has never read."""
    for entry in item.entries:
        if entry.key.text == "overwrite":
            yield problem(
                entry.key,
                "'overwrite', which CodeDeploy ignores",
                "file_exists_behavior: OVERWRITE at the top of the file",
                "warning",
            )


def _check_destination(node: Node | None, system: str | None) -> Iterator[Problem]:
    text = text_of(node)
    root = _ROOTS.get(system or "")
    if node is not None and text and root and not root.match(text):
        example = "/srv/app" if system == "linux" else r"c:\app"
        yield problem(node, f"the relative destination {text!r}", f"a full path such as {example}")


def _check_held(node: Node | None, name: str, system: str | None, revision: Revision | None) -> Iterator[Problem]:
    """A path that the revision does not hold."""
    text = text_of(node)
    if node is None or not text or not text.strip() or revision is None or revision.has(text):
        return
    other = revision.in_another_case(text)
    if other and system == "windows":
        return
    if other:
        yield problem(node, f"{name} {text!r}, which the revision spells {other!r}", f"{other!r}")
    elif any(sign in text for sign in "*?["):
        yield problem(node, f"{name} {text!r}, and wildcards are not expanded", "the path of a file or folder")
    else:
        yield problem(node, f"{name} {text!r}, which the revision does not hold", "a path below the AppSpec file")


def _check_permissions(root: Mapping, system: str | None) -> Iterator[Problem]:
    problems: list[Problem] = []
    node = root.get("permissions")
    for item in items(node, "permissions", "mappings with object", problems):
        problems += check_permission(item)
    key = next((entry.key for entry in root.entries if entry.key.text == "permissions"), None)
    if key is not None and system == "windows" and not is_absent(node):
        problems.append(problem(key, "'permissions' with os windows", "'permissions' for linux only"))
    yield from problems


def _check_hooks(node: Node | None, system: str | None, revision: Revision | None) -> Iterator[Problem]:
    problems: list[Problem] = []
    for entry in entries(node, "hooks", "life-cycle events", problems):
        problems += check_event(entry.key, "EC2/On-premises")
        if is_absent(entry.value):
            problems.append(problem(entry.key, f"no script for {entry.key.text}", "a list of mappings with location"))
        total_s = 0
        for item in items(entry.value, entry.key.text, "mappings with location", problems):
            if isinstance(item, Mapping):
                problems += _check_script(item, system, revision)
                total_s += _timeout_s(item)
            else:
                problems.append(problem(item, f"{item} as a script", "a mapping with location"))
        if total_s > _LONGEST_EVENT_S:
            found = f"timeouts of {total_s} s together for {entry.key.text}"
            problems.append(problem(entry.key, found, f"at most {_LONGEST_EVENT_S} s for one event"))
    yield from problems


def _check_script(script: Mapping, system: str | None, revision: Revision | None) -> Iterator[Problem]:
    yield from check_keys(script, ("location", "timeout", "runas", "sudo"), "a script", elsewhere=KEYS)
    yield from check_required(script, ("location",), "a script")
    for name in ("location", "runas"):
        yield from check_text(script.get(name), name)
    yield from _check_held(script.get("location"), "location", system, revision)
    yield from _check_timeout(script.get("timeout"))
    runas = script.get("runas")
    if runas is not None and not is_absent(runas) and system == "windows":
        yield problem(runas, "'runas' with os windows", "'runas' for linux only", "warning")


def _check_timeout(node: Node | None) -> Iterator[Problem]:
    if node is None or is_absent(node):
        return
    expected = f"a number of seconds from 1 to {_LONGEST_EVENT_S}"
    text = text_of(node)
    if text is None or not re.fullmatch(r"\d+", text.strip()):
        yield problem(node, f"{node} as 'timeout'", expected)
    elif not int(text) > 0:
        yield problem(node, f"a timeout of {text} s", expected)
    elif isinstance(node, Scalar) and not isinstance(node.value, int):
        yield problem(node, f"the timeout {text} in quotation marks", "a number", "warning")


def _timeout_s(script: Mapping) -> int:
    text = text_of(script.get("timeout"))
    return int(text) if text and re.fullmatch(r"\d{1,9}", text) else 0
