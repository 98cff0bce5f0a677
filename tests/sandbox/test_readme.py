"""Do the README's examples run, and does it document every verb with its present signature?"""

from __future__ import annotations

import inspect
import re
from pathlib import Path

import pytest
from botocore.exceptions import ClientError

from sandbox.world import World

README = (Path(__file__).resolve().parents[2] / "sandbox" / "README.md").read_text()
EXAMPLES = re.findall(r"```python\n(.*?)```", README, re.DOTALL)
IMPORTS = next(example for example in EXAMPLES if "import" in example)
_COMMON = {"self", "account", "region"}


def verbs():
    found = inspect.getmembers(World, inspect.isfunction)
    return [name for name, _ in found if not name.startswith("_")]


def test_the_examples_run(started, tmp_path):
    scenario = tmp_path / "examples.py"
    blocks = [IMPORTS]
    names = []
    for number, example in enumerate(e for e in EXAMPLES if "def build(world)" in e):
        names.append(f"build_{number}")
        blocks.append(example.replace("def build(world)", f"def {names[-1]}(world)"))
    calls = "\n".join(f"    {name}(world)" for name in names)
    scenario.write_text("\n\n".join([*blocks, f"def build(world):\n{calls}\n"]))
    running = started("--scenario", str(scenario))
    assert running.announced["expected"][0]["target"] == "tea-price"
    alarm = running.client("cloudwatch").describe_alarms(AlarmNames=["tea-price"])["MetricAlarms"][0]
    assert alarm["StateValue"] == "ALARM"
    role = "arn:aws:iam::210987654321:role/vitals-reader"
    with pytest.raises(ClientError, match="not authorized to perform: sts:AssumeRole"):
        running.client("sts").assume_role(RoleArn=role, RoleSessionName="vitals")
    assert len(running.control("GET", "/vitals/faults")) == 13
    assert len(names) >= 7


@pytest.mark.parametrize("verb", verbs())
def test_every_verb_is_documented_with_an_example(verb):
    assert f"world.{verb}(" in README
    assert any(f"world.{verb}(" in example for example in EXAMPLES)


@pytest.mark.parametrize("verb", [v for v in verbs() if v != "client"])
def test_documented_signatures_hold(verb):
    documented = re.search(rf"`world\.{verb}\((.*?)\)`", README)
    assert documented, f"world.{verb} has no signature in the README"
    named = re.findall(r"(?:^|, )(\w+)", re.sub(r"\(.*?\)|\"[^\"]*\"", "", documented.group(1)))
    own = [
        name
        for name, parameter in inspect.signature(getattr(World, verb)).parameters.items()
        if name not in _COMMON and parameter.kind is not inspect.Parameter.VAR_KEYWORD
    ]
    assert named == own
