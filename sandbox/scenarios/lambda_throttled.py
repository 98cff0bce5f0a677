"""A quarter of an hour ago the concurrency of receipts was reserved too tightly: it refuses what comes beyond."""

from sandbox.scenarios import _shop
from sandbox.world import World

SINCE = "15m"

EXPECTED = [
    {"check": "test_function_is_not_throttled", "target": "receipts", "cause": "throttled", "root": True},
]


def build(world: World) -> None:
    _shop.build(world)
    functions = world.client("lambda")
    function = functions.get_function_configuration(FunctionName="receipts")["FunctionArn"]
    functions.put_function_concurrency(FunctionName="receipts", ReservedConcurrentExecutions=4)
    world.change(
        "PutFunctionConcurrency20171031",
        resources=[function],
        at=SINCE,
        user="li.wei",
        request={"functionName": "receipts", "reservedConcurrentExecutions": 4},
    )
    world.invocations("receipts", "throttled", at=SINCE, every="5s")
