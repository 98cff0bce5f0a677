"""What does the sandbox complete in STS? Trust policies decide who may assume a role, and callers are who they are."""

from __future__ import annotations

import json
from fnmatch import fnmatchcase
from typing import Any

from sandbox.services import actions
from sandbox.services.actions import Refusal, refusal

OWN_USER = "vitals"
"""Who callers without a role are."""


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def _trusts(statement: dict[str, Any], principal: str, account: str, external_id: str | None) -> bool:
    """Whether a statement of a trust policy lets the principal in: principal, and sts:ExternalId."""
    if not any(fnmatchcase("sts:AssumeRole", a) for a in _listed(statement.get("Action", []))):
        return False
    named = statement.get("Principal", {})
    trusted = ["*"] if named == "*" else [str(p) for p in _listed(named.get("AWS", []))]
    accepted = ("*", account, principal)
    if not any(p in accepted or p.endswith(f":{account}:root") for p in trusted):
        return False
    conditions = statement.get("Condition", {})
    for operator, wanted in conditions.items():
        ids = [str(v) for k, v in wanted.items() if k.lower() == "sts:externalid" for v in _listed(v)]
        if operator == "StringEquals" and ids and external_id not in ids:
            return False
        if operator == "StringLike" and ids and not any(fnmatchcase(external_id or "", i) for i in ids):
            return False
    return True


def _statements(role: Any) -> list[dict[str, Any]]:
    """The statements of a role's trust policy."""
    document = role.assume_role_policy_document
    policy = json.loads(document) if isinstance(document, str) else document
    return _listed(policy.get("Statement", []))


def _trusts_accounts(role: Any) -> bool:
    return any("AWS" in s["Principal"] for s in _statements(role) if isinstance(s.get("Principal"), dict))


def _check_trust(role_arn: str, principal: str, account: str, external_id: str | None) -> None:
    """Raise AccessDenied unless the role's trust policy lets the caller in.

    An account in which no role trusts anybody but services has not been told who may come, and lets everybody.
    """
    from moto.iam.models import iam_backends

    _, partition, _, _, owner, name = role_arn.split(":", 5)
    roles = list(iam_backends[owner][partition].roles.values())
    role = next((r for r in roles if r.name == name.rpartition("/")[2]), None)
    if role is None and not any(_trusts_accounts(r) for r in roles):
        return
    if role is not None:
        statements = _statements(role)
        allowed = any(_trusts(s, principal, account, external_id) for s in statements if s["Effect"] == "Allow")
        denied = any(_trusts(s, principal, account, external_id) for s in statements if s["Effect"] == "Deny")
        if allowed and not denied:
            return
    message = f"User: {principal} is not authorized to perform: sts:AssumeRole on resource: {role_arn}"
    raise refusal("AccessDenied", message)


def install() -> None:
    """Give moto's STS trust policies and honest identities."""
    from moto.sts.models import STSBackend
    from moto.sts.responses import TokenResponse

    assume_role = TokenResponse.assume_role

    def checked(self: Any) -> Any:
        _, arn, account = self.backend.get_caller_identity(self.get_access_key(), self.region)
        try:
            _check_trust(self._get_param("RoleArn"), arn, account, self._get_param("ExternalId"))
        except Refusal as error:
            return actions.refused(self, error, 403)
        return assume_role(self)

    identity = STSBackend.get_caller_identity

    def caller(self: Any, access_key_id: str, region: str) -> tuple[str, str, str]:
        user_id, arn, account = identity(self, access_key_id, region)
        if arn.endswith(":user/moto"):
            return (
                "AIDAVITALSSANDBOX000",
                f"arn:{self.partition}:iam::{self.account_id}:user/{OWN_USER}",
                self.account_id,
            )
        return user_id, arn, account

    actions.replace(TokenResponse, "assume_role", checked)
    actions.replace(STSBackend, "get_caller_identity", caller)
