"""What does the sandbox complete in Lambda? The account's settings."""

from __future__ import annotations

from typing import Any

from sandbox.services import actions
from sandbox.services.actions import Request

_CONCURRENCY = 1_000
_CODE_SIZE_BYTES = 80_530_636_800


def get_account_settings(request: Request) -> dict[str, Any]:
    """GetAccountSettings: Lambda's default limits, less what functions reserve."""
    from moto.awslambda.models import lambda_backends

    functions = list(lambda_backends[request.account][request.region].list_functions())
    reserved = sum(int(f.reserved_concurrency or 0) for f in functions)
    return {
        "AccountLimit": {
            "TotalCodeSize": _CODE_SIZE_BYTES,
            "CodeSizeUnzipped": 262_144_000,
            "CodeSizeZipped": 52_428_800,
            "ConcurrentExecutions": _CONCURRENCY,
            "UnreservedConcurrentExecutions": _CONCURRENCY - reserved,
        },
        "AccountUsage": {
            "TotalCodeSize": sum(int(f.code_size) for f in functions),
            "FunctionCount": len(functions),
        },
    }


def install() -> None:
    """Give moto's Lambda these operations."""
    from moto.awslambda import urls
    from moto.awslambda.responses import LambdaResponse

    urls.url_paths[r"{0}/(?P<api_version>[^/]+)/account-settings/?$"] = LambdaResponse.dispatch
    actions.add(LambdaResponse, {"GetAccountSettings": get_account_settings})
