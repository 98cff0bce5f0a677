"""What is in an answer of AWS, what of it is read, and how else might it come? By botocore's own output shapes."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from typing import Any

from tests.trust.matrix import output_of

NEW = "SOMETHING_NEW"
"""A value that AWS may add to an enumeration tomorrow."""


class Noted(dict[str, Any]):
    """A structure that notes which of its members somebody looks at; whoever takes it whole has seen all of them."""

    def __init__(self, content: dict[str, Any], path: str, seen: set[str]) -> None:
        super().__init__(content)
        self._path, self._seen = path, seen
        self._told = content.keys() - {"ResponseMetadata"}

    def _note(self, key: object) -> None:
        if key in self._told:  # who reads may put members of its own beside them
            self._seen.add(f"{self._path}.{key}" if self._path else str(key))

    def _note_all(self) -> None:
        for key in dict.keys(self):
            self._note(key)

    def __getitem__(self, key: str) -> Any:
        self._note(key)
        return super().__getitem__(key)

    def get(self, key: str, default: Any = None) -> Any:
        self._note(key)
        return super().get(key, default)

    def pop(self, key: str, *default: Any) -> Any:
        self._note(key)
        return super().pop(key, *default)

    def __contains__(self, key: object) -> bool:
        self._note(key)
        return super().__contains__(key)

    def __iter__(self) -> Iterator[str]:
        self._note_all()
        return super().__iter__()

    def keys(self) -> Any:
        self._note_all()
        return super().keys()

    def items(self) -> Any:
        self._note_all()
        return super().items()

    def values(self) -> Any:
        self._note_all()
        return super().values()

    def __or__(self, other: Any) -> Any:
        return dict(self) | other

    def __reduce__(self) -> Any:
        return dict, (dict(self.items()),)


def noted(operation: str, answer: dict[str, Any], seen: set[str]) -> dict[str, Any]:
    """The answer, so wrapped that `seen` fills with the paths of the members that are read."""
    return _noted(answer, output_of(operation), "", seen)  # type: ignore[no-any-return]


def _noted(value: Any, shape: Any, path: str, seen: set[str]) -> Any:
    if shape.type_name == "structure" and isinstance(value, dict):
        members = {
            k: v if k not in shape.members else _noted(v, shape.members[k], _join(path, k), seen)
            for k, v in value.items()
        }
        return Noted(members, path, seen)
    if shape.type_name == "list" and isinstance(value, list):
        return [_noted(one, shape.member, f"{path}[]", seen) for one in value]
    if shape.type_name == "map" and isinstance(value, dict):
        return {k: _noted(v, shape.value, f"{path}{{}}", seen) for k, v in value.items()}
    return value


def _join(path: str, key: str) -> str:
    return f"{path}.{key}" if path else key


def member_of(operation: str, path: str) -> Any:
    """The shape of a member, by its path."""
    shape = output_of(operation)
    for step in path.split("."):
        name = step.rstrip("[]{}")
        shape = shape.members[name]
        for deeper in step[len(name) :].replace("[]", "l").replace("{}", "m"):
            shape = shape.member if deeper == "l" else shape.value
    return shape


def is_required(operation: str, path: str) -> bool:
    """Does AWS promise that the member is there?"""
    parent, _, name = path.rpartition(".")
    shape = output_of(operation) if not parent else member_of(operation, parent)
    return name in getattr(shape, "required_members", ())


Change = Callable[[dict[str, Any], str], None]
"""Changes a member of a structure, in place."""


def changed(answer: dict[str, Any], path: str, change: Change) -> dict[str, Any]:
    """The answer with a member changed wherever it occurs."""
    _change(answer, path.split("."), change)
    return answer


def _change(value: Any, steps: list[str], change: Change) -> None:
    step, *rest = steps
    name = step.rstrip("[]{}")
    if not isinstance(value, dict) or name not in value:
        return
    if not rest:
        change(value, name)
        return
    inner = [value[name]]
    for deeper in step[len(name) :].replace("[]", "l").replace("{}", "m"):
        inner = [one for several in inner for one in (several if deeper == "l" else several.values())]
    for one in inner:
        _change(one, rest, change)


def without(structure: dict[str, Any], name: str) -> None:
    del structure[name]


def replaced(value: Any) -> Change:
    """Puts another value; in a list, in place of each of its items."""

    def change(structure: dict[str, Any], name: str) -> None:
        old = structure[name]
        structure[name] = [value] * len(old) if isinstance(old, list) and not isinstance(value, list) else value

    return change


def moved(how: Callable[[Any], Any]) -> Change:
    def change(structure: dict[str, Any], name: str) -> None:
        structure[name] = how(structure[name])

    return change


def enumeration_of(shape: Any) -> list[str]:
    """The known values of a member that is one of an enumeration, or a list of such; else empty."""
    inner = shape.member if shape.type_name == "list" else shape
    return list(getattr(inner, "enum", ()) or ())


def others(shape: Any) -> list[Change]:
    """Values that tell whether anything depends on a member: all of an enumeration, extremes and opposites else."""
    if values := enumeration_of(shape):
        return [replaced(value) for value in values[:12]]
    if shape.type_name in ("integer", "long", "float", "double"):
        return [replaced(0), moved(lambda old: old * 1000 + 1000), moved(lambda old: -old - 1)]
    if shape.type_name == "boolean":
        return [moved(lambda old: not old)]
    if shape.type_name == "timestamp":
        years = timedelta(days=1000)
        return [moved(lambda old: _shifted(old, -years)), moved(lambda old: _shifted(old, years))]
    if shape.type_name == "list":
        inner = others(shape.member) if shape.member.type_name not in ("list", "structure", "map", "string") else []
        return [replaced([]), *(moved(_each(change)) for change in inner)]
    if shape.type_name in ("structure", "map"):
        return [replaced({})]
    return [replaced(""), replaced("0"), replaced("99999999"), replaced("other"), replaced("failed")]


def _each(change: Change) -> Callable[[list[Any]], list[Any]]:
    def all_of(old: list[Any]) -> list[Any]:
        boxes = [{"it": one} for one in old]
        for box in boxes:
            change(box, "it")
        return [box["it"] for box in boxes]

    return all_of


def _shifted(old: Any, by: timedelta) -> Any:
    return old + by if isinstance(old, datetime) else old
