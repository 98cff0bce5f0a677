"""Who talks to whom? Addresses, folded into the security groups or subnets that they stand for."""

from __future__ import annotations

import ipaddress
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from diagnosis.network.description import NetworkDescription, Raw, groups_of


@dataclass(frozen=True)
class Party:
    """Interfaces with the same groups, or without any the same subnet; an address that is nobody's is its own."""

    name: str
    subnets: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Parties:
    """Whom the addresses of a VPC belong to."""

    network: NetworkDescription
    vpc: str

    def of(self, address: str) -> Party:
        """The party that an address belongs to now."""
        interface = self._held.get(address)
        groups = groups_of(interface) if interface else frozenset[str]()
        if groups:
            alike = (i for i in self._held.values() if groups_of(i) == groups)
            return Party(", ".join(sorted(groups)), frozenset(str(i.get("SubnetId", "")) for i in alike))
        subnet = str(interface.get("SubnetId", "")) if interface else self._subnet_of(address)
        return Party(subnet, frozenset({subnet})) if subnet else Party(address)

    def has(self, party: Party, address: str) -> bool:
        """Whether an address belongs to a party, or may have: one that is free by now was somebody's of its subnet."""
        if address in self._held:
            return self.of(address) == party
        return address == party.name or self._subnet_of(address) in party.subnets

    @cached_property
    def _held(self) -> dict[str, Raw]:
        return dict(self._addresses())

    def _addresses(self) -> Iterator[tuple[str, Raw]]:
        for interface in self.network.objects("NetworkInterfaces", VpcId=self.vpc):
            for entry in interface.get("PrivateIpAddresses", ()):
                yield entry.get("PrivateIpAddress", ""), interface

    def _subnet_of(self, address: str) -> str:
        number = ipaddress.ip_address(address)
        for subnet in self.network.objects("Subnets", VpcId=self.vpc):
            if subnet.get("CidrBlock") and number in ipaddress.ip_network(subnet["CidrBlock"]):
                return str(subnet["SubnetId"])
        return ""
