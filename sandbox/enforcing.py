"""May the caller do that? Where policies are enforced, each call is judged by the policies of who makes it."""

from __future__ import annotations

import re
import threading
from collections import Counter
from typing import Any

from moto.utilities.utils import get_partition

from sandbox.calls import Call

NOT_EVALUATED = (
    "resources, but for the secrets that Secrets Manager is asked for: every other call counts as one on `*`",
    "condition keys of the request; those of the principal are evaluated",
    "policies of resources, sessions, VPC endpoints and organizations",
    "sts:AssumeRole, which the role's trust policy decides, and sts:GetCallerIdentity, which needs no permission",
    "the root user of an account, that is, an access key id of twelve digits: it may do everything",
)
_FREE = {"sts:AssumeRole", "sts:GetCallerIdentity"}
_SECRETS = {"secretsmanager:GetSecretValue", "secretsmanager:DescribeSecret"}


class Enforcement:
    """Whether policies are enforced, and what they say about a call."""

    def __init__(self) -> None:
        self.on = False
        self._refused: Counter[str] = Counter()
        self._lock = threading.Lock()

    def switch(self, on: bool) -> None:
        """Enforce from now on, or no longer; what was refused is forgotten."""
        with self._lock:
            self.on = on
            self._refused.clear()

    def refuses(self, call: Call) -> bool:
        """Whether the caller's own policies do not allow the call."""
        if not self.on or call.iam_action in _FREE or re.fullmatch(r"\d{12}", call.access_key):
            return False
        from sandbox.services import iam

        if iam.decision(call.account, call.principal, call.iam_action, _resource(call)) == "allowed":
            return False
        with self._lock:
            self._refused[call.iam_action] += 1
        return True

    def describe(self) -> dict[str, Any]:
        """`{"enforced": bool, "refused": {IAM action: calls}, "not_evaluated": [...]}`."""
        with self._lock:
            return {"enforced": self.on, "refused": dict(self._refused), "not_evaluated": list(NOT_EVALUATED)}


def _resource(call: Call) -> str:
    """The ARN of the secret that is asked for, by whatever name; `*` for all else."""
    if call.iam_action not in _SECRETS:
        return "*"
    from moto.secretsmanager.models import secretsmanager_backends

    known = secretsmanager_backends[call.account][call.region].secrets.values()
    found = next((s.arn for s in known if {s.arn, s.name} & set(call.parameters)), None)
    named = next((text for text in call.parameters if text.startswith("arn:")), call.parameters[-1])
    arn = f"arn:{get_partition(call.region)}:secretsmanager:{call.region}:{call.account}:secret:{named}"
    return str(found or (named if named.startswith("arn:") else arn))
