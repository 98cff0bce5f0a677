"""Is the rule named that lets the internet in, and no other?"""

from __future__ import annotations

from typing import Any

import pytest

from diagnosis.network.broken_paths import broken_path
from diagnosis.network.openings import openings
from diagnosis.network.paths import Side, Way, spot_of
from tests.diagnosis.network.test_broken_paths import PUBLIC_DATABASE, group, network, path, tcp

INTERNET = Side("internet", block="internet")
CACHE = Side("cache", (spot_of("eni-db", "10.0.1.20"),))


def opened(*rules: Any, port: int | None = 6379, source: Side = INTERNET) -> list[str]:
    described = network(PUBLIC_DATABASE, SecurityGroups=[group("sg-db", *rules), group("sg-shut")])
    found = openings(Way(source, CACHE, port=port, must="not exist"), ["sg-shut", "sg-db", "sg-gone"], described)
    assert {name for name, _ in found} <= {"sg-db"}
    return [rule for _, rule in found]


@pytest.mark.parametrize(
    ("rule", "port"),
    [
        (tcp(6379, cidr="0.0.0.0/0"), 6379),
        (tcp(6379, cidr="198.51.101.0/24"), 6379),
        (tcp(22, cidr="0.0.0.0/0"), None),
    ],
)
def test_a_rule_that_admits_public_addresses_is_an_opening(rule: Any, port: int | None) -> None:
    [told] = opened(rule, port=port)
    assert told.startswith("tcp/")


def test_private_addresses_other_ports_and_other_sources_open_nothing() -> None:
    assert opened(tcp(6379, cidr="10.0.0.0/8"), tcp(22, cidr="0.0.0.0/0"), tcp(6379, group="sg-shut")) == []
    assert opened(tcp(6379, cidr="0.0.0.0/0"), source=CACHE) == []


def test_the_group_with_the_opening_is_the_resource_whatever_else_the_interface_has() -> None:
    held = PUBLIC_DATABASE | {
        "Groups": [{"GroupId": "sg-db"}, {"GroupId": "sg-a"}],
        "Attachment": {"InstanceId": "i-cache"},
    }
    groups = [group("sg-a"), group("sg-db", tcp(6379, cidr="0.0.0.0/0"))]
    described = network(held, SecurityGroups=groups)
    instance = Side("cache", (spot_of("eni-db", "10.0.1.20"),))
    [found] = broken_path(path(Way(INTERNET, instance, port=6379, must="not exist")), described)
    assert (found.resource, found.depends_on) == ("sg-db", ("sg-a",))
    assert found.why == "sg-db admits tcp/6379 for 0.0.0.0/0"
    assert found.remedy.startswith("revoke tcp/6379 for 0.0.0.0/0 in the ingress rules of sg-db, or")
