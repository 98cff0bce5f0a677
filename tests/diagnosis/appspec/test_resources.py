"""Are files for Amazon ECS and AWS Lambda judged line by line?"""

from __future__ import annotations

import json

import pytest

from diagnosis.appspec import validate

ECS = """version: 0.0
Resources:
  - TargetService:
      Type: AWS::ECS::Service
      Properties:
        TaskDefinition: arn:aws:ecs:eu-west-1:111122223333:task-definition/shop:7
        LoadBalancerInfo:
          ContainerName: web
          ContainerPort: 8080
        PlatformVersion: LATEST
        NetworkConfiguration:
          AwsvpcConfiguration:
            Subnets: [subnet-1, subnet-2]
            SecurityGroups: [sg-1]
            AssignPublicIp: DISABLED
        CapacityProviderStrategy:
          - CapacityProvider: FARGATE_SPOT
            Base: 1
            Weight: 2
Hooks:
  - BeforeInstall: check-before
  - AfterAllowTestTraffic: arn:aws:lambda:eu-west-1:111122223333:function:check:3
"""

LAMBDA = """version: 0.0
Resources:
  - shop:
      Type: AWS::Lambda::Function
      Properties:
        Name: shop
        Alias: live
        CurrentVersion: 3
        TargetVersion: "4"
Hooks:
  - BeforeAllowTraffic: check-before
  - AfterAllowTraffic: check-after
"""

LOWER_LAMBDA = """version: 0.0
resources:
  - shop:
      type: AWS::Lambda::Function
      properties: {name: shop, alias: live, currentversion: "3", targetversion: "4"}
hooks:
  - BeforeAllowTraffic: check-before
"""


@pytest.mark.parametrize(
    "text",
    [
        ECS,
        LAMBDA,
        LOWER_LAMBDA,
        ECS.replace("arn:aws:ecs:eu-west-1:111122223333:task-definition/shop:7", "<TASK_DEFINITION>"),
        ECS.replace("arn:aws:ecs:eu-west-1:111122223333:task-definition/shop:7", "${task}").replace("8080", "${port}"),
        LAMBDA.replace('"4"', "${VERSION}"),
    ],
)  # fmt: skip
def test_a_valid_file_has_no_problem(text: str) -> None:
    assert validate(text) == []


@pytest.mark.parametrize(
    ("old", "new", "line", "words"),
    [
        ("version: 0.0", "version: 1", 1, "expected 0.0"),
        ("AWS::ECS::Service", "AWS::ECS::service", 4, "expected AWS::ECS::Service"),
        ("      Type: AWS::ECS::Service\n", "", 4, "no 'Type'"),
        ("        TaskDefinition: arn", "        Taskdef: arn", 6, "expected 'TaskDefinition'"),
        ("arn:aws:ecs:eu-west-1:111122223333:task-definition/shop:7", "shop", 6, "expected the ARN of a task"),
        ("          ContainerName: web\n", "", 8, "no 'ContainerName' in 'LoadBalancerInfo'"),
        ("8080", "0", 9, "expected a port from 1 to 65535"),
        ("8080", "http", 9, "expected a port from 1 to 65535"),
        ("[subnet-1, subnet-2]", "subnet-1", 13, "expected a list of ids"),
        ("            SecurityGroups: [sg-1]\n", "", 13, "all or none"),
        ("DISABLED", "disabled", 15, "expected ENABLED or DISABLED"),
        ("CapacityProvider: FARGATE_SPOT", "Provider: FARGATE_SPOT", 17, "expected 'CapacityProvider'"),
        ("  - BeforeInstall:", "  - ApplicationStop:", 21, "belongs to EC2/On-premises"),
        ("  - BeforeInstall:", "  - AllowTraffic:", 21, "reserves for itself"),
        ("  - BeforeInstall:", "  - beforeinstall:", 21, "wrong case, expected 'BeforeInstall'"),
        ("check-before", "scripts/check.sh", 21, "expected the name or ARN of a Lambda function"),
        ("check-before", "[a]", 21, "expected the name or ARN of a Lambda function"),
        (" check-before", "", 21, "no function for BeforeInstall"),
        ("Hooks:", "Hook:", 20, "expected 'Hooks'"),
        ("Hooks:", "os: linux\nHooks:", 20, "unknown key 'os'"),
    ],
)  # fmt: skip
def test_one_mistake_in_an_ecs_file(old: str, new: str, line: int, words: str) -> None:
    assert old in ECS
    problems = validate(ECS.replace(old, new, 1))
    assert line in {problem.line for problem in problems if problem.severity == "error"}
    assert any(words in problem.message for problem in problems)


@pytest.mark.parametrize(
    ("old", "new", "line", "words"),
    [
        ("        Alias: live\n", "", 6, "no 'Alias' in 'Properties'"),
        ("Alias: live", "Alias: [live]", 7, "a list as 'Alias'"),
        ("CurrentVersion: 3", "CurrentVersion: $LATEST", 8, "expected the number of a published version"),
        ('TargetVersion: "4"', "TargetVersion: 0", 9, "expected the number of a published version"),
        ('TargetVersion: "4"', "TargetVersion: 4\n        Weight: 1", 10, "unknown key 'Weight'"),
        ("  - BeforeAllowTraffic", "  - BeforeInstall", 11, "belongs to"),
        ("  - BeforeAllowTraffic", "  - BeforeAllowTrafic", 11, "expected 'BeforeAllowTraffic'"),
        (
            "Hooks:\n  - BeforeAllowTraffic: check-before\n  - ",
            "Hooks:\n  ",
            11,
            "a mapping as 'Hooks', expected a list",
        ),
    ],
)
def test_one_mistake_in_a_lambda_file(old: str, new: str, line: int, words: str) -> None:
    assert old in LAMBDA
    (problem,) = validate(LAMBDA.replace(old, new, 1))
    assert (problem.line, problem.severity) == (line, "error")
    assert words in problem.message


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (ECS.replace("ContainerPort: 8080", "ContainerPort: '8080'"), "in quotation marks, expected a number"),
        (ECS.replace("TaskDefinition:", "taskDefinition:"), "in another case, expected 'TaskDefinition'"),
        (LAMBDA.replace("CurrentVersion", "currentVersion"), "in another case, expected 'CurrentVersion'"),
        (LAMBDA.replace('"4"', "3"), "version 3 as both versions"),
        (LAMBDA.replace("0.0", "'0.0'"), "the version in quotation marks"),
    ],
)
def test_what_works_undocumented_is_a_warning(text: str, words: str) -> None:
    (problem,) = validate(text)
    assert problem.severity == "warning"
    assert words in problem.message


@pytest.mark.parametrize(
    "text", ["version: 0.0\nResources:\n", "version: 0.0\nResources: {}\n", "version: 0.0\nResources: [1]\n"]
)
def test_resources_must_be_there(text: str) -> None:
    assert [problem.severity for problem in validate(text)] == ["error"]


def test_two_services_are_one_too_many() -> None:
    service = ECS[ECS.index("  - TargetService") : ECS.index("Hooks")]
    problems = validate(ECS.replace(service, service + service.replace("TargetService", "Second")))
    assert [problem.message for problem in problems] == ["2 resources, expected one service"]


def test_json_is_read_with_its_lines() -> None:
    balancer = {"ContainerName": "web", "ContainerPort": 80}
    properties = {"TaskDefinition": "<TASK_DEFINITION>", "LoadBalancerInfo": balancer}
    document = {
        "version": 0.0,
        "Resources": [{"TargetService": {"Type": "AWS::ECS::Service", "Properties": properties}}],
        "Hooks": [{"BeforeInstall": "check"}],
    }
    assert validate(json.dumps(document)) == []
    assert validate(json.dumps(document, indent="\t")) == []
    balancer["ContainerPort"] = 0
    text = json.dumps(document, indent=2)
    (problem,) = validate(text)
    assert '"ContainerPort": 0' in text.splitlines()[problem.line - 1]
