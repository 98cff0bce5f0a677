"""What does the sandbox complete in IAM? The policy simulator, and the policies that AWS manages.

A simulation evaluates the principal's own inline, attached and boundary policies, those of a user's groups included;
as with AWS, policies of resources and sessions count only where the request brings them.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any

from sandbox.services import actions
from sandbox.services.actions import Refusal, Request, refusal
from sandbox.services.iam_conditions import Context
from sandbox.services.iam_policies import Document, Judgement, document, judge
from sandbox.services.sts import OWN_USER

_PAGE = 100
_EVERYTHING = json.dumps({"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}]})


@dataclass(frozen=True)
class Owner:
    """Who calls the sandbox without a role, and may do everything there, unless a scenario makes that user."""

    arn: str
    name: str
    account_id: str

    @property
    def policies(self) -> dict[str, str]:
        """Inline policies."""
        return {"everything": _EVERYTHING}

    @property
    def managed_policies(self) -> dict[str, Any]:
        """Attached policies."""
        return {}


def simulate_principal_policy(request: Request) -> dict[str, Any]:
    """SimulatePrincipalPolicy. NoSuchEntity for a principal that does not exist, InvalidInput for a wrong input."""
    arn = str(request.get("PolicySourceArn", ""))
    principal = _principal(request.account, arn)
    policies = [*_policies(principal), *_given(request.get("PolicyInputList", []))]
    boundary = _boundary(principal, request.get("PermissionsBoundaryPolicyInputList", []))
    return _simulated(request, policies, boundary, _known(arn, principal))


def simulate_custom_policy(request: Request) -> dict[str, Any]:
    """SimulateCustomPolicy: the policies of the request and no others."""
    limits = request.get("PermissionsBoundaryPolicyInputList", [])
    boundary = list(_given(limits)) if limits else None
    return _simulated(request, list(_given(request.get("PolicyInputList", []))), boundary, {})


def decision(account: str, caller: str, action: str, resource: str) -> str:
    """What the policies of who calls say, in the simulator's words; `caller` is a user's or an assumed role's ARN.

    Whoever does not exist may do nothing.
    """
    parts = caller.split(":", 5)
    if parts[2] == "sts" and parts[5].startswith("assumed-role/"):
        name = parts[5].split("/")[1]
        caller = next((role.arn for role in _roles(account, parts[1]) if role.name == name), caller)
    try:
        principal = _principal(account, caller)
    except Refusal:
        return "implicitDeny"
    context, boundary = Context(_known(caller, principal)), _boundary(principal, [])
    limit = judge(boundary, action, resource, context) if boundary is not None else None
    return _decision(judge(_policies(principal), action, resource, context), limit)


def _roles(account: str, partition: str) -> list[Any]:
    from moto.iam.models import iam_backends

    return list(iam_backends[account][partition].roles.values())


def _simulated(
    request: Request, policies: list[Document], boundary: list[Document] | None, known: dict[str, tuple[str, ...]]
) -> dict[str, Any]:
    for action in request.get("ActionNames", []):
        if ":" not in action:
            raise refusal("InvalidInput", f"Invalid ActionName: {action}")
    given = {e["ContextKeyName"].lower(): tuple(e["ContextKeyValues"]) for e in request.get("ContextEntries", [])}
    context = Context(known | given)
    resource_policy = list(_given([request.get("ResourcePolicy")] if request.get("ResourcePolicy") else (), "resource"))
    pairs = [(a, r) for a in request.get("ActionNames", []) for r in request.get("ResourceArns", ["*"])]
    start, size = int(request.get("Marker", 0)), int(request.get("MaxItems", _PAGE))
    results = [
        _result(action, resource, [*policies, *resource_policy], boundary, context)
        for action, resource in pairs[start : start + size]
    ]
    more = start + size < len(pairs)
    return {
        "EvaluationResults": results,
        "IsTruncated": more,
        **({"Marker": str(start + size)} if more else {}),
    }


def _result(
    action: str, resource: str, policies: list[Document], boundary: list[Document] | None, context: Context
) -> dict[str, Any]:
    own = judge(policies, action, resource, context)
    limit = judge(boundary, action, resource, context) if boundary is not None else None
    decision = _decision(own, limit)
    matched = [{"SourcePolicyId": policy.id, "SourcePolicyType": policy.kind} for policy in own.denying or own.allowing]
    missing = list(own.missing | (limit.missing if limit else {}))
    result: dict[str, Any] = {
        "EvalActionName": action,
        "EvalResourceName": resource,
        "EvalDecision": decision,
        "MatchedStatements": matched,
        "MissingContextValues": missing,
    }
    if limit is not None:
        result["PermissionsBoundaryDecisionDetail"] = {"AllowedByPermissionsBoundary": limit.decision == "allowed"}
    return result


def _decision(own: Judgement, limit: Judgement | None) -> str:
    """What is allowed must be allowed by the boundary as well, and a denial of either denies."""
    if own.denying or (limit is not None and limit.denying):
        return "explicitDeny"
    return "allowed" if own.allowing and (limit is None or limit.allowing) else "implicitDeny"


def _principal(account: str, arn: str) -> Any:
    from moto.iam.models import iam_backends

    parts = arn.split(":", 5)
    if len(parts) != 6 or parts[2] != "iam" or parts[5].split("/")[0] not in ("role", "user", "group"):
        raise refusal("InvalidInput", f"Invalid Entity Arn: {arn} does not clearly define entity type and name.")
    if parts[4] != account:
        raise refusal("InvalidInput", f"Invalid Entity Arn: {arn} is not in this account.")
    backend = iam_backends[account][parts[1]]
    known: list[Any] = [*backend.roles.values(), *backend.users.values(), *backend.groups.values()]
    found = next((entity for entity in known if entity.arn == arn), None)
    if found is None and arn.endswith(f":user/{OWN_USER}"):
        return Owner(arn, OWN_USER, account)
    if found is None:
        raise refusal("NoSuchEntity", f"The entity with ARN {arn} cannot be found.")
    return found


def _policies(principal: Any) -> list[Document]:
    """The policies of a role, user or group, and of a user's groups."""
    kind = principal.arn.split(":", 5)[5].split("/")[0]
    inline = [document(f"{kind}_{principal.name}_{name}", kind, text) for name, text in principal.policies.items()]
    managed = [_managed(policy) for policy in principal.managed_policies.values()]
    groups = [policy for group in _groups(principal) for policy in _policies(group)] if kind == "user" else []
    return [*inline, *managed, *groups]


def _groups(user: Any) -> Iterator[Any]:
    from moto.iam.models import iam_backends

    partition = user.arn.split(":")[1]
    groups = iam_backends[user.account_id][partition].groups.values()
    return (group for group in groups if any(member.name == user.name for member in group.users))


def _managed(policy: Any) -> Document:
    text = next(v.document for v in policy.versions if v.version_id == policy.default_version_id)
    kind = "aws-managed" if ":iam::aws:" in policy.arn else "user-managed"
    return document(policy.name, kind, text)


def _given(texts: Iterable[str], kind: str = "none") -> Iterator[Document]:
    for number, text in enumerate(texts, 1):
        try:
            yield document(f"PolicyInputList.{number}", kind, text)
        except ValueError:
            raise refusal("InvalidInput", "The input policy is not valid JSON or has no statement.") from None


def _boundary(principal: Any, given: list[str]) -> list[Document] | None:
    """The policies that bound a role or user; None where nothing does. A request's boundary replaces the own one."""
    from moto.iam.models import iam_backends

    if given:
        return list(_given(given))
    bound = getattr(principal, "permissions_boundary_arn", None)
    if not bound:
        return None
    policy = iam_backends[principal.account_id][principal.arn.split(":")[1]].managed_policies.get(bound)
    return [_managed(policy)] if policy is not None else []


def _known(arn: str, principal: Any) -> dict[str, tuple[str, ...]]:
    """The condition keys that follow from the principal alone."""
    account = arn.split(":")[4]
    tags = {f"aws:principaltag/{tag['Key'].lower()}": (tag["Value"],) for tag in _tags(principal)}
    name = {"aws:username": (principal.name,)} if ":user/" in arn else {}
    return {"aws:principalarn": (arn,), "aws:principalaccount": (account,), **name, **tags}


def _tags(principal: Any) -> Iterator[dict[str, str]]:
    tags = getattr(principal, "tags", None) or []
    values = tags.values() if isinstance(tags, dict) else tags
    return (tag for tag in values if isinstance(tag, dict))


@cache
def _aws_managed() -> dict[str, dict[str, Any]]:
    from moto.iam.aws_managed_policies import aws_managed_policies_data

    known: dict[str, dict[str, Any]] = json.loads(aws_managed_policies_data)
    return known


def _attachable(backend: Any, arn: str) -> None:
    """Make a policy of AWS's own known where somebody names it: reading all of them takes a second at each start."""
    from moto.iam.models import AWSManagedPolicy

    if ":iam::aws:policy/" not in arn or arn in backend.managed_policies:
        return
    told = _aws_managed().get(arn.rsplit("/", 1)[-1])
    if told is not None:
        policy: Any = AWSManagedPolicy.from_data(arn.rsplit("/", 1)[-1], backend.account_id, backend.region_name, told)
        if policy.arn == arn:
            backend.managed_policies[arn] = policy


def install() -> None:
    """Give moto's IAM what it lacks."""
    from moto.iam.models import IAMBackend
    from moto.iam.responses import IamResponse

    simulations = {
        "SimulatePrincipalPolicy": simulate_principal_policy,
        "SimulateCustomPolicy": simulate_custom_policy,
    }
    actions.add(IamResponse, simulations)
    for name in (
        "attach_role_policy",
        "attach_user_policy",
        "attach_group_policy",
        "get_policy",
        "create_role",
        "put_role_permissions_boundary",
    ):
        _informed(IAMBackend, name)


def _informed(backend: Any, name: str) -> None:
    method = getattr(backend, name)

    def made_known(self: Any, *args: Any, **kwargs: Any) -> Any:
        for value in (*args, *kwargs.values()):
            if isinstance(value, str) and ":iam::aws:policy/" in value:
                _attachable(self, value)
        return method(self, *args, **kwargs)

    actions.replace(backend, name, made_known)
