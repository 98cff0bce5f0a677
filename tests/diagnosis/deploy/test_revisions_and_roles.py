"""Is a group red for an AppSpec file, a role or a health check that no deployment gets past, and only then?"""

from __future__ import annotations

from dataclasses import replace

import pytest

from diagnosis.answers import Absent, Blind
from diagnosis.deploy.deployment_health import unhealthy_deployments
from diagnosis.deploy.deployment_roles import DeploymentRole, GroupWork, needs_of, weak_roles
from diagnosis.deploy.revisions import Revision, invalid_appspec, problems_of
from diagnosis.deploy.target_groups import TargetState
from diagnosis.simulation import Need, Ruling
from tests.builders import NOW, target
from tests.diagnosis.deploy.fleet import deployment, event, group, instance

ROLE = "arn:aws:iam::123456789012:role/codedeploy"
WELL = group(instance(), made=deployment("Succeeded"))
APPSPEC = "version: 0.0\nos: linux\nfiles:\n  - source: app\n    destination: /srv\n"


def revision(text: str = APPSPEC, files: tuple[str, ...] = ("appspec.yml", "app/index.js"), **changes) -> Revision:
    made = Revision(
        target("deployment_group", "web/prod"), "s3://b/k.zip", "appspec.yml", problems_of(text, files), (), NOW
    )
    return replace(made, **changes)


def test_a_valid_file_of_a_deployment_that_went_well_is_well():
    assert invalid_appspec(WELL, revision()) == []


def test_an_error_is_shown_with_its_line():
    [found] = invalid_appspec(WELL, revision(APPSPEC.replace("os: linux", "os: solaris")))
    assert (found.cause, found.proven, found.impact) == ("appspec", True, "soon")
    assert "first in line 2" in found.symptom
    assert any(line.startswith("appspec.yml:2: ") and line.endswith("| os: solaris") for line in found.evidence)


def test_a_warning_alone_leaves_the_file_valid():
    warned = revision(APPSPEC.replace("0.0", "0"))
    assert warned.problems
    assert invalid_appspec(WELL, warned) == []


def test_a_file_that_the_bundle_lacks_is_an_error():
    [found] = invalid_appspec(WELL, revision(files=("appspec.yml",)))
    assert "'app'" in found.why or "app" in found.why


def test_a_revision_that_is_not_there_is_red():
    [found] = invalid_appspec(group(), revision(lacking="the revision s3://b/k.zip does not exist"))
    assert (found.cause, found.impact) == ("appspec", "now")
    assert "does not exist" in found.symptom


@pytest.mark.parametrize("code", ["INVALID_REVISION", "REVISION_MISSING"])
def test_what_codedeploy_refused_is_red_whatever_the_validator_says(code):
    [found] = invalid_appspec(group(made=deployment(code=code)), revision())
    assert found.cause == "appspec"
    assert code in found.symptom


def ruled(decision: str = "allowed", **changes) -> DeploymentRole:
    rulings = (Ruling(Need("ec2:DescribeInstances", "*", "find the instances"), decision, **changes),)
    return DeploymentRole(target("deployment_group", "web/prod"), ROLE, True, True, rulings, NOW)


def test_a_role_that_allows_everything_is_well():
    assert weak_roles(WELL, ruled()) == []
    assert weak_roles(Absent("nothing was deployed yet"), ruled()) == []


def test_a_role_that_lacks_an_action_names_it():
    [found] = weak_roles(WELL, ruled("implicitDeny"))
    assert (found.cause, found.impact, found.depends_on) == ("permission", "soon", (ROLE,))
    assert "ec2:DescribeInstances" in found.symptom
    [found] = weak_roles(group(made=deployment(code="IAM_ROLE_PERMISSIONS")), ruled("explicitDeny"))
    assert found.impact == "now"
    assert "a statement that denies it" in found.why


def test_a_condition_that_nobody_can_know_is_no_denial():
    assert weak_roles(WELL, ruled("implicitDeny", missing=("aws:PrincipalTag/team",))) == []


@pytest.mark.parametrize(
    ("changes", "said"), [({"exists": False}, "does not exist"), ({"trusted": False}, "does not trust")]
)
def test_a_role_that_nobody_can_assume_is_red_even_before_a_deployment(changes, said):
    [found] = weak_roles(Absent("nothing was deployed yet"), replace(ruled(), rulings=(), **changes))
    assert said in found.symptom


def test_allowed_in_a_simulation_never_contradicts_a_denial():
    made = deployment(code="IAM_ROLE_PERMISSIONS", error_message="The IAM role does not give you permission")
    [found] = weak_roles(group(made=made), ruled())
    assert found.cause == "permission"
    assert any("not simulated" in line for line in found.evidence)


def test_each_platform_needs_its_own_actions_on_its_own_resources():
    fleet = GroupWork("Server", tagged=True, target_groups=("arn:tg",), scaling_groups=("arn:asg",), topics=("arn:t",))
    needs = {(need.action, need.resource) for need in needs_of(fleet)}
    assert {("ec2:DescribeInstances", "*"), ("elasticloadbalancing:RegisterTargets", "arn:tg")} <= needs
    assert {("autoscaling:PutLifecycleHook", "arn:asg"), ("sns:Publish", "arn:t")} <= needs
    function = needs_of(GroupWork("Lambda", functions=("arn:f",), hooks=("arn:h",), alarmed=True))
    assert {need.action for need in function} == {
        "lambda:GetAlias", "lambda:UpdateAlias", "lambda:InvokeFunction", "cloudwatch:DescribeAlarms",
    }  # fmt: skip
    service = needs_of(GroupWork("ECS", services=("arn:aws:ecs:r:1:service/c/s",), listeners=("arn:l",)))
    assert ("ecs:CreateTaskSet", "arn:aws:ecs:r:1:task-set/c/s/ecs-svc") in {(n.action, n.resource) for n in service}
    assert needs_of(GroupWork("Server")) == []


SICK = instance(status="Failed", ApplicationStart=event("AllowTraffic", "Failed"))
STATE = TargetState("i-1", 8080, "unhealthy", "Target.ResponseCodeMismatch", "codes: [404]")


def test_traffic_that_was_not_let_through_is_red_with_the_targets_health():
    [found] = unhealthy_deployments(group(SICK, load_balancers=("arn:x:targetgroup/web/1f",)), (STATE,))
    assert (found.cause, found.depends_on) == ("health_check", ("arn:x:targetgroup/web/1f", "i-1"))
    assert "i-1:8080 unhealthy Target.ResponseCodeMismatch codes: [404]" in found.evidence
    assert "behind target group web" in found.evidence


def test_health_that_cannot_be_read_is_said():
    [found] = unhealthy_deployments(group(SICK), Blind("denied", "missing x", "x"))
    assert "nobody could read the targets' health: missing x" in found.evidence


@pytest.mark.parametrize(
    "made",
    [
        group(instance(), made=deployment("Succeeded")),
        group(instance(status="Failed", AfterInstall=event("AfterInstall", "Failed", code="ScriptFailed"))),
        group(made=deployment(code="IAM_ROLE_PERMISSIONS")),
        group(made=deployment(code="NO_INSTANCES")),
    ],
)
def test_what_others_brought_about_is_theirs(made):
    assert unhealthy_deployments(made, ()) == []


def test_a_minimum_that_cannot_be_kept_is_a_setting():
    [found] = unhealthy_deployments(group(made=deployment(code="HEALTH_CONSTRAINTS_INVALID")), ())
    assert found.cause == "config"
