"""What does the CodeDeploy agent find in a revision? Its AppSpec file, the hooks in it, or why it cannot read them.

https://docs.aws.amazon.com/codedeploy/latest/userguide/reference-appspec-file.html
"""

from __future__ import annotations

import io
import tarfile
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import yaml  # type: ignore[import-untyped]

from sandbox import inside

_NAMES = ("appspec.yml", "appspec.yaml")
_DEFAULT_TIMEOUT_S = 3600
_AGAIN = ", and then try again."
_FAILED = "The deployment failed because"
_FILE = "application specification file"


@dataclass(frozen=True)
class Script:
    """One script of a hook."""

    location: str
    timeout_s: float = _DEFAULT_TIMEOUT_S
    runas: str = ""


@dataclass(frozen=True)
class Found:
    """What was read of a revision: `gone` where S3 has no such object, `problem` in the agent's words."""

    hooks: Mapping[str, tuple[Script, ...]] = field(default_factory=dict)
    files: frozenset[str] = frozenset()
    problem: str = ""
    gone: bool = False
    text: str = ""


def read(revision: Mapping[str, Any], account: str, region: str) -> Found:
    """What an agent of this account finds in a revision in S3, or in the text that a deployment carries itself."""
    for key in ("appSpecContent", "string"):
        if content := (revision.get(key) or {}).get("content"):
            return Found(text=str(content))
    where = revision.get("s3Location") or {}
    if not where:
        return Found()
    try:
        body = inside.client("s3", account, region).get_object(Bucket=where["bucket"], Key=where["key"])["Body"].read()
    except Exception:  # noqa: BLE001 - no bucket, no object, no version: nothing is there
        return Found(gone=True)
    if where.get("bundleType") in ("YAML", "JSON"):
        return Found(text=body.decode())
    bundle = _unpacked(body, str(where.get("bundleType", "zip")))
    name = next((name for name in _NAMES if name in bundle), None)
    if name is None:
        where_ = f'at revision-relative path "{_NAMES[0]}"'
        found = f"did not find an AppSpec file within the unpacked revision directory {where_}"
        advice = (
            "The revision was unpacked to directory deployment-archive, and the AppSpec file was expected but not found"
        )
        return Found(files=frozenset(bundle), problem=f"The CodeDeploy agent {found}. {advice} at path {_NAMES[0]}.")
    text = bundle[name].decode(errors="replace")
    hooks, problem = _parsed(text)
    return Found(hooks, frozenset(bundle), problem, text=text)


def _unpacked(body: bytes, kind: str) -> dict[str, bytes]:
    if kind == "zip":
        with zipfile.ZipFile(io.BytesIO(body)) as archive:
            return {entry.filename: archive.read(entry) for entry in archive.infolist() if not entry.is_dir()}
    with tarfile.open(fileobj=io.BytesIO(body)) as archive:
        members = [m for m in archive.getmembers() if m.isfile()]
        return {m.name.removeprefix("./"): archive.extractfile(m).read() for m in members}  # type: ignore[union-attr]


def _parsed(text: str) -> tuple[dict[str, tuple[Script, ...]], str]:
    """The hooks, and the first thing that keeps the agent from reading the file."""
    try:
        root = yaml.safe_load(text)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        where = f" at line {mark.line + 1} column {mark.column + 1}" if mark else ""
        said = " ".join(w for w in (_in_rubys_words(error), str(getattr(error, "context", None) or "")) if w)
        return {}, f"(<unknown>): {said}{where}"
    root = root if isinstance(root, dict) else {}
    version, system = root.get("version"), root.get("os")
    if version != 0.0 or isinstance(version, bool | str):
        said = f"an invalid version value ({version}) was entered in the {_FILE}"
        return {}, f'{_FAILED} {said}. Make sure your AppSpec file specifies "0.0" as the version{_AGAIN}'
    if system not in ("linux", "windows"):
        said = f"the {_FILE} specifies an unsupported operating system ({system})"
        return (
            {},
            f'{_FAILED} {said}. Specify either "linux" or "windows" in the os section of the AppSpec file{_AGAIN}',
        )
    return _hooks(root.get("hooks") or {})


def _in_rubys_words(error: Any) -> str:
    """The parser's complaint as the agent's parser, libyaml, words it."""
    said = str(getattr(error, "problem", None) or error)
    said = said.replace("are not allowed here", "are not allowed in this context")
    if said.startswith("expected <block end>"):
        in_list = "collection" in str(getattr(error, "context", ""))
        return "did not find expected '-' indicator" if in_list else "did not find expected key"
    return f"did not find {said.split(', but', maxsplit=1)[0]}" if said.startswith("expected") else said


def _hooks(section: Any) -> tuple[dict[str, tuple[Script, ...]], str]:
    hooks: dict[str, tuple[Script, ...]] = {}
    for event, scripts in section.items() if isinstance(section, dict) else ():
        entries = scripts if isinstance(scripts, list) else []
        if any(not isinstance(entry, dict) or not entry.get("location") for entry in entries):
            said = f"the {_FILE} specifies a script with no location value"
            return {}, f"{_FAILED} {said}. Specify the location in the hooks section of the AppSpec file{_AGAIN}"
        hooks[str(event)] = tuple(
            Script(str(e["location"]), float(e.get("timeout") or _DEFAULT_TIMEOUT_S), str(e.get("runas") or ""))
            for e in entries
        )
    return hooks, ""


_FUNCTION = {
    "name": "functionName",
    "alias": "functionAlias",
    "currentversion": "currentVersion",
    "targetversion": "targetVersion",
}


def function_of(text: str) -> dict[str, str]:
    """The function that an AppSpec file of Lambda deploys, as LambdaFunctionInfo names its parts."""
    try:
        root = yaml.safe_load(text)
    except yaml.YAMLError:
        return {}
    lower = {str(k).lower(): v for k, v in root.items()} if isinstance(root, dict) else {}
    listed = lower.get("resources") or []
    for entry in listed if isinstance(listed, list) else [listed]:
        for resource in entry.values() if isinstance(entry, dict) else ():
            known = {str(k).lower(): v for k, v in resource.items()} if isinstance(resource, dict) else {}
            told = {str(k).lower(): str(v) for k, v in (known.get("properties") or {}).items()}
            return {_FUNCTION[key]: value for key, value in told.items() if key in _FUNCTION}
    return {}
