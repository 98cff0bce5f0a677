"""What do policies say about an action on a resource? Evaluated as IAM's policy evaluation logic has it.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sandbox.services.iam_conditions import Context, met

_VARIABLE = re.compile(r"\$\{([^}]+)\}")


@dataclass(frozen=True)
class Document:
    """A policy, and what AWS calls it: `id` is its name or ARN, `kind` a PolicySourceType."""

    id: str
    kind: str
    statements: tuple[Mapping[str, Any], ...]


@dataclass
class Judgement:
    """What one set of policies says: the matching statements by effect, and the context keys that were missing."""

    allowing: list[Document] = field(default_factory=list)
    denying: list[Document] = field(default_factory=list)
    missing: dict[str, None] = field(default_factory=dict)

    @property
    def decision(self) -> str:
        """The decision, in SimulatePrincipalPolicy's words."""
        if self.denying:
            return "explicitDeny"
        return "allowed" if self.allowing else "implicitDeny"


def document(name: str, kind: str, text: str | Mapping[str, Any]) -> Document:
    """Read a policy; ValueError where it is none."""
    plain = json.loads(text) if isinstance(text, str) else text
    if not isinstance(plain, Mapping) or "Statement" not in plain:
        raise ValueError(f"{name} is no policy")
    return Document(name, kind, tuple(listed(plain["Statement"])))


def judge(policies: Iterable[Document], action: str, resource: str, context: Context) -> Judgement:
    """Every statement that concerns the action on the resource counts; a denial beats whatever allows."""
    found = Judgement()
    for policy in policies:
        for statement in policy.statements:
            if not _concerns(statement, action, resource, context):
                continue
            holds, missing = met(statement.get("Condition", {}), context)
            found.missing |= dict.fromkeys(missing)
            if holds:
                (found.denying if statement.get("Effect") == "Deny" else found.allowing).append(policy)
    return found


def listed(value: Any) -> list[Any]:
    """A policy's one or several as several."""
    if value is None:
        return []
    return list(value) if isinstance(value, list | tuple) else [value]


def _concerns(statement: Mapping[str, Any], action: str, resource: str, context: Context) -> bool:
    if "NotAction" in statement:
        if any(_like(a, action, fold=True) for a in listed(statement["NotAction"])):
            return False
    elif not any(_like(a, action, fold=True) for a in listed(statement.get("Action"))):
        return False
    if "NotResource" in statement:
        return not any(_like(r, resource) for r in _filled(listed(statement["NotResource"]), context))
    return any(_like(r, resource) for r in _filled(listed(statement.get("Resource")), context))


def _filled(patterns: Sequence[str], context: Context) -> Iterator[str]:
    """The patterns with their policy variables replaced; one whose variable is not known matches nothing."""
    for pattern in patterns:
        names = _VARIABLE.findall(pattern)
        values = {name: context.one(name) for name in names}
        if all(value is not None for value in values.values()):
            yield _VARIABLE.sub(lambda found, v=values: str(v[found[1]]), pattern)  # type: ignore[misc]


def _like(pattern: Any, text: str, fold: bool = False) -> bool:
    """IAM's wildcards: `*` is any text, `?` one character, and nothing else is special."""
    expression = "".join(".*" if c == "*" else "." if c == "?" else re.escape(c) for c in str(pattern))
    return re.fullmatch(expression, text, re.DOTALL | (re.IGNORECASE if fold else 0)) is not None
