"""Does a text in targets.toml mean the end that its author meant, and is nonsense refused in one line?"""

from __future__ import annotations

import pytest

from diagnosis.network.declared_paths import Known, side_of
from diagnosis.network.derived_paths import Standing
from diagnosis.network.path_ends import End, parse_end
from diagnosis.network.paths import Side
from tests.diagnosis.network.test_broken_paths import DATABASE, FUNCTION, ORDERS, TASK, interface, network


@pytest.mark.parametrize(
    ("text", "end"),
    [
        ("internet", End("internet", "internet")),
        ("10.0.0.0/8", End("cidr", "10.0.0.0/8")),
        ("10.1.2.3", End("cidr", "10.1.2.3")),
        ("2001:db8::/32", End("cidr", "2001:db8::/32")),
        ("i-0a1b2c3d", End("id", "i-0a1b2c3d")),
        ("tgw-attach-0a1b", End("id", "tgw-attach-0a1b")),
        ("tier=web", End("tag", "tier=web")),
        ("tag:tier=web", End("tag", "tier=web")),
        ("database:orders", End("database", "orders")),
        ("arn:aws:rds:eu-west-1:123456789012:db:orders", End("database", "orders")),
        ("arn:aws:ecs:eu-west-1:123456789012:service/shop/checkout", End("service", "shop/checkout")),
        ("arn:aws:lambda:eu-west-1:123456789012:function:resize", End("function", "resize")),
        (
            "arn:aws:elasticloadbalancing:eu-west-1:123456789012:loadbalancer/app/shop/2e",
            End("load-balancer", "shop"),
        ),
        ("orders", End("anything", "orders")),
        ("i-am-a-name", End("anything", "i-am-a-name")),
    ],
)
def test_ends_are_what_they_say(text: str, end: End) -> None:
    assert parse_end(text) == end


@pytest.mark.parametrize("text", ["", " ", "10.0.0.1/8", "10.0.0.300", "database:", "tag:web", "arn:aws:s3:::bucket"])
def test_nonsense_is_refused_in_one_line(text: str) -> None:
    with pytest.raises(ValueError, match=r"^[^\n]+$"):
        parse_end(text)


def spots(text: str, known: Known, *interfaces: dict[str, object]) -> list[str]:
    side = side_of(parse_end(text), known, network(*interfaces), arriving=True)
    assert isinstance(side, Side), side
    return [str(spot.endpoint.id or spot.endpoint.ip) if spot.endpoint else spot.subnet for spot in side.spots]


def refused(text: str, known: Known, *interfaces: dict[str, object]) -> str:
    side = side_of(parse_end(text), known, network(*interfaces), arriving=True)
    assert not isinstance(side, Side)
    return side.reason


KNOWN = Known(
    databases={"orders": ORDERS},
    services={"shop/checkout": Standing("shop/checkout", "arn", ("sg-task",), ("subnet-1",))},
)
TAGGED = TASK | {"TagSet": [{"Key": "Name", "Value": "batch"}, {"Key": "tier", "Value": "jobs"}]}


def test_each_kind_finds_its_interfaces() -> None:
    function = interface("eni-fn", 1, 30, "sg-task", Description=FUNCTION)
    assert spots("database:orders", KNOWN, DATABASE) == ["eni-db"]
    assert spots("service:shop/checkout", KNOWN) == ["subnet-1"]
    assert spots("service:checkout", KNOWN) == ["subnet-1"]
    assert spots("function:resize", KNOWN, function) == ["eni-fn"]
    assert spots("tier=jobs", KNOWN, TAGGED) == ["eni-task"]
    assert spots("name:batch", KNOWN, TAGGED) == ["eni-task"]
    assert spots("eni-0a", KNOWN) == ["eni-0a"]
    assert spots("10.0.1.0/24", KNOWN) == ["subnet-1"]


def test_a_bare_name_is_whatever_alone_is_called_so() -> None:
    assert spots("orders", KNOWN, DATABASE) == ["eni-db"]
    twin = TASK | {"TagSet": [{"Key": "Name", "Value": "orders"}]}
    assert 'write "name:orders" or "database:orders"' in refused("orders", KNOWN, DATABASE, twin)


def test_what_is_not_there_is_said() -> None:
    assert "nothing described in 123456789012/eu-west-1 is stock" in refused("stock", KNOWN)
    assert "a function outside every VPC has no network interface" in refused("function:resize", KNOWN)
    assert "none of its subnets" in refused("10.0.1.0/25", KNOWN)


BALANCER = "arn:aws:elasticloadbalancing:eu-west-1:123456789012:loadbalancer/app/shop/2e"
NODES = [
    interface("eni-n1", 1, 5, "sg-lb", Description="ELB app/shop/2e"),
    interface("eni-n2", 2, 5, "sg-lb", Description="ELB app/shop/2e"),
]
SERVER = {
    "InstanceId": "i-0a",
    "State": {"Name": "running"},
    "Tags": [{"Key": "tier", "Value": "web"}, {"Key": "Name", "Value": "web"}],
}
ENDPOINT = {
    "VpcEndpointId": "vpce-0a",
    "ServiceName": "com.amazonaws.eu-west-1.logs",
    "NetworkInterfaceIds": ["eni-n1"],
}
SUBNETS = [
    {
        "SubnetId": f"subnet-{n}",
        "VpcId": "vpc-1",
        "CidrBlock": f"10.0.{n}.0/24",
        "Tags": [{"Key": "use", "Value": "db"}],
    }
    for n in (1, 2)
]


def side(text: str, known: Known = KNOWN, *, arriving: bool = True, **described: object) -> Side:
    found = side_of(parse_end(text), known, network(*NODES, **described), arriving=arriving)  # type: ignore[arg-type]
    assert isinstance(found, Side), found
    return found


def ends(found: Side) -> list[str]:
    return [f"{spot.endpoint.type} {spot.endpoint.id or spot.endpoint.ip}" for spot in found.spots if spot.endpoint]


def test_the_internet_is_a_set_of_addresses_at_either_end() -> None:
    assert [side("internet", arriving=arriving).block for arriving in (True, False)] == ["internet", "internet"]


def test_a_block_is_every_address_of_it_as_a_source_and_what_is_there_as_a_destination() -> None:
    assert side("10.0.1.0/24", arriving=False).block == "10.0.1.0/24"
    assert ends(side("10.0.1.0/24")) == ["subnet subnet-1"]
    for arriving in (True, False):
        assert ends(side("192.0.2.7", arriving=arriving)) == ["ip 192.0.2.7"]
        assert ends(side("192.0.2.7/32", arriving=arriving)) == ["ip 192.0.2.7"]


def test_a_block_outside_every_vpc_is_one_address_of_each_kind() -> None:
    assert ends(side("192.168.0.0/16")) == ["ip 192.168.0.0"]


def test_a_load_balancer_is_its_interfaces_as_a_source_and_itself_as_a_destination() -> None:
    known = Known(balancers={"shop": BALANCER})
    assert ends(side("load-balancer:shop", known)) == [f"load-balancer {BALANCER}"]
    assert ends(side("load-balancer:shop", known, arriving=False)) == [
        "network-interface eni-n1",
        "network-interface eni-n2",
    ]
    assert "is load-balancer:stock" in refused("load-balancer:stock", known)


def test_an_endpoint_is_its_interfaces() -> None:
    assert ends(side("vpce-0a", VpcEndpoints=[ENDPOINT])) == ["network-interface eni-n1"]
    assert "is vpce-0b" in refused("vpce-0b", KNOWN)


@pytest.mark.parametrize(
    ("text", "end"),
    [
        ("i-0a", "instance i-0a"),
        ("subnet-0a", "subnet subnet-0a"),
        ("vgw-0a", "vpn-gateway vgw-0a"),
        ("tgw-attach-0a", "transit-gateway-attachment tgw-attach-0a"),
    ],
)
def test_an_id_stands_for_itself(text: str, end: str) -> None:
    assert ends(side(text)) == [end]


def test_tags_mean_running_instances_then_subnets() -> None:
    running = [{"Instances": [SERVER]}]
    assert ends(side("tier=web", Reservations=running)) == ["instance i-0a"]
    assert ends(side("name:web", Reservations=running)) == ["instance i-0a"]
    stopped = [{"Instances": [SERVER | {"State": {"Name": "stopped"}}]}]
    found = side_of(parse_end("tier=web"), KNOWN, network(Reservations=stopped), arriving=True)
    assert not isinstance(found, Side)
    assert ends(side("use=db", Subnets=SUBNETS)) == ["subnet subnet-1", "subnet subnet-2"]


def test_a_service_whose_name_two_clusters_have_is_named_with_its_cluster() -> None:
    twins = {name: Standing(name, "arn", (), (f"subnet-{n}",)) for n, name in ((1, "a/web"), (2, "b/web"))}
    known = Known(services=twins, proxies={"pool": Standing("pool", "arn", (), ("subnet-2",))})
    assert "is service:web" in refused("service:web", known)
    assert spots("service:b/web", known) == ["subnet-2"]
    assert spots("proxy:pool", known) == ["subnet-2"]


def test_what_could_not_be_read_is_why_an_end_is_missing() -> None:
    unread = network(unread={"NetworkInterfaces": "missing ec2:DescribeNetworkInterfaces"})
    found = side_of(parse_end("function:resize"), KNOWN, unread, arriving=True)
    assert not isinstance(found, Side)
    assert "is function:resize (missing ec2:DescribeNetworkInterfaces)" in found.reason
