"""Nine minutes ago somebody took away the rule that lets the tasks of checkout talk to their database.

Nothing else says so yet: the path from the service to the database, which targets.toml declares, is blocked.
"""

from sandbox.scenarios import _shop
from sandbox.world import World

SINCE = "9m"
PORT = 5432

TARGETS = """
[[path]]
name = "checkout to orders"
source = "service:shop/checkout"
destination = "database:orders"
port = 5432

[[path]]
name = "catalog to orders"
source = "service:shop/catalog"
destination = "database:orders"
port = 5432
"""

EXPECTED = [
    {
        "check": "test_path_exists",
        "target": "checkout to orders",
        "cause": "security_group",
        "outcome": "failed",
        "root": True,
    },
]


def build(world: World) -> None:
    network = _shop.build(world).network
    database, tasks = network.database_group, network.task_groups["checkout"]
    permissions = _shop.permission(PORT, group=tasks)
    world.client("ec2").revoke_security_group_ingress(GroupId=database, IpPermissions=permissions)
    world.change(
        "RevokeSecurityGroupIngress",
        resources=[database],
        at=SINCE,
        user="jonas.weber",
        request={
            "groupId": database,
            "ipPermissions": {
                "items": [
                    {
                        "ipProtocol": "tcp",
                        "fromPort": PORT,
                        "toPort": PORT,
                        "groups": {"items": [{"groupId": tasks}]},
                    }
                ]
            },
        },
        response={"_return": True},
    )
