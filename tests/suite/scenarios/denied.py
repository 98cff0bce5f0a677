"""The incident of checkout-outage, seen by somebody who may do nothing but say who they are."""

from sandbox.scenario import load

EXPECTED = []
SERVICES = (
    "acm", "apigateway", "application-autoscaling", "application-signals", "cloudtrail", "cloudwatch",
    "directconnect", "dynamodb", "ec2", "ecs", "elasticloadbalancing", "health", "lambda", "logs", "rds", "route53",
    "route53resolver", "servicequotas", "sqs", "states", "tag", "xray",
)  # fmt: skip


def build(world):
    load("checkout-outage").build(world)
    for service in SERVICES:
        world.deny(f"{service}:*")
