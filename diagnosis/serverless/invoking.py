"""Does a function's policy let a stage of API Gateway invoke it?

https://docs.aws.amazon.com/lambda/latest/dg/services-apigateway.html
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from fnmatch import fnmatchcase
from typing import Any

_GATEWAY = "apigateway.amazonaws.com"
_INVOKE = "lambda:InvokeFunction"
_SOURCE = "aws:sourcearn"


def lets_in(policy: str, api: str, stage: str) -> bool:
    """Whether some statement of the policy allows API Gateway to invoke the function for any request of the stage.

    A condition that is not read here, as that of an organization, counts as met.
    """
    statements = json.loads(policy).get("Statement", [])
    several = statements if isinstance(statements, list) else [statements]
    return any(_allows(one) and _sources_fit(one.get("Condition", {}), api, stage) for one in several)


def _allows(statement: Mapping[str, Any]) -> bool:
    principal, actions = statement.get("Principal"), _listed(statement.get("Action"))
    services = _listed(principal.get("Service") or principal.get("AWS")) if isinstance(principal, dict) else [principal]
    meant = any(action == "*" or fnmatchcase(_INVOKE.lower(), str(action).lower()) for action in actions)
    return statement.get("Effect") == "Allow" and meant and bool({"*", _GATEWAY} & set(services))


def _sources_fit(condition: Mapping[str, Any], api: str, stage: str) -> bool:
    named = [
        pattern
        for tests in condition.values()
        for key, value in tests.items()
        if key.lower() == _SOURCE
        for pattern in _listed(value)
    ]
    return not named or any(_fits(pattern, api, stage) for pattern in named)


def _fits(pattern: str, api: str, stage: str) -> bool:
    """`arn:aws:execute-api:REGION:ACCOUNT:API/STAGE/METHOD/PATH`, whose asterisks stand for slashes as well."""
    wanted, _, rest = pattern.split(":", 5)[-1].partition("/")
    head = rest.partition("/")[0] or "*"
    return fnmatchcase(api, wanted) and ("*" in wanted or fnmatchcase(stage, head))


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]
