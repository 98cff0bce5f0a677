"""A small shop: load balancer, two services, three functions, a database, and a week of ordinary days.

The scenarios share it. `build` makes it healthy and returns what a scenario needs to break.
"""

from __future__ import annotations

from sandbox.scenarios._shop import history
from sandbox.scenarios._shop.alarms import build_alarms
from sandbox.scenarios._shop.limits import build_limits
from sandbox.scenarios._shop.mishaps import (
    nat_gateway_falls_silent,
    nat_gateway_is_idle,
    nat_gateway_runs_out_of_ports,
)
from sandbox.scenarios._shop.network import build_flow_log, build_network, permission
from sandbox.scenarios._shop.plan import ORDINARY, SERVICES, TASK_PORT, Shop, Story
from sandbox.scenarios._shop.readiness import build_readiness
from sandbox.scenarios._shop.requests import browse, buy, pay, trace_history
from sandbox.scenarios._shop.resources import build_balancer, build_database, build_functions
from sandbox.scenarios._shop.serverless import build_serverless
from sandbox.scenarios._shop.services import (
    EXECUTION_POLICY,
    allow,
    build_services,
    modified,
    push_image,
    register,
    rolled_out,
    unhealthy,
)
from sandbox.world import World

__all__ = [
    "EXECUTION_POLICY",
    "SERVICES",
    "TASK_PORT",
    "Shop",
    "Story",
    "allow",
    "browse",
    "build",
    "buy",
    "modified",
    "nat_gateway_falls_silent",
    "nat_gateway_is_idle",
    "nat_gateway_runs_out_of_ports",
    "pay",
    "permission",
    "push_image",
    "register",
    "rolled_out",
    "unhealthy",
]


def build(world: World, story: Story = ORDINARY) -> Shop:
    """Make the shop with eight days of history. Its configuration is sound, whatever the story."""
    topic = world.client("sns").create_topic(Name="on-call")["TopicArn"]
    world.client("sns").subscribe(TopicArn=topic, Protocol="email", Endpoint="on-call@example.com")
    network = build_network(world)
    build_flow_log(world, network)
    balancer, groups = build_balancer(world, network)
    shop = Shop(
        network,
        balancer,
        groups,
        balancer.split(":loadbalancer/")[1],
        {name: f"targetgroup/{arn.split(':targetgroup/')[1]}" for name, arn in groups.items()},
        topic,
    )
    build_services(world, shop)
    build_functions(world)
    build_serverless(world, network)
    build_database(world, network)
    build_alarms(world, shop)
    build_limits(world, shop)
    build_readiness(world, shop)
    history.service_history(world, story)
    history.function_history(world, story)
    history.database_history(world)
    history.traffic(world, shop, story)
    history.gateway_history(world, network)
    history.flow_records(world, network, story)
    trace_history(world, story)
    return shop
