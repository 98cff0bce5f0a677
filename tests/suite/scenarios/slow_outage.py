"""Checkout is down, and Lambda takes its time."""

from sandbox.scenario import load

EXPECTED = []


def build(world):
    load("checkout-outage").build(world)
    world.slow("lambda:GetFunctionConfiguration", 90_000)
