"""Does the sandbox's Reachability Analyzer take its time, see the network as it is, and refuse as AWS does?"""

from __future__ import annotations

import time
from typing import Any

import pytest
from botocore.exceptions import ClientError

REGION = "eu-north-1"


@pytest.fixture(scope="module")
def ec2(_laboratory: Any) -> Any:
    """EC2 in a region where nothing else stands."""
    return _laboratory.client("ec2", region=REGION)


@pytest.fixture(scope="module")
def ends(ec2: Any) -> tuple[str, str, str]:
    """Two interfaces of one VPC, and the group of both, which admits nothing."""
    vpc = ec2.create_vpc(CidrBlock="10.9.0.0/16")["Vpc"]["VpcId"]
    subnet = ec2.create_subnet(VpcId=vpc, CidrBlock="10.9.1.0/24")["Subnet"]["SubnetId"]
    group = ec2.create_security_group(GroupName="both", Description="both", VpcId=vpc)["GroupId"]
    made = (ec2.create_network_interface(SubnetId=subnet, Groups=[group]) for _ in range(2))
    first, second = (entry["NetworkInterface"]["NetworkInterfaceId"] for entry in made)
    return first, second, group


def analyze(ec2: Any, ends: tuple[str, str, str]) -> dict[str, Any]:
    path = ec2.create_network_insights_path(Source=ends[0], Destination=ends[1], Protocol="tcp", DestinationPort=5432)
    started = ec2.start_network_insights_analysis(
        NetworkInsightsPathId=path["NetworkInsightsPath"]["NetworkInsightsPathId"]
    )["NetworkInsightsAnalysis"]
    assert started["Status"] == "running"
    assert "NetworkPathFound" not in started
    for _ in range(40):
        identity = started["NetworkInsightsAnalysisId"]
        answer = ec2.describe_network_insights_analyses(NetworkInsightsAnalysisIds=[identity])
        found: dict[str, Any] = answer["NetworkInsightsAnalyses"][0]
        if found["Status"] != "running":
            return found
        time.sleep(0.05)
    raise AssertionError("it runs for ever")


def test_an_analysis_runs_and_then_says_what_the_network_says(ec2: Any, ends: tuple[str, str, str]) -> None:
    refused = analyze(ec2, ends)
    assert (refused["Status"], refused["NetworkPathFound"]) == ("succeeded", False)
    [explained] = refused["Explanations"]
    assert (explained["ExplanationCode"], explained["SecurityGroup"]["Id"]) == ("ENI_SG_RULES_MISMATCH", ends[2])
    rule = {"IpProtocol": "tcp", "FromPort": 5432, "ToPort": 5432, "UserIdGroupPairs": [{"GroupId": ends[2]}]}
    ec2.authorize_security_group_ingress(GroupId=ends[2], IpPermissions=[rule])
    found = analyze(ec2, ends)
    assert found["NetworkPathFound"]
    assert found["ForwardPathComponents"][0]["Component"]["Id"] == ends[0]


def code(call: Any, **arguments: Any) -> str:
    with pytest.raises(ClientError) as error:
        call(**arguments)
    return str(error.value.response["Error"]["Code"])


def test_refusals_are_those_of_aws(ec2: Any, ends: tuple[str, str, str]) -> None:
    create = ec2.create_network_insights_path
    assert code(create, Source=ends[0], Destination=ends[1], Protocol="icmp") == "InvalidParameterValue"
    assert code(create, Source="eni-none", Destination=ends[1], Protocol="tcp") == "InvalidParameterValue"
    assert code(create, Source=ends[0], Protocol="tcp") == "MissingParameter"
    missing = "InvalidNetworkInsightsPathId.NotFound"
    assert code(ec2.start_network_insights_analysis, NetworkInsightsPathId="nip-0") == missing
    assert code(ec2.delete_network_insights_path, NetworkInsightsPathId="nip-0") == missing


def test_a_path_goes_after_its_analyses(ec2: Any, ends: tuple[str, str, str]) -> None:
    tags = [{"ResourceType": "network-insights-path", "Tags": [{"Key": "run", "Value": "1"}]}]
    path = ec2.create_network_insights_path(
        Source=ends[0], DestinationIp="10.9.1.200", Protocol="udp", DestinationPort=53, TagSpecifications=tags
    )["NetworkInsightsPath"]["NetworkInsightsPathId"]
    analysis = ec2.start_network_insights_analysis(NetworkInsightsPathId=path)["NetworkInsightsAnalysis"]
    exists = code(ec2.delete_network_insights_path, NetworkInsightsPathId=path)
    assert exists == "AnalysisExistsForNetworkInsightsPath"
    tagged = ec2.describe_network_insights_paths(Filters=[{"Name": "tag-key", "Values": ["run"]}])
    assert [one["NetworkInsightsPathId"] for one in tagged["NetworkInsightsPaths"]] == [path]
    ec2.delete_network_insights_analysis(NetworkInsightsAnalysisId=analysis["NetworkInsightsAnalysisId"])
    ec2.delete_network_insights_path(NetworkInsightsPathId=path)
    gone = ec2.describe_network_insights_paths(Filters=[{"Name": "tag:run", "Values": ["1"]}])
    assert gone["NetworkInsightsPaths"] == []
