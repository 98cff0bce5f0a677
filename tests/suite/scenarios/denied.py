"""The incident of checkout-outage, seen by somebody who may do nothing but say who they are."""

from sandbox.scenario import load

EXPECTED = []


def build(world):
    load("checkout-outage").build(world)
    for service in ("cloudtrail", "cloudwatch", "ec2", "elasticloadbalancing", "lambda", "logs", "rds", "tag"):
        world.deny(f"{service}:*")
