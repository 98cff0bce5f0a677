"""Is a task definition red where its roles do not let its tasks start, and only there?"""

import pytest

from diagnosis.answers import CouldNotTellError
from diagnosis.deploy.task_roles import TaskRole, TaskRoles, trusts_tasks, unpermitted_roles
from diagnosis.simulation import Need, Ruling
from tests.builders import HERE, NOW, target

ROLE = "arn:aws:iam::123456789012:role/execution"
PULL = Need("ecr:BatchGetImage", "arn:aws:ecr:eu-west-1:123456789012:repository/web", "pulling images")
GOOD = TaskRole("execution", ROLE, exists=True, trusts=True, rulings=(Ruling(PULL, "allowed"),))


def roles(*several: TaskRole, **changes) -> TaskRoles:
    return TaskRoles(
        target("task_definition", "web:3", HERE.arn("ecs", "task-definition/web:3")), several, NOW, **changes
    )


def ruled(decision: str, **changes) -> TaskRole:
    return TaskRole("execution", ROLE, exists=True, trusts=True, rulings=(Ruling(PULL, decision, **changes),))


def test_roles_that_exist_trust_and_allow_are_well():
    assert unpermitted_roles(roles(GOOD)) == []
    assert unpermitted_roles(roles()) == []


@pytest.mark.parametrize(
    ("role", "said"),
    [
        (TaskRole("task", ROLE, exists=False, trusts=False), "task role execution does not exist"),
        (TaskRole("execution", ROLE, exists=True, trusts=False), "does not trust ecs-tasks.amazonaws.com"),
        (ruled("implicitDeny"), "may not ecr:BatchGetImage"),
        (ruled("explicitDeny"), "may not ecr:BatchGetImage"),
    ],
)
def test_what_keeps_tasks_from_starting_is_named(role, said):
    (found,) = unpermitted_roles(roles(role, starting=True))
    assert said in found.symptom
    assert (found.cause, found.impact, found.proven) == ("permission", "now", True)
    assert found.depends_on == (ROLE,)
    assert unpermitted_roles(roles(role))[0].impact == "soon"


def test_a_boundary_is_named_as_what_refuses():
    (found,) = unpermitted_roles(roles(ruled("implicitDeny", bounded=True)))
    assert found.remedy.endswith("in the permissions boundary")
    assert any("not simulated" in line for line in found.evidence)


def test_a_condition_that_nobody_knows_is_no_denial_and_no_health():
    with pytest.raises(CouldNotTellError, match="aws:SourceVpce"):
        unpermitted_roles(roles(ruled("implicitDeny", missing=("aws:SourceVpce",))))


def test_tasks_that_need_a_role_and_have_none():
    (found,) = unpermitted_roles(roles(lacks_execution="pulling images"))
    assert "no execution role" in found.symptom


def trust(principal="ecs-tasks.amazonaws.com", effect="Allow", **more):
    return {"Effect": effect, "Principal": {"Service": principal}, "Action": "sts:AssumeRole", **more}


@pytest.mark.parametrize(
    ("statements", "trusted"),
    [
        (trust(), True),
        ([trust("ec2.amazonaws.com")], False),
        ([trust(["ec2.amazonaws.com", "ecs-tasks.amazonaws.com"])], True),
        ([trust(), trust(effect="Deny")], False),
        ([trust(Condition={"StringEquals": {"aws:SourceAccount": "123456789012"}})], True),
        ([trust(Condition={"StringEquals": {"aws:SourceAccount": "210987654321"}})], False),
        ([trust(Condition={"ArnLike": {"aws:SourceArn": "arn:aws:ecs:eu-west-1:210987654321:*"}})], False),
        ([{"Effect": "Allow", "Principal": "*", "Action": "sts:*"}], True),
        (
            [{"Effect": "Allow", "Principal": {"AWS": "arn:aws:iam::123456789012:root"}, "Action": "sts:AssumeRole"}],
            False,
        ),
        ([], False),
    ],
)
def test_trust_policies(statements, trusted):
    assert trusts_tasks({"Statement": statements}, "123456789012") is trusted
