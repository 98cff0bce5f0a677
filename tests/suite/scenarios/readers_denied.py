"""Everything may be listed, and nothing looked at."""

from sandbox.scenario import load

EXPECTED = []


def build(world):
    load("checkout-outage").build(world)
    for operation in (
        "cloudwatch:GetMetricData",
        "elasticloadbalancing:DescribeTargetHealth",
        "ec2:DescribeSecurityGroups",
        "logs:StartQuery",
    ):
        world.deny(operation)
