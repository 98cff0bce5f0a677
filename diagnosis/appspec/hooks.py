"""What does an AppSpec file run and deploy: which scripts, how long may each take, which functions?"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from diagnosis.appspec.document import Entry, Mapping, Node, NotReadableError, Scalar, Sequence, read
from diagnosis.appspec.shapes import text_of

DEFAULT_TIMEOUT_S = 3600.0


@dataclass(frozen=True)
class Hook:
    """One script of an EC2/On-premises hook, or the function of a hook of Lambda and ECS (without a timeout)."""

    event: str
    location: str
    timeout_s: float = DEFAULT_TIMEOUT_S


def hooks_of(text: str) -> list[Hook]:
    """The hooks of an AppSpec file, in its order; none where it cannot be read."""
    try:
        root, _ = read(text)
    except NotReadableError:
        return []
    section = root.get("hooks") if isinstance(root, Mapping) else None
    entries = section.entries if isinstance(section, Mapping) else _listed(section)
    return [hook for entry in entries for hook in _hooks(entry.key.text, entry.value)]


def functions_of(text: str) -> list[str]:
    """The functions that an AppSpec file of Lambda deploys, by name or ARN."""
    try:
        root, _ = read(text)
    except NotReadableError:
        return []
    section = root.get("Resources") if isinstance(root, Mapping) else None
    resources = section.items if isinstance(section, Sequence) else (section,)
    entries = [entry for one in resources if isinstance(one, Mapping) for entry in one.entries]
    named = [text_of(_property(entry.value, "Name")) for entry in entries if _is_function(entry.value)]
    return [name for name in named if name]


def _is_function(node: Node) -> bool:
    kind = text_of(node.get("Type")) if isinstance(node, Mapping) else None
    return (kind or "").lower() == "aws::lambda::function"


def _property(node: Node, name: str) -> Node | None:
    properties = node.get("Properties") if isinstance(node, Mapping) else None
    return properties.get(name) if isinstance(properties, Mapping) else None


def _listed(section: Node | None) -> tuple[Entry, ...]:
    """Lambda and ECS list their hooks: `- BeforeAllowTraffic: "function"`."""
    items = section.items if isinstance(section, Sequence) else ()
    return tuple(entry for item in items if isinstance(item, Mapping) for entry in item.entries)


def _hooks(event: str, value: Node) -> Iterator[Hook]:
    if isinstance(value, Scalar):
        yield Hook(event, value.text)
        return
    for script in value.items if isinstance(value, Sequence) else ():
        location = text_of(script.get("location")) if isinstance(script, Mapping) else None
        if location and isinstance(script, Mapping):
            yield Hook(event, location, _seconds(script.get("timeout")))


def _seconds(node: Node | None) -> float:
    text = text_of(node) or ""
    return float(text) if text.isdigit() and int(text) > 0 else DEFAULT_TIMEOUT_S
