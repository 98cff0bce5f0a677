"""What would a deployment create, and what does it cost while nothing happens? Without AWS: `make deploy-plan`."""

from __future__ import annotations

import os
import sys
from collections import defaultdict
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from samtranslator.translator.transform import transform
from samtranslator.yaml_helper import yaml_parse

TEMPLATE = Path(__file__).with_name("template.yaml")
FREE = "nothing"
IDLE = {
    "AWS::DynamoDB::Table": "nothing: on demand, and its items are forgotten after a day",
    "AWS::Lambda::Function": "nothing: by invocation",
    "AWS::Logs::LogGroup": "storage: about $0.03 for a GB and month",
    "AWS::S3::Bucket": "storage: about $0.023 for a GB and month",
    "AWS::StepFunctions::StateMachine": "nothing: by state transition",
}
"""What one of a kind costs idle; kinds that are not here cost nothing by themselves. Prices differ by region."""
COSTLY = {
    "AWS::CloudWatch::Alarm", "AWS::EC2::NatGateway", "AWS::EC2::VPCEndpoint", "AWS::KMS::Key", "AWS::RDS::DBInstance",
    "AWS::SecretsManager::Secret", "AWS::ECS::Service",
}  # fmt: skip
"""Kinds that cost money while nothing happens; a template that has one has to say so."""


def translated(path: Path = TEMPLATE) -> dict[str, Any]:
    """The template as CloudFormation gets it: SAM's resources in the place of those that stand for them."""
    os.environ.setdefault("AWS_DEFAULT_REGION", "us-east-1")  # the translator asks for a region, and calls nothing
    template = yaml_parse(path.read_text(encoding="utf-8"))
    for resource in template["Resources"].values():
        if "DefinitionUri" in resource.get("Properties", {}):  # `sam deploy` puts the file there
            resource["Properties"]["DefinitionUri"] = "s3://artifacts/definition.json"
    result: dict[str, Any] = transform(template, {}, _NoPolicies())
    return result


class _NoPolicies:
    """The template names no managed policies that would have to be looked up."""

    def load(self) -> dict[str, str]:
        return {}


def lines(template: Mapping[str, Any]) -> Iterator[str]:
    """The plan in lines: resources by kind, parameters, what it costs idle."""
    kinds: dict[str, list[str]] = defaultdict(list)
    for name, resource in template["Resources"].items():
        kinds[resource["Type"]].append(name + (" (if asked for)" if "Condition" in resource else ""))
    yield f"{len(template['Resources'])} resources"
    for kind in sorted(kinds):
        yield ""
        yield f"{kind}  ({len(kinds[kind])})"
        yield from (f"  {name}" for name in sorted(kinds[kind]))
    yield ""
    yield "Parameters"
    for name, parameter in template["Parameters"].items():
        given = f"default {parameter['Default']!r}" if "Default" in parameter else "has to be given"
        yield f"  {name:<22} {given}"
    yield ""
    yield "Idle, each month"
    yield from (f"  {kind:<34} {IDLE[kind]}" for kind in sorted(kinds) if kind in IDLE)
    yield f"  {'the other kinds':<34} {FREE}"
    yield f"  {'the image, in ECR':<34} storage: about $0.10 for a GB and month"
    yield from (f"  {kind:<34} COSTS MONEY while nothing happens" for kind in sorted(COSTLY & set(kinds)))


if __name__ == "__main__":
    sys.stdout.write("\n".join(lines(translated())) + "\n")
