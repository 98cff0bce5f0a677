"""Databases in four regions: three full ones, one full one, one that will be full, one that people will mend."""

from sandbox.series import ramp, steady

FULL, SOON = 0.3e9, ramp(61e9, 33e9, since="2h33m")
FREE = {
    "eu-west-1": {"orders": FULL, "stock": FULL, "mail": FULL},
    "eu-central-1": {"orders": FULL, "mail": 60e9},
    "us-east-1": {"orders": SOON},
    "us-west-2": {"orders": FULL},
}
EXPECTED = []


def build(world):
    for region, databases in FREE.items():
        for name, free in databases.items():
            world.client("rds", region=region).create_db_instance(
                DBInstanceIdentifier=name, DBInstanceClass="db.t3.large", Engine="postgres", AllocatedStorage=100,
                MasterUsername="postgres", MasterUserPassword="no-password",
            )  # fmt: skip
            series = steady(free) if isinstance(free, float) else free
            world.metric("AWS/RDS", "FreeStorageSpace", {"DBInstanceIdentifier": name}, series, "Bytes", region=region)
