"""For a report, somebody made the database public an hour ago and let the whole internet in. Nobody has come yet."""

from sandbox.scenarios import _shop
from sandbox.scenarios._shop.plan import Shop, make_role, tags
from sandbox.series import steady
from sandbox.world import World

SINCE = "50m"

REPORTED = (
    ("FreeStorageSpace", steady(38e9, noise=0.001), "Bytes"),
    ("CPUUtilization", steady(12, noise=0.1), "Percent"),
    ("FreeableMemory", steady(1.9e9, noise=0.01), "Bytes"),
    ("DatabaseConnections", steady(6, noise=0.05), "Count"),
    ("ReadLatency", steady(0.0008, noise=0.1), "Seconds"),
    ("WriteLatency", steady(0.0012, noise=0.1), "Seconds"),
    ("DiskQueueDepth", steady(0.1, noise=0.1), "Count"),
    ("SwapUsage", steady(0), "Bytes"),
    ("CPUCreditBalance", steady(576), "Count"),
)
"""What CloudWatch says of the database: nothing but that it is well."""

EXPECTED = [
    {"check": "test_path_exists", "target": "internet:reports", "cause": "security_group", "root": True},
]


def build(world: World) -> None:
    shop = _shop.build(world)
    group = _database(world, shop)
    _alarm(world, shop)
    world.client("ec2").authorize_security_group_ingress(
        GroupId=group, IpPermissions=_shop.permission(5432, cidr="0.0.0.0/0")
    )
    world.change(
        "AuthorizeSecurityGroupIngress",
        resources=[group],
        at=SINCE,
        user="maria.santos",
        request={
            "groupId": group,
            "ipPermissions": {
                "items": [
                    {
                        "ipProtocol": "tcp",
                        "fromPort": 5432,
                        "toPort": 5432,
                        "ipRanges": {"items": [{"cidrIp": "0.0.0.0/0"}]},
                    }
                ]
            },
        },
        response={"_return": True},
    )


def _database(world: World, shop: Shop) -> str:
    """A database as watched as the shop's own, in the public subnets; its security group."""
    ec2, rds, network = world.client("ec2"), world.client("rds"), shop.network
    group: str = ec2.create_security_group(GroupName="reports-database", Description="reports", VpcId=network.vpc)[
        "GroupId"
    ]
    rds.create_db_subnet_group(
        DBSubnetGroupName="reports",
        DBSubnetGroupDescription="public subnets",
        SubnetIds=list(network.public_subnets),
    )
    rds.create_db_instance(
        DBInstanceIdentifier="reports",
        DBInstanceClass="db.t4g.medium",
        Engine="postgres",
        EngineVersion="15.4",
        MasterUsername="reports",
        MasterUserPassword="not-a-secret",
        AllocatedStorage=50,
        DBSubnetGroupName="reports",
        VpcSecurityGroupIds=[group],
        PubliclyAccessible=True,
        EnablePerformanceInsights=True,
        MonitoringInterval=60,
        MonitoringRoleArn=make_role(world, "reports-monitoring", "monitoring.rds"),
        EnableCloudwatchLogsExports=["postgresql"],
        Tags=tags("reports"),
    )
    for metric, series, unit in REPORTED:
        world.metric("AWS/RDS", metric, {"DBInstanceIdentifier": "reports"}, series, unit)
    world.database_load("reports", steady(0.1, noise=0.2), "CPU", "SELECT sum(total) FROM orders_by_day")
    return group


def _alarm(world: World, shop: Shop) -> None:
    world.client("cloudwatch").put_metric_alarm(
        AlarmName="reports-storage",
        AlarmDescription="FreeStorageSpace is low: https://wiki.example.com/playbooks/reports-storage",
        Namespace="AWS/RDS",
        MetricName="FreeStorageSpace",
        Dimensions=[{"Name": "DBInstanceIdentifier", "Value": "reports"}],
        Statistic="Minimum",
        Period=300,
        EvaluationPeriods=3,
        Threshold=5e9,
        ComparisonOperator="LessThanThreshold",
        TreatMissingData="notBreaching",
        AlarmActions=[shop.topic],
    )
