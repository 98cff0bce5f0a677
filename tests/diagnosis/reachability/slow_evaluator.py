"""A second opinion: one packet at a time, straight from the raw descriptions and the AWS rules.

It shares no code with the model: `ipaddress`, linear searches and recursion, for networks of VPCs with subnets, network
ACLs, security groups, internet and NAT gateways, peering connections and one transit gateway.
"""

from __future__ import annotations

import ipaddress
from dataclasses import dataclass, replace
from typing import Any

Raw = dict[str, list[dict[str, Any]]]
EPHEMERAL = range(32768, 61000)
NAT_PORTS = range(1024, 65536)


@dataclass(frozen=True)
class OnePacket:
    source: str
    destination: str
    protocol: str
    source_port: int
    port: int


class Dropped(Exception):  # noqa: N818
    """The packet is lost here."""


def connects(raw: Raw, source: str, destination: str, protocol: str, port: int) -> tuple[bool, bool | None]:
    """Whether the request arrives from each client port, and whether every reply does (None: no request arrives)."""
    evaluator = Evaluator(raw)
    ports = evaluator.telling_ports(EPHEMERAL)
    outcomes = [evaluator.round_trip(OnePacket(source, destination, protocol, p, port)) for p in ports]
    forward = all(arrived for arrived, _ in outcomes)
    return forward, all(returned for _, returned in outcomes) if forward else None


class Evaluator:
    def __init__(self, raw: Raw) -> None:
        self.raw = raw

    def all(self, key: str) -> list[dict[str, Any]]:
        return self.raw.get(key, [])

    def telling_ports(self, span: range) -> list[int]:
        """Ports at which some ACL rule can change its mind, and both ends: between them nothing changes."""
        edges = {span[0], span[-1]}
        for acl in self.all("NetworkAcls"):
            for entry in acl["Entries"]:
                bounds = entry.get("PortRange", {"From": 0, "To": 65535})
                edges |= {bounds["From"] - 1, bounds["From"], bounds["To"], bounds["To"] + 1}
        return sorted(edge for edge in edges if edge in span)

    def round_trip(self, packet: OnePacket) -> tuple[bool, bool]:
        try:
            arrived, translated = self.send(packet, None)
        except Dropped:
            return False, False
        if translated is None:
            return True, self.answered(arrived, packet.source, None)
        return True, all(
            self.answered(replace(arrived, source_port=port), packet.source, (translated, packet))
            for port in self.telling_ports(NAT_PORTS)
        )

    def answered(self, arrived: OnePacket, home: str, nat: tuple[dict[str, Any], OnePacket] | None) -> bool:
        reply = OnePacket(arrived.destination, arrived.source, arrived.protocol, arrived.port, arrived.source_port)
        try:
            back, _ = self.send(reply, nat, is_reply=True)
        except Dropped:
            return False
        return back.destination == home

    def send(
        self, packet: OnePacket, nat: tuple[dict[str, Any], OnePacket] | None, *, is_reply: bool = False
    ) -> tuple[OnePacket, dict[str, Any] | None]:
        sender = self.interface(packet.source)
        if sender is None:
            return self.from_internet(packet, nat, is_reply), None
        if not is_reply and not self.groups_admit(sender, packet, egress=True):
            raise Dropped
        return self.from_subnet(packet, self.subnet(sender["SubnetId"]), nat, is_reply)

    def from_subnet(
        self, packet: OnePacket, subnet: dict[str, Any], nat: Any, is_reply: bool
    ) -> tuple[OnePacket, dict[str, Any] | None]:
        if within(packet.destination, subnet["CidrBlock"]):
            return self.at_interface(packet, subnet["VpcId"], nat, is_reply), None
        self.acl(subnet, packet, egress=True)
        target = self.route(subnet, packet.destination)
        kind = target.partition("-")[0]
        if kind == "local":
            return self.local(packet, subnet["VpcId"], subnet, nat, is_reply), None
        if kind == "igw":
            return self.out(packet, subnet["VpcId"], nat, is_reply), None
        if kind == "nat":
            return self.through_nat(packet, target, subnet, is_reply)
        if kind == "pcx":
            return self.over_peering(packet, target, subnet, nat, is_reply), None
        return self.over_transit(packet, subnet, nat, is_reply)

    def local(
        self, packet: OnePacket, vpc_id: str, came_from: dict[str, Any] | None, nat: Any, is_reply: bool
    ) -> OnePacket:
        home = [s for s in self.all("Subnets") if s["VpcId"] == vpc_id and within(packet.destination, s["CidrBlock"])]
        if not home:
            raise Dropped
        if came_from is None or home[0]["SubnetId"] != came_from["SubnetId"]:
            self.acl(home[0], packet, egress=False)
        return self.at_interface(packet, vpc_id, nat, is_reply)

    def at_interface(self, packet: OnePacket, vpc_id: str, nat: Any, is_reply: bool) -> OnePacket:
        if nat is not None and packet.destination == nat[0]["NatGatewayAddresses"][0]["PrivateIp"]:
            original = nat[1]
            onward = replace(packet, destination=original.source, port=original.source_port)
            return self.from_subnet(onward, self.subnet(nat[0]["SubnetId"]), None, is_reply)[0]
        interface = self.interface(packet.destination)
        if interface is None or interface["VpcId"] != vpc_id:
            raise Dropped
        if not is_reply and not self.groups_admit(interface, packet, egress=False):
            raise Dropped
        return packet

    def out(self, packet: OnePacket, vpc_id: str, nat: Any, is_reply: bool) -> OnePacket:
        if any(within(packet.destination, cidr) for cidr in ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16")):
            raise Dropped
        if not any(a["VpcId"] == vpc_id for g in self.all("InternetGateways") for a in g["Attachments"]):
            raise Dropped
        public = self.public_of(packet.source)
        if public is None:
            raise Dropped
        outside = replace(packet, source=public)
        return self.from_internet(outside, nat, is_reply) if self.public(packet.destination) else outside

    def from_internet(self, packet: OnePacket, nat: Any, is_reply: bool) -> OnePacket:
        found = self.public(packet.destination)
        if found is None:
            raise Dropped
        vpc_id, private = found
        if not any(a["VpcId"] == vpc_id for g in self.all("InternetGateways") for a in g["Attachments"]):
            raise Dropped
        return self.local(replace(packet, destination=private), vpc_id, None, nat, is_reply)

    def through_nat(
        self, packet: OnePacket, nat_id: str, came_from: dict[str, Any], is_reply: bool
    ) -> tuple[OnePacket, dict[str, Any] | None]:
        gateway = next(g for g in self.all("NatGateways") if g["NatGatewayId"] == nat_id)
        if is_reply or gateway["State"] != "available" or packet.protocol not in ("tcp", "udp"):
            raise Dropped
        home = self.subnet(gateway["SubnetId"])
        if home["SubnetId"] != came_from["SubnetId"]:
            self.acl(home, packet, egress=False)
        outward = replace(packet, source=gateway["NatGatewayAddresses"][0]["PrivateIp"])
        return self.from_subnet(outward, home, None, is_reply)[0], gateway

    def over_peering(
        self, packet: OnePacket, peering_id: str, subnet: dict[str, Any], nat: Any, is_reply: bool
    ) -> OnePacket:
        peering = next(p for p in self.all("VpcPeeringConnections") if p["VpcPeeringConnectionId"] == peering_id)
        sides = [peering["RequesterVpcInfo"]["VpcId"], peering["AccepterVpcInfo"]["VpcId"]]
        if peering["Status"]["Code"] != "active":
            raise Dropped
        far = sides[1] if sides[0] == subnet["VpcId"] else sides[0]
        if not within(packet.destination, self.vpc(far)["CidrBlock"]):
            raise Dropped
        if not within(packet.source, self.vpc(subnet["VpcId"])["CidrBlock"]):
            raise Dropped
        return self.local(packet, far, None, nat, is_reply)

    def over_transit(
        self, packet: OnePacket, subnet: dict[str, Any], nat: Any, is_reply: bool
    ) -> tuple[OnePacket, dict[str, Any] | None]:
        attached = self.all("TransitGatewayVpcAttachments")
        near = next(a for a in attached if a["VpcId"] == subnet["VpcId"])
        doors = [self.subnet(s) for s in near["SubnetIds"]]
        own = [door for door in doors if door["AvailabilityZone"] == subnet["AvailabilityZone"]]
        if not own:
            raise Dropped
        self.acl(own[0], packet, egress=False)
        learned = self.all("TransitGatewayPropagations")[0]["TransitGatewayRouteTablePropagations"]
        enabled = {entry["TransitGatewayAttachmentId"] for entry in learned}
        for far in attached:
            vpc = self.vpc(far["VpcId"])
            if far["TransitGatewayAttachmentId"] in enabled and within(packet.destination, vpc["CidrBlock"]):
                return self.from_transit(packet, far, subnet["AvailabilityZone"], nat, is_reply)
        raise Dropped

    def from_transit(
        self, packet: OnePacket, attachment: dict[str, Any], zone: str, nat: Any, is_reply: bool
    ) -> tuple[OnePacket, dict[str, Any] | None]:
        doors = [self.subnet(s) for s in attachment["SubnetIds"]]
        homes = [s["AvailabilityZone"] for s in self.all("Subnets") if within(packet.destination, s["CidrBlock"])]
        for wanted in (zone, *homes):
            for door in doors:
                if door["AvailabilityZone"] == wanted:
                    return self.from_subnet(packet, door, nat, is_reply)
        return self.from_subnet(packet, doors[0], nat, is_reply)

    def acl(self, subnet: dict[str, Any], packet: OnePacket, *, egress: bool) -> None:
        acl = next(
            (a for a in self.all("NetworkAcls") if any(s["SubnetId"] == subnet["SubnetId"] for s in a["Associations"])),
            next(a for a in self.all("NetworkAcls") if a["IsDefault"] and a["VpcId"] == subnet["VpcId"]),
        )
        number = {"tcp": "6", "udp": "17"}[packet.protocol]
        address = packet.destination if egress else packet.source
        for entry in sorted(acl["Entries"], key=lambda entry: entry["RuleNumber"]):
            bounds = entry.get("PortRange", {"From": 0, "To": 65535})
            matches = entry["Egress"] == egress and entry["Protocol"] in ("-1", number)
            if matches and within(address, entry["CidrBlock"]) and bounds["From"] <= packet.port <= bounds["To"]:
                if entry["RuleAction"] == "allow":
                    return
                raise Dropped
        raise Dropped

    def groups_admit(self, interface: dict[str, Any], packet: OnePacket, *, egress: bool) -> bool:
        if interface["InterfaceType"] == "nat_gateway":
            return True
        key = "IpPermissionsEgress" if egress else "IpPermissions"
        far = packet.destination if egress else packet.source
        for attached in interface["Groups"]:
            group = next(g for g in self.all("SecurityGroups") if g["GroupId"] == attached["GroupId"])
            for permission in group[key]:
                if permission["IpProtocol"] not in ("-1", packet.protocol):
                    continue
                if not permission.get("FromPort", 0) <= packet.port <= permission.get("ToPort", 65535):
                    continue
                if any(within(far, entry["CidrIp"]) for entry in permission["IpRanges"]):
                    return True
                named = {pair["GroupId"] for pair in permission["UserIdGroupPairs"]}
                if named & self.recognised_groups(interface, far):
                    return True
        return False

    def recognised_groups(self, interface: dict[str, Any], far: str) -> set[str]:
        """The groups of the interface at an address, if a rule in this VPC may refer to them."""
        other = self.interface(far)
        if other is None:
            return set()
        peers = {interface["VpcId"]}
        for peering in self.all("VpcPeeringConnections"):
            sides = {peering["RequesterVpcInfo"]["VpcId"], peering["AccepterVpcInfo"]["VpcId"]}
            if peering["Status"]["Code"] == "active" and interface["VpcId"] in sides:
                peers |= sides
        return {g["GroupId"] for g in other["Groups"]} if other["VpcId"] in peers else set()

    def route(self, subnet: dict[str, Any], destination: str) -> str:
        tables = self.all("RouteTables")
        table = next(t for t in tables if any(a.get("SubnetId") == subnet["SubnetId"] for a in t["Associations"]))
        matching = [r for r in table["Routes"] if within(destination, r["DestinationCidrBlock"])]
        if not matching:
            raise Dropped
        best = max(matching, key=lambda r: ipaddress.ip_network(r["DestinationCidrBlock"]).prefixlen)
        if best["State"] == "blackhole":
            raise Dropped
        keys = ("GatewayId", "NatGatewayId", "VpcPeeringConnectionId", "TransitGatewayId")
        return next(best[key] for key in keys if key in best)

    def subnet(self, subnet_id: str) -> dict[str, Any]:
        return next(s for s in self.all("Subnets") if s["SubnetId"] == subnet_id)

    def vpc(self, vpc_id: str) -> dict[str, Any]:
        return next(v for v in self.all("Vpcs") if v["VpcId"] == vpc_id)

    def interface(self, address: str) -> dict[str, Any] | None:
        return next((i for i in self.all("NetworkInterfaces") if i["PrivateIpAddress"] == address), None)

    def public_of(self, private: str) -> str | None:
        for gateway in self.all("NatGateways"):
            for entry in gateway["NatGatewayAddresses"]:
                if entry["PrivateIp"] == private:
                    return entry.get("PublicIp")
        interface = self.interface(private)
        return interface["Association"]["PublicIp"] if interface and "Association" in interface else None

    def public(self, address: str) -> tuple[str, str] | None:
        """The VPC and private address behind a public one."""
        for gateway in self.all("NatGateways"):
            for entry in gateway["NatGatewayAddresses"]:
                if entry.get("PublicIp") == address:
                    return gateway["VpcId"], entry["PrivateIp"]
        for interface in self.all("NetworkInterfaces"):
            if interface.get("Association", {}).get("PublicIp") == address:
                return interface["VpcId"], interface["PrivateIpAddress"]
        return None


def within(address: str, cidr: str) -> bool:
    return ipaddress.ip_address(address) in ipaddress.ip_network(cidr)
