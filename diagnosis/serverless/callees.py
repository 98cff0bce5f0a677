"""Which end of the network does a host name or address in a log line stand for?"""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Mapping
from typing import Any

from diagnosis.network.description import NetworkDescription
from diagnosis.reachability import Endpoint

_HTTPS = 443
_SERVICE = re.compile(
    r"(?:[\w-]+\.)*?(?P<service>[a-z0-9-]+)\.(?P<region>[a-z]{2}(?:-[a-z]+)+-\d)\.amazonaws\.com(?:\.cn)?$"
)
_PRIVATE_NAMES = re.compile(
    r"\.(?:rds|cache|docdb|es|neptune|redshift|efs|elb|kafka|memorydb)[.\w-]*\.amazonaws\.com", re.IGNORECASE
)
"""Hosts of resources inside a VPC: what they resolve to is not told by their name."""

End = tuple[Endpoint, int]


def ends_of(vpc: str, peer: str, network: NetworkDescription) -> list[End]:
    """The ends and ports that `peer` (`host` or `host:port`) stands for, seen from a VPC; none where it is not known.

    An AWS service is behind its interface endpoint where the VPC has one, behind a gateway endpoint where the subnets'
    route tables use one, which is not judged here, and else on the internet. A name of no public domain is not known,
    nor is an address without a port.
    """
    host, _, port = peer.partition(":")
    number = int(port) if port.isdigit() and int(port) <= 65535 else None
    if not host:
        return []
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return _named(vpc, host, number or _HTTPS, network)
    return [(Endpoint("internet" if address.is_global else "ip", ip=host), number)] if number else []


def _named(vpc: str, host: str, port: int, network: NetworkDescription) -> list[End]:
    if "VpcEndpoints" in network.unread or _PRIVATE_NAMES.search(host) or not _is_public(host):
        return []
    service = _SERVICE.fullmatch(host)
    endpoints = _endpoints(vpc, service["service"], network) if service else []
    if any(endpoint.get("VpcEndpointType") == "Gateway" for endpoint in endpoints):
        return []
    interfaces = [i for e in endpoints if e.get("PrivateDnsEnabled") for i in e.get("NetworkInterfaceIds", ())]
    if interfaces:
        return [(Endpoint("network-interface", interface), port) for interface in interfaces]
    return [(Endpoint("internet"), port)]


def _is_public(host: str) -> bool:
    """Whether a name ends like one of a public domain."""
    labels = host.rstrip(".").lower().split(".")
    return len(labels) > 1 and labels[-1].isalpha() and labels[-1] not in ("internal", "local", "localhost", "lan")


def _endpoints(vpc: str, service: str, network: NetworkDescription) -> list[Mapping[str, Any]]:
    return [
        endpoint
        for endpoint in network.descriptions.get("VpcEndpoints", ())
        if endpoint.get("VpcId") == vpc and str(endpoint.get("ServiceName", "")).rsplit(".", 1)[-1] == service
    ]
