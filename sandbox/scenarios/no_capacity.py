"""The printers' cluster is full: since 25 minutes ago the service shall run more tasks than fit on its instances.

Its Auto Scaling group is as large as it may be.
"""

from sandbox.scenarios import _shop
from sandbox.series import steady
from sandbox.world import World

SINCE = "25m"

EXPECTED = [
    {"check": "test_cluster_has_room", "target": "press", "cause": "capacity", "root": True},
    {"check": "test_service_reaches_steady_state", "target": "press/printer", "cause": "capacity"},
]


def build(world: World) -> None:
    shop = _shop.build(world)
    ecs = world.client("ecs")
    _group(world, shop.network.private_subnets)
    provider = {
        "autoScalingGroupArn": _arn(world),
        "managedScaling": {"status": "ENABLED", "targetCapacity": 100},
    }
    ecs.create_capacity_provider(name="press", autoScalingGroupProvider=provider)
    ecs.create_cluster(
        clusterName="press",
        settings=[{"name": "containerInsights", "value": "enabled"}],
        capacityProviders=["press"],
        defaultCapacityProviderStrategy=[{"capacityProvider": "press", "weight": 1}],
    )
    for subnet in shop.network.private_subnets:
        world.container_instance("press", cpu=2048, memory_mb=3884, subnet=subnet, capacity_provider="press")
    for name, percent in (("CPUReservation", 100), ("MemoryReservation", 77), ("CPUUtilization", 41)):
        world.metric("AWS/ECS", name, {"ClusterName": "press"}, steady(percent), "Percent")
    of_service = {"ClusterName": "press", "ServiceName": "printer"}
    world.metric("AWS/ECS", "CPUUtilization", of_service, steady(41, noise=0.1), "Percent")
    world.metric("AWS/ECS", "MemoryUtilization", of_service, steady(52, noise=0.02), "Percent")
    printer = {"name": "printer", "image": "public.ecr.aws/example/printer:7", "cpu": 1024, "memory": 1500}
    ecs.register_task_definition(family="printer", networkMode="bridge", containerDefinitions=[printer])
    ecs.create_service(
        cluster="press",
        serviceName="printer",
        taskDefinition="printer",
        desiredCount=6,
        capacityProviderStrategy=[{"capacityProvider": "press", "weight": 1}],
        deploymentConfiguration={"deploymentCircuitBreaker": {"enable": True, "rollback": True}},
    )
    world.change(
        "ecs:UpdateService",
        resources=[f"arn:aws:ecs:{world.region}:{world.account}:service/press/printer"],
        at=SINCE,
        user="li.wei",
        request={"service": "printer", "cluster": "press", "desiredCount": 6},
    )


def _group(world: World, subnets: tuple[str, ...]) -> None:
    scaling = world.client("autoscaling")
    scaling.create_launch_configuration(
        LaunchConfigurationName="press", ImageId="ami-0ec5000000000000e", InstanceType="t3.medium"
    )
    scaling.create_auto_scaling_group(
        AutoScalingGroupName="press",
        LaunchConfigurationName="press",
        MinSize=1,
        MaxSize=2,
        DesiredCapacity=2,
        VPCZoneIdentifier=",".join(subnets),
    )


def _arn(world: World) -> str:
    groups = world.client("autoscaling").describe_auto_scaling_groups(AutoScalingGroupNames=["press"])
    arn: str = groups["AutoScalingGroups"][0]["AutoScalingGroupARN"]
    return arn
