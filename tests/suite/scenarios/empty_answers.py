"""Everything is listed, but what is asked about it comes back empty."""

from sandbox.scenario import load

EXPECTED = []


def build(world):
    load("checkout-outage").build(world)
    for operation in (
        "cloudwatch:GetMetricData",
        "elasticloadbalancing:DescribeTargetHealth",
        "ec2:DescribeNetworkInterfaces",
        "logs:GetQueryResults",
    ):
        world.empty(operation)
