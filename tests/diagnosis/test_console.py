"""Do links open the console of the right partition, region and resource?"""

from __future__ import annotations

from urllib.parse import parse_qs, unquote, urlsplit

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from diagnosis import console
from diagnosis.places import Place
from tests.builders import HERE


@pytest.mark.parametrize(
    ("partition", "region", "host"),
    [
        ("aws", "eu-west-1", "eu-west-1.console.aws.amazon.com"),
        ("aws-cn", "cn-north-1", "cn-north-1.console.amazonaws.cn"),
        ("aws-us-gov", "us-gov-west-1", "us-gov-west-1.console.amazonaws-us-gov.com"),
    ],
)
def test_links_respect_the_partition(partition: str, region: str, host: str) -> None:
    split = urlsplit(console.link(Place("123456789012", region, partition), "ec2/home", "Instances:"))
    assert (split.scheme, split.netloc, split.path) == ("https", host, "/ec2/home")
    assert parse_qs(split.query) == {"region": [region]}
    assert split.fragment == "Instances:"


def test_a_partition_without_public_console_has_no_link() -> None:
    secret = Place("123456789012", "us-iso-east-1", "aws-iso")
    assert console.link(secret, "ec2/home") == ""
    assert console.function(secret, "f") == ""


def test_no_fragment_leaves_no_mark() -> None:
    assert console.link(HERE, "ec2/home").endswith("/ec2/home?region=eu-west-1")


def test_each_resource_opens_its_own_page() -> None:
    start = "https://eu-west-1.console.aws.amazon.com"
    assert console.security_group(HERE, "sg-1") == (
        f"{start}/vpcconsole/home?region=eu-west-1#SecurityGroup:groupId=sg-1"
    )
    assert console.database(HERE, "orders") == f"{start}/rds/home?region=eu-west-1#database:id=orders;is-cluster=false"
    assert console.function(HERE, "thumbs") == (
        f"{start}/lambda/home?region=eu-west-1#/functions/thumbs?tab=monitoring"
    )
    assert console.target_group(HERE, "arn:tg").endswith("#TargetGroup:targetGroupArn=arn:tg")
    assert console.vpc(HERE, "VpcDetails:VpcId=", "vpc-1").endswith("#VpcDetails:VpcId=vpc-1")


def test_a_log_group_is_escaped_twice_as_its_console_wants_it() -> None:
    assert console.log_group(HERE, "/aws/lambda/f").endswith("#logsV2:log-groups/log-group/$252Faws$252Flambda$252Ff")


@settings(max_examples=60, deadline=None, derandomize=True)
@given(st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=15))
def test_odd_names_stay_inside_their_place_in_the_link(name: str) -> None:
    fragment = urlsplit(console.alarm(HERE, name)).fragment
    assert unquote(fragment.removeprefix("alarmsV2:alarm/")) == name
    assert not set(fragment.removeprefix("alarmsV2:alarm/")) & set("/?#&= <>\"'\n")
