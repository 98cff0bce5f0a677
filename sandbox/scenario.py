"""What has happened? Scenarios: Python files with `build(world)` and what a suite should find in them."""

from __future__ import annotations

import difflib
import importlib.util
import traceback
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Any

from sandbox.errors import ScenarioError

if TYPE_CHECKING:
    from sandbox.world import World

_SHIPPED = Path(__file__).parent / "scenarios"
_CHECKED_KEYS = {"check", "target", "cause", "outcome", "root"}


@dataclass(frozen=True)
class Scenario:
    """A scenario file, read and checked."""

    name: str
    path: Path
    build: Callable[[World], None]
    """Makes the world. Raises ScenarioError, whatever its author's code raised."""
    expected: tuple[dict[str, Any], ...] = ()
    """EXPECTED: what must be red, `{"check", "target", "cause", "outcome", "root"?}` each."""
    targets: str | None = None
    """TARGETS: the text of a targets.toml."""
    args: tuple[str, ...] = field(default=())
    """ARGS: further words of the command line."""


def shipped() -> tuple[str, ...]:
    """The names of the scenarios that come with the sandbox."""
    files = sorted(_SHIPPED.glob("*.py"))
    return tuple(f.stem.replace("_", "-") for f in files if not f.stem.startswith("_"))


def load(name_or_path: str) -> Scenario:
    """Read a shipped scenario by name, or any by the path of its file.

    Raises ScenarioError for an unknown name, an unreadable file, and wrong EXPECTED, TARGETS or ARGS.
    """
    path = _find(name_or_path)
    module = _run(path)
    build = getattr(module, "build", None)
    if not callable(build):
        raise ScenarioError(f"{path}: no build(world): a scenario defines one")
    return Scenario(
        name=path.stem.replace("_", "-"),
        path=path,
        build=_guarded(build, path),
        expected=_expected(getattr(module, "EXPECTED", []), path),
        targets=_typed(getattr(module, "TARGETS", None), str | None, f"{path}: TARGETS must be text"),
        args=tuple(_typed(getattr(module, "ARGS", []), list | tuple, f"{path}: ARGS must be a list of words")),
    )


def _find(name_or_path: str) -> Path:
    if name_or_path in shipped():
        return _SHIPPED / f"{name_or_path.replace('-', '_')}.py"
    path = Path(name_or_path)
    if path.suffix == ".py" or "/" in name_or_path:
        if path.is_file():
            return path.resolve()
        raise ScenarioError(f"no scenario file {name_or_path}")
    near = difflib.get_close_matches(name_or_path, shipped(), 1)
    hint = f"; did you mean {near[0]}?" if near else ""
    raise ScenarioError(f"no scenario {name_or_path!r}: there are {', '.join(shipped())}{hint}")


def _run(path: Path) -> ModuleType:
    spec = importlib.util.spec_from_file_location(f"vitals_scenario_{path.stem}", path)
    if spec is None or spec.loader is None:
        raise ScenarioError(f"{path} is no Python file")
    module = importlib.util.module_from_spec(spec)
    try:
        spec.loader.exec_module(module)
    except Exception as error:
        raise _blamed(path, error) from error
    return module


def _guarded(build: Callable[[World], None], path: Path) -> Callable[[World], None]:
    def guarded(world: World) -> None:
        try:
            build(world)
        except Exception as error:
            raise _blamed(path, error) from error

    return guarded


def _blamed(path: Path, error: Exception) -> ScenarioError:
    """One line that names the scenario's own line, not the sandbox's."""
    if isinstance(error, SyntaxError):
        return ScenarioError(f"{path}:{error.lineno}: {error.msg}")
    lines = [f.lineno for f in traceback.extract_tb(error.__traceback__) if f.filename == str(path)]
    kind = "" if isinstance(error, ScenarioError) else f"{type(error).__name__}: "
    return ScenarioError(f"{path}:{lines[-1] if lines else 1}: {kind}{error}".replace("\n", " "))


def _typed(value: Any, kind: Any, complaint: str) -> Any:
    if not isinstance(value, kind):
        raise ScenarioError(complaint)
    return value


def _expected(entries: Any, path: Path) -> tuple[dict[str, Any], ...]:
    for entry in _typed(entries, list | tuple, f"{path}: EXPECTED must be a list"):
        if not isinstance(entry, dict) or not {"check", "target"} <= set(entry) <= _CHECKED_KEYS:
            raise ScenarioError(
                f"{path}: EXPECTED has {entry!r}: it needs check and target, and may have {_CHECKED_KEYS}"
            )
        if entry.get("outcome", "failed") not in ("failed", "error"):
            raise ScenarioError(f"{path}: EXPECTED has {entry!r}: outcome is failed or error")
    return tuple(entries)
