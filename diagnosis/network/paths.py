"""Which flows must a path carry, and which must it not? Its two ends, and the ways between them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal

from diagnosis.causes import Impact
from diagnosis.network.description import NetworkDescription
from diagnosis.reachability import Endpoint, Network
from diagnosis.targets import Target

Must = Literal["exist", "not exist"]


@dataclass(frozen=True)
class Spot:
    """Where a packet starts or ends: a described endpoint, or where an interface with these groups would stand."""

    endpoint: Endpoint | None = None
    subnet: str = ""
    groups: tuple[str, ...] = ()

    def placed(self, network: NetworkDescription, model: Network) -> tuple[Network, Endpoint]:
        """The endpoint, and the model that has it: an interface that does not exist is imagined."""
        if self.endpoint is not None:
            return model, self.endpoint
        like = network.alike(self.subnet, self.groups)
        if like is not None:
            return model, Endpoint("network-interface", like["NetworkInterfaceId"], like.get("PrivateIpAddress"))
        return model.imagining(self.subnet, self.groups)


@dataclass(frozen=True)
class Side:
    """One end of a path: all its spots count, or, with `one_of`, one of them that nobody describes.

    `block` is a CIDR, or "internet", where the end is a set of addresses instead. `things` are the names and ARNs of
    what the end is; `passes_by` is an interface endpoint of the service, to which its name does not lead.
    """

    name: str
    spots: tuple[Spot, ...] = ()
    block: str = ""
    one_of: bool = False
    things: tuple[str, ...] = ()
    passes_by: str = ""


@dataclass(frozen=True)
class Way:
    """A flow that must exist, or must not. `port` None, where it must not, stands for any."""

    source: Side
    destination: Side
    protocol: str = "tcp"
    port: int | None = None
    must: Must = "exist"
    impact: Impact = "now"
    tolerates_few: bool = False
    """Whether a few addresses that get through are an allow-list, and no way that must not exist."""
    admits_some: bool = False
    """Whether it is enough that somebody of the internet gets as far as each destination, an interface."""

    @property
    def service(self) -> str:
        """`tcp/443`, or the protocol alone."""
        return self.protocol if self.port is None else f"{self.protocol}/{self.port}"


@dataclass(frozen=True)
class Path:
    """All the ways of one path.

    `described` holds what ELB describes of load balancers at their ends, by response key as the model reads it.
    """

    target: Target
    ways: tuple[Way, ...]
    as_of: datetime
    described: Mapping[str, Sequence[Mapping[str, Any]]] = field(default_factory=dict)


def spot_of(interface_id: str, address: str | None) -> Spot:
    """The spot of a described interface."""
    return Spot(Endpoint("network-interface", interface_id, address))


def ends(side: Side, network: NetworkDescription) -> Iterator[tuple[Network, Endpoint]]:
    """Every endpoint of a side, with the model that has it."""
    for spot in side.spots:
        yield spot.placed(network, network.model)


def pairs(way: Way, network: NetworkDescription) -> Iterator[tuple[Network, Endpoint, Endpoint]]:
    """Every pair of endpoints of a way, with the model that has both."""
    for source in way.source.spots:
        model, start = source.placed(network, network.model)
        for destination in way.destination.spots:
            both, end = destination.placed(network, model)
            yield both, start, end
