"""How fast is the reachability model? Generated networks, printed as a table: `python bench/reachability.py`."""

import json
import random
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from diagnosis.reachability import Endpoint, Flow, Network, Verdict

SUBNETS_PER_VPC = 10
TIERS = (("web", 443), ("app", 8080), ("db", 5432), ("batch", 22))

Descriptions = dict[str, list[dict[str, Any]]]


def build(interfaces: int, vpcs: int) -> Descriptions:
    """Some VPCs in a transit gateway's mesh, each with ten subnets and four tiers that admit one another."""
    keys = (
        "Vpcs", "Subnets", "RouteTables", "NetworkAcls", "SecurityGroups", "NetworkInterfaces", "Reservations",
        "InternetGateways", "TransitGateways", "TransitGatewayAttachments", "TransitGatewayVpcAttachments",
        "TransitGatewayRouteTables", "TransitGatewayPropagations",
    )  # fmt: skip
    found: Descriptions = {key: [] for key in keys}
    found["TransitGateways"] = [{"TransitGatewayId": "tgw-1", "State": "available"}]
    found["TransitGatewayRouteTables"] = [{"TransitGatewayId": "tgw-1", "TransitGatewayRouteTableId": "tgw-rtb-1"}]
    for number in range(vpcs):
        _add_vpc(found, number, interfaces // vpcs)
    propagations = [
        {"TransitGatewayAttachmentId": a["TransitGatewayAttachmentId"], "State": "enabled", "ResourceType": "vpc"}
        for a in found["TransitGatewayAttachments"]
    ]
    found["TransitGatewayPropagations"] = [
        {"TransitGatewayRouteTableId": "tgw-rtb-1", "TransitGatewayRouteTablePropagations": propagations}
    ]
    return found


def _add_vpc(found: Descriptions, number: int, interfaces: int) -> None:
    vpc_id, cidr = f"vpc-{number}", f"10.{number}.0.0/16"
    found["Vpcs"].append({"VpcId": vpc_id, "CidrBlock": cidr})
    found["InternetGateways"].append(
        {"InternetGatewayId": f"igw-{number}", "Attachments": [{"VpcId": vpc_id, "State": "available"}]}
    )
    subnets = [f"subnet-{number}-{index}" for index in range(SUBNETS_PER_VPC)]
    for index, subnet_id in enumerate(subnets):
        zone = f"eu-west-1{'abc'[index % 3]}"
        block = f"10.{number}.{index * 16}.0/20"
        found["Subnets"].append({"SubnetId": subnet_id, "VpcId": vpc_id, "CidrBlock": block, "AvailabilityZone": zone})
    _add_routes(found, number, vpc_id, cidr, subnets)
    _add_groups(found, number, vpc_id)
    _add_attachment(found, number, vpc_id, subnets[:3])
    for index in range(interfaces):
        _add_interface(found, number, vpc_id, subnets[index % SUBNETS_PER_VPC], index)


def _add_routes(found: Descriptions, number: int, vpc_id: str, cidr: str, subnets: list[str]) -> None:
    local = {"DestinationCidrBlock": cidr, "GatewayId": "local", "State": "active"}
    mesh = {"DestinationCidrBlock": "10.0.0.0/8", "TransitGatewayId": "tgw-1", "State": "active"}
    out = {"DestinationCidrBlock": "0.0.0.0/0", "GatewayId": f"igw-{number}", "State": "active"}
    for name, routes, members in (("public", [local, mesh, out], subnets[:5]), ("private", [local, mesh], subnets[5:])):
        table_id = f"rtb-{number}-{name}"
        associations = [{"SubnetId": subnet_id, "Main": False} for subnet_id in members]
        found["RouteTables"].append(
            {"RouteTableId": table_id, "VpcId": vpc_id, "Routes": routes, "Associations": associations}
        )
        entries: list[dict[str, Any]] = [
            {"RuleNumber": 100, "Egress": egress, "Protocol": "-1", "RuleAction": "allow", "CidrBlock": "0.0.0.0/0"}
            for egress in (False, True)
        ]
        entries.append(
            {"RuleNumber": 50, "Egress": False, "Protocol": "6", "RuleAction": "deny", "CidrBlock": "0.0.0.0/0",
             "PortRange": {"From": 23, "To": 23}}
        )  # fmt: skip
        found["NetworkAcls"].append(
            {"NetworkAclId": f"acl-{number}-{name}", "VpcId": vpc_id, "Entries": entries, "Associations": associations}
        )


def _add_groups(found: Descriptions, number: int, vpc_id: str) -> None:
    everywhere = [{"IpProtocol": "-1", "IpRanges": [{"CidrIp": "0.0.0.0/0"}]}]
    for index, (tier, port) in enumerate(TIERS):
        before = f"sg-{number}-{TIERS[index - 1][0]}"
        ingress = [
            {"IpProtocol": "tcp", "FromPort": port, "ToPort": port, "UserIdGroupPairs": [{"GroupId": before}]},
            {"IpProtocol": "tcp", "FromPort": port, "ToPort": port, "IpRanges": [{"CidrIp": "10.0.0.0/16"}]},
        ]
        found["SecurityGroups"].append(
            {
                "GroupId": f"sg-{number}-{tier}",
                "VpcId": vpc_id,
                "IpPermissions": ingress,
                "IpPermissionsEgress": everywhere,
            }
        )


def _add_attachment(found: Descriptions, number: int, vpc_id: str, subnets: list[str]) -> None:
    ids = {"TransitGatewayAttachmentId": f"tgw-attach-{number}", "TransitGatewayId": "tgw-1", "State": "available"}
    association = {"TransitGatewayRouteTableId": "tgw-rtb-1", "State": "associated"}
    found["TransitGatewayAttachments"].append(
        {**ids, "ResourceType": "vpc", "ResourceId": vpc_id, "Association": association}
    )
    found["TransitGatewayVpcAttachments"].append({**ids, "VpcId": vpc_id, "SubnetIds": subnets})


def _add_interface(found: Descriptions, number: int, vpc_id: str, subnet_id: str, index: int) -> None:
    place, row = index % SUBNETS_PER_VPC, index // SUBNETS_PER_VPC
    address = f"10.{number}.{place * 16 + (row + 10) // 250}.{(row + 10) % 250}"
    name = f"{number}-{index}"
    found["NetworkInterfaces"].append(
        {
            "NetworkInterfaceId": f"eni-{name}", "VpcId": vpc_id, "SubnetId": subnet_id, "PrivateIpAddress": address,
            "AvailabilityZone": f"eu-west-1{'abc'[place % 3]}", "InterfaceType": "interface",
            "Groups": [{"GroupId": f"sg-{number}-{TIERS[row % len(TIERS)][0]}"}],
            "Attachment": {"InstanceId": f"i-{name}", "DeviceIndex": 0},
        }
    )  # fmt: skip
    found["Reservations"].append({"Instances": [{"InstanceId": f"i-{name}", "State": {"Name": "running"}}]})


def measured(work: Callable[[], Any]) -> tuple[float, Any]:
    """Seconds that some work took, and its result."""
    started = time.perf_counter()
    result = work()
    return time.perf_counter() - started, result


def loaded(descriptions: Descriptions) -> Network:
    """A network with everything read that a first question needs, from files as they are saved."""
    with tempfile.TemporaryDirectory() as folder:
        for key, objects in descriptions.items():
            Path(folder, f"{key}.json").write_text(json.dumps({key: objects}), encoding="utf-8")
        return _first_answer(folder)


def _first_answer(folder: str) -> Network:
    network = Network.from_folder(folder)
    network.trace(Flow(Endpoint("instance", "i-0-0"), Endpoint("instance", "i-0-1"), "tcp", 443))
    return network


def trace_random(network: Network, interfaces: int, vpcs: int, flows: int) -> int:
    """Traces flows between random instances; how many of them get through."""
    chance = random.Random(7)
    names = [f"{chance.randrange(vpcs)}-{chance.randrange(interfaces // vpcs)}" for _ in range(2 * flows)]
    reachable = 0
    for source, destination in zip(names[::2], names[1::2], strict=True):
        port = chance.choice((22, 443, 5432, 8080))
        flow = Flow(Endpoint("instance", f"i-{source}"), Endpoint("instance", f"i-{destination}"), "tcp", port)
        reachable += network.trace(flow).verdict is Verdict.REACHABLE
    return reachable


def main() -> None:
    """Prints each measurement beside its bound, and their ratio."""
    flows = 5_000
    small = loaded(build(1_000, 4))
    per_flow, reachable = measured(lambda: trace_random(small, 1_000, 4, flows))
    descriptions = build(5_000, 10)
    load, large = measured(lambda: loaded(descriptions))
    all_pairs, pairs = measured(lambda: large.pairs("tcp", 5432))
    exposed, packets = measured(lambda: large.exposure("i-0-2"))
    print(f"{'measurement':<44}{'took':>12}{'bound':>12}{'ratio':>8}")
    for name, took, bound, unit in (
        ("one flow, 1,000 interfaces", per_flow / flows * 1e3, 1.0, "ms"),
        ("save and load of 5,000 interfaces", load, 2.0, "s"),
        ("all pairs of 5,000 interfaces, one port", all_pairs, 60.0, "s"),
        ("exposure of one interface to the internet", exposed * 1e3, 1000.0, "ms"),
    ):
        print(f"{name:<44}{took:>9.3f} {unit:<2}{bound:>9.0f} {unit:<2}{took / bound:>8.3f}")
    print(f"\n{reachable} of {flows} random flows get through; {len(pairs.classes)} classes of interfaces stand for")
    through = pairs.counts[Verdict.REACHABLE]
    print(f"{sum(pairs.counts.values()):,} pairs, {through:,} get through; exposed: {bool(packets)}")


if __name__ == "__main__":
    main()
