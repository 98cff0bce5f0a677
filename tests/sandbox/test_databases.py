"""What does the sandbox answer about databases? Performance Insights computed, events and parameters of RDS."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from botocore.exceptions import ClientError

SCENARIO = """
from sandbox.series import steady
def build(world):
    rds = world.client("rds")
    plain = {"DBInstanceClass": "db.m6g.large", "Engine": "postgres", "AllocatedStorage": 50}
    rds.create_db_instance(DBInstanceIdentifier="a", EnablePerformanceInsights=True, **plain)
    rds.create_db_instance(DBInstanceIdentifier="b", MaxAllocatedStorage=100, **plain)
    rds.create_db_instance_read_replica(DBInstanceIdentifier="c", SourceDBInstanceIdentifier="a")
    world.database_load("a", 2, "CPU", "SELECT 1")
    world.database_load("a", steady(0).then(at="30m", value=3), "IO:DataFileRead", "SELECT 2")
    world.database_load("a", 1, "CPU", "SELECT 2")
    world.database_event("a", "Multi-AZ instance failover started.", "failover", at="10m")
    world.database_event("a", "Finished DB Instance backup", "backup", at="3h")
    world.database_maintenance("b", description="new", forced_in_days=3)
    world.database_state("c", status="storage-full", replication="error")
    world.database_state("b", parameters="pending-reboot")
"""


@pytest.fixture(scope="module")
def sandbox(_start, tmp_path_factory):
    path = tmp_path_factory.mktemp("scenario") / "databases.py"
    path.write_text(SCENARIO)
    running = _start("--scenario", str(path))
    yield running
    running.stop()


@pytest.fixture(scope="module")
def instances(sandbox):
    listed = sandbox.client("rds").describe_db_instances()["DBInstances"]
    return {one["DBInstanceIdentifier"]: one for one in listed}


def test_parameters_wait_for_the_reboot_of_one_instance_and_of_no_other_of_its_group(instances):
    told = {name: one["DBParameterGroups"] for name, one in instances.items()}
    assert {name: groups[0]["ParameterApplyStatus"] for name, groups in told.items()} == {
        "a": "in-sync",
        "b": "pending-reboot",
        "c": "in-sync",
    }
    assert told["a"][0]["DBParameterGroupName"] == told["b"][0]["DBParameterGroupName"]


def asked(instance, **more):
    now = datetime.now(UTC)
    window = {"StartTime": now - timedelta(minutes=60), "EndTime": now, "PeriodInSeconds": 60}
    return {"ServiceType": "RDS", "Identifier": instance["DbiResourceId"]} | window | more


def test_load_adds_up_by_wait(sandbox, instances):
    queries = [{"Metric": "db.load.avg", "GroupBy": {"Group": "db.wait_event"}}]
    answer = sandbox.client("pi").get_resource_metrics(**asked(instances["a"], MetricQueries=queries))
    total, *groups = answer["MetricList"]
    assert (total["DataPoints"][5]["Value"], total["DataPoints"][-1]["Value"]) == (3, 6)
    last = {g["Key"]["Dimensions"]["db.wait_event.name"]: g["DataPoints"][-1]["Value"] for g in groups}
    assert last == {"CPU": 3, "DataFileRead": 3}
    assert total["DataPoints"][-1]["Timestamp"] <= datetime.now(UTC) - timedelta(seconds=60)


def test_statements_are_ranked_and_divided(sandbox, instances):
    now = datetime.now(UTC)
    answer = sandbox.client("pi").describe_dimension_keys(
        **asked(
            instances["a"],
            StartTime=now - timedelta(minutes=10),
            Metric="db.load.avg",
            GroupBy={"Group": "db.sql_tokenized"},
            PartitionBy={"Group": "db.wait_event"},
        )
    )
    waits = [one["Dimensions"]["db.wait_event.name"] for one in answer["PartitionKeys"]]
    first = answer["Keys"][0]
    assert first["Dimensions"]["db.sql_tokenized.statement"] == "SELECT 2"
    assert first["Total"] == 4
    assert dict(zip(waits, first["Partitions"], strict=True)) == {"CPU": 1, "DataFileRead": 3}


def test_an_instance_without_performance_insights_is_refused(sandbox, instances):
    with pytest.raises(ClientError, match="NotAuthorizedException"):
        sandbox.client("pi").get_resource_metrics(**asked(instances["b"], MetricQueries=[{"Metric": "db.load.avg"}]))


@pytest.mark.parametrize("wrong", [{"PeriodInSeconds": 7}, {"MetricQueries": [{"Metric": "db.nothing.avg"}]}])
def test_what_cannot_be_asked_is_refused(sandbox, instances, wrong):
    queries = {"MetricQueries": [{"Metric": "db.load.avg"}]}
    with pytest.raises(ClientError, match="InvalidArgumentException"):
        sandbox.client("pi").get_resource_metrics(**asked(instances["a"], **(queries | wrong)))


def test_instances_have_ids_of_their_own(instances):
    assert len({one["DbiResourceId"] for one in instances.values()}) == 3
    assert "MaxAllocatedStorage" not in instances["a"]
    assert instances["b"]["MaxAllocatedStorage"] == 100
    assert instances["c"]["DBInstanceStatus"] == "storage-full"
    assert instances["c"]["StatusInfos"][0]["Normal"] is False


def test_events_are_of_the_time_that_is_asked_about(sandbox):
    rds = sandbox.client("rds")
    assert [one["Message"] for one in rds.describe_events()["Events"]] == ["Multi-AZ instance failover started."]
    assert len(rds.describe_events(Duration=300)["Events"]) == 2
    assert rds.describe_events(Duration=300, SourceType="db-cluster")["Events"] == []
    assert len(rds.describe_events(Duration=300, EventCategories=["backup"])["Events"]) == 1


def test_maintenance_and_parameters(sandbox, instances):
    rds = sandbox.client("rds")
    [pending] = rds.describe_pending_maintenance_actions()["PendingMaintenanceActions"]
    assert pending["ResourceIdentifier"] == instances["b"]["DBInstanceArn"]
    group = instances["a"]["DBParameterGroups"][0]["DBParameterGroupName"]
    [parameter] = rds.describe_db_parameters(DBParameterGroupName=group)["Parameters"]
    assert parameter["ParameterName"] == "max_connections"
    with pytest.raises(ClientError, match="DBParameterGroupNotFound"):
        rds.describe_db_parameters(DBParameterGroupName="nothing")


def _network(ec2, rds, prefix, subnet_group):
    """A VPC with a subnet group for databases; its id and those of two security groups."""
    vpc = ec2.create_vpc(CidrBlock=f"{prefix}.0.0/16")["Vpc"]["VpcId"]
    subnet = ec2.create_subnet(VpcId=vpc, CidrBlock=f"{prefix}.1.0/24")["Subnet"]["SubnetId"]
    groups = (ec2.create_security_group(GroupName=name, Description=name, VpcId=vpc) for name in ("old", "new"))
    rds.create_db_subnet_group(
        DBSubnetGroupName=subnet_group, DBSubnetGroupDescription=subnet_group, SubnetIds=[subnet]
    )
    return vpc, *(group["GroupId"] for group in groups)


def test_an_instance_that_is_modified_takes_its_interface_along(sandbox):
    ec2, rds = sandbox.client("ec2"), sandbox.client("rds")
    vpc, old, new = _network(ec2, rds, "10.0", "d")
    rds.create_db_instance(
        DBInstanceIdentifier="d",
        DBInstanceClass="db.m6g.large",
        Engine="postgres",
        DBSubnetGroupName="d",
        VpcSecurityGroupIds=[old],
        PubliclyAccessible=False,
    )

    def interface():
        [found] = ec2.describe_network_interfaces(Filters=[{"Name": "vpc-id", "Values": [vpc]}])["NetworkInterfaces"]
        return [group["GroupId"] for group in found["Groups"]], bool(found.get("Association", {}).get("PublicIp"))

    assert interface() == ([old], False)
    rds.modify_db_instance(DBInstanceIdentifier="d", PubliclyAccessible=True)
    assert interface() == ([old], True)
    rds.modify_db_instance(DBInstanceIdentifier="d", PubliclyAccessible=False, VpcSecurityGroupIds=[new])
    assert interface() == ([new], False)


def test_members_of_a_cluster_stand_where_it_stands(sandbox):
    ec2, rds = sandbox.client("ec2"), sandbox.client("rds")
    vpc, old, new = _network(ec2, rds, "172.30", "e")
    asked = {"DBClusterIdentifier": "e", "Engine": "aurora-postgresql"}
    secret = {"MasterUsername": "e", "MasterUserPassword": "not-a-secret"}
    rds.create_db_cluster(**asked, **secret, DBSubnetGroupName="e", VpcSecurityGroupIds=[old])
    for name in ("e-1", "e-2"):
        rds.create_db_instance(DBInstanceIdentifier=name, DBInstanceClass="db.r6g.large", **asked)

    def groups():
        found = ec2.describe_network_interfaces(Filters=[{"Name": "vpc-id", "Values": [vpc]}])["NetworkInterfaces"]
        return [[group["GroupId"] for group in one["Groups"]] for one in found]

    assert groups() == [[old], [old]]
    [member] = rds.describe_db_instances(DBInstanceIdentifier="e-1")["DBInstances"]
    assert member["DBSubnetGroup"]["DBSubnetGroupName"] == "e"
    rds.modify_db_cluster(DBClusterIdentifier="e", VpcSecurityGroupIds=[new])
    assert groups() == [[new], [new]]
