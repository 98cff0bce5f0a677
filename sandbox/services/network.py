"""What can reach what in the sandbox? The reachability model of what EC2 describes, kept until something is written."""

from __future__ import annotations

import threading
from dataclasses import dataclass, field
from typing import Any

from diagnosis.reachability import Network
from sandbox import inside

_DESCRIBED = {
    "DhcpOptions": "describe_dhcp_options",
    "EgressOnlyInternetGateways": "describe_egress_only_internet_gateways",
    "InternetGateways": "describe_internet_gateways",
    "NatGateways": "describe_nat_gateways",
    "NetworkAcls": "describe_network_acls",
    "NetworkInterfaces": "describe_network_interfaces",
    "Reservations": "describe_instances",
    "RouteTables": "describe_route_tables",
    "SecurityGroups": "describe_security_groups",
    "Subnets": "describe_subnets",
    "TransitGateways": "describe_transit_gateways",
    "VpcBlockPublicAccessExclusions": "describe_vpc_block_public_access_exclusions",
    "VpcBlockPublicAccessOptions": "describe_vpc_block_public_access_options",
    "VpcEndpoints": "describe_vpc_endpoints",
    "VpcPeeringConnections": "describe_vpc_peering_connections",
    "Vpcs": "describe_vpcs",
}
_lock = threading.Lock()
_describing = threading.RLock()


@dataclass
class _Kept:
    writes: int = 0
    models: dict[tuple[str, str], Network] = field(default_factory=dict)


_kept = _Kept()


def forget() -> None:
    """Something was written: describe again when asked next."""
    with _lock:
        _kept.writes += 1
        _kept.models.clear()


def model(account: str, region: str) -> Network:
    """The network of a place as it now is."""
    with _describing:  # one describes, the others wait for it
        return _model((account, region))


def _model(place: tuple[str, str]) -> Network:
    with _lock:
        known, writes = _kept.models.get(place), _kept.writes
    if known is None:
        known = Network.from_descriptions({place: _describe(*place)})
        with _lock:
            # A write in the meantime may be missing from what was described.
            if writes == _kept.writes:
                _kept.models[place] = known
    return known


def _describe(account: str, region: str) -> dict[str, Any]:
    ec2 = inside.client("ec2", account, region)
    return {key: getattr(ec2, operation)()[key] for key, operation in _DESCRIBED.items()}
