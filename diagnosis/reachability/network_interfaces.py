"""Which network interface holds an address, and what stands behind it?"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace

from diagnosis.reachability.addresses import format_address, parse_address
from diagnosis.reachability.descriptions import Descriptions, Raw

_UNFILTERED_TYPES = frozenset(
    {
        "nat_gateway",
        "network_load_balancer",
        "gateway_load_balancer",
        "gateway_load_balancer_endpoint",
        "transit_gateway",
    }
)
"""Interface types that may have no security group at all."""


@dataclass(frozen=True, slots=True)
class NetworkInterface:
    """One network interface; `public` maps a private address to the public one associated with it.

    `groups` is None where the description does not say.
    """

    id: str
    vpc_id: str
    subnet_id: str
    zone: str
    addresses: tuple[int, ...]
    public: Mapping[int, int] = field(default_factory=dict)
    groups: tuple[str, ...] | None = None
    source_dest_check: bool = True
    type: str = "interface"
    description: str = ""
    instance_id: str | None = None
    device_index: int = 0

    @property
    def label(self) -> str:
        """The id a reader knows it by: the instance's, else the interface's own."""
        return self.instance_id or self.id

    @property
    def load_balancer_name(self) -> str | None:
        """`app/name/id` or `net/name/id` of the load balancer that the interface is a node of, if it is one."""
        if not self.description.startswith("ELB "):
            return None
        return self.description.removeprefix("ELB ").strip()

    @property
    def is_of_service(self) -> bool:
        """Whether AWS's own systems call from it, from any port above 1023: functions and load balancers do.

        https://docs.aws.amazon.com/vpc/latest/userguide/vpc-network-acls.html#nacl-ephemeral-ports
        """
        return self.type == "lambda" or self.load_balancer_name is not None

    @property
    def may_lack_groups(self) -> bool:
        """Whether an empty list of groups means that nothing is filtered."""
        return self.type in _UNFILTERED_TYPES or (self.load_balancer_name or "").startswith("net/")

    @classmethod
    def from_raw(cls, raw: Raw, vpc_id: str = "", instance_id: str | None = None) -> "NetworkInterface":
        """The interface of one object of DescribeNetworkInterfaces, or of an instance's own list."""
        private, public = _addresses(raw)
        attachment = raw.get("Attachment", {})
        groups = raw.get("Groups")
        return cls(
            id=raw["NetworkInterfaceId"],
            vpc_id=raw.get("VpcId", vpc_id),
            subnet_id=raw.get("SubnetId", ""),
            zone=raw.get("AvailabilityZone", ""),
            addresses=private,
            public=public,
            groups=None if groups is None else tuple(group["GroupId"] for group in groups),
            source_dest_check=raw.get("SourceDestCheck", True),
            type=raw.get("InterfaceType", "interface"),
            description=raw.get("Description", ""),
            instance_id=attachment.get("InstanceId", instance_id),
            device_index=attachment.get("DeviceIndex", 0),
        )


@dataclass(frozen=True, slots=True)
class Instance:
    """One instance; `state` is its EC2 state name, empty where the description does not say."""

    id: str
    state: str = ""

    @property
    def is_down(self) -> bool:
        """Whether the instance is known to be in a state in which it answers nothing."""
        return self.state not in ("", "running")


def read_instances(descriptions: Descriptions) -> Mapping[str, Instance]:
    """Every instance of every reservation by id."""
    found = _raw_instances(descriptions)
    return {raw["InstanceId"]: Instance(raw["InstanceId"], raw.get("State", {}).get("Name", "")) for raw in found}


def read_network_interfaces(descriptions: Descriptions) -> Mapping[str, NetworkInterface]:
    """Every interface by id: described ones, then those that only an instance or a NAT gateway mentions."""
    interfaces: dict[str, NetworkInterface] = {}
    for _, raw in descriptions.objects("NetworkInterfaces"):
        interfaces.setdefault(raw["NetworkInterfaceId"], NetworkInterface.from_raw(raw))
    for instance in _raw_instances(descriptions):
        for raw in instance.get("NetworkInterfaces", ()):
            if raw.get("NetworkInterfaceId") and raw["NetworkInterfaceId"] not in interfaces:
                found = NetworkInterface.from_raw(raw, instance.get("VpcId", ""), instance["InstanceId"])
                interfaces[found.id] = found
    for _, gateway in descriptions.objects("NatGateways"):
        for address in gateway.get("NatGatewayAddresses", ()):
            if address.get("NetworkInterfaceId") and address.get("PrivateIp"):
                found = _nat_interface(gateway, address)
                interfaces.setdefault(found.id, found)
    return _with_public_addresses(interfaces, descriptions)


def _raw_instances(descriptions: Descriptions) -> Iterator[Raw]:
    for _, reservation in descriptions.objects("Reservations"):
        yield from reservation.get("Instances", ())


def _addresses(raw: Raw) -> tuple[tuple[int, ...], dict[int, int]]:
    private: dict[int, None] = {}
    public: dict[int, int] = {}
    entries = [*raw.get("PrivateIpAddresses", ()), raw]
    for entry in entries:
        if entry.get("PrivateIpAddress"):
            address = parse_address(entry["PrivateIpAddress"])
            private[address] = None
            associated = entry.get("Association", {}).get("PublicIp")
            if associated:
                public[address] = parse_address(associated)
    for entry in raw.get("Ipv6Addresses", ()):
        private[parse_address(entry["Ipv6Address"])] = None
    return tuple(private), public


def _nat_interface(gateway: Raw, address: Raw) -> NetworkInterface:
    private = parse_address(address["PrivateIp"])
    public = {private: parse_address(address["PublicIp"])} if address.get("PublicIp") else {}
    return NetworkInterface(
        address["NetworkInterfaceId"],
        gateway.get("VpcId", ""),
        gateway.get("SubnetId", ""),
        address.get("AvailabilityZone", ""),
        (private,),
        public,
        groups=(),
        source_dest_check=False,
        type="nat_gateway",
    )


def _with_public_addresses(
    interfaces: dict[str, NetworkInterface], descriptions: Descriptions
) -> Mapping[str, NetworkInterface]:
    """Adds associations that only DescribeAddresses, DescribeNatGateways or DescribeInstances tell."""
    told = [*_elastic_addresses(interfaces, descriptions)]
    for _, gateway in descriptions.objects("NatGateways"):
        told += [(a.get("NetworkInterfaceId"), a.get("PrivateIp"), a) for a in gateway.get("NatGatewayAddresses", ())]
    for instance in _raw_instances(descriptions):
        for raw in instance.get("NetworkInterfaces", ()):
            told.append((raw.get("NetworkInterfaceId"), raw.get("PrivateIpAddress"), raw.get("Association", {})))
    for interface_id, private_text, raw in told:
        interface = interfaces.get(interface_id or "")
        if interface and private_text and raw.get("PublicIp"):
            private = parse_address(private_text)
            if private in interface.addresses and private not in interface.public:
                public = {**interface.public, private: parse_address(raw["PublicIp"])}
                interfaces[interface.id] = replace(interface, public=public)
    return interfaces


def _elastic_addresses(
    interfaces: Mapping[str, NetworkInterface], descriptions: Descriptions
) -> Iterator[tuple[str, str, Raw]]:
    """What DescribeAddresses tells: the interface, or the primary one of the instance, and its private address."""
    attached = sorted((i for i in interfaces.values() if i.addresses), key=lambda i: -i.device_index)
    primary = {interface.instance_id: interface for interface in attached if interface.instance_id}
    for _, raw in descriptions.objects("Addresses"):
        holder = interfaces.get(raw.get("NetworkInterfaceId", "")) or primary.get(raw.get("InstanceId", ""))
        if holder is not None and holder.addresses:
            yield holder.id, raw.get("PrivateIpAddress") or format_address(holder.addresses[0]), raw
