"""Which ways must exist, or must not, without anybody declaring them?"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from diagnosis.answers import Absent, Blind
from diagnosis.network.aws_services import HTTPS, INTERNET_SIDE, side_of_endpoint, way_out, ways_to_service
from diagnosis.network.description import DATABASE_INTERFACE, NetworkDescription, Raw, groups_of
from diagnosis.network.paths import Side, Spot, Way, spot_of


@dataclass(frozen=True)
class Database:
    """What RDS says of an instance: where it may stand, its groups, port, zone, and whether it has a public address."""

    name: str
    arn: str
    groups: tuple[str, ...]
    subnets: tuple[str, ...]
    zone: str
    port: int
    public: bool


@dataclass(frozen=True)
class Standing:
    """Something that has, or will have, interfaces with these groups in each of these subnets.

    `serves` are the ARNs of target groups that answer as well as it does, `logs` the log groups that it writes to.
    """

    name: str
    arn: str
    groups: tuple[str, ...]
    subnets: tuple[str, ...]
    public: bool = False
    serves: tuple[str, ...] = ()
    logs: tuple[str, ...] = ()


def side_of_standing(standing: Standing) -> Side:
    """Where its interfaces stand or would stand: subnet and groups decide what they may do."""
    spots = tuple(Spot(subnet=subnet, groups=standing.groups) for subnet in standing.subnets)
    return Side(standing.name, spots, things=(standing.arn, standing.name, *standing.serves, *standing.logs))


def side_of_database(database: Database, network: NetworkDescription) -> Side:
    """The interface that may be the database's, by its groups, subnets and zone; EC2 does not say whose it is."""
    held = [
        interface
        for interface in network.objects("NetworkInterfaces", Description=DATABASE_INTERFACE)
        if groups_of(interface) == frozenset(database.groups) and interface.get("SubnetId") in database.subnets
    ]
    public = [interface for interface in held if bool(interface.get("Association")) is database.public]
    near = [interface for interface in public if interface.get("AvailabilityZone") == database.zone]
    spots = [spot_of(i["NetworkInterfaceId"], i.get("PrivateIpAddress")) for i in near or public]
    imagined = [Spot(subnet=subnet, groups=database.groups) for subnet in database.subnets]
    return Side(database.name, tuple(spots or imagined), one_of=True, things=(database.arn, database.name))


def side_of_interfaces(name: str, interfaces: Iterable[Raw], things: tuple[str, ...] = ()) -> Side:
    """Interfaces that behave differently, one of each kind."""
    kinds: dict[object, Raw] = {}
    for interface in interfaces:
        public = bool(interface.get("Association"))
        kinds.setdefault((interface.get("SubnetId"), groups_of(interface), public), interface)
    spots = tuple(spot_of(i["NetworkInterfaceId"], i.get("PrivateIpAddress")) for i in kinds.values())
    return Side(name, spots, things=things or (name,))


def ways_of_function(name: str, network: NetworkDescription) -> tuple[Way, ...] | Absent | Blind:
    """From each interface of a function to the internet by its default route, and to the endpoints of its subnets."""
    held = network.interfaces_of_functions.get(name, [])
    if not held:
        return Blind("missing", f"the interfaces of {name} were listed a moment ago and are gone")
    if "VpcEndpoints" in network.unread:
        return Blind("missing", network.unread["VpcEndpoints"])
    outs = [way_out(side_of_interfaces(name, [interface]), interface, network) for interface in held]
    usual = next((out for out in outs if out), None)
    ways: list[Way] = []
    for interface, out in zip(held, outs, strict=True):
        source = side_of_interfaces(name, [interface])
        if usual:
            # One subnet without a default route, where another has one, lost it: the function runs in either.
            ways.append(out or replace(usual, source=source))
        ways += [
            Way(source, side_of_endpoint(endpoint, network), port=HTTPS, impact="soon")
            for endpoint in network.objects("VpcEndpoints", VpcId=interface.get("VpcId"), VpcEndpointType="Interface")
            if interface.get("SubnetId") in endpoint.get("SubnetIds", ()) and endpoint.get("PrivateDnsEnabled")
        ]
    return tuple(ways) or Absent(f"{name} has neither a default route nor an endpoint in its subnets")


def ways_of_service(service: Standing, needs: Sequence[str], network: NetworkDescription) -> tuple[Way, ...] | Blind:
    """From the subnets of a service to the AWS services that its tasks call before they run.

    `needs` are endpoint names (`ecr.api`), or `internet` for a registry elsewhere.
    """
    subnets = {raw["SubnetId"]: raw.get("VpcId", "") for raw in network.objects("Subnets")}
    unknown = [subnet for subnet in service.subnets if subnet not in subnets]
    if unknown:
        return Blind("missing", network.unread.get("Subnets") or f"{unknown[0]} of {service.name} is not described")
    if "VpcEndpoints" in network.unread and any(need != INTERNET_SIDE.name for need in needs):
        return Blind("missing", network.unread["VpcEndpoints"])  # whether a name leads outside is their matter
    return tuple(
        way
        for subnet in service.subnets
        for need in needs
        for way in _ways_to(side_of_standing(replace(service, subnets=(subnet,))), subnets[subnet], need, network)
    )


def _ways_to(source: Side, vpc: str, need: str, network: NetworkDescription) -> Iterator[Way]:
    if need == INTERNET_SIDE.name:
        yield Way(source, INTERNET_SIDE, port=HTTPS)
    else:
        yield from ways_to_service(source, vpc, need, network)


def way_of_proxy(proxy: Standing, database: Database, network: NetworkDescription) -> Way:
    """From a proxy to the instance behind it."""
    return Way(side_of_standing(proxy), side_of_database(database, network), port=database.port)


def way_of_exposure(database: Database, network: NetworkDescription) -> Way | Blind:
    """From the internet to a database, which must not exist."""
    side = side_of_database(database, network)
    if database.public and all(spot.endpoint is None for spot in side.spots):
        why = network.unread.get("NetworkInterfaces") or f"no public interface of {database.name} is described"
        return Blind("missing", why)
    return Way(INTERNET_SIDE, side, must="not exist", impact="soon", tolerates_few=True)
