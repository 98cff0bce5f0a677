"""Does ECS tell of its services what happened to them?"""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta

import pytest
from botocore.exceptions import ClientError

SCENARIO = """
import json

NETWORK = {}


def build(world):
    ec2, ecs, elbv2 = world.client("ec2"), world.client("ecs"), world.client("elbv2")
    vpc = ec2.create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"]
    subnet = ec2.create_subnet(VpcId=vpc, CidrBlock="10.0.1.0/24")["Subnet"]["SubnetId"]
    group = ec2.create_security_group(GroupName="g", Description="g", VpcId=vpc)["GroupId"]
    targets = elbv2.create_target_group(Name="web", Protocol="HTTP", Port=80, VpcId=vpc, TargetType="ip")
    arn = targets["TargetGroups"][0]["TargetGroupArn"]
    network = {"awsvpcConfiguration": {"subnets": [subnet], "securityGroups": [group]}}
    ecs.create_cluster(clusterName="c", settings=[{"name": "containerInsights", "value": "enabled"}])
    web = {"name": "web", "image": "web:1", "portMappings": [{"containerPort": 80}], "healthCheck": {"command": ["ok"]}}
    side = {"name": "side", "image": "side:1", "essential": False}
    for image in ("web:1", "web:2", "web:3"):
        ecs.register_task_definition(
            family="web", networkMode="awsvpc", requiresCompatibilities=["FARGATE"], cpu="256", memory="512",
            containerDefinitions=[web | {"image": image}, side],
        )
    breaker = {"enable": True, "rollback": True}
    for name in ("web", "blue", "deployed"):
        controller = {"type": "CODE_DEPLOY"} if name == "deployed" else {"type": "ECS"}
        more = {"loadBalancers": [{"targetGroupArn": arn, "containerName": "web", "containerPort": 80}]}
        ecs.create_service(
            cluster="c", serviceName=name, taskDefinition="web:1", desiredCount=4, launchType="FARGATE",
            networkConfiguration=network, deploymentController=controller,
            deploymentConfiguration={"deploymentCircuitBreaker": breaker}, **(more if name == "web" else {}),
        )
    world.client("logs").create_log_group(logGroupName="/events")
    pattern = {"source": ["aws.ecs"], "detail-type": ["ECS Task State Change"]}
    world.client("events").put_rule(Name="stopped", EventPattern=json.dumps(pattern))
    log = f"arn:aws:logs:{world.region}:{world.account}:log-group:/events"
    world.client("events").put_targets(Rule="stopped", Targets=[{"Id": "log", "Arn": log}])
    world.service_deployment("c/web", "ROLLBACK_SUCCESSFUL", "web:2", at="50m", takes="5m", failed_tasks=3)
    world.service_deployment("c/web", "IN_PROGRESS", "web:3", at="9m", failed_tasks=1, running=1, pending=1)
    canary = {"strategy": "CANARY", "stage": "BAKE_TIME", "traffic": 10}
    world.service_deployment("c/blue", "IN_PROGRESS", "web:2", at="20m", **canary)
    world.tasks_running("c/deployed", 2, pending=1, at="12m")
    world.task_stopped("c/web", exits={"web": 137}, reasons="OutOfMemoryError: killed", at="3h", every="30m")
    world.task_stopped("c/web", "TaskFailedToStart", "CannotPullContainerError: x", task_definition="web:3", at="5m")
    world.service_event("c/web", "was unable to place a task.", at="3h", every="1m")
    world.container_health("c/web", "web", tasks=2)
    ecs.create_cluster(clusterName="metal")
    world.container_instance("metal", cpu=1024, memory_mb=2000, used_memory_mb=200, used_ports=[80])
    plain = {"name": "p", "image": "p:1", "cpu": 512, "memory": 600}
    ecs.register_task_definition(family="p", containerDefinitions=[plain])
    ecs.create_service(cluster="metal", serviceName="p", taskDefinition="p", desiredCount=3, launchType="EC2")
    ecs.create_cluster(clusterName="shared")
    world.container_instance("shared", cpu=4096, memory_mb=8000)
    vpc = world.client("ec2").create_vpc(CidrBlock="10.3.0.0/16")["Vpc"]["VpcId"]
    for family, asked in (("any", 0), ("named", 8080)):
        elbv2 = world.client("elbv2")
        made = elbv2.create_target_group(Name=family, Protocol="HTTP", Port=80, VpcId=vpc)["TargetGroups"][0]
        mapped = {**plain, "portMappings": [{"containerPort": 8080, "hostPort": asked}]}
        ecs.register_task_definition(family=family, networkMode="bridge", containerDefinitions=[mapped])
        behind = {"targetGroupArn": made["TargetGroupArn"], "containerName": "p", "containerPort": 8080}
        known = {"cluster": "shared", "taskDefinition": family, "desiredCount": 2, "launchType": "EC2"}
        ecs.create_service(serviceName=family, loadBalancers=[behind], **known)
"""


@pytest.fixture(scope="module")
def ecs(_start, tmp_path_factory):
    path = tmp_path_factory.mktemp("ecs") / "happened.py"
    path.write_text(SCENARIO, encoding="utf-8")
    running = _start("--scenario", str(path))
    yield running.client("ecs"), running
    running.stop()


def service(ecs, name, cluster="c"):
    return ecs[0].describe_services(cluster=cluster, services=[name])["services"][0]


def tasks(ecs, status, **asked):
    arns = ecs[0].list_tasks(cluster="c", desiredStatus=status, **asked)["taskArns"]
    return ecs[0].describe_tasks(cluster="c", tasks=arns)["tasks"] if arns else []


def deployments(ecs, name):
    listed = ecs[0].list_service_deployments(cluster="c", service=name)["serviceDeployments"]
    arns = [one["serviceDeploymentArn"] for one in listed]
    return ecs[0].describe_service_deployments(serviceDeploymentArns=arns)["serviceDeployments"]


def test_a_rollout_under_way_has_two_deployments_and_counts_its_own_tasks(ecs):
    told = service(ecs, "web")
    new, old = told["deployments"]
    assert (new["status"], new["rolloutState"], new["runningCount"], new["pendingCount"]) == (
        "PRIMARY",
        "IN_PROGRESS",
        1,
        1,
    )
    assert (old["status"], old["runningCount"], old["taskDefinition"][-5:]) == ("ACTIVE", 4, "web:1")
    assert (told["desiredCount"], told["runningCount"], told["pendingCount"]) == (4, 5, 1)


def test_the_breaker_is_triggered_by_its_threshold(ecs):
    newest, rolled_back, first = deployments(ecs, "web")
    assert newest["deploymentCircuitBreaker"] == {"status": "MONITORING", "failureCount": 1, "threshold": 3}
    assert rolled_back["deploymentCircuitBreaker"]["status"] == "TRIGGERED"
    assert rolled_back["rollback"]["serviceRevisionArn"] == first["targetServiceRevision"]["arn"]
    assert (rolled_back["status"], first["status"]) == ("ROLLBACK_SUCCESSFUL", "SUCCESSFUL")


def test_revisions_name_their_task_definition(ecs):
    arn = deployments(ecs, "web")[1]["targetServiceRevision"]["arn"]
    (revision,) = ecs[0].describe_service_revisions(serviceRevisionArns=[arn])["serviceRevisions"]
    assert revision["taskDefinition"].endswith("web:2")
    assert revision["containerImages"][0]["image"] == "web:2"


def test_a_canary_has_stages_and_weights_and_no_rollout_state(ecs):
    newest = deployments(ecs, "blue")[0]
    assert (newest["lifecycleStage"], newest["deploymentConfiguration"]["strategy"]) == ("BAKE_TIME", "CANARY")
    assert newest["targetServiceRevision"]["requestedProductionTrafficWeight"] == 10
    assert newest["sourceServiceRevisions"][0]["requestedProductionTrafficWeight"] == 90
    assert "rolloutState" not in service(ecs, "blue")["deployments"][0]


def test_other_controllers_have_task_sets(ecs):
    told = service(ecs, "deployed")
    assert told["deployments"] == []
    (only,) = told["taskSets"]
    assert (only["computedDesiredCount"], only["runningCount"], only["pendingCount"]) == (4, 2, 1)
    assert only["stabilityStatus"] == "STABILIZING"


def test_stopped_tasks_are_shown_for_an_hour_with_code_reason_and_exits(ecs):
    shown = tasks(ecs, "STOPPED", serviceName="web")
    assert all(datetime.now(UTC) - task["stoppedAt"] < timedelta(hours=1) for task in shown)
    killed = next(task for task in shown if task["stopCode"] == "EssentialContainerExited")
    by_name = {c["name"]: c for c in killed["containers"]}
    assert (by_name["web"]["exitCode"], by_name["web"]["reason"]) == (137, "OutOfMemoryError: killed")
    assert by_name["side"]["exitCode"] == 143
    unpulled = next(task for task in shown if task["stopCode"] == "TaskFailedToStart")
    assert "startedAt" not in unpulled
    assert not any("exitCode" in container for container in unpulled["containers"])


def test_a_rule_of_eventbridge_keeps_what_ecs_forgets(ecs):
    logs = ecs[1].client("logs")
    events = [json.loads(e["message"]) for e in logs.filter_log_events(logGroupName="/events")["events"]]
    assert len([e for e in events if e["detail"]["stopCode"] == "EssentialContainerExited"]) == 6
    assert {event["detail-type"] for event in events} == {"ECS Task State Change"}


def test_the_newest_hundred_events_are_shown_newest_first(ecs):
    events = service(ecs, "web")["events"]
    assert len(events) == 100
    assert [e["createdAt"] for e in events] == sorted((e["createdAt"] for e in events), reverse=True)


def test_health_is_that_of_essential_containers_with_a_health_check(ecs):
    health = [task["healthStatus"] for task in tasks(ecs, "RUNNING", serviceName="web")]
    assert health.count("UNHEALTHY") == 2
    assert set(health) == {"UNHEALTHY", "HEALTHY"}


def test_tasks_that_are_gone_are_no_targets(ecs):
    elbv2 = ecs[1].client("elbv2")
    arn = elbv2.describe_target_groups(Names=["web"])["TargetGroups"][0]["TargetGroupArn"]
    assert len(elbv2.describe_target_health(TargetGroupArn=arn)["TargetHealthDescriptions"]) == 5


def test_container_insights_counts_what_runs(ecs):
    dimensions = [{"Name": "ClusterName", "Value": "c"}, {"Name": "ServiceName", "Value": "deployed"}]
    now = datetime.now(UTC)
    points = ecs[1].client("cloudwatch").get_metric_statistics(
        Namespace="ECS/ContainerInsights", MetricName="RunningTaskCount", Dimensions=dimensions, Period=60,
        StartTime=now - timedelta(minutes=20), EndTime=now, Statistics=["Average"],
    )["Datapoints"]  # fmt: skip
    values = [p["Average"] for p in sorted(points, key=lambda p: p["Timestamp"])]
    assert (values[0], values[-1]) == (4, 2)


def test_instances_take_what_fits_and_ecs_says_what_does_not(ecs):
    told = service(ecs, "p", "metal")
    assert (told["desiredCount"], told["runningCount"]) == (3, 2)
    assert "insufficient CPU units available" in told["events"][0]["message"]
    (arn,) = ecs[0].list_container_instances(cluster="metal")["containerInstanceArns"]
    (machine,) = ecs[0].describe_container_instances(cluster="metal", containerInstances=[arn])["containerInstances"]
    left = {r["name"]: r["integerValue"] for r in machine["remainingResources"]}
    assert (left["CPU"], left["MEMORY"]) == (0, 600)


@pytest.mark.parametrize(("family", "ports"), [("any", {32768, 32769}), ("named", {8080})])
def test_tasks_on_instances_are_targets_by_the_port_they_have_there(ecs, family, ports):
    """Two tasks on one machine: any port is as good as another, a named one is taken by the first."""
    elbv2 = ecs[1].client("elbv2")
    [group] = elbv2.describe_target_groups(Names=[family])["TargetGroups"]
    told = elbv2.describe_target_health(TargetGroupArn=group["TargetGroupArn"])["TargetHealthDescriptions"]
    [machine] = ecs[0].list_container_instances(cluster="shared")["containerInstanceArns"]
    [machine] = ecs[0].describe_container_instances(cluster="shared", containerInstances=[machine])[
        "containerInstances"
    ]
    assert {one["Target"]["Id"] for one in told} == {machine["ec2InstanceId"]}
    assert {one["Target"]["Port"] for one in told} == ports
    assert service(ecs, family, "shared")["runningCount"] == len(ports)


def test_what_does_not_exist_is_said(ecs):
    assert ecs[0].describe_services(cluster="c", services=["none"])["failures"][0]["reason"] == "MISSING"
    with pytest.raises(ClientError, match="ClusterNotFoundException"):
        ecs[0].list_tasks(cluster="none")
    assert ecs[0].describe_tasks(cluster="c", tasks=["0" * 32])["failures"][0]["reason"] == "MISSING"
