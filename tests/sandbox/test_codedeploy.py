"""Do deployments run as CodeDeploy's documentation says, from what happened on their targets?"""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from sandbox.services.codedeploy_events import (
    AGENT_PATIENCE_S,
    NEVER_S,
    Happening,
    Sources,
    TargetRun,
    names_of,
    run,
)
from sandbox.services.codedeploy_plans import Plan, cut_off, default_config, in_batches, minimum_healthy, shift_s
from sandbox.services.codedeploy_revision import Found, Script, _parsed, function_of

NOTHING = Found()
NAMES = names_of("Server")
APPSPEC = "version: 0.0\nos: linux\nhooks:\n  AfterInstall:\n    - location: scripts/a.sh\n      timeout: 90\n"


def events(said: dict[str, Happening], current: Found = NOTHING, previous: Found = NOTHING):
    return {e.name: e for e in run(NAMES, said, Sources(current, previous), 1000.0, True, 0)}


def test_what_follows_a_failure_never_starts():
    made = events({"BeforeInstall": Happening("exit", script="b.sh", exit_code=3, log="oops")})
    broken = made["BeforeInstall"]
    assert (broken.code, broken.message) == (
        "ScriptFailed",
        "Script at specified location: b.sh failed with exit code 3",
    )
    assert broken.log == "LifecycleEvent - BeforeInstall\nScript - b.sh\n[stderr]oops\n"
    assert made["DownloadBundle"].code == "Success"
    assert made["Install"].start_s is None


def test_a_script_that_hangs_has_the_timeout_of_its_file():
    found = Found({"AfterInstall": (Script("scripts/a.sh", 90.0, "root"),)}, frozenset({"scripts/a.sh"}))
    made = events({"AfterInstall": Happening("hangs")}, found)["AfterInstall"]
    assert made.end_s - (made.start_s or 0) == 90
    assert made.message.endswith("scripts/a.sh failed to complete in 90 seconds")


def test_a_script_that_is_not_in_the_bundle_is_missing_and_the_previous_bundle_is_another():
    lacking = Found({"ApplicationStop": (Script("stop.sh"),)}, frozenset({"appspec.yml"}))
    assert events({}, current=lacking)["ApplicationStop"].code == "Success"
    assert events({}, previous=lacking)["ApplicationStop"].code == "ScriptMissing"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (APPSPEC.replace("0.0", "1.0"), "an invalid version value (1.0)"),
        (APPSPEC.replace("linux", "solaris"), "an unsupported operating system (solaris)"),
        (APPSPEC.replace("- location: scripts/a.sh\n      timeout", "- timeout"), "a script with no location value"),
        (APPSPEC.replace("  AfterInstall", " \tAfterInstall"), "(<unknown>): "),
        ("a: b: c", "mapping values are not allowed in this context"),
    ],
)
def test_a_file_that_the_agent_cannot_read_fails_its_first_hook(text, said):
    hooks, problem = _parsed(text)
    assert said in problem
    made = events({}, Found(hooks, frozenset({"scripts/a.sh"}), problem))
    assert (made["BeforeInstall"].code, made["BeforeInstall"].message) == ("UnknownError", problem)
    assert made["DownloadBundle"].code == "Success"


@pytest.mark.parametrize(
    ("config", "hosts", "minimum"),
    [("OneAtATime", 4, 3), ("OneAtATime", 1, 0), ("HalfAtATime", 5, 3), ("AllAtOnce", 7, 0)],
)
def test_how_many_hosts_must_stay_healthy(config, hosts, minimum):
    assert minimum_healthy(default_config(f"CodeDeployDefault.{config}") or {}, hosts) == minimum


def way(failing: set[str]):
    def go(name: str, begin_s: float) -> TargetRun:
        said = {"Install": Happening("fails", message="no")} if name in failing else {}
        return TargetRun(name, "", run(NAMES, said, Sources(), begin_s, True, 0), begin_s=begin_s)

    return go


@pytest.mark.parametrize(
    ("minimum", "failing", "well", "untouched"),
    [
        (3, {"a"}, False, 3),  # one at a time, the first fails: no other may be taken away
        (3, {"d"}, True, 0),  # the last may fail
        (2, {"a"}, True, 0),
        (2, {"a", "b"}, False, 2),
        (0, {"a", "b", "c"}, True, 0),  # all at once: one is enough
        (0, {"a", "b", "c", "d"}, False, 0),
    ],
)
def test_batches_go_on_until_too_many_have_failed(minimum, failing, well, untouched):
    runs, outcome = in_batches(["a", "b", "c", "d"], minimum, 0.0, way(failing))
    assert outcome is well
    assert sum(one.begin_s is None for one in runs) == untouched


def test_targets_move_on_while_time_goes_by():
    made = TargetRun("a", "", run(NAMES, {}, Sources(), 1000.0, True, 0), begin_s=1000.0)
    assert [made.status(now, False) for now in (999, 1001, 5000)] == ["Pending", "InProgress", "Succeeded"]
    shown = made.events[0].shown(1001, False)
    assert (shown["status"], "endTime" in shown) == ("InProgress", False)
    assert made.events[1].shown(1001, False)["status"] == "Pending"


def test_an_agent_that_is_not_there_is_waited_for_an_hour():
    made = TargetRun("a", "", (), "", 1000.0 + AGENT_PATIENCE_S, 1000.0)
    assert [made.status(now, False) for now in (2000, 4599, 4601)] == ["Pending", "Pending", "Failed"]


def test_what_was_not_begun_when_it_was_stopped_is_skipped():
    made = TargetRun("a", "", run(NAMES, {}, Sources(), 1000.0, True, 0), begin_s=1000.0)
    cut = cut_off(made, 1004.0)
    assert [event.start_s is None for event in cut.events[:3]] == [False, False, True]
    assert cut_off(made, 900.0).begin_s is None


@pytest.mark.parametrize(
    ("name", "seconds"),
    [
        ("LambdaCanary10Percent5Minutes", 300),
        ("LambdaLinear10PercentEvery2Minutes", 1080),
        ("ECSLinear10PercentEvery1Minutes", 540),
        ("ECSAllAtOnce", 2),
    ],
)
def test_traffic_shifts_as_long_as_the_configuration_takes(name, seconds):
    assert shift_s(default_config(f"CodeDeployDefault.{name}") or {}) == seconds


def test_a_text_is_told_by_its_hash_and_a_function_by_its_file():
    text = "Resources:\n  - f:\n      Type: AWS::Lambda::Function\n      Properties: {Name: f, Alias: live}"
    assert function_of(text) == {"functionName": "f", "functionAlias": "live"}
    known = {"revisionType": "AppSpecContent", "appSpecContent": {"content": text}}
    shown = Plan("d-1", "f", "live", "Lambda", 0.0, 1.0, known, {}, {}).shown(5.0)
    assert set(shown["revision"]["appSpecContent"]) == {"sha256"}
    assert shown["status"] == "InProgress"


def test_the_world_answers_over_http(started, tmp_path):
    scenario = tmp_path / "fleet.py"
    scenario.write_text(
        "from sandbox.scenarios import _fleet, _shop\n\n\n"
        "def build(world):\n    fleet = _fleet.build(world, _shop.build(world), rolls_back=True)\n"
        "    broken = {fleet.instances[0]: {'AfterInstall': 'hangs'}}\n"
        "    world.deployment('storefront', 'production', at='20m', targets=broken)\n"
        "    world.stack_operation('shop-settings', at='9m', failed='Currency', reason='no', cancelled=('Language',))\n"
        "    world.stack_operation('shop-settings', at='4m', failed='Currency', reason='no', rollback='failed',\n"
        "        rollback_failed='Language', rollback_reason='gone')\n"
    )
    running = started("--scenario", str(scenario))
    client = running.client("codedeploy")
    named = {"applicationName": "storefront", "deploymentGroupName": "production"}
    ids = client.list_deployments(**named)["deployments"]
    told = {
        one["deploymentId"]: SimpleNamespace(**one)
        for one in client.batch_get_deployments(deploymentIds=ids)["deploymentsInfo"]
    }
    newest, failed = told[ids[0]], told[ids[1]]
    assert (newest.creator, newest.rollbackInfo) == ("codeDeployRollback", {"rollbackTriggeringDeploymentId": ids[1]})
    assert (failed.status, failed.errorInformation["code"]) == ("Failed", "HEALTH_CONSTRAINTS")
    assert failed.deploymentOverview["Skipped"] == 2
    with pytest.raises(client.exceptions.DeploymentGroupNameRequiredException):
        client.list_deployments(applicationName="storefront")
    targets = client.list_deployment_targets(deploymentId=ids[1])["targetIds"]
    got = client.batch_get_deployment_targets(deploymentId=ids[1], targetIds=targets)["deploymentTargets"]
    assert sorted(one["instanceTarget"]["status"] for one in got) == ["Failed", "Skipped", "Skipped"]
    stack = running.client("cloudformation").describe_stacks(StackName="shop-settings")["Stacks"][0]
    assert stack["StackStatus"] == "UPDATE_ROLLBACK_FAILED"
    events_told = running.client("cloudformation").describe_stack_events(StackName="shop-settings")["StackEvents"]
    reasons = [one.get("ResourceStatusReason") for one in events_told if one["ResourceStatus"] == "UPDATE_FAILED"]
    assert reasons == ["gone", "no", "Resource update cancelled", "no"]
    assert failed.completeTime.timestamp() < NEVER_S
