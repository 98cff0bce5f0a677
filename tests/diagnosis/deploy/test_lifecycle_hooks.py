"""Are hooks that time out, nearly do, or fail seen, and whose they are?"""

from __future__ import annotations

from dataclasses import replace

import pytest

from diagnosis.answers import Absent, Blind, CouldNotTellError
from diagnosis.appspec.hooks import Hook, functions_of, hooks_of
from diagnosis.deploy.lifecycle_hooks import failed_scripts, slow_hooks
from diagnosis.deploy.revisions import Revision
from tests.builders import NOW, target
from tests.diagnosis.deploy.fleet import deployment, event, group, instance

UNREAD = Blind("denied", "missing s3:GetObject", "s3:GetObject")


def revision(*hooks: Hook) -> Revision:
    return Revision(target("deployment_group", "web/prod"), "s3://b/k", "appspec.yml", (), hooks, NOW)


def ran(name: str, minutes: float, **changes):
    return group(instance(**{name: event(name, minutes=minutes, **changes)}), made=deployment("Succeeded"))


def failed(name: str, code: str, message: str = "", **changes):
    return group(instance(status="Failed", **{name: event(name, "Failed", code=code, message=message)}), **changes)


def test_a_hook_that_ran_out_of_its_time_is_red():
    [found] = slow_hooks(failed("AfterInstall", "ScriptTimedOut", "failed to complete in 300 seconds"), UNREAD)
    assert (found.cause, found.impact) == ("timeout", "now")
    assert found.symptom == "web/prod: AfterInstall timed out after 1 min on i-1, expected an end within its timeout"


@pytest.mark.parametrize(("minutes", "red"), [(3, False), (4, False), (4.1, True)])
def test_a_hook_that_took_most_of_its_time_is_soon_red(minutes, red):
    found = slow_hooks(ran("AfterInstall", minutes), revision(Hook("AfterInstall", "a.sh", 300)))
    assert bool(found) is red
    assert [(one.cause, one.impact) for one in found] == [("timeout", "soon")] * red


def test_the_scripts_of_an_event_add_up():
    two = revision(Hook("AfterInstall", "a.sh", 300), Hook("AfterInstall", "b.sh", 300))
    assert slow_hooks(ran("AfterInstall", 7), two) == []


def test_without_the_file_an_hour_is_what_codedeploy_allows():
    assert slow_hooks(ran("AfterInstall", 40), UNREAD) == []
    assert slow_hooks(ran("AfterInstall", 50), UNREAD)
    assert slow_hooks(ran("AfterInstall", 50), Absent("revisions in GitHub are not fetched"))


def test_events_without_a_script_and_those_of_codedeploy_have_no_timeout():
    assert slow_hooks(ran("AfterInstall", 50), revision()) == []
    assert slow_hooks(ran("Install", 50), UNREAD) == []


def test_scripts_of_the_revision_before_are_not_held_against_this_file():
    assert slow_hooks(ran("ApplicationStop", 4.5), revision(Hook("ApplicationStop", "stop.sh", 300))) == []


@pytest.mark.parametrize(
    ("code", "cause"), [("ScriptFailed", "script"), ("ScriptMissing", "config"), ("ScriptNotExecutable", "config")]
)
def test_a_script_that_failed_is_red(code, cause):
    [found] = failed_scripts(failed("AfterInstall", code, "it failed"))
    assert (found.cause, found.proven) == (cause, True)
    assert f"{code} in AfterInstall on i-1" in found.symptom


def test_a_script_out_of_time_is_not_told_twice():
    assert failed_scripts(failed("AfterInstall", "ScriptTimedOut")) == []


def test_the_previous_revisions_script_is_said_to_be_that():
    [found] = failed_scripts(failed("ApplicationStop", "ScriptFailed", "failed with exit code 1"))
    assert found.why.startswith("the previous revision's script in ApplicationStop")


def test_how_many_targets_it_is_is_counted():
    broken = event("AfterInstall", "Failed", code="ScriptFailed")
    several = [instance(f"i-{number}", "Failed", AfterInstall=broken) for number in (1, 2, 3)]
    [found] = failed_scripts(group(*several, instance("i-4")))
    assert "on 3 of 4 targets" in found.symptom


def test_a_failure_that_codedeploy_cannot_explain_is_no_health():
    with pytest.raises(CouldNotTellError, match="AfterInstall failed on i-1 in d-1"):
        failed_scripts(failed("AfterInstall", "UnknownError", "string contains null byte"))


@pytest.mark.parametrize("name", ["DownloadBundle", "Install"])
def test_what_the_agent_itself_failed_at_is_no_script(name):
    assert failed_scripts(failed(name, "UnknownError", "string contains null byte")) == []


def test_what_the_words_explain_is_another_checks():
    assert failed_scripts(failed("AfterInstall", "UnknownError", "Access Denied (Status Code: 403)")) == []


def test_a_hook_function_that_failed_is_code():
    made = deployment(code="HOOK_EXECUTION_FAILURE")
    [found] = failed_scripts(failed("BeforeInstall", "UnknownError", platform="ECS", made=made))
    assert (found.cause, found.impact) == ("code", "now")


def test_hooks_are_read_from_files_of_every_platform():
    server = "hooks:\n  AfterInstall:\n    - location: a.sh\n      timeout: 60\n    - location: b.sh\n"
    assert hooks_of(server) == [Hook("AfterInstall", "a.sh", 60), Hook("AfterInstall", "b.sh", 3600)]
    function = 'version: 0.0\nResources:\n  - f:\n      Type: AWS::Lambda::Function\n      Properties: {Name: "f"}\n'
    function += "Hooks:\n  - BeforeAllowTraffic: check\n"
    assert hooks_of(function) == [Hook("BeforeAllowTraffic", "check")]
    assert functions_of(function) == ["f"]
    assert hooks_of("hooks: [") == functions_of("{") == []


@pytest.mark.parametrize("untold", [{"started": None}, {"ended": None}, {"status": "InProgress", "started": None}])
def test_a_hook_that_ran_without_its_times_is_no_quick_one(untold):
    ran_so = replace(event("AfterInstall", minutes=1), **untold)
    untimed = group(instance(AfterInstall=ran_so), made=deployment("Succeeded"))
    with pytest.raises(CouldNotTellError, match="the times of AfterInstall on i-1"):
        slow_hooks(untimed, UNREAD)
    assert slow_hooks(untimed, revision()) == []


def test_an_event_that_never_ran_needs_no_times():
    waits = replace(event("AfterInstall", minutes=1), status="Pending", started=None, ended=None)
    assert slow_hooks(group(instance(AfterInstall=waits), made=deployment("InProgress")), UNREAD) == []
