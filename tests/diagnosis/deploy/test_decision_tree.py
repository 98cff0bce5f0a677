"""Does the tree give each failed deployment its reason, the first that fits from the top?"""

from __future__ import annotations

import pytest

from diagnosis.deploy.decision_tree import reason_of
from diagnosis.deploy.deployments import ManagedInstance
from diagnosis.deploy.failed_deployments import failed_deployments
from tests.diagnosis.deploy.fleet import deployment, event, group, instance, unheard

SYNTAX = "(<unknown>): did not find expected key while parsing a block mapping at line 9 column 3"


def failed(name: str, code: str = "UnknownError", message: str = "", log: str = "", **more: object):
    broken = event(name, "Failed", code=code, message=message, log_tail=log, **more)
    return instance(status="Failed", **{name: broken})


@pytest.mark.parametrize(
    ("target", "branch", "cause"),
    [
        (failed("AfterInstall", "ScriptTimedOut", "failed to complete in 300 seconds"), "hook", "timeout"),
        (failed("AfterInstall", "ScriptFailed", "failed with exit code 1", "Access Denied"), "hook", "script"),
        (failed("AfterInstall", "ScriptMissing", "does not exist at specified location: a.sh"), "hook", "config"),
        (failed("AfterInstall", "ScriptNotExecutable"), "hook", "config"),
        (failed("BeforeInstall", message=SYNTAX), "appspec", "appspec"),
        (failed("DownloadBundle", message="Access Denied (Service: S3; Status Code: 403)"), "role", "permission"),
        (failed("Install", message="The deployment failed because a specified file already exists at this location"),
         "otherwise", "config"),
        (failed("DownloadBundle", message="Net::OpenTimeout: execution expired"), "otherwise", "network"),
        (failed("DownloadBundle", message="No space left on device"), "otherwise", "storage"),
        (unheard(), "otherwise", "agent"),
    ],
)  # fmt: skip
def test_the_event_that_failed_tells(target, branch, cause):
    reason = reason_of(group(target, instance("i-2", "Skipped")))
    assert (reason.branch, reason.cause, reason.proven) == (branch, cause, True)


@pytest.mark.parametrize(
    ("code", "branch", "cause"),
    [
        ("IAM_ROLE_PERMISSIONS", "role", "permission"),
        ("IAM_ROLE_MISSING", "role", "permission"),
        ("AUTO_SCALING_IAM_ROLE_PERMISSIONS", "role", "permission"),
        ("INVALID_REVISION", "appspec", "appspec"),
        ("REVISION_MISSING", "appspec", "appspec"),
        ("CUSTOMER_APPLICATION_UNHEALTHY", "health", "health_check"),
        ("HEALTH_CONSTRAINTS_INVALID", "health", "config"),
        ("ALARM_ACTIVE", "otherwise", "alarm"),
        ("NO_INSTANCES", "otherwise", "config"),
        ("OVER_MAX_INSTANCES", "otherwise", "quota"),
        ("THROTTLED", "otherwise", "throttled"),
        ("TIMEOUT", "otherwise", "timeout"),
        ("INTERNAL_ERROR", "otherwise", "unknown"),
        ("MANUAL_STOP", "otherwise", "unknown"),
        ("SOMETHING_NEW", "otherwise", "unknown"),
    ],
)
def test_without_a_target_the_code_tells(code, branch, cause):
    reason = reason_of(group(made=deployment(code=code)))
    assert (reason.branch, reason.cause) == (branch, cause)


def test_a_script_comes_before_what_its_failure_looks_like():
    traffic = instance("i-2", "Failed", ApplicationStart=event("AllowTraffic", "Failed"))
    script = failed("AfterInstall", "ScriptFailed", "failed with exit code 1")
    assert reason_of(group(traffic, script)).branch == "hook"


def test_traffic_that_fails_without_a_log_is_the_health_check():
    reason = reason_of(group(instance(status="Failed", ApplicationStart=event("AllowTraffic", "Failed"))))
    assert (reason.branch, reason.cause) == ("health", "health_check")
    assert "without a log" in reason.why


def test_a_function_that_reports_a_failure_is_code_and_one_that_is_silent_a_timeout():
    hook = event("BeforeAllowTraffic", "Failed")
    target = instance("receipts", "Failed", AfterInstall=hook)
    made = deployment(code="HOOK_EXECUTION_FAILURE")
    assert reason_of(group(target, made=made, platform="Lambda")).cause == "code"
    silent = event("BeforeAllowTraffic", "Failed", message="the hook function did not respond within 60 minutes")
    target = instance("receipts", "Failed", AfterInstall=silent)
    assert reason_of(group(target, made=made, platform="Lambda")).cause == "timeout"


def test_the_script_before_is_the_previous_revisions_and_the_way_out_is_named():
    reason = reason_of(group(failed("ApplicationStop", "ScriptFailed", "failed with exit code 1", script="stop.sh")))
    assert "the previous revision's script stop.sh" in reason.why
    assert "ignoreApplicationStopFailures" in reason.remedy


def test_the_log_is_where_it_is_shipped_or_else_on_the_instance():
    target = failed("AfterInstall", "ScriptFailed", "failed with exit code 1")
    there = reason_of(group(target)).remedy
    assert "/opt/codedeploy-agent/deployment-root/f1c9/d-1/logs/scripts.log on i-1" in there
    assert "aws ssm send-command" in there
    shipped = reason_of(group(target, shipped=("/codedeploy/scripts",))).remedy
    assert "the log is in /codedeploy/scripts" in shipped
    assert "ssm" not in shipped


def test_instances_that_were_never_come_to_are_not_those_whose_agent_is_silent():
    reason = reason_of(group(unheard("i-1", "Failed"), unheard("i-2", "Skipped")))
    assert reason.target is not None
    assert reason.target.id == "i-1"
    assert "i-2" not in reason.why


def test_a_stopped_deployment_says_nothing_of_agents():
    assert reason_of(group(unheard(status="Skipped"), made=deployment("Stopped", "MANUAL_STOP"))).cause == "unknown"


@pytest.mark.parametrize(
    ("known", "remedy"),
    [
        (ManagedInstance("i-1", "Online", state="running", profile="web"), "start or install the CodeDeploy agent"),
        (ManagedInstance("i-1", "", state="running"), "attach an instance profile"),
        (ManagedInstance("i-1", "ConnectionLost", state="running", profile="web"), "endpoints on 443"),
        (ManagedInstance("i-1", "", state="stopped", profile="web"), "start the instances"),
    ],
)
def test_what_is_known_of_the_instance_says_what_to_do_first(known, remedy):
    [found] = failed_deployments(group(unheard(), instances=(known,)))
    assert found.cause == "agent"
    assert remedy in found.remedy
    assert "/var/log/aws/codedeploy-agent" in found.remedy
