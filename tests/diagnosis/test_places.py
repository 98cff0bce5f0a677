"""Do places name themselves and what is in them?"""

from __future__ import annotations

from diagnosis.places import Place
from tests.builders import HERE


def test_a_place_has_the_key_of_its_targets() -> None:
    assert HERE.key == "123456789012/eu-west-1"


def test_arns_respect_the_partition() -> None:
    assert HERE.arn("lambda", "function:f") == "arn:aws:lambda:eu-west-1:123456789012:function:f"
    china = Place("123456789012", "cn-north-1", "aws-cn")
    assert china.arn("rds", "db:orders") == "arn:aws-cn:rds:cn-north-1:123456789012:db:orders"


def test_places_sort_by_account_then_region() -> None:
    places = [Place("2" * 12, "eu-west-1"), Place("1" * 12, "us-east-1"), Place("1" * 12, "eu-west-1")]
    assert sorted(places) == places[::-1]
