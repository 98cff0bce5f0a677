"""Which files does a revision hold?"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from pathlib import PurePosixPath


@dataclass(frozen=True)
class Revision:
    """The paths of a revision below its root, folders included."""

    paths: frozenset[str]

    @staticmethod
    def of(files: Collection[str]) -> Revision:
        """From the files' paths below the root, as `unzip -Z1` or `find . -type f` lists them."""
        paths = {""}
        for name in files:
            path = PurePosixPath(normal(name))
            paths |= {str(path), *(str(parent) for parent in path.parents)}
        return Revision(frozenset(paths - {"."}))

    def has(self, name: str) -> bool:
        """Whether a file or folder is there; the agent reads every path as below the root."""
        return normal(name) in self.paths

    def in_another_case(self, name: str) -> str | None:
        """A path that differs from the name by case alone."""
        wanted = normal(name).lower()
        return next((path for path in sorted(self.paths) if path.lower() == wanted), None)


def normal(name: str) -> str:
    """A path below the root without `./`, doubled, leading and trailing slashes; backslashes are Windows' slashes."""
    parts = [part for part in name.strip().replace("\\", "/").split("/") if part not in {"", "."}]
    return "/".join(parts)
