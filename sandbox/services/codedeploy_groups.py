"""What does a deployment find: which instances does its group mean, and may its role do what comes first?"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sandbox import inside
from sandbox.services.codedeploy_plans import Config


@dataclass(frozen=True)
class Surroundings:
    """What a deployment finds: its group as moto has it, configuration, instances, and when agents fell silent."""

    account: str
    region: str
    group: Any
    config: Config
    previous: Mapping[str, Any]
    silent_s: Mapping[str, float]


def instances(around: Surroundings) -> list[str]:
    """The instances that a group means now, by tags and Auto Scaling groups."""
    group, found = around.group, []
    ec2 = inside.client("ec2", around.account, around.region)
    tagged = [
        *([group.ec2_tag_filters] if group.ec2_tag_filters else []),
        *(group.ec2_tag_set or {}).get("ec2TagSetList", []),
    ]
    if tagged:
        running = [{"Name": "instance-state-name", "Values": ["running"]}]
        for reservation in ec2.describe_instances(Filters=running)["Reservations"]:
            for instance in reservation["Instances"]:
                tags = {tag["Key"]: tag["Value"] for tag in instance.get("Tags", [])}
                if all(any(_matches(tags, wanted) for wanted in filters) for filters in tagged):
                    found.append(instance["InstanceId"])
    names = [g if isinstance(g, str) else g["name"] for g in group.auto_scaling_groups]
    if names:
        scaling = inside.client("autoscaling", around.account, around.region)
        for one in scaling.describe_auto_scaling_groups(AutoScalingGroupNames=names)["AutoScalingGroups"]:
            found += [instance["InstanceId"] for instance in one["Instances"]]
    return sorted(dict.fromkeys(found))


def _matches(tags: Mapping[str, str], wanted: Mapping[str, str]) -> bool:
    key, value, kind = wanted.get("Key"), wanted.get("Value"), wanted.get("Type", "KEY_AND_VALUE")
    if kind == "KEY_ONLY":
        return key in tags
    if kind == "VALUE_ONLY":
        return value in tags.values()
    return tags.get(str(key)) == value


def not_allowed(platform: str, around: Surroundings) -> str:
    """The first of the calls that every deployment of such a group begins with which its role may not make."""
    group, found = around.group, ["ecs:DescribeServices"] if platform == "ECS" else []
    if platform == "Server" and (group.ec2_tag_filters or group.ec2_tag_set or group.auto_scaling_groups):
        found = ["ec2:DescribeInstances"]
    if platform == "Server" and group.auto_scaling_groups:
        found = [*found, "autoscaling:DescribeAutoScalingGroups"]
    if platform == "Server" and (group.load_balancer_info or {}).get("targetGroupInfoList"):
        found = [*found, "elasticloadbalancing:DescribeTargetHealth"]
    if not found:
        return ""
    iam = inside.client("iam", around.account, around.region)
    told = iam.simulate_principal_policy(
        PolicySourceArn=str(group.service_role_arn), ActionNames=found, ResourceArns=[_resource(platform, around)]
    )["EvaluationResults"]
    return next((str(one["EvalActionName"]) for one in told if one["EvalDecision"] != "allowed"), "")


def _resource(platform: str, around: Surroundings) -> str:
    """What such a call is about: nothing in particular, the functions, or the service."""
    place = f"{around.region}:{around.account}"
    if platform == "ECS":
        service = (around.group.ecs_services or [{}])[0]
        return f"arn:aws:ecs:{place}:service/{service.get('clusterName', '')}/{service.get('serviceName', '')}"
    return "*"


def exists(role: str, around: Surroundings) -> bool:
    """Whether IAM has the role."""
    try:
        inside.client("iam", around.account, around.region).get_role(RoleName=role.rsplit("/", 1)[-1])
    except Exception:  # noqa: BLE001 - moto says so in one way, a wrong ARN in another
        return False
    return True
