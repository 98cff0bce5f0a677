"""What does a place's network look like? Its EC2 descriptions, and the reachability model made of them."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any

from diagnosis.places import Place
from diagnosis.reachability import Network

Raw = Mapping[str, Any]
"""One object as EC2 describes it."""

_FUNCTION = re.compile(r"AWS Lambda VPC ENI-(?P<name>.+)-[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
DATABASE_INTERFACE = "RDSNetworkInterface"


@dataclass(frozen=True)
class NetworkDescription:
    """The answers of EC2's describe calls by their response key, as the AWS CLI prints them.

    The one fact that keeps AWS's own form: the reachability model reads the same objects from a saved folder.
    `unread` holds, by key, why a description could not be read; an answer that needs it is unknown.
    """

    place: Place
    descriptions: Mapping[str, Sequence[Raw]]
    unread: Mapping[str, str]
    as_of: datetime

    @cached_property
    def model(self) -> Network:
        """The reachability model of this place."""
        place = (self.place.account, self.place.region)
        return Network.from_descriptions({place: self.descriptions}, denied=tuple(self.unread))

    @property
    def interfaces(self) -> Sequence[Raw]:
        """Every described network interface."""
        return self.descriptions.get("NetworkInterfaces", ())

    def interfaces_of(self, load_balancer_arn: str) -> list[Raw]:
        """The network interfaces of a load balancer, which EC2 describes as `ELB app/<name>/<id>`."""
        return self._by_description.get(f"ELB {load_balancer_arn.split(':loadbalancer/', 1)[-1]}", [])

    @cached_property
    def _by_description(self) -> Mapping[str, list[Raw]]:
        found: dict[str, list[Raw]] = {}
        for interface in self.interfaces:
            found.setdefault(interface.get("Description", ""), []).append(interface)
        return found

    def interface_of(self, target_id: str, vpc_id: str | None) -> Raw | None:
        """The first interface of a registered target: an instance's, or the one that has the address in a VPC."""
        return self._by_target.get((target_id, "")) or self._by_target.get((target_id, vpc_id))

    @cached_property
    def _by_target(self) -> Mapping[tuple[str | None, str | None], Raw]:
        found: dict[tuple[str | None, str | None], Raw] = {}
        for interface in self.interfaces:
            found.setdefault((interface.get("Attachment", {}).get("InstanceId"), ""), interface)
            found.setdefault((interface.get("PrivateIpAddress"), interface.get("VpcId")), interface)
        return found

    @cached_property
    def interfaces_of_functions(self) -> Mapping[str, list[Raw]]:
        """The interfaces of each function in a VPC by its name, which their descriptions carry.

        Functions with the same groups in the same subnet share one, which is described by the first of them
        (https://docs.aws.amazon.com/lambda/latest/dg/configuration-vpc.html).
        """
        found: dict[str, list[Raw]] = {}
        for interface in self.interfaces:
            named = _FUNCTION.fullmatch(interface.get("Description", ""))
            if named:
                found.setdefault(named["name"], []).append(interface)
        return found

    def alike(self, subnet_id: str, groups: Collection[str]) -> Raw | None:
        """An interface of a subnet with exactly these groups and no public address: what it may do, others may."""
        for interface in self.interfaces:
            if interface.get("SubnetId") == subnet_id and groups_of(interface) == frozenset(groups):
                plain = interface.get("InterfaceType", "interface") == "interface" and not interface.get("Association")
                if plain and not interface.get("Attachment", {}).get("InstanceId"):
                    return interface
        return None

    def objects(self, key: str, **where: Any) -> Iterator[Raw]:
        """The objects under a response key whose members are as given."""
        for raw in self.descriptions.get(key, ()):
            if all(raw.get(name) == value for name, value in where.items()):
                yield raw


def groups_of(interface: Raw) -> frozenset[str]:
    """The security groups of a described interface."""
    return frozenset(group["GroupId"] for group in interface.get("Groups", ()))


def tags_of(raw: Raw) -> Mapping[str, str]:
    """The tags of a described object; interfaces call theirs TagSet."""
    return {tag["Key"]: tag["Value"] for tag in (*raw.get("Tags", ()), *raw.get("TagSet", ()))}
