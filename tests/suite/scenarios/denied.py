"""The incident of checkout-outage, seen by somebody who may do nothing but say who they are."""

from fixtures.operations import READS
from sandbox.scenario import load

EXPECTED = []


def build(world):
    load("checkout-outage").build(world)
    for service in sorted({action.partition(":")[0] for action in READS.values()} - {"sts"}):
        world.deny(f"{service}:*")
