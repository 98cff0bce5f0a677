"""A deployment of the storefront is under way, one instance after another; receipts shifts its traffic. All is well."""

from sandbox.scenarios import _fleet, _shop
from sandbox.world import World

EXPECTED: list[dict[str, object]] = []


def build(world: World) -> None:
    _fleet.build(world, _shop.build(world))
    _fleet.pipeline_deploys(world, "4m")
    world.deployment(
        _fleet.NAME,
        _fleet.GROUP,
        at="4m",
        revision=_fleet.make_revision(world, "1.9.0"),
        events={"AfterInstall": {"outcome": "ok", "takes": "3m"}},
    )
    world.deployment("receipts", "live", at="2m", revision=_fleet.of_function("receipts", "2", "3", _fleet.HOOK))
