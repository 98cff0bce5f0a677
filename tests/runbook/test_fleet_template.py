"""The member's role is read-only and current; the template and the state machine know each other's names."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from fixtures.operations import READS
from runbook.policy import needed, templates
from sandbox.services.actions import Request
from sandbox.services.asl import validate_state_machine_definition

RUNBOOK = Path(__file__).resolve().parents[2] / "runbook"
INLINE_QUOTA = 10_240
"""Characters of all inline policies of a role, white space not counted (IAM and STS quotas)."""
MANAGED_QUOTA = 6_144
"""The same of one managed policy."""


class Loader(yaml.SafeLoader):
    """Reads CloudFormation's short forms as what they stand for."""


def _short(loader: Loader, suffix: str, node: yaml.Node) -> Any:
    if isinstance(node, yaml.ScalarNode):
        return {suffix: node.value}
    made = loader.construct_sequence if isinstance(node, yaml.SequenceNode) else loader.construct_mapping
    return {suffix: made(node, deep=True)}  # type: ignore[operator]


Loader.add_multi_constructor("!", _short)


def loaded(name: str) -> dict[str, Any]:
    return dict(yaml.load((RUNBOOK / name).read_text(encoding="utf-8"), Loader))


def fleet() -> dict[str, Any]:
    return dict(json.loads((RUNBOOK / "fleet.asl.json").read_text(encoding="utf-8")))


@pytest.fixture(scope="module")
def policy() -> dict[str, Any]:
    return needed()


def test_the_member_s_role_is_what_the_checks_need_today(policy):
    (granted,) = loaded("member-role.yaml")["Resources"]["MemberRole"]["Properties"]["Policies"]
    assert granted["PolicyDocument"] == policy
    assert {action for statement in policy["Statement"] for action in statement["Action"]} <= set(READS.values())
    assert {path.name for path in templates()} == {"member-role.yaml", "template.yaml"}


def test_the_policy_fits_into_the_role_and_into_one_managed_policy(policy):
    size = len(json.dumps(policy, separators=(",", ":")))
    assert size < MANAGED_QUOTA < INLINE_QUOTA


def test_the_member_trusts_one_role_with_an_external_id_only():
    (statement,) = loaded("member-role.yaml")["Resources"]["MemberRole"]["Properties"]["AssumeRolePolicyDocument"][
        "Statement"
    ]
    assert statement["Condition"] == {
        "ArnEquals": {"aws:PrincipalArn": {"Ref": "RunnerRoleArn"}},
        "StringEquals": {"sts:ExternalId": {"Ref": "ExternalId"}},
    }
    assert statement["Action"] == "sts:AssumeRole"


def test_the_definition_is_valid_and_its_words_are_filled_in():
    text = (RUNBOOK / "fleet.asl.json").read_text(encoding="utf-8")
    properties = loaded("template.yaml")["Resources"]["Fleet"]["Properties"]
    assert set(re.findall(r"\$\{(\w+)\}", text)) == set(properties["DefinitionSubstitutions"])
    answer = validate_state_machine_definition(Request("123456789012", "eu-west-1", {"definition": text}))
    assert [one for one in answer["diagnostics"] if one["severity"] == "ERROR"] == []


def test_nothing_that_happens_to_a_place_ends_the_night():
    places = fleet()["States"]["ExaminePlaces"]
    assert (places["ToleratedFailurePercentage"], places["ItemProcessor"]["ProcessorConfig"]["Mode"]) == (
        100,
        "DISTRIBUTED",
    )
    inner = places["ItemProcessor"]["States"]
    for name in ("ExaminePlace", "KeepBlind"):
        (caught,) = inner[name]["Catch"]
        assert caught["ErrorEquals"] == ["States.ALL"]
        assert inner[name]["TimeoutSeconds"] <= 930
    assert inner["BlindPlace"]["Type"] == "Pass"


def test_every_failure_of_the_night_itself_is_told():
    states = fleet()["States"]
    for name in ("ListPlaces", "ExaminePlaces", "MergeFleet"):
        assert [caught["Next"] for caught in states[name]["Catch"]] == ["TellNightFailed"]
    assert states[states["TellNightFailed"]["Next"]]["Type"] == "Fail"


def test_the_functions_may_do_what_their_part_is_and_no_more():
    resources = loaded("template.yaml")["Resources"]
    allowed = {
        name: {
            action
            for policy in resources[name]["Properties"]["Policies"]
            for statement in policy["Statement"]
            for action in ([statement["Action"]] if isinstance(statement["Action"], str) else statement["Action"])
        }
        for name in ("FleetList", "FleetExamine", "FleetMerge")
    }
    assert allowed["FleetExamine"] == {"sts:AssumeRole", "s3:PutObject"}
    assert allowed["FleetMerge"] == {"s3:GetObject", "s3:ListBucket", "s3:PutObject", "sns:Publish"}
    assert {action.split(":")[0] for action in allowed["FleetList"]} == {"organizations", "account", "s3"}
    members = resources["FleetReaderRole"]["Properties"]["Policies"][0]["PolicyDocument"]["Statement"]
    assert [statement["Action"] for statement in members] == ["sts:AssumeRole"]


def test_settings_that_the_handlers_read_are_said_by_the_template():
    said = set(loaded("template.yaml")["Globals"]["Function"]["Environment"]["Variables"])
    for name, function in (
        ("list_places", "FleetList"),
        ("examine_place", "FleetExamine"),
        ("merge_fleet", "FleetMerge"),
    ):
        text = (RUNBOOK / "handlers" / f"{name}.py").read_text(encoding="utf-8")
        own = loaded("template.yaml")["Resources"][function]["Properties"].get("Environment", {}).get("Variables", {})
        asked = {f"VITALS_{word}" for word in re.findall(r"(?:setting|optional)\(\"(\w+)\"", text)}
        assert asked <= said | set(own), function


def test_a_night_that_nobody_could_tell_of_is_told():
    """A failed night tells of itself; one that is aborted or out of time has no state left to do so."""
    resources = loaded("template.yaml")["Resources"]
    rule, policy = (resources[name]["Properties"] for name in ("NightBroke", "TeamPolicy"))
    assert rule["EventPattern"]["detail"] == {"stateMachineArn": [{"Ref": "Fleet"}], "status": ["TIMED_OUT", "ABORTED"]}
    [statement] = policy["PolicyDocument"]["Statement"]
    assert rule["Targets"][0]["Arn"] == statement["Resource"] == {"Ref": "Team"}
    assert fleet()["TimeoutSeconds"] <= 24 * 3600, "the next night would begin first"
