"""Nine minutes ago the database of orders failed over to its standby, for two minutes, because its host failed.

A configuration of something else was changed before, which has nothing to do with it.
"""

from sandbox.scenarios import _shop
from sandbox.series import steady
from sandbox.world import World

EXPECTED = [
    {"check": "test_database_is_available", "target": "orders", "cause": "aws_event", "root": True},
]


def build(world: World) -> None:
    _shop.build(world)
    world.change("lambda:UpdateFunctionConfiguration20150331v2", [("AWS::Lambda::Function", "receipts")], at="50m")
    world.database_event("orders", "Multi-AZ instance failover started.", "failover", at="9m")
    world.database_event("orders", "DB instance restarted", "availability", at="8m")
    world.database_event("orders", "Multi-AZ instance failover completed", "failover", at="7m")
    reason = "The primary host of the RDS Multi-AZ instance is unhealthy."
    world.database_event("orders", reason, ("notification", "failover"), at="9m")
    dropped = steady(42, noise=0.05).then(at="9m", value=0).then(at="7m", value=steady(40, noise=0.05))
    world.metric("AWS/RDS", "DatabaseConnections", {"DBInstanceIdentifier": "orders"}, dropped, "Count")
