"""Do Route 53's health checkers report what they saw?"""

from __future__ import annotations

import pytest
from botocore.exceptions import ClientError

SCENARIO = """
def build(world):
    route53 = world.client("route53")
    asks = {"Type": "HTTPS", "FullyQualifiedDomainName": "shop.example", "Port": 443}
    def check(name, **config):
        return route53.create_health_check(CallerReference=name, HealthCheckConfig=config)["HealthCheck"]["Id"]
    vpc = world.client("ec2").create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"]
    route53.create_hosted_zone(Name="a.internal", CallerReference="a", VPC={"VPCRegion": world.region, "VPCId": vpc})
    well, sick = check("well", **asks), check("sick", **asks)
    check("both", Type="CALCULATED", ChildHealthChecks=[well, sick], HealthThreshold=2)
    world.health_check_sees(sick, at="12m")
    world.health_check_sees(sick, "Success: HTTP Status Code 200, OK", at="6m", regions=("us-east-1",))
"""


@pytest.fixture(scope="module")
def route53(_start, tmp_path_factory):
    path = tmp_path_factory.mktemp("scenario") / "health_checks.py"
    path.write_text(SCENARIO)
    running = _start("--scenario", str(path))
    yield running.client("route53")
    running.stop()


def test_each_checker_reports_what_it_saw_last(route53):
    well, sick, both = (check["Id"] for check in route53.list_health_checks()["HealthChecks"])

    def said(check):
        seen = route53.get_health_check_status(HealthCheckId=check)["HealthCheckObservations"]
        return [(one["Region"], one["StatusReport"]["Status"].partition(":")[0]) for one in seen]

    assert len(said(well)) == 16
    assert {word for _, word in said(well)} == {"Success"}
    assert [region for region, word in said(sick) if word == "Success"] == ["us-east-1"] * 2
    with pytest.raises(ClientError, match="InvalidInput"):
        said(both)
    with pytest.raises(ClientError, match="NoSuchHealthCheck"):
        said("none")


def test_a_zone_of_a_vpc_is_private(route53):
    [zone] = route53.list_hosted_zones()["HostedZones"]
    assert zone["Config"]["PrivateZone"]
    vpc = route53.get_hosted_zone(Id=zone["Id"])["VPCs"][0]
    [listed] = route53.list_hosted_zones_by_vpc(VPCId=vpc["VPCId"], VPCRegion=vpc["VPCRegion"])["HostedZoneSummaries"]
    assert listed["Name"] == "a.internal."
