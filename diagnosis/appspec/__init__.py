"""Is an AppSpec file of CodeDeploy valid, and if not, what stands where it should not?

For EC2/On-premises, Amazon ECS and AWS Lambda, in YAML and JSON. Reads text; nothing is run and no AWS is asked.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator

from diagnosis.appspec.document import Mapping, Node, NotReadableError, Scalar, Sequence, read
from diagnosis.appspec.lifecycle import Platform
from diagnosis.appspec.problems import Problem, Severity, problem
from diagnosis.appspec.resources import RESOURCE_TYPES, check_resources
from diagnosis.appspec.revision import Revision
from diagnosis.appspec.server import KEYS, check_server
from diagnosis.appspec.shapes import is_absent, text_of

__all__ = ["Platform", "Problem", "Severity", "platform_of", "validate"]


def validate(text: str, *, files: Collection[str] | None = None) -> list[Problem]:
    """Everything that is wrong with an AppSpec file, in the order of its lines; empty where nothing is.

    `files` are the paths of the revision below its root, where the AppSpec file stands; None where they are not
    known, and then no file is said to be missing.
    """
    try:
        root, problems = read(text)
    except NotReadableError as failure:
        return [failure.problem]
    if root is None:
        return [Problem(1, 1, "an empty file", "an AppSpec file that starts with version: 0.0")]
    if not isinstance(root, Mapping):
        return [problem(root, f"{root}", "a mapping that starts with version: 0.0")]
    platform = platform_of(root)
    problems += _check_version(root, platform)
    if platform == "EC2/On-premises":
        problems += check_server(root, None if files is None else Revision.of(files))
    else:
        problems += check_resources(root, platform)
    return sorted(set(problems))


def platform_of(root: Mapping) -> Platform:
    """The compute platform a file is written for: its resource's type says so, or its sections do."""
    resources = root.get("Resources")
    if resources is None:
        named = {entry.key.text.lower() for entry in root.entries}
        functions = isinstance(root.get("Hooks"), Sequence) and not named & (set(KEYS) - {"version", "hooks"})
        return "AWS Lambda" if functions else "EC2/On-premises"
    for kind in _types(resources):
        for name, platform in RESOURCE_TYPES.items():
            if name.lower() == kind.lower():
                return platform
    return "AWS Lambda" if "targetversion" in _keys(resources) else "Amazon ECS"


def _types(node: Node) -> Iterator[str]:
    """The resources' types."""
    for item in node.items if isinstance(node, Sequence) else (node,):
        for entry in item.entries if isinstance(item, Mapping) else ():
            if isinstance(entry.value, Mapping):
                yield text_of(entry.value.get("Type")) or ""


def _keys(node: Node) -> set[str]:
    """All keys below a node, in lower case."""
    if isinstance(node, Sequence):
        return {key for item in node.items for key in _keys(item)}
    if isinstance(node, Mapping):
        below = {key for entry in node.entries for key in _keys(entry.value)}
        return below | {entry.key.text.lower() for entry in node.entries}
    return set()


def _check_version(root: Mapping, platform: Platform) -> Iterator[Problem]:
    """The version is the number 0.0; the agent compares it as a number."""
    node = root.get("version")
    if node is None or is_absent(node):
        yield problem(root, "no 'version'", "version: 0.0")
    elif not isinstance(node, Scalar) or node.text.strip() not in {"0.0", "0"}:
        yield problem(node, f"{node} as 'version'", "0.0")
    elif isinstance(node.value, str):
        severity: Severity = "error" if platform == "EC2/On-premises" else "warning"
        yield problem(node, "the version in quotation marks", "the number 0.0", severity)
    elif node.text.strip() == "0":
        yield problem(node, "the version 0", "0.0", "warning")
