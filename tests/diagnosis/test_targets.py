"""Is a target's id one line that belongs to that target alone?"""

from __future__ import annotations

import urllib.parse

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from diagnosis.targets import Target, escaped
from tests.builders import HERE

BRIEF = settings(max_examples=150, deadline=None, derandomize=True)
names = st.text(st.characters(exclude_categories=()) | st.sampled_from("%\n\r\t\x00[]:/ 0A"), max_size=20)


@pytest.mark.parametrize(
    ("name", "tail"),
    [
        ("shop/checkout", "shop/checkout"),
        ("/aws/lambda/thumbnails", "/aws/lambda/thumbnails"),
        ("注文 サービス", "注文 サービス"),
        ("a::b[c]", "a::b[c]"),
        ("line\nbreak", "line%0Abreak"),
        ("50%", "50%25"),
        ("50%0A", "50%250A"),
        ("zero\u200bwidth", "zero%E2%80%8Bwidth"),
        ("right\u202eleft", "right%E2%80%AEleft"),
        ("torn\ud800", "torn%ED%A0%80"),
        ("", ""),
    ],
)
def test_ids_are_readable_where_they_can_be(name: str, tail: str) -> None:
    assert Target("service", HERE, name).id == f"123456789012/eu-west-1/{tail}"


@BRIEF
@given(names)
def test_ids_fit_on_one_line_and_can_be_undone(name: str) -> None:
    written = escaped(name)
    assert written.isprintable()
    assert urllib.parse.unquote_to_bytes(written.encode()).decode("utf-8", "surrogatepass") == name


@BRIEF
@given(names, names)
def test_two_names_never_share_an_id(one: str, other: str) -> None:
    assert (escaped(one) == escaped(other)) == (one == other)


def test_tags_are_found_or_not_there() -> None:
    tagged = Target("function", HERE, "thumbnails", tags=(("team", "media"), ("empty", "")))
    assert (tagged.tag("team"), tagged.tag("empty"), tagged.tag("Team")) == ("media", "", None)
