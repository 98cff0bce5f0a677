"""What does the text of an AppSpec file hold, and where does each part stand? YAML and JSON, as CodeDeploy reads both.

The one module that needs a YAML parser. Positions are lines and columns counted from 1.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import yaml  # type: ignore[import-untyped]

from diagnosis.appspec.problems import Problem

_DEEPEST = 30
_STR = "tag:yaml.org,2002:str"
_MERGE = "tag:yaml.org,2002:merge"
_STANDARD = "tag:yaml.org,2002:"


@dataclass(frozen=True)
class Scalar:
    """A single value."""

    value: object
    """As YAML 1.1 reads it: str, int, float, bool, None or a date."""
    text: str
    """As it is written, without quotation marks."""
    line: int
    column: int

    def __str__(self) -> str:
        if self.value is None:
            return "nothing"
        kind = {bool: "the boolean", int: "the number", float: "the number", str: "the text"}.get(type(self.value), "")
        return f"{kind} {self.text!r}".strip()


@dataclass(frozen=True)
class Sequence:
    """A list."""

    items: tuple[Node, ...]
    line: int
    column: int

    def __str__(self) -> str:
        return "a list"


@dataclass(frozen=True)
class Entry:
    """One `key: value`."""

    key: Scalar
    value: Node


@dataclass(frozen=True)
class Mapping:
    """Keys and their values, in the file's order."""

    entries: tuple[Entry, ...]
    line: int
    column: int

    def __str__(self) -> str:
        return "a mapping"

    def get(self, name: str) -> Node | None:
        """The value under a key of this name, or else under one that differs by case alone."""
        exact = (entry.value for entry in self.entries if entry.key.text == name)
        other = (entry.value for entry in self.entries if entry.key.text.lower() == name.lower())
        return next(exact, next(other, None))


Node = Scalar | Sequence | Mapping


class NotReadableError(Exception):
    """The text is neither YAML nor JSON; `problem` says where it stops being either."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem.message)
        self.problem = problem


def read(text: str) -> tuple[Node | None, list[Problem]]:
    """The document's root (None where it is empty) and what its notation has wrong, such as a key given twice.

    Raises NotReadableError where the notation cannot be parsed.
    """
    looks_like_json = text.lstrip("\ufeff \t\r\n").startswith("{")
    # JSON may be indented with tabs, which YAML refuses; a tab is as wide as a space in a column count.
    loader: Any = None
    try:
        loader = yaml.SafeLoader(text.replace("\t", " ") if looks_like_json else text)
        root = loader.get_single_node()
        if root is None:
            return None, []
        builder = _Builder(loader)
        return builder.node(root, 0), builder.problems
    except (yaml.YAMLError, RecursionError) as failure:
        raise NotReadableError(_explained(failure, text, looks_like_json)) from failure
    finally:
        if loader is not None:
            loader.dispose()


class _Builder:
    """Turns the parser's nodes into ours, each once, and collects what is wrong with the notation."""

    def __init__(self, loader: Any) -> None:
        self._loader = loader
        self._done: dict[int, Node] = {}
        self.problems: list[Problem] = []

    def node(self, raw: Any, depth: int) -> Node:
        if depth > _DEEPEST:
            raise RecursionError
        known = self._done.get(id(raw))
        if known is not None:
            return known
        line, column = raw.start_mark.line + 1, raw.start_mark.column + 1
        if not raw.tag.startswith(_STANDARD):
            self.problems.append(Problem(line, column, f"the tag {raw.tag}", "plain YAML: CodeDeploy knows no tags"))
        built: Node
        if isinstance(raw, yaml.MappingNode):
            built = Mapping(tuple(self._entries(raw, depth)), line, column)
        elif isinstance(raw, yaml.SequenceNode):
            built = Sequence(tuple(self.node(item, depth + 1) for item in raw.value), line, column)
        else:
            built = Scalar(self._value(raw), raw.value, line, column)
        self._done[id(raw)] = built
        return built

    def _entries(self, raw: Any, depth: int) -> Iterator[Entry]:
        first_lines: dict[str, int] = {}
        merged: list[Entry] = []
        for raw_key, raw_value in raw.value:
            key, value = self.node(raw_key, depth + 1), self.node(raw_value, depth + 1)
            if raw_key.tag == _MERGE:
                sources = value.items if isinstance(value, Sequence) else (value,)
                merged += [entry for source in sources if isinstance(source, Mapping) for entry in source.entries]
            elif not isinstance(key, Scalar):
                self.problems.append(Problem(key.line, key.column, f"{key} as a key", "a name"))
            elif key.text in first_lines:
                found = f"{key.text!r} a second time (first in line {first_lines[key.text]})"
                self.problems.append(Problem(key.line, key.column, found, "each key once"))
            else:
                first_lines[key.text] = key.line
                yield Entry(key, value)
        yield from (entry for entry in merged if entry.key.text not in first_lines)

    def _value(self, raw: Any) -> object:
        if raw.tag == _STR or not raw.tag.startswith(_STANDARD):
            return raw.value
        try:
            return self._loader.construct_object(raw)
        except (ValueError, yaml.YAMLError):
            return raw.value


def _explained(failure: Exception, text: str, looks_like_json: bool) -> Problem:
    """Where and why parsing stopped, in words that say what to do."""
    if looks_like_json:
        try:
            json.loads(text.lstrip("\ufeff"))
        except json.JSONDecodeError as json_failure:
            return Problem(json_failure.lineno, json_failure.colno, f"no JSON here: {json_failure.msg}", "valid JSON")
        except RecursionError:
            pass
    mark = getattr(failure, "problem_mark", None)
    if mark is not None:
        line, column = mark.line + 1, mark.column + 1
        return Problem(line, column, *_in_words(getattr(failure, "problem", None) or str(failure)))
    position = getattr(failure, "position", None)
    if isinstance(position, int):
        before = text[:position]
        column = position - (before.rfind("\n") + 1) + 1
        return Problem(before.count("\n") + 1, column, "a character that YAML does not allow", "printable text")
    return Problem(1, 1, "a structure nested too deeply", "an AppSpec file")


def _in_words(parser_said: str) -> tuple[str, str]:
    """What was found and what is expected, from the parser's own words."""
    if "'\\t'" in parser_said:
        return "a tab", "spaces: YAML does not allow tabs for indentation"
    if "but found another document" in parser_said or "expected a single document" in parser_said:
        return "a second document", "one document in the file"
    if "mapping values are not allowed" in parser_said:
        return "a colon that starts no value here", "keys of one mapping at one indentation, or quotes around the text"
    if "block end" in parser_said or "block collection" in parser_said:
        return "an indentation that fits nothing above", "keys and list items of one level to start in one column"
    return f"unreadable YAML ({parser_said})", "valid YAML"
