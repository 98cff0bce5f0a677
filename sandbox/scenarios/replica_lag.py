"""For twenty-five minutes a report has held up the replica of the database of orders: it is six minutes behind."""

from sandbox.scenarios import _shop
from sandbox.series import ramp, steady
from sandbox.world import World

EXPECTED = [
    {"check": "test_replicas_keep_up", "target": "orders-reports", "cause": "replication", "root": True},
]
_GB = 1_000_000_000


def build(world: World) -> None:
    shop = _shop.build(world)
    world.client("rds").create_db_instance_read_replica(
        DBInstanceIdentifier="orders-reports", SourceDBInstanceIdentifier="orders", DBInstanceClass="db.m6g.large"
    )
    of_replica = {"DBInstanceIdentifier": "orders-reports"}
    for name, series, unit in (
        ("ReplicaLag", ramp(0.4, 360, since="25m"), "Seconds"),
        ("FreeStorageSpace", steady(61 * _GB, noise=0.001), "Bytes"),
        ("CPUUtilization", steady(31, noise=0.1), "Percent"),
        ("FreeableMemory", steady(2.9 * _GB, noise=0.01), "Bytes"),
        ("DatabaseConnections", steady(9, noise=0.1), "Count"),
        ("ReadLatency", steady(0.0007, noise=0.1), "Seconds"),
        ("WriteLatency", steady(0.0012, noise=0.1), "Seconds"),
    ):
        world.metric("AWS/RDS", name, of_replica, series, unit)
    world.database_load("orders-reports", steady(1.1, noise=0.1), "CPU", "SELECT sum(total) FROM orders")
    world.client("cloudwatch").put_metric_alarm(
        AlarmName="orders-reports-cpu",
        AlarmDescription="reports are slow: https://wiki.example.com/playbooks/orders-reports-cpu",
        Namespace="AWS/RDS",
        MetricName="CPUUtilization",
        Dimensions=[{"Name": "DBInstanceIdentifier", "Value": "orders-reports"}],
        Statistic="Average",
        Period=60,
        EvaluationPeriods=10,
        Threshold=90,
        ComparisonOperator="GreaterThanThreshold",
        AlarmActions=[shop.topic],
    )
