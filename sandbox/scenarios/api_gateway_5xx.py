"""A new version of the function thumbnails lacks a module: each call fails, and the shop's API answers 502."""

import json

from sandbox.scenarios import _shop
from sandbox.scenarios._shop.serverless import ACCESS_LOG
from sandbox.series import count, gap
from sandbox.world import World

SINCE = "14m"

EXPECTED = [
    {"check": "test_function_errors_are_rare", "target": "thumbnails", "cause": "code", "root": True},
    {"check": "test_api_gateway_is_healthy", "target": "shop-api/prod", "cause": "code"},
    {"check": "test_api_requests_succeed", "target": "shop-api/prod", "cause": "code"},
    {"check": "test_no_new_error_type", "target": "/aws/lambda/thumbnails", "cause": "code"},
    {"check": "test_error_rate_is_near_baseline", "target": "/aws/lambda/thumbnails", "cause": "code"},
]


def build(world: World) -> None:
    _shop.build(world)
    function = world.client("lambda").get_function_configuration(FunctionName="thumbnails")["FunctionArn"]
    world.change(
        "UpdateFunctionCode20150331v2", resources=[function], at=SINCE, user="deployer", request={"publish": True}
    )
    error = "Runtime.ImportModuleError: Unable to import module 'app': No module named 'pictures'"
    world.invocations("thumbnails", "error", error=error, at=SINCE, every="2s", duration_ms=90)
    stage = {"ApiName": "shop-api", "Stage": "prod"}
    world.metric("AWS/ApiGateway", "5XXError", stage, gap().then(SINCE, count(28)), "Count")
    refused = {"requestId": "r", "httpMethod": "GET", "path": "/items/7", "status": "502", "responseLatency": "96"}
    world.logs(ACCESS_LOG, json.dumps(refused), stream="prod", at=SINCE, every="2s")
