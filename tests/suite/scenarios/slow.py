"""CloudWatch takes its time."""

from sandbox.scenario import load

EXPECTED = []


def build(world):
    load("healthy").build(world)
    world.slow("cloudwatch:GetMetricData", 20_000)
