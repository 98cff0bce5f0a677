"""What of the shop is deployed by CodeDeploy and CloudFormation: a fleet of instances, a function's alias, a stack.

`build` adds it to the shop, with deployments that went well.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from sandbox.scenarios._fleet.revisions import APPSPEC, BUCKET, SCRIPTS, make_revision, of_function
from sandbox.scenarios._shop import TASK_PORT, Shop, permission
from sandbox.scenarios._shop.plan import TAGS, make_role, tags
from sandbox.series import Series, count, spread, steady
from sandbox.world import World

__all__ = [
    "APPSPEC",
    "GROUP",
    "HOOK",
    "NAME",
    "POLICY",
    "SCRIPTS",
    "Fleet",
    "build",
    "make_revision",
    "of_function",
    "pipeline_deploys",
]

NAME = "storefront"
GROUP = "production"
_FAILURE, _ALARM = "DEPLOYMENT_FAILURE", "DEPLOYMENT_STOP_ON_ALARM"
POLICY = "arn:aws:iam::aws:policy/service-role/AWSCodeDeployRole"
FUNCTION_POLICY = "arn:aws:iam::aws:policy/service-role/AWSCodeDeployRoleForLambda"
HOOK = "CodeDeployHook_receipts"
_SIZE = 3


@dataclass(frozen=True)
class Fleet:
    """The ids of the instances, their target group's ARN, and its name in metrics."""

    instances: tuple[str, ...]
    target_group: str
    dimensions: dict[str, str]


def build(world: World, shop: Shop, healthy: Series | float = _SIZE, rolls_back: bool = False) -> Fleet:
    """Instances behind the load balancer, a function's alias and a stack; `healthy` is the metric HealthyHostCount."""
    world.client("s3").create_bucket(Bucket=BUCKET, CreateBucketConfiguration={"LocationConstraint": world.region})
    instances = _instances(world, shop)
    group = _target_group(world, shop, instances)
    dimensions = {
        "LoadBalancer": shop.balancer_dimension,
        "TargetGroup": f"targetgroup/{group.split(':targetgroup/')[1]}",
    }
    fleet = Fleet(instances, group, dimensions)
    _traffic(world, fleet, healthy)
    _application(world, rolls_back)
    _function(world)
    _stack(world)
    return fleet


def pipeline_deploys(world: World, at: str, application: str = NAME, group: str = GROUP) -> None:
    """CloudTrail's record of a deployment that the pipeline asked for."""
    world.change(
        "codedeploy:CreateDeployment",
        resources=[("AWS::CodeDeploy::DeploymentGroup", group)],
        at=at,
        user="arn:aws:sts::123456789012:assumed-role/pipeline/release",
        request={"applicationName": application, "deploymentGroupName": group},
    )


def _instances(world: World, shop: Shop) -> tuple[str, ...]:
    ec2, iam = world.client("ec2"), world.client("iam")
    role = make_role(world, "shop-storefront", "ec2")
    iam.create_instance_profile(InstanceProfileName="shop-storefront")
    iam.add_role_to_instance_profile(InstanceProfileName="shop-storefront", RoleName=role.rsplit("/", 1)[-1])
    group = ec2.create_security_group(GroupName=NAME, Description=NAME, VpcId=shop.network.vpc)["GroupId"]
    ec2.create_tags(Resources=[group], Tags=tags(NAME))
    admitted = permission(TASK_PORT, group=shop.network.balancer_group)
    ec2.authorize_security_group_ingress(GroupId=group, IpPermissions=admitted)
    made = []
    for index in range(_SIZE):
        subnet = shop.network.private_subnets[index % len(shop.network.private_subnets)]
        launched = ec2.run_instances(
            ImageId="ami-12c6146b",
            InstanceType="t3.small",
            MinCount=1,
            MaxCount=1,
            SubnetId=subnet,
            PrivateIpAddress=f"10.0.{10 + index % 2}.{60 + index}",
            SecurityGroupIds=[group],
            IamInstanceProfile={"Name": "shop-storefront"},
            TagSpecifications=[{"ResourceType": "instance", "Tags": [*tags(NAME), {"Key": "app", "Value": NAME}]}],
        )
        made.append(launched["Instances"][0]["InstanceId"])
    return tuple(sorted(made))


def _target_group(world: World, shop: Shop, instances: tuple[str, ...]) -> str:
    elbv2 = world.client("elbv2")
    group: str = elbv2.create_target_group(
        Name=NAME,
        Protocol="HTTP",
        Port=TASK_PORT,
        VpcId=shop.network.vpc,
        TargetType="instance",
        HealthCheckPath="/healthz",
        HealthCheckIntervalSeconds=15,
        HealthCheckTimeoutSeconds=5,
        UnhealthyThresholdCount=2,
        Matcher={"HttpCode": "200"},
        Tags=tags(NAME),
    )["TargetGroups"][0]["TargetGroupArn"]
    listener = elbv2.describe_listeners(LoadBalancerArn=shop.balancer)["Listeners"][0]["ListenerArn"]
    elbv2.create_rule(
        ListenerArn=listener,
        Priority=20,
        Conditions=[{"Field": "path-pattern", "Values": ["/store/*"]}],
        Actions=[{"Type": "forward", "TargetGroupArn": group}],
    )
    elbv2.register_targets(TargetGroupArn=group, Targets=[{"Id": one, "Port": TASK_PORT} for one in instances])
    return group


def _traffic(world: World, fleet: Fleet, healthy: Series | float) -> None:
    counted = steady(healthy) if isinstance(healthy, int | float) else healthy
    requests = count(120, noise=0.05, daily=0.5)
    for metric, series, unit in (
        ("RequestCount", requests, "Count"),
        ("HTTPCode_Target_2XX_Count", requests, "Count"),
        ("TargetResponseTime", spread(0.05, 0.3, samples=120, noise=0.05), "Seconds"),
        ("HealthyHostCount", counted, "Count"),
    ):
        world.metric("AWS/ApplicationELB", metric, fleet.dimensions, series, unit)


def _role(world: World, name: str, policy: str) -> str:
    role = make_role(world, name, "codedeploy")
    world.client("iam").attach_role_policy(RoleName=name, PolicyArn=policy)
    return role


def _application(world: World, rolls_back: bool) -> None:
    codedeploy = world.client("codedeploy")
    codedeploy.create_application(applicationName=NAME, computePlatform="Server", tags=tags(NAME))
    codedeploy.create_deployment_group(
        applicationName=NAME,
        deploymentGroupName=GROUP,
        deploymentConfigName="CodeDeployDefault.OneAtATime",
        serviceRoleArn=_role(world, "shop-codedeploy", POLICY),
        ec2TagFilters=[{"Key": "app", "Value": NAME, "Type": "KEY_AND_VALUE"}],
        deploymentStyle={"deploymentType": "IN_PLACE", "deploymentOption": "WITH_TRAFFIC_CONTROL"},
        loadBalancerInfo={"targetGroupInfoList": [{"name": NAME}]},
        autoRollbackConfiguration={"enabled": True, "events": [_FAILURE if rolls_back else _ALARM]},
        alarmConfiguration={"enabled": True, "alarms": [{"name": "checkout-5xx"}]},
        tags=tags(NAME),
    )
    world.deployment(NAME, GROUP, at="6d", revision=make_revision(world, "1.7.0"))
    world.deployment(NAME, GROUP, at="2d", revision=make_revision(world, "1.8.0"))


def _function(world: World) -> None:
    functions, codedeploy = world.client("lambda"), world.client("codedeploy")
    version = functions.publish_version(FunctionName="receipts")["Version"]
    functions.create_alias(FunctionName="receipts", Name="live", FunctionVersion=version)
    codedeploy.create_application(applicationName="receipts", computePlatform="Lambda", tags=tags("receipts"))
    codedeploy.create_deployment_group(
        applicationName="receipts",
        deploymentGroupName="live",
        deploymentConfigName="CodeDeployDefault.LambdaCanary10Percent5Minutes",
        serviceRoleArn=_role(world, "shop-codedeploy-lambda", FUNCTION_POLICY),
        deploymentStyle={"deploymentType": "BLUE_GREEN", "deploymentOption": "WITH_TRAFFIC_CONTROL"},
        autoRollbackConfiguration={"enabled": True, "events": ["DEPLOYMENT_FAILURE", "DEPLOYMENT_STOP_ON_ALARM"]},
        tags=tags("receipts"),
    )
    world.deployment("receipts", "live", at="3d", revision=of_function("receipts", "1", "2", HOOK))


def _stack(world: World) -> None:
    """A stack, whose resources are settings."""
    names = {"Currency": "EUR", "Language": "de"}
    resources: dict[str, Any] = {
        name: {"Type": "AWS::SSM::Parameter", "Properties": {"Name": f"/shop/{name}", "Type": "String", "Value": value}}
        for name, value in names.items()
    }
    listed = [{"Key": key, "Value": value} for key, value in TAGS.items()]
    template = json.dumps({"Resources": resources})
    world.client("cloudformation").create_stack(StackName="shop-settings", TemplateBody=template, Tags=listed)
    world.stack_operation("shop-settings", at="4d", takes="40s")
