"""The model against a slow evaluator of single packets that was written apart from it, on random networks."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from diagnosis.reachability import Endpoint, Flow, Verdict
from tests.diagnosis.reachability.slow_evaluator import connects
from tests.diagnosis.reachability.world import ANY, World, entry, route, rule

INSTANCES = {
    "10.1.1.10": ("a1", "subnet-a1", "203.0.113.11"), "10.1.1.11": ("a2", "subnet-a1", ""),
    "10.1.2.10": ("a3", "subnet-a2", "203.0.113.13"), "10.2.1.10": ("b1", "subnet-b1", ""),
    "10.2.2.10": ("b2", "subnet-b2", "203.0.113.22"),
}  # fmt: skip
SUBNETS = {
    "subnet-a1": ("vpc-a", "10.1.1.0/24", "a"), "subnet-a2": ("vpc-a", "10.1.2.0/24", "b"),
    "subnet-b1": ("vpc-b", "10.2.1.0/24", "a"), "subnet-b2": ("vpc-b", "10.2.2.0/24", "b"),
}  # fmt: skip
GROUPS = {"sg-a1": "vpc-a", "sg-a2": "vpc-a", "sg-b1": "vpc-b"}
CIDRS = [
    ANY,
    "10.0.0.0/8",
    "10.1.0.0/16",
    "10.1.1.0/24",
    "10.2.0.0/16",
    "10.2.1.10/32",
    "198.51.100.0/24",
    "203.0.113.0/24",
]
PORTS = [None, 22, 443, (0, 1023), (1024, 65535), (32768, 60999), (400, 500), (30000, 50000)]
ADDRESSES = [*INSTANCES, "198.51.100.7", "203.0.113.11", "203.0.113.22", "203.0.113.200", "10.1.9.9", "10.2.1.99"]

ALL_IPV4 = [rule("-1", None, ANY)]

often_open = st.sampled_from([ANY, ANY, ANY, *CIDRS])
group_rules = st.lists(
    st.builds(
        lambda protocol, ports, peer: rule(protocol, None if protocol == "-1" else ports or (0, 65535), peer),
        st.sampled_from(["tcp", "udp", "-1"]),
        st.sampled_from(PORTS),
        st.one_of(often_open, st.sampled_from(list(GROUPS))),
    ),
    min_size=1,
    max_size=3,
)


@st.composite
def acl_entries(draw):
    entries = []
    for egress in (False, True):
        if draw(st.integers(0, 3)):
            entries.append(entry(100, "allow", egress=egress))
        for _ in range(draw(st.integers(0, 2))):
            ports = draw(st.sampled_from(PORTS))
            protocol = "-1" if ports is None else draw(st.sampled_from(["6", "6", "17"]))
            bounds = None if ports is None else ports if isinstance(ports, tuple) else (ports, ports)
            number, action = draw(st.integers(1, 200)), draw(st.sampled_from(["allow", "deny"]))
            if number not in [known["RuleNumber"] for known in entries if known["Egress"] == egress]:
                cidr = draw(often_open)
                entries.append(entry(number, action, egress=egress, protocol=protocol, cidr=cidr, ports=bounds))
    return entries


@st.composite
def worlds(draw):
    world = World()
    for vpc_id, cidr in (("vpc-a", "10.1.0.0/16"), ("vpc-b", "10.2.0.0/16")):
        world.vpc(vpc_id, cidr)
        world.internet_gateway(f"igw-{vpc_id}", vpc_id)
        world.open_acl(vpc_id)
    for subnet_id, (vpc_id, cidr, zone) in SUBNETS.items():
        world.subnet(subnet_id, vpc_id, cidr, zone)
    world.nat_gateway(
        "nat-1", "subnet-a1", "10.1.1.200", "203.0.113.200", draw(st.sampled_from(["available"] * 4 + ["deleted"]))
    )
    world.peering("pcx-1", "vpc-a", "vpc-b", draw(st.sampled_from(["active"] * 4 + ["deleted"])))
    world.add("TransitGateways", TransitGatewayId="tgw-1", State="available")
    doors = {"vpc-a": ("subnet-a1", "subnet-a2"), "vpc-b": ("subnet-b1",)}
    for vpc_id, subnets in doors.items():
        chosen = subnets[: draw(st.integers(1, len(subnets)))]
        world.attach(f"tgw-attach-{vpc_id}", "tgw-1", vpc_id, "tgw-rtb-1", chosen)
    learned = draw(st.sampled_from([("tgw-attach-vpc-a", "tgw-attach-vpc-b")] * 3 + [("tgw-attach-vpc-b",)]))
    world.transit_table("tgw-rtb-1", "tgw-1", propagated=learned)
    for subnet_id, (vpc_id, _, _) in SUBNETS.items():
        draw_table(draw, world, subnet_id, vpc_id)
        if not draw(st.integers(0, 2)):
            world.acl(f"acl-{subnet_id}", vpc_id, *draw(acl_entries()), subnets=(subnet_id,))
    for group_id, vpc_id in GROUPS.items():
        ways = [draw(group_rules) + (ALL_IPV4 if draw(st.integers(0, 3)) else []) for _ in range(2)]
        world.group(group_id, vpc_id, *ways)
    for address, (name, subnet_id, public) in INSTANCES.items():
        choices = [group_id for group_id, vpc_id in GROUPS.items() if vpc_id == SUBNETS[subnet_id][0]]
        groups = draw(st.lists(st.sampled_from(choices), min_size=1, max_size=2, unique=True))
        world.instance(name, subnet_id, address, *groups, public=public)
    return world


def draw_table(draw, world: World, subnet_id: str, vpc_id: str) -> None:
    other = "10.2.0.0/16" if vpc_id == "vpc-a" else "10.1.0.0/16"
    routes = []
    link = draw(st.sampled_from(["pcx-1", "pcx-1", "tgw-1", "tgw-1", None]))
    if link:
        routes.append(route(other, link, State=draw(st.sampled_from(["active"] * 5 + ["blackhole"]))))
    outs = [f"igw-{vpc_id}", f"igw-{vpc_id}", None, *(["nat-1"] if subnet_id == "subnet-a2" else [])]
    out = draw(st.sampled_from(outs))
    if out:
        routes.append(route(ANY, out))
    if draw(st.booleans()):
        routes.append(route("198.51.100.0/25", f"igw-{vpc_id}"))
    world.table(f"rtb-{subnet_id}", vpc_id, *routes, subnets=(subnet_id,))


def agree(world: World, source: str, destination: str, protocol: str, port: int) -> None:
    kind = "internet" if source.startswith("198.") else "ip"
    flow = Flow(Endpoint(kind, None, source), Endpoint("ip", None, destination), protocol, port)
    answer = world.network().trace(flow)
    forward, returned = connects(world.raw, source, destination, protocol, port)
    assert answer.forward == (Verdict.REACHABLE if forward else Verdict.BLOCKED), answer
    if forward:
        assert answer.return_ == (Verdict.REACHABLE if returned else Verdict.BLOCKED), answer
    assert (answer.blockers == ()) == (answer.verdict is Verdict.REACHABLE)


FLOWS = {
    "source": st.sampled_from([*INSTANCES, "198.51.100.7", "198.51.100.200"]),
    "destination": st.sampled_from(ADDRESSES),
    "protocol": st.sampled_from(["tcp", "tcp", "udp"]),
    "port": st.sampled_from([22, 443, 450, 40000]),
}


@settings(max_examples=300, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow])
@given(worlds(), st.data())
def test_the_model_agrees_packet_by_packet(world, data):
    for _ in range(4):
        drawn = {name: data.draw(strategy) for name, strategy in FLOWS.items()}
        if drawn["source"] != drawn["destination"]:
            agree(world, **drawn)


@pytest.mark.long
@settings(max_examples=2000, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow])
@given(world=worlds(), **FLOWS)
def test_the_model_agrees_packet_by_packet_at_length(world, source, destination, protocol, port):
    if source != destination:
        agree(world, source, destination, protocol, port)
