"""Has a part of the file the shape its place asks for: a mapping with known keys, a list, a text?"""

from __future__ import annotations

from collections.abc import Collection, Iterator

from diagnosis.appspec.document import Entry, Mapping, Node, Scalar, Sequence
from diagnosis.appspec.problems import Problem, meant, one_of, problem


def is_absent(node: Node | None) -> bool:
    """Whether there is no value: no key, or a key with nothing behind it."""
    return node is None or (isinstance(node, Scalar) and node.value is None)


def check_keys(
    mapping: Mapping, known: Collection[str], where: str, elsewhere: Collection[str] = ()
) -> Iterator[Problem]:
    """Keys that this place does not know; the CodeDeploy agent reads keys by their exact case."""
    for entry in mapping.entries:
        name = entry.key.text
        if name not in known:
            guess = meant(name, known)
            expected = f"{guess!r}" if guess else f"one of {one_of(sorted(known))}"
            if name in elsewhere:
                expected = f"{name!r} at the top of the file"
            yield problem(entry.key, f"the unknown key {name!r} in {where}", expected)


def check_required(mapping: Mapping, names: Collection[str], where: str) -> Iterator[Problem]:
    """Keys that must have a value; one that is there but misspelled is the unknown key's problem."""
    misspelled = {meant(entry.key.text, names) for entry in mapping.entries if entry.key.text not in names}
    for name in names:
        if is_absent(mapping.get(name)) and name not in misspelled:
            yield problem(mapping, f"no {name!r} in {where}", f"{name!r} with a value")


def check_text(node: Node | None, name: str) -> Iterator[Problem]:
    """A value that must be a text that is not empty; absence is another check's."""
    if node is None or is_absent(node):
        return
    if not isinstance(node, Scalar):
        yield problem(node, f"{node} as {name!r}", "a text")
    elif not node.text.strip():
        yield problem(node, f"an empty {name!r}", "a text")


def items(node: Node | None, name: str, of: str, problems: list[Problem]) -> tuple[Node, ...]:
    """The items of a list; nothing, with a problem, where it is no list."""
    if node is None or is_absent(node):
        return ()
    if isinstance(node, Sequence):
        return node.items
    problems.append(problem(node, f"{node} as {name!r}", f"a list of {of}"))
    return ()


def entries(node: Node | None, name: str, of: str, problems: list[Problem]) -> tuple[Entry, ...]:
    """The entries of a mapping; nothing, with a problem, where it is no mapping."""
    if node is None or is_absent(node):
        return ()
    if isinstance(node, Mapping):
        return node.entries
    problems.append(problem(node, f"{node} as {name!r}", f"a mapping of {of}"))
    return ()


def text_of(node: Node | None) -> str | None:
    """The text of a single value that is there."""
    return node.text if isinstance(node, Scalar) and node.value is not None else None
