"""The shop's cluster: services behind the load balancer, the roles and images they start with."""

from __future__ import annotations

import hashlib
import json
from typing import Any

from sandbox.scenarios._shop.plan import SERVICES, TASK_PORT, Shop, make_log_group, make_role, tags
from sandbox.series import steady
from sandbox.world import World

VERSION = "1.42.0"
EXECUTION_POLICY = "arn:aws:iam::aws:policy/service-role/AmazonECSTaskExecutionRolePolicy"
_INDEX = "application/vnd.oci.image.index.v1+json"
_MANIFEST = "application/vnd.oci.image.manifest.v1+json"


def build_services(world: World, shop: Shop) -> None:
    """The cluster and its services, behind the load balancer."""
    ecs = world.client("ecs")
    ecs.create_cluster(
        clusterName="shop",
        settings=[{"name": "containerInsights", "value": "enabled"}],
        tags=tags("shop", upper=False),
    )
    make_role(world, "shop-execution", "ecs-tasks")
    make_role(world, "shop-tasks", "ecs-tasks")
    world.client("iam").attach_role_policy(RoleName="shop-execution", PolicyArn=EXECUTION_POLICY)
    allow(world, "shop-tasks", "orders", "s3:GetObject", "sqs:SendMessage")
    for name in SERVICES:
        make_log_group(world, f"/ecs/shop/{name}")
        world.client("ecr").create_repository(repositoryName=name, tags=tags(name))
        push_image(world, name, VERSION)
        _service(world, shop, name, register(world, name))


def _service(world: World, shop: Shop, name: str, task_definition: str) -> None:
    world.client("ecs").create_service(
        cluster="shop",
        serviceName=name,
        taskDefinition=task_definition,
        desiredCount=SERVICES[name],
        launchType="FARGATE",
        networkConfiguration={
            "awsvpcConfiguration": {
                "subnets": list(shop.network.private_subnets),
                "securityGroups": [shop.network.task_groups[name]],
                "assignPublicIp": "DISABLED",
            }
        },
        deploymentConfiguration={"deploymentCircuitBreaker": {"enable": True, "rollback": True}},
        healthCheckGracePeriodSeconds=60,
        loadBalancers=[{"targetGroupArn": shop.groups[name], "containerName": name, "containerPort": TASK_PORT}],
        tags=tags(name, upper=False),
    )


def rolled_out(world: World, name: str, definition: str, at: str) -> None:
    """The pipeline asked for this task definition then, as CloudTrail has it."""
    world.change(
        "ecs:UpdateService",
        resources=[f"arn:aws:ecs:{world.region}:{world.account}:service/shop/{name}"],
        at=at,
        user=f"arn:aws:sts::{world.account}:assumed-role/deployer/pipeline-81",
        request={"service": name, "cluster": "shop", "taskDefinition": definition},
    )


def modified(world: World, shop: Shop, name: str, at: str, **settings: str) -> None:
    """Somebody changed the health check of a target group then."""
    arn = shop.groups[name]
    world.client("elbv2").modify_target_group(TargetGroupArn=arn, **settings)
    request = {"targetGroupArn": arn, **{key[0].lower() + key[1:]: value for key, value in settings.items()}}
    world.change("elasticloadbalancing:ModifyTargetGroup", resources=[arn], at=at, user="li.wei", request=request)


def unhealthy(world: World, shop: Shop, name: str, since: str) -> None:
    """No target of a service passes its health check; a load balancer without a healthy one asks all of them."""
    of_group = {"LoadBalancer": shop.balancer_dimension, "TargetGroup": shop.group_dimensions[name]}
    world.metric("AWS/ApplicationELB", "UnHealthyHostCount", of_group, steady(0).then(since, SERVICES[name]), "Count")
    world.metric("AWS/ApplicationELB", "HealthyHostCount", of_group, steady(SERVICES[name]).then(since, 0), "Count")


def allow(world: World, role: str, name: str, *actions: str, resource: str = "*") -> None:
    """Give a role an inline policy."""
    document = policy(*actions, resource=resource)
    world.client("iam").put_role_policy(RoleName=role, PolicyName=name, PolicyDocument=document)


def policy(*actions: str, resource: str = "*", effect: str = "Allow") -> str:
    """A policy of one statement."""
    statement = {"Effect": effect, "Action": list(actions), "Resource": resource}
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})


def push_image(world: World, repository: str, tag: str, architectures: tuple[str, ...] = ("amd64",)) -> None:
    """Push an image under a tag: a list of one manifest for each architecture."""
    manifests = [
        {
            "mediaType": _MANIFEST,
            "digest": _digest(f"{repository}:{tag}/{architecture}"),
            "size": 1_024,
            "platform": {"os": "linux", "architecture": architecture},
        }
        for architecture in architectures
    ]
    text = json.dumps({"schemaVersion": 2, "mediaType": _INDEX, "manifests": manifests})
    world.client("ecr").put_image(
        repositoryName=repository,
        imageTag=tag,
        imageManifest=text,
        imageManifestMediaType=_INDEX,
        imageDigest=_digest(text),
    )


def _digest(text: str) -> str:
    return f"sha256:{hashlib.sha256(text.encode()).hexdigest()}"


def register(world: World, name: str, tag: str = VERSION, **container: Any) -> str:
    """The ARN of a new revision of a service's task definition; `container` is what differs in its container."""
    arn: str = world.client("ecs").register_task_definition(
        family=name,
        networkMode="awsvpc",
        requiresCompatibilities=["FARGATE"],
        cpu="512",
        memory="1024",
        executionRoleArn=f"arn:aws:iam::{world.account}:role/shop-execution",
        taskRoleArn=f"arn:aws:iam::{world.account}:role/shop-tasks",
        containerDefinitions=[_container(world, name, tag) | container],
    )["taskDefinition"]["taskDefinitionArn"]
    return arn


def _container(world: World, name: str, tag: str) -> dict[str, Any]:
    return {
        "name": name,
        "image": f"{world.account}.dkr.ecr.{world.region}.amazonaws.com/{name}:{tag}",
        "essential": True,
        "portMappings": [{"containerPort": TASK_PORT}],
        "logConfiguration": {
            "logDriver": "awslogs",
            "options": {
                "awslogs-group": f"/ecs/shop/{name}",
                "awslogs-region": world.region,
                "awslogs-stream-prefix": name,
            },
        },
    }
