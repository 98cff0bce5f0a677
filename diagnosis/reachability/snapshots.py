"""What does a folder of saved `aws ec2 describe-*` output say? Its files, read by what is in them.

https://docs.aws.amazon.com/cli/latest/reference/ec2/
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from diagnosis.reachability.descriptions import Descriptions, Place, Raw, SnapshotError

ACCEPTED = (
    "Addresses", "CustomerGateways", "DhcpOptions", "DirectConnectGatewayAssociations", "DirectConnectGateways",
    "EgressOnlyInternetGateways", "InternetGateways", "LoadBalancerAttributes", "LoadBalancerListeners",
    "LoadBalancerTargetHealth", "LoadBalancers", "ManagedPrefixLists", "NatGateways", "NetworkAcls",
    "NetworkInterfaces", "PrefixLists", "Reservations", "RouteTables", "SecurityGroups", "Subnets",
    "TargetGroupAttributes", "TargetGroups", "TransitGatewayAttachments", "TransitGatewayPropagations",
    "TransitGatewayRouteTables", "TransitGatewayStaticRoutes", "TransitGatewayVpcAttachments", "TransitGateways",
    "VirtualInterfaces", "VpcAttributes", "VpcBlockPublicAccessExclusions", "VpcBlockPublicAccessOptions",
    "VpcEndpoints", "VpcPeeringConnections", "Vpcs", "VpnConnections", "VpnGateways",
)  # fmt: skip
"""The response keys that the model reads; what a file holds under another key is not looked at."""
_TOKENS = ("NextToken", "NextMarker", "nextToken")
"""What the AWS CLI leaves in an answer that has more pages."""


@dataclass
class _Snapshot:
    """What the files said so far; `notes` tells of those that could not be used."""

    places: dict[Place, dict[str, list[Raw]]] = field(default_factory=dict)
    partial: set[tuple[str, str, str]] = field(default_factory=set)
    files: dict[tuple[Place, str], Path] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)

    def take(self, path: Path, place: Place) -> None:
        """Add a file; what more pages would tell is unknown."""
        content = _read(path)
        keyed = self.places.setdefault(place, {})
        found = [key for key in ACCEPTED if key in content]
        if not found and path.stem in ACCEPTED:
            self.partial.add((*place, path.stem))
            self.notes.append(f'{path}: has no "{path.stem}", so that nothing is known of them')
        elif not found:
            self.notes.append(f"{path}: not used, it has none of the keys that are read (see --help)")
        for key in found:
            objects = _listed(path, key, content[key])
            keyed.setdefault(key, []).extend(objects)
            self.files[place, key] = path
            token = next((token for token in _TOKENS if content.get(token)), "")
            if token:
                self.partial.add((*place, key))
                self.notes.append(f"{path}: has a {token}, so that there is more than it lists: {key} are unknown")

    def descriptions(self) -> Descriptions:
        """What is known: a listing that is not whole is none."""
        for account, region, key in self.partial:
            self.places.get((account, region), {}).pop(key, None)
        return Descriptions(self.places, frozenset(self.partial), tuple(self.notes), self.files)


def read_folder(folder: Path) -> Descriptions:
    """Descriptions of a folder of `*.json` files, flat, by region, or by accounts/<account>/<region>.

    A file is read by the response keys in it, whatever its name. SnapshotError where one is no such answer.
    """
    if not folder.is_dir():
        raise SnapshotError(f"{folder}: no such folder; give a folder of saved aws ec2 describe-* output")
    snapshot = _Snapshot()
    for path in sorted(folder.rglob("*.json")):
        snapshot.take(path, _place_of(path.parent.relative_to(folder)))
    return snapshot.descriptions()


def _place_of(relative: Path) -> Place:
    parts = relative.parts
    if not parts:
        return "", ""
    return (parts[-2] if len(parts) > 1 else ""), parts[-1]


def _read(path: Path) -> Mapping[str, Any]:
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError) as error:
        raise SnapshotError(f"{path}: cannot be read as JSON ({error}); save the call's output again") from None
    if not isinstance(content, dict):
        key = path.stem if path.stem in ACCEPTED else "SecurityGroups"
        raise SnapshotError(f'{path}: expected an object such as {{"{key}": [...]}} as the AWS CLI prints it')
    return content


def _listed(path: Path, key: str, value: object) -> Sequence[Raw]:
    objects = [value] if isinstance(value, dict) else value
    if not isinstance(objects, list) or not all(isinstance(entry, dict) for entry in objects):
        raise SnapshotError(f'{path}: expected a list of objects under "{key}"')
    return objects
