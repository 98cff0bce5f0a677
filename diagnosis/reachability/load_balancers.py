"""Where does a load balancer send a connection?

https://docs.aws.amazon.com/elasticloadbalancing/latest/network/load-balancer-target-groups.html,
https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-listeners.html
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from diagnosis.reachability.descriptions import Descriptions, Raw
from diagnosis.reachability.packets import TCP, UDP, Packet

_CARRIERS = {
    TCP: frozenset({"TCP", "TLS", "TCP_UDP", "TCP_QUIC", "HTTP", "HTTPS"}),
    UDP: frozenset({"UDP", "TCP_UDP", "TCP_QUIC", "QUIC"}),
}
_ALWAYS_PRESERVING = frozenset({"UDP", "TCP_UDP", "QUIC", "TCP_QUIC"})
_NOT_SERVING = frozenset({"draining", "unused"})


@dataclass(frozen=True, slots=True)
class Target:
    """One registered target: an instance id, an address, or an ARN, with the port it serves on."""

    id: str
    port: int | None
    zone: str
    state: str


@dataclass(frozen=True, slots=True)
class TargetGroup:
    """One target group; `preserves_client_ip` says whose address its targets see."""

    arn: str
    type: str
    protocol: str
    port: int | None
    preserves_client_ip: bool
    cross_zone: bool | None
    targets: tuple[Target, ...]

    @property
    def serving(self) -> tuple[Target, ...]:
        """The targets that get connections: the healthy ones, or all that serve where none is (fail open)."""
        candidates = [target for target in self.targets if target.state not in _NOT_SERVING]
        healthy = [target for target in candidates if target.state in ("", "healthy", "unavailable")]
        return tuple(healthy or candidates)


@dataclass(frozen=True, slots=True)
class Listener:
    """One listener; `group_arns` are the target groups that any of its actions forwards to.

    `answers` is whether an action answers by itself (a redirect or a fixed response).
    """

    protocol: str
    port: int
    group_arns: tuple[str, ...]
    answers: bool

    @classmethod
    def from_raw(cls, raw: Raw) -> "Listener":
        """The listener of one object of DescribeListeners, with its rules' actions where they are inlined."""
        actions = [*raw.get("DefaultActions", ())]
        for rule in raw.get("Rules", ()):
            actions += rule.get("Actions", ())
        arns: dict[str, None] = {}
        for action in actions:
            arns.update(dict.fromkeys(_forwarded(action)))
        answers = any(action.get("Type") in ("redirect", "fixed-response") for action in actions)
        return cls(raw.get("Protocol", ""), raw.get("Port", 0), tuple(arns), answers)

    def accepts(self, packet: Packet) -> bool:
        """Whether the listener takes the packet's protocol and every port of it."""
        fits = self.protocol in _CARRIERS.get(packet.protocol, ())
        return fits and packet.destination_ports == ((self.port, self.port),)


@dataclass(frozen=True, slots=True)
class LoadBalancer:
    """One application, network or gateway load balancer; `name` is `app/…` or `net/…` as in its ARN."""

    arn: str
    name: str
    type: str
    state: str
    vpc_id: str
    cross_zone: bool
    listeners: tuple[Listener, ...]

    def listener_for(self, packet: Packet) -> Listener | None:
        """The listener that takes a packet."""
        return next((listener for listener in self.listeners if listener.accepts(packet)), None)

    def crosses_zones(self, group: TargetGroup) -> bool:
        """Whether a node sends to targets of other zones; an application load balancer does unless told not to."""
        return self.cross_zone if group.cross_zone is None else group.cross_zone


@dataclass(frozen=True)
class LoadBalancers:
    """All load balancers by the name that their interfaces carry, and target groups by ARN."""

    by_name: Mapping[str, LoadBalancer]
    groups: Mapping[str, TargetGroup]

    def by_arn(self, arn: str) -> LoadBalancer | None:
        """The load balancer of an ARN."""
        return self.by_name.get(name_of(arn))


def name_of(arn: str) -> str:
    """`app/name/id` of a load balancer's ARN."""
    return arn.split("loadbalancer/", 1)[-1]


def read_load_balancers(descriptions: Descriptions) -> LoadBalancers:
    """Every load balancer with its listeners, and every target group with its targets."""
    listeners = _read_listeners(descriptions)
    attributes = _attributes(descriptions, "LoadBalancerAttributes", "LoadBalancerArn")
    by_name: dict[str, LoadBalancer] = {}
    for _, raw in descriptions.objects("LoadBalancers"):
        arn, kind = raw["LoadBalancerArn"], raw.get("Type", "application")
        own = attributes.get(arn, {}).get("load_balancing.cross_zone.enabled")
        balancer = LoadBalancer(
            arn,
            name_of(arn),
            kind,
            raw.get("State", {}).get("Code", "active"),
            raw.get("VpcId", ""),
            kind == "application" if own is None else own == "true",
            tuple(listeners.get(arn, ())),
        )
        by_name.setdefault(balancer.name, balancer)
    return LoadBalancers(by_name, _read_groups(descriptions))


def _read_listeners(descriptions: Descriptions) -> dict[str, list[Listener]]:
    listeners: dict[str, list[Listener]] = {}
    for _, raw in descriptions.objects("LoadBalancerListeners"):
        for entry in raw.get("Listeners", [raw] if "ListenerArn" in raw else ()):
            arn = entry.get("LoadBalancerArn") or raw["LoadBalancerArn"]
            listeners.setdefault(arn, []).append(Listener.from_raw(entry))
    return listeners


def _read_groups(descriptions: Descriptions) -> dict[str, TargetGroup]:
    targets: dict[str, list[Target]] = {}
    for _, raw in descriptions.objects("LoadBalancerTargetHealth"):
        found = targets.setdefault(raw["TargetGroupArn"], [])
        found += [_target(entry) for entry in raw.get("TargetHealthDescriptions", ())]
    attributes = _attributes(descriptions, "TargetGroupAttributes", "TargetGroupArn")
    groups: dict[str, TargetGroup] = {}
    for _, raw in descriptions.objects("TargetGroups"):
        arn = raw["TargetGroupArn"]
        own = attributes.get(arn, {})
        cross = own.get("load_balancing.cross_zone.enabled", "use_load_balancer_configuration")
        groups[arn] = TargetGroup(
            arn,
            raw.get("TargetType", "instance"),
            raw.get("Protocol", ""),
            raw.get("Port"),
            _preserves_client_ip(raw, own),
            None if cross.startswith("use_") else cross == "true",
            tuple(targets.get(arn, ())),
        )
    return groups


def _target(entry: Raw) -> Target:
    target = entry["Target"]
    state = entry.get("TargetHealth", {}).get("State", "")
    return Target(target["Id"], target.get("Port"), target.get("AvailabilityZone", ""), state)


def _preserves_client_ip(raw: Raw, attributes: Mapping[str, str]) -> bool:
    """The attribute, else AWS's default: on for instances, off for addresses; always on where UDP is carried."""
    protocol = raw.get("Protocol", "")
    if protocol in ("HTTP", "HTTPS") or protocol in _ALWAYS_PRESERVING:
        return protocol in _ALWAYS_PRESERVING
    default = raw.get("TargetType", "instance") in ("instance", "alb")
    return attributes.get("preserve_client_ip.enabled", "true" if default else "false") == "true"


def _forwarded(action: Raw) -> Iterator[str]:
    if action.get("Type", "forward") != "forward":
        return
    groups = action.get("ForwardConfig", {}).get("TargetGroups", ())
    yield from (group["TargetGroupArn"] for group in groups if group.get("Weight", 1) > 0)
    if not groups and action.get("TargetGroupArn"):
        yield action["TargetGroupArn"]


def _attributes(descriptions: Descriptions, key: str, arn_key: str) -> dict[str, dict[str, str]]:
    return {
        raw[arn_key]: {entry["Key"]: entry["Value"] for entry in raw.get("Attributes", ())}
        for _, raw in descriptions.objects(key)
    }
