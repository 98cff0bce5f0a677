"""A user who may do just what a policy says, in a sandbox that enforces policies."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any
from urllib.request import Request, urlopen

from botocore.session import Session

USER = "vitals"


@dataclass
class Permissions:
    """What the user `vitals`, as whom all calls without a role are made, may do there."""

    endpoint: str
    region: str
    account: str

    @cached_property
    def _iam(self) -> Any:
        """A client of the account's root user, whom no policy binds."""
        session = Session()
        session.set_credentials(self.account, "root")
        return session.create_client("iam", region_name=self.region, endpoint_url=self.endpoint)

    def grant(self, policy: Mapping[str, Any]) -> None:
        """From now on the user may do this and nothing else; what was refused is forgotten."""
        if USER not in {user["UserName"] for user in self._iam.list_users()["Users"]}:
            self._iam.create_user(UserName=USER)
        self._iam.put_user_policy(UserName=USER, PolicyName="read", PolicyDocument=json.dumps(policy))
        self._control("POST")

    def forget(self) -> None:
        """The user may do everything again."""
        self._control("DELETE")
        if USER in {user["UserName"] for user in self._iam.list_users()["Users"]}:
            self._iam.delete_user_policy(UserName=USER, PolicyName="read")
            self._iam.delete_user(UserName=USER)

    def refused(self) -> set[str]:
        """The actions that the sandbox has refused."""
        return set(self._control("GET")["refused"])

    def _control(self, method: str) -> Any:
        with urlopen(Request(f"{self.endpoint}/vitals/policies", method=method), timeout=60) as answer:
            return json.load(answer)


def allowing(actions: Iterable[str]) -> dict[str, Any]:
    """A policy that allows these actions on everything."""
    statement = {"Effect": "Allow", "Action": sorted(actions), "Resource": "*"}
    return {"Version": "2012-10-17", "Statement": [statement]}


def actions_of(policy: Mapping[str, Any]) -> set[str]:
    """The actions that a policy allows."""
    return {action for statement in policy["Statement"] for action in statement["Action"]}


def without(policy: Mapping[str, Any], action: str) -> dict[str, Any]:
    """The policy without one of its actions."""
    left = [
        statement | {"Action": [one for one in statement["Action"] if one != action]}
        for statement in policy["Statement"]
    ]
    return {**policy, "Statement": [statement for statement in left if statement["Action"]]}
