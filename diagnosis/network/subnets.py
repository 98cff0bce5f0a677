"""Have subnets free addresses?"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from diagnosis import console
from diagnosis.commands import aws
from diagnosis.findings import Finding
from diagnosis.targets import Target


@dataclass(frozen=True)
class SubnetAddresses:
    """A subnet and how many of its IPv4 addresses are free.

    `usable` are those that AWS does not keep for itself: all but five
    (https://docs.aws.amazon.com/vpc/latest/userguide/subnet-sizing.html).
    """

    target: Target
    vpc: str
    zone: str
    cidr: str
    usable: int
    free: int
    as_of: datetime


def exhausted_subnet(subnet: SubnetAddresses, *, min_free_share: float = 0.1, min_free: int = 16) -> list[Finding]:
    """The subnet, where it is in use and less than `min_free_share` or fewer than `min_free` addresses are free.

    A subnet of which `min_free` would be more than half is small on purpose: half of it is its bound.
    """
    bound = max(min_free_share * subnet.usable, min(min_free, subnet.usable / 2))
    used = subnet.usable - subnet.free
    if used <= 0 or subnet.free >= bound:
        return []
    name = subnet.target.name
    return [
        Finding(
            subject=name,
            place=subnet.target.place,
            cause="capacity",
            impact="soon" if subnet.free else "now",
            symptom=f"{name}: {subnet.free} of {subnet.usable} addresses free, expected at least {bound:.0f}",
            evidence=(f"AvailableIpAddressCount {subnet.free} of {subnet.cidr} in {subnet.zone}, {subnet.vpc}",),
            why=f"{name} has {subnet.free} free addresses: what starts in it needs one each",
            remedy="spread over more subnets, add a CIDR block and subnets to the VPC, or delete unused interfaces",
            resource=subnet.target.arn,
            as_of=subnet.as_of,
            proven=subnet.free == 0,
            link=console.vpc(subnet.target.place, "SubnetDetails:subnetId=", subnet.target.arn),
            command=aws("ec2", "describe-network-interfaces", "--filters", f"Name=subnet-id,Values={name}"),
        )
    ]
