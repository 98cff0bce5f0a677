"""Builds described networks for tests: a few words for each object, in the shapes in which AWS describes it."""

from __future__ import annotations

from typing import Any

from diagnosis.reachability import Answer, Endpoint, Flow, Network

PLACE = ("111122223333", "eu-west-1")
ANY = "0.0.0.0/0"

_TARGET_KEYS = {
    "nat-": "NatGatewayId",
    "tgw-": "TransitGatewayId",
    "pcx-": "VpcPeeringConnectionId",
    "eni-": "NetworkInterfaceId",
    "eigw-": "EgressOnlyInternetGatewayId",
}


def rule(protocol: str, ports: int | tuple[int, int] | None, *peers: str) -> dict[str, Any]:
    """A security group rule for peers given as CIDRs, prefix lists or groups."""
    low, high = ports if isinstance(ports, tuple) else (ports, ports)
    raw: dict[str, Any] = {"IpProtocol": protocol}
    if low is not None:
        raw |= {"FromPort": low, "ToPort": high}
    raw["IpRanges"] = [{"CidrIp": p} for p in peers if "/" in p and ":" not in p]
    raw["Ipv6Ranges"] = [{"CidrIpv6": p} for p in peers if ":" in p]
    raw["PrefixListIds"] = [{"PrefixListId": p} for p in peers if p.startswith("pl-")]
    raw["UserIdGroupPairs"] = [{"GroupId": p} for p in peers if p.startswith("sg-")]
    return raw


def entry(
    number: int, action: str, *, egress: bool, protocol: str = "-1", cidr: str = ANY, ports: Any = None
) -> dict[str, Any]:
    """A network ACL rule."""
    raw: dict[str, Any] = {"RuleNumber": number, "RuleAction": action, "Egress": egress, "Protocol": protocol}
    raw["Ipv6CidrBlock" if ":" in cidr else "CidrBlock"] = cidr
    if ports is not None:
        raw["PortRange"] = {"From": ports[0], "To": ports[1]}
    return raw


def route(destination: str, target: str, **extra: Any) -> dict[str, Any]:
    """A route; the target's id says which kind it is."""
    kind = next((key for prefix, key in _TARGET_KEYS.items() if target.startswith(prefix)), "GatewayId")
    where = "DestinationCidrBlock"
    if destination.startswith("pl-"):
        where = "DestinationPrefixListId"
    elif ":" in destination:
        where = "DestinationIpv6CidrBlock"
    return {where: destination, kind: target, "State": "active", "Origin": "CreateRoute", **extra}


OPEN = [rule("-1", None, ANY, "::/0")]


class World:
    """Descriptions under construction."""

    def __init__(self) -> None:
        self.raw: dict[str, list[dict[str, Any]]] = {}

    def add(self, key: str, **raw: Any) -> None:
        self.raw.setdefault(key, []).append(raw)

    def vpc(self, vpc_id: str, cidr: str, *secondary: str, ipv6: str | None = None, **extra: Any) -> None:
        blocks = [{"CidrBlock": c, "CidrBlockState": {"State": "associated"}} for c in (cidr, *secondary)]
        v6 = [{"Ipv6CidrBlock": ipv6, "Ipv6CidrBlockState": {"State": "associated"}}] if ipv6 else []
        self.add(
            "Vpcs",
            VpcId=vpc_id,
            CidrBlock=cidr,
            CidrBlockAssociationSet=blocks,
            Ipv6CidrBlockAssociationSet=v6,
            **extra,
        )

    def subnet(self, subnet_id: str, vpc_id: str, cidr: str, zone: str = "a", ipv6: str | None = None) -> None:
        v6 = [{"Ipv6CidrBlock": ipv6, "Ipv6CidrBlockState": {"State": "associated"}}] if ipv6 else []
        self.add(
            "Subnets",
            SubnetId=subnet_id,
            VpcId=vpc_id,
            CidrBlock=cidr,
            AvailabilityZone=f"eu-west-1{zone}",
            Ipv6CidrBlockAssociationSet=v6,
        )

    def table(
        self, table_id: str, vpc_id: str, *routes: dict[str, Any], subnets: tuple[str, ...] = (), gateway: str = ""
    ) -> None:
        """A route table: of the subnets, of a gateway's edge, or (with neither) the VPC's main one."""
        associations: list[dict[str, Any]] = [{"Main": False, "SubnetId": subnet_id} for subnet_id in subnets]
        if gateway:
            associations.append({"Main": False, "GatewayId": gateway})
        vpc = next(raw for raw in self.raw["Vpcs"] if raw["VpcId"] == vpc_id)
        local = [route(block["CidrBlock"], "local") for block in vpc["CidrBlockAssociationSet"]]
        local += [route(block["Ipv6CidrBlock"], "local") for block in vpc["Ipv6CidrBlockAssociationSet"]]
        self.add(
            "RouteTables",
            RouteTableId=table_id,
            VpcId=vpc_id,
            Routes=[*local, *routes],
            Associations=associations or [{"Main": True}],
        )

    def acl(self, acl_id: str, vpc_id: str, *entries: dict[str, Any], subnets: tuple[str, ...] = ()) -> None:
        """A network ACL of some subnets, or (without any) the VPC's default one."""
        self.add(
            "NetworkAcls",
            NetworkAclId=acl_id,
            VpcId=vpc_id,
            IsDefault=not subnets,
            Entries=list(entries),
            Associations=[{"SubnetId": subnet_id} for subnet_id in subnets],
        )

    def open_acl(self, vpc_id: str) -> None:
        self.acl(f"acl-default-{vpc_id}", vpc_id, entry(100, "allow", egress=False), entry(100, "allow", egress=True))

    def group(self, group_id: str, vpc_id: str, ingress: Any = (), egress: Any = OPEN) -> None:
        self.add(
            "SecurityGroups",
            GroupId=group_id,
            VpcId=vpc_id,
            IpPermissions=list(ingress),
            IpPermissionsEgress=list(egress),
        )

    def interface(
        self, eni_id: str, subnet_id: str, address: str, *groups: str, public: str = "", ipv6: str = "", **extra: Any
    ) -> dict[str, Any]:
        subnet = next(raw for raw in self.raw["Subnets"] if raw["SubnetId"] == subnet_id)
        raw = {
            "NetworkInterfaceId": eni_id,
            "SubnetId": subnet_id,
            "VpcId": subnet["VpcId"],
            "PrivateIpAddress": address,
            "AvailabilityZone": subnet["AvailabilityZone"],
            "InterfaceType": "interface",
            "SourceDestCheck": True,
            "Groups": [{"GroupId": group_id} for group_id in groups],
            **extra,
        }
        if public:
            raw["Association"] = {"PublicIp": public}
        if ipv6:
            raw["Ipv6Addresses"] = [{"Ipv6Address": ipv6}]
        self.raw.setdefault("NetworkInterfaces", []).append(raw)
        return raw

    def instance(
        self, name: str, subnet_id: str, address: str, *groups: str, state: str = "running", **extra: Any
    ) -> None:
        """An instance `i-<name>` with the interface `eni-<name>`."""
        attachment = {"InstanceId": f"i-{name}", "DeviceIndex": 0}
        self.interface(f"eni-{name}", subnet_id, address, *groups, Attachment=attachment, **extra)
        self.add("Reservations", Instances=[{"InstanceId": f"i-{name}", "State": {"Name": state}}])

    def internet_gateway(self, gateway_id: str, vpc_id: str) -> None:
        self.add(
            "InternetGateways", InternetGatewayId=gateway_id, Attachments=[{"VpcId": vpc_id, "State": "available"}]
        )

    def nat_gateway(
        self, gateway_id: str, subnet_id: str, private: str, public: str = "", state: str = "available"
    ) -> None:
        subnet = next(raw for raw in self.raw["Subnets"] if raw["SubnetId"] == subnet_id)
        address = {"NetworkInterfaceId": f"eni-{gateway_id}", "PrivateIp": private}
        if public:
            address["PublicIp"] = public
        self.add(
            "NatGateways",
            NatGatewayId=gateway_id,
            SubnetId=subnet_id,
            VpcId=subnet["VpcId"],
            State=state,
            ConnectivityType="public" if public else "private",
            NatGatewayAddresses=[address],
        )

    def peering(
        self, peering_id: str, left: str, right: str, state: str = "active", regions: Any = ("eu-west-1",) * 2
    ) -> None:
        def side(vpc_id: str, region: str) -> dict[str, Any]:
            vpc = next((raw for raw in self.raw["Vpcs"] if raw["VpcId"] == vpc_id), {})
            return {"VpcId": vpc_id, "CidrBlockSet": [{"CidrBlock": vpc["CidrBlock"]}] if vpc else [], "Region": region}

        self.add(
            "VpcPeeringConnections",
            VpcPeeringConnectionId=peering_id,
            Status={"Code": state},
            RequesterVpcInfo=side(left, regions[0]),
            AccepterVpcInfo=side(right, regions[1]),
        )

    def attach(
        self,
        attachment_id: str,
        gateway_id: str,
        resource_id: str,
        table_id: str | None,
        subnets: tuple[str, ...] = (),
        resource_type: str = "vpc",
        **extra: Any,
    ) -> None:
        """A transit gateway attachment, associated with a route table."""
        ids = {"TransitGatewayAttachmentId": attachment_id, "TransitGatewayId": gateway_id, "State": "available"}
        association = {"TransitGatewayRouteTableId": table_id, "State": "associated"} if table_id else {}
        self.add(
            "TransitGatewayAttachments",
            **ids,
            ResourceType=resource_type,
            ResourceId=resource_id,
            Association=association,
        )
        if resource_type == "vpc":
            self.add("TransitGatewayVpcAttachments", **ids, VpcId=resource_id, SubnetIds=list(subnets), Options=extra)

    def transit_table(
        self, table_id: str, gateway_id: str, *routes: dict[str, Any], propagated: tuple[str, ...] = ()
    ) -> None:
        self.add("TransitGatewayRouteTables", TransitGatewayRouteTableId=table_id, TransitGatewayId=gateway_id)
        self.add("TransitGatewayStaticRoutes", TransitGatewayRouteTableId=table_id, Routes=list(routes))
        learned = [{"TransitGatewayAttachmentId": a, "State": "enabled"} for a in propagated]
        self.add(
            "TransitGatewayPropagations",
            TransitGatewayRouteTableId=table_id,
            TransitGatewayRouteTablePropagations=learned,
        )

    def network(self, *denied: str) -> Network:
        return Network.from_descriptions({PLACE: self.raw}, denied)

    def ask(
        self,
        source: str,
        destination: str,
        port: int | None = 443,
        protocol: str = "tcp",
        denied: Any = (),
        **extra: Any,
    ) -> Answer:
        """The answer for a flow between ends written as an id, an address, or `id@address`."""
        return self.network(*denied).trace(Flow(end(source), end(destination), protocol, port, **extra))


def end(text: str) -> Endpoint:
    """An endpoint of a test's shorthand."""
    if text.partition("@")[0] == "internet":
        return Endpoint("internet", None, text.partition("@")[2] or None)
    kinds = {
        "i-": "instance", "eni-": "network-interface", "subnet-": "subnet", "vgw-": "vpn-gateway",
        "tgw-attach-": "transit-gateway-attachment", "arn:": "load-balancer",
    }  # fmt: skip
    for prefix, kind in kinds.items():
        if text.startswith(prefix):
            identifier, _, address = text.partition("@")
            return Endpoint(kind, identifier, address or None)
    return Endpoint("ip", None, text)


def told(answer: Answer) -> list[tuple[str, str, str, str]]:
    """The blockers as plain tuples: type, id, direction, code."""
    return [(b.type.value, b.id, b.direction.value, b.code.value) for b in answer.blockers]


def two_tiers() -> World:
    """One VPC: a public subnet with `i-web`, a private one with `i-db` behind a NAT gateway, open ACLs."""
    world = World()
    world.vpc("vpc-1", "10.0.0.0/16")
    world.subnet("subnet-web", "vpc-1", "10.0.1.0/24")
    world.subnet("subnet-db", "vpc-1", "10.0.2.0/24", "b")
    world.internet_gateway("igw-1", "vpc-1")
    world.nat_gateway("nat-1", "subnet-web", "10.0.1.200", "203.0.113.200")
    world.table("rtb-web", "vpc-1", route(ANY, "igw-1"), subnets=("subnet-web",))
    world.table("rtb-db", "vpc-1", route(ANY, "nat-1"), subnets=("subnet-db",))
    world.open_acl("vpc-1")
    world.group("sg-web", "vpc-1", [rule("tcp", 443, ANY)])
    world.group("sg-db", "vpc-1", [rule("tcp", 5432, "sg-web")])
    world.instance("web", "subnet-web", "10.0.1.10", "sg-web", public="203.0.113.10")
    world.instance("db", "subnet-db", "10.0.2.10", "sg-db")
    return world
