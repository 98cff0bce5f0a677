"""Does a VPC peering connection carry a packet, and do group references survive it?

https://docs.aws.amazon.com/vpc/latest/peering/vpc-peering-basics.html
"""

from collections.abc import Mapping
from dataclasses import dataclass

from diagnosis.reachability.addresses import Prefix, parse_prefix
from diagnosis.reachability.descriptions import Descriptions, Raw


@dataclass(frozen=True, slots=True)
class PeeredVpc:
    """One side of a peering connection; `prefixes` is empty where the description holds none."""

    vpc_id: str
    region: str
    prefixes: tuple[Prefix, ...]

    @classmethod
    def from_raw(cls, raw: Raw) -> "PeeredVpc":
        """The side of one RequesterVpcInfo or AccepterVpcInfo."""
        cidrs = [raw["CidrBlock"]] if raw.get("CidrBlock") else []
        cidrs += [entry["CidrBlock"] for entry in raw.get("CidrBlockSet", ())]
        cidrs += [entry["Ipv6CidrBlock"] for entry in raw.get("Ipv6CidrBlockSet", ())]
        return cls(raw["VpcId"], raw.get("Region", ""), tuple(parse_prefix(cidr) for cidr in dict.fromkeys(cidrs)))


@dataclass(frozen=True, slots=True)
class VpcPeeringConnection:
    """One peering connection."""

    id: str
    state: str
    sides: tuple[PeeredVpc, PeeredVpc]

    @property
    def is_active(self) -> bool:
        """Whether the connection carries traffic."""
        return self.state == "active"

    @property
    def is_within_region(self) -> bool:
        """Whether both VPCs are in one Region, so that security groups may refer to the peer's."""
        return self.sides[0].region == self.sides[1].region

    def other_side(self, vpc_id: str) -> PeeredVpc | None:
        """The VPC at the far end, or None where the VPC is not part of the connection."""
        near = [side for side in self.sides if side.vpc_id == vpc_id]
        far = [side for side in self.sides if side.vpc_id != vpc_id]
        return far[0] if near and far else None


def read_peering_connections(descriptions: Descriptions) -> Mapping[str, VpcPeeringConnection]:
    """Every peering connection by id; of two accounts' views the one with more addresses stands."""
    connections: dict[str, VpcPeeringConnection] = {}
    for _, raw in descriptions.objects("VpcPeeringConnections"):
        sides = PeeredVpc.from_raw(raw["RequesterVpcInfo"]), PeeredVpc.from_raw(raw["AccepterVpcInfo"])
        found = VpcPeeringConnection(raw["VpcPeeringConnectionId"], raw.get("Status", {}).get("Code", ""), sides)
        known = connections.get(found.id)
        if known is None or _addresses(found) > _addresses(known):
            connections[found.id] = found
    return connections


def _addresses(connection: VpcPeeringConnection) -> int:
    return sum(len(side.prefixes) for side in connection.sides)
