"""Which network interfaces do AWS's own services have? moto makes few, and some outside their subnet."""

from __future__ import annotations

import ipaddress
from collections.abc import Collection
from typing import Any

from sandbox.services import actions


def free_address(backend: Any, subnet: Any, promised: Collection[str] = ()) -> str:
    """The lowest address of the subnet that nothing has or was promised; AWS keeps the first four and the last."""
    taken = set(promised) | {ip["PrivateIpAddress"] for eni in backend.enis.values() for ip in eni.private_ip_addresses}
    network = ipaddress.ip_network(subnet.cidr_block)
    for offset in range(4, network.num_addresses - 1):
        if (address := str(network[offset])) not in taken:
            return address
    full = "The specified subnet does not have enough free addresses to satisfy the request."
    raise actions.refusal("InsufficientFreeAddressesInSubnet", full)


def attach(
    account: str,
    region: str,
    subnet_id: str,
    groups: list[str],
    description: str,
    requester: str,
    interface_type: str = "interface",
    public: bool = False,
) -> Any:
    """A requester-managed interface in use, as a service makes it for itself."""
    from moto.ec2.models import ec2_backends
    from moto.ec2.utils import random_public_ip

    backend = ec2_backends[account][region]
    subnet = backend.get_subnet(subnet_id)
    eni = backend.create_network_interface(
        subnet, free_address(backend, subnet), group_ids=groups, description=description
    )
    eni.status, eni.requester_managed, eni.requester_id = "in-use", True, requester
    eni.interface_type = interface_type
    if not groups:
        # moto would lend it the VPC's default group.
        eni._group_set = []
    if public:
        eni.public_ip = random_public_ip()
    return eni


def change(eni: Any, groups: list[str], *, public: bool) -> None:
    """The service that has the interface gives it other groups, a public address, or takes that away."""
    from moto.ec2.utils import random_public_ip

    eni._group_set = [eni.ec2_backend.get_security_group_from_id(group) for group in groups]
    eni.public_ip = (eni.public_ip or random_public_ip()) if public else None


def release(account: str, region: str, description: str) -> None:
    """Delete the interfaces of a resource that is gone."""
    from moto.ec2.models import ec2_backends

    enis = ec2_backends[account][region].enis
    for eni_id in [i for i, eni in enis.items() if eni.description == description]:
        del enis[eni_id]


def install() -> None:
    """Give every interface an address of its own subnet."""
    from moto.ec2.models import EC2Backend
    from moto.ec2.models.elastic_network_interfaces import NetworkInterface
    from moto.ec2.models.subnets import Subnet

    # moto sets it only where the VPC has DNS host names, and reads it everywhere.
    NetworkInterface.private_dns_name = None  # type: ignore[assignment]
    create = EC2Backend.create_network_interface

    def create_inside(self: Any, subnet: Any, private_ip_address: Any, *args: Any, **kwargs: Any) -> Any:
        subnet = self.get_subnet(subnet) if isinstance(subnet, str) else subnet
        if isinstance(private_ip_address, str) and private_ip_address:
            inside = ipaddress.ip_address(private_ip_address) in ipaddress.ip_network(subnet.cidr_block)
            private_ip_address = private_ip_address if inside else free_address(self, subnet)
        elif not private_ip_address and not kwargs.get("private_ip_addresses") and not any(args[:1]):
            private_ip_address = free_address(self, subnet)
        return create(self, subnet, private_ip_address, *args, **kwargs)

    lend = Subnet.get_available_subnet_ip

    def lend_free(self: Any, instance: Any) -> str:
        # moto counts the addresses it lent to instances, and not those of interfaces.
        taken = {ip["PrivateIpAddress"] for eni in self.ec2_backend.enis.values() for ip in eni.private_ip_addresses}
        address = lend(self, instance)
        while address in taken:
            address = lend(self, instance)
        return address

    actions.replace(Subnet, "get_available_subnet_ip", lend_free)
    actions.replace(EC2Backend, "create_network_interface", create_inside)
