"""What can Reachability Analyzer be asked about a path? It knows resources, not addresses, and IPv4 over TCP or UDP.

https://docs.aws.amazon.com/vpc/latest/reachability/how-reachability-analyzer-works.html
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from diagnosis.network.description import NetworkDescription
from diagnosis.network.load_balancer_paths import LoadBalancerPath, flows_of
from diagnosis.network.paths import Path, Side, Spot
from diagnosis.reachability import Endpoint
from diagnosis.runs import MOST_ANALYSES

_ASKABLE = ("instance", "network-interface", "transit-gateway-attachment", "vpn-gateway")


@dataclass(frozen=True)
class AnalyzerFlow:
    """One question: resource ids, or an address as destination, and whether a path must be found."""

    source: str
    destination: str
    destination_ip: str
    protocol: str
    port: int | None
    wanted: bool = True

    def __str__(self) -> str:
        port = "" if self.port is None else f"/{self.port}"
        return f"{self.source} → {self.destination or self.destination_ip} {self.protocol}{port}"


def askable_flows(path: LoadBalancerPath | Path, network: NetworkDescription) -> tuple[list[AnalyzerFlow], list[str]]:
    """The first flows of a path that can be asked about, and in words what cannot."""
    found = _of_balancer(path, network) if isinstance(path, LoadBalancerPath) else _of_ways(path, network)
    flows: dict[AnalyzerFlow, None] = {}
    left_out: dict[str, None] = {}
    for one in found:
        if isinstance(one, str):
            left_out[one] = None
        elif len(flows) < MOST_ANALYSES:
            flows[one] = None
        elif one not in flows:
            left_out[f"more than {MOST_ANALYSES} flows"] = None
    return list(flows), list(left_out)


def _of_balancer(path: LoadBalancerPath, network: NetworkDescription) -> Iterator[AnalyzerFlow | str]:
    for flow in flows_of(path, network):
        source, end = flow.source.id or "", _held(flow.destination, network)
        address = "" if end else flow.destination.ip or ""
        yield AnalyzerFlow(source, end, address, flow.protocol, flow.port)


def _of_ways(path: Path, network: NetworkDescription) -> Iterator[AnalyzerFlow | str]:
    for way in path.ways:
        if way.protocol not in ("tcp", "udp") or (way.must == "not exist" and way.port is None):
            yield f"{way.service} from {way.source.name} to {way.destination.name}"
            continue
        for source in _ids(way.source, way.destination, network):
            for destination in _ids(way.destination, way.source, network):
                if source is None or destination is None or source.endpoint is None or destination.endpoint is None:
                    yield f"{way.source.name} or {way.destination.name}, which is no resource"
                    continue
                start, end = _held(source.endpoint, network), _held(destination.endpoint, network)
                address = "" if end else destination.endpoint.ip or ""
                if start and (end or address):
                    yield AnalyzerFlow(start, end, address, way.protocol, way.port, way.must == "exist")
                else:
                    yield f"{source.endpoint} or {destination.endpoint}, which is no resource"


def _ids(side: Side, other: Side, network: NetworkDescription) -> Iterator[Spot | None]:
    """The spots of a side that exist; the internet is the other side's internet gateway."""
    if side.block == "internet" or any(s.endpoint and s.endpoint.type == "internet" for s in side.spots):
        gateways = network.model.inventory.internet_gateway_of
        vpcs = {interface["NetworkInterfaceId"]: interface.get("VpcId", "") for interface in network.interfaces}
        for spot in other.spots:
            _, end = spot.placed(network, network.model)
            gateway = gateways.get(vpcs.get(end.id or "", ""))
            yield Spot(Endpoint("network-interface", gateway.id)) if gateway else None
            return
    for spot in side.spots:
        like = network.alike(spot.subnet, spot.groups) if spot.endpoint is None else None
        yield Spot(Endpoint("network-interface", like["NetworkInterfaceId"])) if like else spot
    if not side.spots:
        yield None


def _held(end: Endpoint, network: NetworkDescription) -> str:
    """The resource id of an endpoint; an address is its interface's, where one has it."""
    if end.type in _ASKABLE and end.id:
        return end.id
    held = [i["NetworkInterfaceId"] for i in network.interfaces if end.ip and i.get("PrivateIpAddress") == end.ip]
    return str(held[0]) if len(held) == 1 else ""
