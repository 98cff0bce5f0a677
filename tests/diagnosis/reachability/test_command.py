"""The command, and what it says of flows and snapshots that are wrong, missing or denied."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from diagnosis.reachability import FlowError, Network, SnapshotError, Verdict
from diagnosis.reachability.flows import flow_of
from tests.diagnosis.reachability.test_private_links import transit
from tests.diagnosis.reachability.world import two_tiers

ROOT = Path(__file__).resolve().parents[3]
GOOD = {
    "id": 1, "source": {"type": "instance", "id": "i-web"}, "destination": {"type": "instance", "id": "i-db"},
    "protocol": "tcp", "port": 5432,
}  # fmt: skip


def saved(folder: Path, raw: dict) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    for key, objects in raw.items():
        (folder / f"{key}.json").write_text(json.dumps({key: objects}), encoding="utf-8")
    return folder


def run(folder: Path | str, *lines: object) -> tuple[int, list[dict], str]:
    text = "\n".join(line if isinstance(line, str) else json.dumps(line) for line in lines)
    command = [sys.executable, "-m", "diagnosis.reachability", str(folder)]
    done = subprocess.run(command, input=text, capture_output=True, text=True, cwd=ROOT, check=False)
    return done.returncode, [json.loads(line) for line in done.stdout.splitlines()], done.stderr


def test_good_and_bad_lines_are_each_answered(tmp_path):
    bad = [
        "{", "[]", {**GOOD, "id": 2, "protocol": "tpc"}, {**GOOD, "id": 3, "source": {"type": "moon"}},
        {**GOOD, "id": 4, "destination": {"type": "ip", "ip": "10.0.0.300"}}, {**GOOD, "id": 5, "port": 70000},
        {**GOOD, "id": 6, "source": {"type": "instance"}}, {**GOOD, "id": 7, "port": "443"}, {"id": 8},
        {**GOOD, "id": 9, "source": {"type": "ip", "ip": "8.8.8.8"}, "destination": {"type": "ip", "ip": "2600::1"}},
    ]  # fmt: skip
    code, answers, errors = run(saved(tmp_path, two_tiers().raw), GOOD, *bad, "", {**GOOD, "id": "x", "port": 1})
    assert (code, errors) == (0, "")
    assert [answer["id"] for answer in answers] == [1, None, None, 2, 3, 4, 5, 6, 7, 8, 9, "x"]
    assert all(set(answer) == {"id", "error"} and "\n" not in answer["error"] for answer in answers[1:-1])
    assert {key: answers[0][key] for key in ("verdict", "forward", "return", "blockers")} == {
        "verdict": "reachable", "forward": "reachable", "return": "reachable", "blockers": [],
    }  # fmt: skip
    assert answers[0]["path"] == ["i-web", "subnet-web", "vpc-1", "subnet-db", "i-db"]
    blocker = answers[-1]["blockers"][0]
    assert set(blocker) >= {"type", "id", "direction", "code", "detail"}
    assert (blocker["type"], blocker["id"]) == ("security-group", "sg-db")


def test_a_snapshot_that_cannot_be_read_is_one_line(tmp_path):
    code, answers, errors = run(tmp_path / "none", GOOD)
    assert (code, answers) == (2, [])
    assert errors.count("\n") == 1
    (tmp_path / "Vpcs.json").write_text("{", encoding="utf-8")
    with pytest.raises(SnapshotError, match=r"Vpcs\.json"):
        Network.from_folder(tmp_path)
    (tmp_path / "Vpcs.json").write_text('{"Vpcs": [{"CidrBlock": "10.0.0.0/16"}]}', encoding="utf-8")
    code, _, errors = run(tmp_path, GOOD)
    assert (code, errors.count("\n")) == (2, 1)


def test_accounts_and_regions_are_told_apart(tmp_path):
    world = two_tiers()
    saved(tmp_path / "accounts" / "111122223333" / "eu-west-1", world.raw)
    saved(tmp_path / "accounts" / "999900001111" / "us-east-1", {"Vpcs": []})
    network = Network.from_folder(tmp_path)
    assert set(network.descriptions.by_place) == {("111122223333", "eu-west-1"), ("999900001111", "us-east-1")}
    assert network.trace(flow_of(GOOD)).verdict is Verdict.REACHABLE
    saved(tmp_path / "flat" / "eu-west-1", world.raw)
    assert set(Network.from_folder(tmp_path / "flat").descriptions.by_place) == {("", "eu-west-1")}


def test_the_owner_of_a_shared_vpc_decides_about_its_public_access(tmp_path):
    world = two_tiers()
    world.raw["Vpcs"][0]["OwnerId"] = "999900001111"
    places = tmp_path / "accounts" / "111122223333" / "eu-west-1", tmp_path / "accounts" / "999900001111" / "eu-west-1"
    saved(places[0], {"Vpcs": world.raw["Vpcs"], "Subnets": world.raw["Subnets"]})
    saved(places[1], world.raw)
    assert Network.from_folder(tmp_path).trace(flow_of(GOOD)).verdict is Verdict.REACHABLE
    saved(places[1], {"VpcBlockPublicAccessOptions": [{"InternetGatewayBlockMode": "block-bidirectional"}]})
    outward = flow_of({**GOOD, "destination": {"type": "internet"}})
    assert Network.from_folder(tmp_path).trace(outward).verdict is Verdict.BLOCKED


def test_associations_are_told_to_the_owner_of_the_transit_gateway_alone(tmp_path):
    world = transit(SecurityGroupReferencingSupport="enable")
    for attachment in world.raw["TransitGatewayAttachments"]:
        attachment["TransitGatewayOwnerId"] = "999900001111"
    place = tmp_path / "accounts" / "111122223333" / "eu-west-1"
    whole = world.raw["TransitGatewayAttachments"]
    seen = [{key: value for key, value in raw.items() if key != "Association"} for raw in whole]
    saved(place, {**world.raw, "TransitGatewayAttachments": seen})
    flow = {**GOOD, "source": {"type": "instance", "id": "i-a"}, "destination": {"type": "instance", "id": "i-b"}}
    asked = flow_of({**flow, "port": 443})
    assert Network.from_folder(tmp_path).trace(asked).verdict is Verdict.UNKNOWN
    saved(tmp_path / "accounts" / "999900001111" / "eu-west-1", {"TransitGatewayAttachments": whole})
    assert Network.from_folder(tmp_path).trace(asked).verdict is Verdict.REACHABLE


def test_an_end_that_nobody_described_is_unknown():
    world = two_tiers()
    for source, destination in (
        ("i-none", "i-db"),
        ("i-web", "i-none"),
        ("subnet-none", "i-db"),
        ("10.77.0.1", "i-db"),
    ):
        answer = world.ask(source, destination, 5432)
        assert (answer.verdict, answer.blockers) == (Verdict.UNKNOWN, ())
        assert answer.unknown
    assert "unknown" in world.ask("i-none", "i-db").as_json()


@pytest.mark.parametrize(
    "key",
    [
        "Vpcs", "Subnets", "RouteTables", "NetworkAcls", "SecurityGroups", "NetworkInterfaces", "Reservations",
        "InternetGateways", "NatGateways", "VpcBlockPublicAccessOptions", "VpcBlockPublicAccessExclusions",
    ],
)  # fmt: skip
def test_a_denied_description_is_never_taken_for_an_empty_one(key):
    world = two_tiers()
    flow = ("i-db@10.0.2.10", "198.51.100.7")
    assert world.ask(*flow).verdict is Verdict.REACHABLE
    if key == "NetworkInterfaces":
        world.raw["Reservations"][1]["Instances"][0]["NetworkInterfaces"] = []
    world.raw.pop(key, None)
    assert world.ask(*flow, denied=(key,)).verdict is Verdict.UNKNOWN
    assert world.ask(*flow, denied=(("111122223333", "eu-west-1", key),)).verdict is Verdict.UNKNOWN


def test_a_flow_says_what_is_wrong_with_it():
    with pytest.raises(FlowError, match="destination must be an object"):
        flow_of({"source": {"type": "internet"}, "protocol": "tcp"})
    with pytest.raises(FlowError, match="icmp type"):
        flow_of({**GOOD, "protocol": "icmp", "icmp": {"type": 300}})
    assert flow_of({**GOOD, "protocol": 47}).number == 47


def test_a_file_is_read_by_what_is_in_it_and_what_cannot_be_used_is_told(tmp_path):
    folder = saved(tmp_path, two_tiers().raw)
    (folder / "SecurityGroups.json").rename(folder / "groups.json")
    (folder / "holiday.json").write_text('{"Photos": []}', encoding="utf-8")
    code, [answer], errors = run(folder, GOOD)
    assert (code, answer["verdict"]) == (0, "reachable")
    assert errors == f"{folder / 'holiday.json'}: not used, it has none of the keys that are read (see --help)\n"


def test_pages_in_several_files_are_one_listing(tmp_path):
    folder = saved(tmp_path, two_tiers().raw)
    listed = json.loads((folder / "SecurityGroups.json").read_text())["SecurityGroups"]
    (folder / "SecurityGroups.json").unlink()
    for number, group in enumerate(listed):
        (folder / f"page-{number}.json").write_text(json.dumps({"SecurityGroups": [group]}), encoding="utf-8")
    assert run(folder, GOOD)[1][0]["verdict"] == "reachable"


@pytest.mark.parametrize("key", ["SecurityGroups", "RouteTables", "NetworkAcls", "Subnets"])
def test_a_listing_with_more_pages_is_unknown(tmp_path, key):
    folder = saved(tmp_path, two_tiers().raw)
    content = {key: two_tiers().raw.get(key, []), "NextToken": "more"}
    (folder / f"{key}.json").write_text(json.dumps(content), encoding="utf-8")
    code, [answer], errors = run(folder, GOOD)
    assert (code, answer["verdict"], answer["blockers"]) == (0, "unknown", [])
    assert f"{key}.json: has a NextToken" in errors


def test_interfaces_without_their_subnets_are_unknown(tmp_path):
    world = two_tiers()
    del world.raw["Subnets"]
    to_address = {**GOOD, "id": 2, "destination": {"type": "ip", "ip": "10.0.2.77"}}
    _, answers, _ = run(saved(tmp_path, world.raw), GOOD, to_address)
    assert [answer["verdict"] for answer in answers] == ["unknown", "unknown"]


def test_a_rule_without_a_protocol_is_unknown_and_not_all_of_them(tmp_path):
    world = two_tiers()
    group = next(group for group in world.raw["SecurityGroups"] if group["GroupId"] == "sg-db")
    group["IpPermissions"] = [{"IpRanges": [{"CidrIp": "0.0.0.0/0"}]}]
    _, [answer], _ = run(saved(tmp_path, world.raw), GOOD)
    assert (answer["verdict"], answer["unknown"]) == ("unknown", ["not described: the protocol of a rule of sg-db"])
    assert not world.network().exposure("i-db")


def test_one_bad_object_is_named_with_its_file(tmp_path):
    world = two_tiers()
    next(subnet for subnet in world.raw["Subnets"] if subnet["SubnetId"] == "subnet-db")["CidrBlock"] = "10.0.0.0/99"
    folder = saved(tmp_path, world.raw)
    code, _, errors = run(folder, GOOD)
    assert (code, errors.count("\n")) == (2, 1)
    assert errors.startswith(f"{folder / 'Subnets.json'}: subnet-db is not as AWS describes it")


@pytest.mark.parametrize("content", ["[1, 2]", '"text"', "null", '{"Vpcs": [1]}', '{"Vpcs": "all"}', "[" * 100_000])
def test_what_is_no_answer_of_aws_is_one_line(tmp_path, content):
    (tmp_path / "Vpcs.json").write_text(content, encoding="utf-8")
    code, answers, errors = run(tmp_path, GOOD)
    assert (code, answers, errors.count("\n")) == (2, [], 1)
    assert "Vpcs.json" in errors


def test_help_lists_the_keys_that_are_read():
    done = subprocess.run(
        [sys.executable, "-m", "diagnosis.reachability", "--help"],
        capture_output=True,
        text=True,
        cwd=ROOT,
        check=False,
    )
    assert done.returncode == 0
    assert all(key in done.stdout for key in ("SecurityGroups", "VpcBlockPublicAccessOptions", "NextToken"))
