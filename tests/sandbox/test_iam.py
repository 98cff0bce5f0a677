"""Does the policy simulator decide as IAM does?"""

import json

import pytest
from botocore.exceptions import ClientError

TABLE = "arn:aws:dynamodb:eu-west-1:123456789012:table/orders"
TRUST = {"Effect": "Allow", "Principal": {"Service": "ecs-tasks.amazonaws.com"}, "Action": "sts:AssumeRole"}


@pytest.fixture
def role(laboratory, request):
    """A new role with inline policies; gives a function that simulates for it."""
    iam = laboratory.client("iam")
    name = request.node.name[:60].replace("[", "-").replace("]", "-")
    arn = iam.create_role(RoleName=name, AssumeRolePolicyDocument=json.dumps({"Statement": [TRUST]}))["Role"]["Arn"]

    class Role:
        def put(self, *statements, policy="p"):
            iam.put_role_policy(
                RoleName=name,
                PolicyName=policy,
                PolicyDocument=json.dumps({"Version": "2012-10-17", "Statement": list(statements)}),
            )

        def bound(self, *statements):
            text = json.dumps({"Version": "2012-10-17", "Statement": list(statements)})
            made = iam.create_policy(PolicyName=f"{name}-b", PolicyDocument=text)["Policy"]["Arn"]
            iam.put_role_permissions_boundary(RoleName=name, PermissionsBoundary=made)

        def attach(self, policy):
            iam.attach_role_policy(RoleName=name, PolicyArn=policy)

        def simulate(self, *actions, resource=TABLE, **context):
            entries = [
                {"ContextKeyName": k.replace("__", ":"), "ContextKeyValues": [v], "ContextKeyType": "string"}
                for k, v in context.items()
            ]
            return iam.simulate_principal_policy(
                PolicySourceArn=arn, ActionNames=list(actions), ResourceArns=[resource], ContextEntries=entries
            )["EvaluationResults"]

        def decision(self, action, **more):
            return self.simulate(action, **more)[0]["EvalDecision"]

    return Role()


def allow(action, resource="*", **more):
    return {"Effect": "Allow", "Action": action, "Resource": resource, **more}


def deny(action, resource="*", **more):
    return allow(action, resource, **more) | {"Effect": "Deny"}


def test_nothing_is_allowed_that_no_statement_allows(role):
    assert role.decision("dynamodb:GetItem") == "implicitDeny"


def test_actions_and_resources_match_with_wildcards(role):
    role.put(allow(["dynamodb:get*", "dynamodb:Query"], "arn:aws:dynamodb:*:123456789012:table/ord?rs"))
    assert role.decision("dynamodb:GetItem") == "allowed"
    assert role.decision("dynamodb:PutItem") == "implicitDeny"
    assert role.decision("dynamodb:GetItem", resource=TABLE + "/index/a") == "implicitDeny"


def test_a_denial_beats_whatever_allows(role):
    role.put(allow("*"))
    role.put(deny("dynamodb:DeleteTable"), policy="q")
    found = role.simulate("dynamodb:DeleteTable", "dynamodb:GetItem")
    assert [r["EvalDecision"] for r in found] == ["explicitDeny", "allowed"]
    assert found[0]["MatchedStatements"][0]["SourcePolicyType"] == "role"


def test_not_action_and_not_resource_concern_the_rest(role):
    role.put({"Effect": "Allow", "NotAction": "iam:*", "NotResource": TABLE})
    assert role.decision("dynamodb:GetItem") == "implicitDeny"
    assert role.decision("dynamodb:GetItem", resource=TABLE + "2") == "allowed"
    assert role.decision("iam:PassRole", resource="*") == "implicitDeny"


def test_a_boundary_limits_and_allows_nothing_itself(role):
    role.put(allow("dynamodb:*"))
    role.bound(allow(["dynamodb:GetItem", "s3:*"]))
    assert role.decision("dynamodb:GetItem") == "allowed"
    (outside,) = role.simulate("dynamodb:PutItem")
    assert outside["EvalDecision"] == "implicitDeny"
    assert outside["PermissionsBoundaryDecisionDetail"] == {"AllowedByPermissionsBoundary": False}
    assert role.decision("s3:GetObject", resource="arn:aws:s3:::a/b") == "implicitDeny"


def test_a_condition_key_that_nobody_gave_is_said_to_be_missing(role):
    role.put(allow("dynamodb:GetItem", Condition={"StringEquals": {"aws:SourceVpce": "vpce-1"}}))
    (unknown,) = role.simulate("dynamodb:GetItem")
    assert (unknown["EvalDecision"], unknown["MissingContextValues"]) == ("implicitDeny", ["aws:SourceVpce"])
    assert role.decision("dynamodb:GetItem", aws__SourceVpce="vpce-1") == "allowed"
    assert role.decision("dynamodb:GetItem", aws__SourceVpce="vpce-2") == "implicitDeny"


@pytest.mark.parametrize(
    ("operator", "given", "wanted", "holds"),
    [
        ("StringLike", "eu-west-1", "eu-*", True),
        ("StringNotEquals", "eu-west-1", ["us-east-1", "eu-west-1"], False),
        ("StringEqualsIfExists", None, "x", True),
        ("StringNotLike", None, "x", True),
        ("Null", None, "true", True),
        ("Null", "x", "true", False),
        ("Bool", "true", True, True),
        ("NumericLessThan", "9", "10", True),
        ("IpAddress", "10.0.1.9", "10.0.0.0/16", True),
        ("NotIpAddress", "10.0.1.9", "10.0.0.0/16", False),
        ("ForAllValues:StringEquals", None, "x", True),
        ("ForAnyValue:StringEquals", None, "x", False),
        ("DateLessThan", "2026-01-01T00:00:00+00:00", "2027-01-01T00:00:00+00:00", True),
    ],
)
def test_operators(role, operator, given, wanted, holds):
    role.put(allow("dynamodb:GetItem", Condition={operator: {"x:key": wanted}}))
    context = {} if given is None else {"x__key": given}
    assert role.decision("dynamodb:GetItem", **context) == ("allowed" if holds else "implicitDeny")


def test_policies_that_aws_manages_are_known(role):
    role.attach("arn:aws:iam::aws:policy/service-role/AmazonECSTaskExecutionRolePolicy")
    (found,) = role.simulate("ecr:BatchGetImage", resource="arn:aws:ecr:eu-west-1:123456789012:repository/web")
    assert found["EvalDecision"] == "allowed"
    assert found["MatchedStatements"][0]["SourcePolicyType"] == "aws-managed"
    assert role.decision("secretsmanager:GetSecretValue", resource="*") == "implicitDeny"


def test_variables_are_filled_from_what_is_known_of_the_principal(role):
    role.put(allow("dynamodb:GetItem", "arn:aws:dynamodb:*:${aws:PrincipalAccount}:table/*"))
    role.put(allow("dynamodb:PutItem", "arn:aws:dynamodb:*:*:table/${aws:PrincipalTag/team}"), policy="q")
    assert role.decision("dynamodb:GetItem") == "allowed"
    assert role.decision("dynamodb:PutItem") == "implicitDeny"


def test_who_does_not_exist_cannot_be_simulated(laboratory):
    iam = laboratory.client("iam")
    for arn, code in (
        ("arn:aws:iam::123456789012:role/nobody", "NoSuchEntity"),
        ("nobody-at-all-anywhere", "InvalidInput"),
    ):
        with pytest.raises(ClientError) as error:
            iam.simulate_principal_policy(PolicySourceArn=arn, ActionNames=["s3:GetObject"])
        assert error.value.response["Error"]["Code"] == code


def test_results_come_in_pages(laboratory, role):
    role.put(allow("s3:*"))
    iam = laboratory.client("iam")
    arn = next(r["Arn"] for r in iam.list_roles()["Roles"] if r["RoleName"].startswith("test_results_come"))
    wanted = [f"arn:aws:s3:::b/{n}" for n in range(5)]
    pages = iam.get_paginator("simulate_principal_policy").paginate(
        PolicySourceArn=arn, ActionNames=["s3:GetObject"], ResourceArns=wanted, PaginationConfig={"PageSize": 2}
    )
    assert [r["EvalResourceName"] for page in pages for r in page["EvaluationResults"]] == wanted
