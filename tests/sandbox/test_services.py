"""Is what moto lacks or answers wrongly completed?"""

from __future__ import annotations

import pytest
from botocore.exceptions import ClientError

TRUST = "100000000005"


@pytest.fixture
def ec2(laboratory):
    return laboratory.client("ec2", account="100000000097")


@pytest.fixture
def vpc(ec2):
    return ec2.create_vpc(CidrBlock="10.7.0.0/16")["Vpc"]["VpcId"]


def routes(ec2, table):
    found = ec2.describe_route_tables(RouteTableIds=[table])["RouteTables"][0]["Routes"]
    return {r.get("DestinationCidrBlock"): r["State"] for r in found}


def test_every_instance_of_a_launch_has_its_profile(laboratory, ec2):
    iam = laboratory.client("iam", account="100000000097")
    iam.create_instance_profile(InstanceProfileName="several")
    launch = {"ImageId": "ami-12345678", "MinCount": 3, "MaxCount": 3, "IamInstanceProfile": {"Name": "several"}}
    ids = [one["InstanceId"] for one in ec2.run_instances(**launch)["Instances"]]
    told = ec2.describe_instances(InstanceIds=ids)["Reservations"][0]["Instances"]
    assert [one["IamInstanceProfile"]["Arn"].rsplit("/", 1)[-1] for one in told] == ["several"] * 3
    associations = ec2.describe_iam_instance_profile_associations()["IamInstanceProfileAssociations"]
    assert sorted(one["InstanceId"] for one in associations) == sorted(ids)
    ec2.terminate_instances(InstanceIds=ids)


def test_a_route_is_a_black_hole_once_its_nat_gateway_is_deleted(ec2, vpc):
    subnet = ec2.create_subnet(VpcId=vpc, CidrBlock="10.7.1.0/24")["Subnet"]["SubnetId"]
    nat = ec2.create_nat_gateway(SubnetId=subnet, ConnectivityType="private")["NatGateway"]["NatGatewayId"]
    table = ec2.create_route_table(VpcId=vpc)["RouteTable"]["RouteTableId"]
    ec2.create_route(RouteTableId=table, DestinationCidrBlock="0.0.0.0/0", NatGatewayId=nat)
    assert routes(ec2, table) == {"10.7.0.0/16": "active", "0.0.0.0/0": "active"}
    ec2.delete_nat_gateway(NatGatewayId=nat)
    assert routes(ec2, table) == {"10.7.0.0/16": "active", "0.0.0.0/0": "blackhole"}
    assert ec2.describe_nat_gateways(NatGatewayIds=[nat])["NatGateways"][0]["State"] == "deleted"


def test_a_route_is_a_black_hole_once_its_peering_gateway_or_interface_is_gone(ec2, vpc):
    other = ec2.create_vpc(CidrBlock="10.8.0.0/16")["Vpc"]["VpcId"]
    peering = ec2.create_vpc_peering_connection(VpcId=vpc, PeerVpcId=other)["VpcPeeringConnection"]
    peering_id = peering["VpcPeeringConnectionId"]
    ec2.accept_vpc_peering_connection(VpcPeeringConnectionId=peering_id)
    gateway = ec2.create_internet_gateway()["InternetGateway"]["InternetGatewayId"]
    ec2.attach_internet_gateway(InternetGatewayId=gateway, VpcId=vpc)
    subnet = ec2.create_subnet(VpcId=vpc, CidrBlock="10.7.2.0/24")["Subnet"]["SubnetId"]
    image = "ami-12345678"
    instance = ec2.run_instances(ImageId=image, MinCount=1, MaxCount=1, SubnetId=subnet)["Instances"][0]["InstanceId"]
    table = ec2.create_route_table(VpcId=vpc)["RouteTable"]["RouteTableId"]
    ec2.create_route(RouteTableId=table, DestinationCidrBlock="10.8.0.0/16", VpcPeeringConnectionId=peering_id)
    ec2.create_route(RouteTableId=table, DestinationCidrBlock="0.0.0.0/0", GatewayId=gateway)
    ec2.create_route(RouteTableId=table, DestinationCidrBlock="192.0.2.0/24", InstanceId=instance)
    assert set(routes(ec2, table).values()) == {"active"}
    ec2.delete_vpc_peering_connection(VpcPeeringConnectionId=peering_id)
    ec2.detach_internet_gateway(InternetGatewayId=gateway, VpcId=vpc)
    ec2.terminate_instances(InstanceIds=[instance])
    assert routes(ec2, table) == {
        "10.7.0.0/16": "active",
        "10.8.0.0/16": "blackhole",
        "0.0.0.0/0": "blackhole",
        "192.0.2.0/24": "blackhole",
    }


def test_block_public_access_is_off_until_it_is_modified(ec2, vpc):
    options = ec2.describe_vpc_block_public_access_options()["VpcBlockPublicAccessOptions"]
    assert (options["InternetGatewayBlockMode"], options["State"]) == ("off", "default-state")
    ec2.modify_vpc_block_public_access_options(InternetGatewayBlockMode="block-ingress")
    options = ec2.describe_vpc_block_public_access_options()["VpcBlockPublicAccessOptions"]
    assert (options["InternetGatewayBlockMode"], options["State"]) == ("block-ingress", "update-complete")
    made = ec2.create_vpc_block_public_access_exclusion(VpcId=vpc, InternetGatewayExclusionMode="allow-egress")
    listed = ec2.describe_vpc_block_public_access_exclusions()["VpcBlockPublicAccessExclusions"]
    assert [e["ExclusionId"] for e in listed] == [made["VpcBlockPublicAccessExclusion"]["ExclusionId"]]
    assert listed[0]["ResourceArn"].endswith(f":vpc/{vpc}")
    ec2.delete_vpc_block_public_access_exclusion(ExclusionId=listed[0]["ExclusionId"])
    assert ec2.describe_vpc_block_public_access_exclusions()["VpcBlockPublicAccessExclusions"] == []


def test_flow_logs_make_the_group_that_they_deliver_to(laboratory, ec2, vpc):
    logs = laboratory.client("logs", account="100000000097")
    logs.create_log_group(logGroupName="/vpc/flow")
    for group in ("/vpc/flow", "/vpc/new"):
        ec2.create_flow_logs(
            ResourceType="VPC",
            ResourceIds=[vpc],
            TrafficType="REJECT",
            LogGroupName=group,
            DeliverLogsPermissionArn="arn:aws:iam::100000000097:role/flow",
        )
    found = ec2.describe_flow_logs(Filters=[{"Name": "resource-id", "Values": [vpc]}])["FlowLogs"]
    delivered = {f["LogGroupName"]: (f["FlowLogStatus"], f["DeliverLogsStatus"]) for f in found}
    assert delivered == dict.fromkeys(("/vpc/flow", "/vpc/new"), ("ACTIVE", "SUCCESS"))
    assert logs.describe_log_groups(logGroupNamePrefix="/vpc/new")["logGroups"]
    assert {f["LogDestinationType"] for f in found} == {"cloud-watch-logs"}


def assume(laboratory, role, **more):
    arn = f"arn:aws:iam::{TRUST}:role/{role}"
    return laboratory.client("sts").assume_role(RoleArn=arn, RoleSessionName="vitals", **more)


def test_a_trusted_role_is_assumed_and_acts_in_its_account(laboratory):
    key = assume(laboratory, "open")["Credentials"]
    session = {
        "aws_access_key_id": key["AccessKeyId"],
        "aws_secret_access_key": key["SecretAccessKey"],
        "aws_session_token": key["SessionToken"],
    }
    caller = laboratory.client("sts", **session).get_caller_identity()
    assert (caller["Account"], caller["Arn"]) == (TRUST, f"arn:aws:sts::{TRUST}:assumed-role/open/vitals")
    roles = laboratory.client("iam", **session).list_roles()["Roles"]
    assert "open" in [r["RoleName"] for r in roles]


@pytest.mark.parametrize("external_id", [{}, {"ExternalId": "another"}])
def test_the_external_id_must_be_right(laboratory, external_id):
    with pytest.raises(ClientError, match="is not authorized to perform: sts:AssumeRole on resource"):
        assume(laboratory, "named", **external_id)
    assert assume(laboratory, "named", ExternalId="vitals-7")["Credentials"]


@pytest.mark.parametrize("role", ["foreign", "service", "absent"])
def test_other_roles_are_refused(laboratory, role):
    with pytest.raises(ClientError) as caught:
        assume(laboratory, role)
    response = caught.value.response
    assert (response["Error"]["Code"], response["ResponseMetadata"]["HTTPStatusCode"]) == ("AccessDenied", 403)
    assert response["Error"]["Message"].endswith(f"on resource: arn:aws:iam::{TRUST}:role/{role}")


def test_an_account_without_trusting_roles_lets_every_role_be_assumed(laboratory):
    role = "arn:aws:iam::210987654321:role/anything"
    key = laboratory.client("sts").assume_role(RoleArn=role, RoleSessionName="vitals")
    assert key["AssumedRoleUser"]["Arn"] == "arn:aws:sts::210987654321:assumed-role/anything/vitals"


def test_objects_are_stored_and_measured(laboratory):
    s3 = laboratory.client("s3", account="100000000096", region="us-east-1")
    s3.create_bucket(Bucket="logs")
    s3.put_object(Bucket="logs", Key="a/b.gz", Body=b"12345")
    assert s3.head_object(Bucket="logs", Key="a/b.gz")["ContentLength"] == 5
    assert s3.get_object(Bucket="logs", Key="a/b.gz")["Body"].read() == b"12345"
    with pytest.raises(ClientError, match="NoSuchKey"):
        s3.get_object(Bucket="logs", Key="absent")


def test_everyone_else_is_a_user_of_the_account(laboratory):
    assert laboratory.client("sts").get_caller_identity()["Arn"] == "arn:aws:iam::123456789012:user/vitals"
    other = laboratory.client("sts", account="210987654321").get_caller_identity()
    assert (other["Account"], other["Arn"]) == ("210987654321", "arn:aws:iam::210987654321:user/vitals")


def test_lambda_says_its_limits(laboratory):
    settings = laboratory.client("lambda").get_account_settings()
    assert settings["AccountLimit"]["ConcurrentExecutions"] == 1_000
    assert settings["AccountUsage"]["FunctionCount"] == 0


@pytest.mark.parametrize(
    ("service", "operation", "asked", "code", "status"),
    [
        ("ec2", "describe_network_insights_access_scopes", {}, "InvalidAction", 400),
        ("iam", "get_service_last_accessed_details", {"JobId": "a" * 36}, "InvalidAction", 400),
        ("rds", "describe_engine_default_cluster_parameters", {"DBParameterGroupFamily": "a"}, "InvalidAction", 400),
        ("ecs", "list_services_by_namespace", {"namespace": "a"}, "UnknownOperationException", 400),
        ("health", "describe_event_types", {}, "UnknownOperationException", 400),
        ("lambda", "get_runtime_management_config", {"FunctionName": "a"}, "UnknownOperationException", 404),
        ("application-signals", "list_grouping_attribute_definitions", {}, "UnknownOperationException", 404),
        ("cloudwatch", "get_insight_rule_report", None, "UnknownOperationException", 400),
    ],
)
def test_an_unknown_operation_is_an_aws_error(laboratory, service, operation, asked, code, status):
    if asked is None:
        asked = {"RuleName": "a", "StartTime": 1, "EndTime": 2, "Period": 60}
    with pytest.raises(ClientError) as caught:
        getattr(laboratory.client(service), operation)(**asked)
    response = caught.value.response
    assert (response["Error"]["Code"], response["ResponseMetadata"]["HTTPStatusCode"]) == (code, status)
