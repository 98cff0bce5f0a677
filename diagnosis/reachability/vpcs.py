"""Which VPC and subnet hold an address, and does the VPC resolve names?"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from diagnosis.reachability.addresses import RESOLVERS, Prefix, PrefixTable, is_ipv6, parse_prefix
from diagnosis.reachability.descriptions import Descriptions, Place, Raw


@dataclass(frozen=True, slots=True)
class Subnet:
    """One subnet; `zone` is the zone's name in its account, `zone_id` the same zone in every account."""

    id: str
    vpc_id: str
    zone: str
    zone_id: str
    prefixes: tuple[Prefix, ...]

    def __contains__(self, address: int) -> bool:
        return any(address in prefix for prefix in self.prefixes)

    @classmethod
    def from_raw(cls, raw: Raw) -> "Subnet":
        """The subnet of one object of DescribeSubnets."""
        zone = raw.get("AvailabilityZone", "")
        cidrs = [raw["CidrBlock"]] if raw.get("CidrBlock") else []
        cidrs += associated_ipv6(raw)
        prefixes = tuple(parse_prefix(cidr) for cidr in cidrs)
        return cls(raw["SubnetId"], raw["VpcId"], zone, raw.get("AvailabilityZoneId") or zone, prefixes)


@dataclass(frozen=True, slots=True)
class NameService:
    """How a VPC resolves names: its two DNS attributes and its DHCP options' servers.

    See https://docs.aws.amazon.com/vpc/latest/userguide/vpc-dns.html. `None` means that it was not described.
    """

    dns_support: bool | None = True
    dns_hostnames: bool | None = None
    servers: tuple[str, ...] | None = ("AmazonProvidedDNS",)

    @property
    def private_dns(self) -> bool | None:
        """Whether private DNS names of interface endpoints and hosted zones resolve; None where not guaranteed."""
        if self.dns_support is False or self.dns_hostnames is False:
            return False
        if self.dns_support is None or self.dns_hostnames is None or self.servers != ("AmazonProvidedDNS",):
            return None
        return True


@dataclass(frozen=True, slots=True)
class Vpc:
    """One VPC with the CIDR blocks associated to it, secondary and IPv6 ones included."""

    id: str
    place: Place
    prefixes: tuple[Prefix, ...]
    owner: str = ""
    names: NameService = NameService()
    subnets: PrefixTable[Subnet] = field(default_factory=PrefixTable, compare=False)

    def __contains__(self, address: int) -> bool:
        return any(address in prefix for prefix in self.prefixes)

    def subnet_of(self, address: int) -> Subnet | None:
        """The subnet that holds an address."""
        for subnets in self.subnets.matches(address):
            return subnets[0]
        return None

    def is_resolver(self, address: int) -> bool:
        """Whether the address is the VPC's DNS resolver: link-local, or the base of the VPC's IPv4 range plus two."""
        if address in RESOLVERS:
            return True
        first = next((prefix for prefix in self.prefixes if not is_ipv6(prefix.low)), None)
        return first is not None and address == first.low + 2


def associated_ipv6(raw: Raw) -> list[str]:
    """The IPv6 CIDRs of a VPC or subnet whose association stands."""
    return [
        entry["Ipv6CidrBlock"]
        for entry in raw.get("Ipv6CidrBlockAssociationSet", ())
        if entry.get("Ipv6CidrBlockState", {}).get("State", "associated") == "associated"
    ]


def read_vpcs(descriptions: Descriptions) -> Mapping[str, Vpc]:
    """Every VPC by id, with its subnets."""
    names = _NameServices(descriptions)
    vpcs: dict[str, Vpc] = {}
    for place, raw in descriptions.objects("Vpcs"):
        blocks = [raw["CidrBlock"]] if raw.get("CidrBlock") else []
        blocks += [
            entry["CidrBlock"]
            for entry in raw.get("CidrBlockAssociationSet", ())
            if entry.get("CidrBlockState", {}).get("State", "associated") == "associated"
        ]
        prefixes = tuple(dict.fromkeys(parse_prefix(cidr) for cidr in [*blocks, *associated_ipv6(raw)]))
        vpc_id = raw["VpcId"]
        service = names.of(vpc_id, raw)
        owner = raw.get("OwnerId", place[0])
        if vpc_id not in vpcs or place[0] == owner:  # accounts that share a VPC's subnets describe it as well
            vpcs[vpc_id] = Vpc(vpc_id, place, prefixes, owner, service)
    for subnet in read_subnets(descriptions).values():
        if subnet.vpc_id in vpcs:
            for prefix in subnet.prefixes:
                vpcs[subnet.vpc_id].subnets.add(prefix, subnet)
    return vpcs


def read_subnets(descriptions: Descriptions) -> Mapping[str, Subnet]:
    """Every subnet by id."""
    return {raw["SubnetId"]: Subnet.from_raw(raw) for _, raw in descriptions.objects("Subnets")}


class _NameServices:
    """DNS attributes and DHCP options, looked up for each VPC."""

    def __init__(self, descriptions: Descriptions) -> None:
        self._attributes = {raw["VpcId"]: raw for _, raw in descriptions.objects("VpcAttributes")}
        self._options = {raw["DhcpOptionsId"]: raw for _, raw in descriptions.objects("DhcpOptions")}
        self._attributes_denied = descriptions.is_denied("VpcAttributes")
        self._options_denied = descriptions.is_denied("DhcpOptions")

    def of(self, vpc_id: str, raw: Raw) -> NameService:
        """A VPC's name service; Amazon's defaults where nothing was collected (hostnames on in default VPCs only)."""
        attributes = self._attributes.get(vpc_id, {})
        support = _flag(attributes, "EnableDnsSupport", None if self._attributes_denied else True)
        default_hostnames = None if self._attributes_denied else bool(raw.get("IsDefault", False))
        hostnames = _flag(attributes, "EnableDnsHostnames", default_hostnames)
        return NameService(support, hostnames, self._servers(raw.get("DhcpOptionsId", "default")))

    def _servers(self, options_id: str) -> tuple[str, ...] | None:
        if options_id not in self._options:
            return None if self._options_denied else ("AmazonProvidedDNS",)
        configurations: Sequence[Raw] = self._options[options_id].get("DhcpConfigurations", ())
        for entry in configurations:
            if entry.get("Key") == "domain-name-servers":
                return tuple(value["Value"] for value in entry.get("Values", ()))
        return ()


def _flag(attributes: Raw, key: str, default: bool | None) -> bool | None:
    value = attributes.get(key, default)
    value = value.get("Value", default) if isinstance(value, Mapping) else value
    return None if value is None else bool(value)
