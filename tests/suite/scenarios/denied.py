"""The incident of checkout-outage, seen by somebody who may do nothing but say who they are."""

from sandbox.scenario import load

EXPECTED = []
SERVICES = (
    "acm", "apigateway", "cloudtrail", "cloudwatch", "directconnect", "ec2", "ecs", "elasticloadbalancing", "lambda",
    "logs", "rds", "route53", "route53resolver", "sqs", "states", "tag", "xray",
)  # fmt: skip


def build(world):
    load("checkout-outage").build(world)
    for service in SERVICES:
        world.deny(f"{service}:*")
