"""What does a place's network look like? Its EC2 descriptions, and the reachability model made of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any

from diagnosis.places import Place
from diagnosis.reachability import Network


@dataclass(frozen=True)
class NetworkDescription:
    """The answers of EC2's describe calls by their response key, as the AWS CLI prints them.

    The one fact that keeps AWS's own form: the reachability model reads the same objects from a saved folder.
    `unread` holds, by key, why a description could not be read; an answer that needs it is unknown.
    """

    place: Place
    descriptions: Mapping[str, Sequence[Mapping[str, Any]]]
    unread: Mapping[str, str]
    as_of: datetime

    @cached_property
    def model(self) -> Network:
        """The reachability model of this place."""
        place = (self.place.account, self.place.region)
        return Network.from_descriptions({place: self.descriptions}, denied=tuple(self.unread))

    def interfaces_of(self, load_balancer_arn: str) -> list[Mapping[str, Any]]:
        """The network interfaces of a load balancer, which EC2 describes as `ELB app/<name>/<id>`."""
        described = f"ELB {load_balancer_arn.split(':loadbalancer/', 1)[-1]}"
        interfaces = self.descriptions.get("NetworkInterfaces", ())
        return [interface for interface in interfaces if interface.get("Description") == described]
