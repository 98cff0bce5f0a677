"""What is examined? One resource, found by discovery or declared in targets.toml."""

from __future__ import annotations

from dataclasses import dataclass

from diagnosis.places import Place


@dataclass(frozen=True, order=True)
class Target:
    """One resource to examine.

    `name` is unique within its kind and place: `cluster/service` for a service, the id where AWS names are not
    unique. `arn` is the ARN, or the id of a resource that people know by its id.
    """

    kind: str
    place: Place
    name: str
    arn: str = ""
    tags: tuple[tuple[str, str], ...] = ()

    @property
    def id(self) -> str:
        """`account/region/name`, the id of the test parameter; control characters are written as %XX."""
        return f"{self.place.key}/{escaped(self.name)}"

    def tag(self, key: str) -> str | None:
        """The value of a tag, or None where the resource does not carry it."""
        return dict(self.tags).get(key)


def escaped(name: str) -> str:
    """A name fit for one line: control characters and `%` become %XX, everything readable stays."""
    if name.isprintable() and "%" not in name:
        return name
    return "".join(c if c.isprintable() and c != "%" else _percent(c) for c in name)


def _percent(character: str) -> str:
    # A lone surrogate can arrive in JSON and has no UTF-8 of its own.
    return "".join(f"%{byte:02X}" for byte in character.encode("utf-8", "surrogatepass"))
