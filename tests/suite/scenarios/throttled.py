"""CloudWatch answers nobody: the account's quota is spent."""

from sandbox.scenario import load

EXPECTED = []


def build(world):
    load("healthy").build(world)
    world.throttle("cloudwatch:GetMetricData")
