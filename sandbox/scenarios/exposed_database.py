"""For a report, somebody made the database public an hour ago and let the whole internet in. Nobody has come yet."""

from sandbox.scenarios import _shop
from sandbox.series import steady
from sandbox.world import World

SINCE = "50m"

REPORTED = (
    ("FreeStorageSpace", steady(38e9, noise=0.001), "Bytes"),
    ("CPUUtilization", steady(12, noise=0.1), "Percent"),
    ("FreeableMemory", steady(1.9e9, noise=0.01), "Bytes"),
    ("DatabaseConnections", steady(6, noise=0.05), "Count"),
    ("SwapUsage", steady(0), "Bytes"),
    ("CPUCreditBalance", steady(576), "Count"),
)
"""What CloudWatch says of the database: nothing but that it is well."""

EXPECTED = [
    {"check": "test_path_exists", "target": "internet:reports", "cause": "security_group", "root": True},
]


def build(world: World) -> None:
    network = _shop.build(world).network
    ec2, rds = world.client("ec2"), world.client("rds")
    group = ec2.create_security_group(GroupName="reports-database", Description="reports", VpcId=network.vpc)["GroupId"]
    rds.create_db_subnet_group(
        DBSubnetGroupName="reports",
        DBSubnetGroupDescription="public subnets",
        SubnetIds=list(network.public_subnets),
    )
    rds.create_db_instance(
        DBInstanceIdentifier="reports",
        DBInstanceClass="db.t4g.medium",
        Engine="postgres",
        MasterUsername="reports",
        MasterUserPassword="not-a-secret",
        AllocatedStorage=50,
        DBSubnetGroupName="reports",
        VpcSecurityGroupIds=[group],
        PubliclyAccessible=True,
    )
    for metric, series, unit in REPORTED:
        world.metric("AWS/RDS", metric, {"DBInstanceIdentifier": "reports"}, series, unit)
    ec2.authorize_security_group_ingress(GroupId=group, IpPermissions=_shop.permission(5432, cidr="0.0.0.0/0"))
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
