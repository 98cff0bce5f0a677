"""Does a finding survive the way through JSON?"""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta, timezone

from hypothesis import given, settings
from hypothesis import strategies as st

from diagnosis import exhibits
from diagnosis.causes import CAUSES, IMPACTS
from diagnosis.findings import Finding, earliest
from diagnosis.places import Place
from tests.builders import NOW, ago, finding

BRIEF = settings(max_examples=80, deadline=None, derandomize=True)
words = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)
moments = st.none() | st.datetimes(
    datetime(2000, 1, 1),  # noqa: DTZ001 - the offset comes from `timezones`
    datetime(2100, 1, 1),  # noqa: DTZ001
    timezones=st.sampled_from([UTC, timezone(timedelta(hours=9)), timezone(-timedelta(hours=3, minutes=30))]),
)
places = st.builds(
    Place,
    st.from_regex(r"[0-9]{12}", fullmatch=True),
    st.sampled_from(["eu-west-1", "cn-north-1", "us-gov-east-1"]),
    st.sampled_from(["aws", "aws-cn", "aws-us-gov"]),
)
numbers = st.floats(allow_nan=False, allow_infinity=False, width=32)
times = st.datetimes(datetime(2000, 1, 1), datetime(2100, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001
lines = st.builds(exhibits.Line, words, st.lists(st.tuples(times, numbers), max_size=3).map(tuple))
shown = st.one_of(
    st.builds(
        exhibits.Timeline,
        words,
        words,
        st.lists(lines, max_size=2).map(tuple),
        bound=st.none() | numbers,
        band=st.none() | st.tuples(numbers, numbers),
        onset=st.none() | times,
    ),
    st.builds(exhibits.Bars, words, words, st.lists(st.tuples(words, numbers), max_size=3).map(tuple)),
    st.builds(exhibits.Pairs, words, words, st.lists(st.tuples(words, numbers, numbers), max_size=3).map(tuple)),
    st.builds(exhibits.Journey, words, st.lists(st.builds(exhibits.Hop, words, words), max_size=3).map(tuple)),
    st.builds(
        exhibits.Waterfall,
        words,
        st.lists(st.builds(exhibits.Stay, words, numbers, numbers, st.integers(0, 9), numbers), max_size=3).map(tuple),
    ),
)
findings = st.builds(
    Finding,
    subject=words,
    place=places,
    cause=st.sampled_from(sorted(CAUSES)),
    impact=st.sampled_from(IMPACTS),
    symptom=words,
    evidence=st.lists(words, max_size=3).map(tuple),
    remedy=words,
    why=words,
    resource=words,
    depends_on=st.lists(words, max_size=3).map(tuple),
    onset=moments,
    as_of=moments,
    proven=st.booleans(),
    link=words,
    command=words,
    exhibits=st.lists(shown, max_size=2).map(tuple),
)


@BRIEF
@given(findings)
def test_a_finding_comes_back_from_json_as_it_was(sick: Finding) -> None:
    assert Finding.from_dict(json.loads(json.dumps(sick.to_dict()))) == sick


def test_the_plain_form_has_the_names_that_are_documented() -> None:
    plain = finding("orders", onset=ago(12), cause="storage", impact="soon").to_dict()
    assert plain["place"] == "123456789012/eu-west-1"
    assert (plain["partition"], plain["cause"], plain["impact"]) == ("aws", "storage", "soon")
    assert (plain["onset"], plain["as_of"]) == ("2026-03-04T11:48:00+00:00", "2026-03-04T12:00:00+00:00")
    assert set(plain) >= {"subject", "symptom", "evidence", "remedy", "why", "resource", "link", "command"}


def test_unknown_moments_stay_unknown() -> None:
    plain = finding(as_of=None).to_dict()
    assert (plain["onset"], plain["as_of"]) == (None, None)
    assert Finding.from_dict(plain).onset is None


def test_what_a_later_version_adds_is_read_past() -> None:
    sick = finding("orders")
    assert Finding.from_dict(sick.to_dict() | {"mood": "sad"}) == sick


def test_fields_that_an_earlier_version_did_not_have_take_their_defaults() -> None:
    plain = finding("orders").to_dict()
    del plain["command"], plain["proven"], plain["exhibits"]
    assert Finding.from_dict(plain) == finding("orders")


def test_an_exhibit_of_a_kind_that_only_a_later_version_knows_is_read_past() -> None:
    plain = finding("orders").to_dict() | {"exhibits": [{"kind": "hologram"}]}
    assert Finding.from_dict(plain) == finding("orders")


def test_nothing_is_proven_unless_a_rule_says_so() -> None:
    assert Finding.from_dict(finding().to_dict()).proven is False


def test_the_earliest_moment_is_the_first_that_is_known() -> None:
    assert earliest([None, NOW, ago(5), None]) == ago(5)
    assert earliest([None, None]) is None
    assert earliest([]) is None
