"""Is what somebody reads at 3 a.m. there, in its order, and nothing twice?"""

from __future__ import annotations

import pytest

from reports.history import Key, Past, Sick
from reports.terminal import _since_last_time
from tests.builders import ago

pytest_plugins = "pytester"

MANY_BLIND = """
@pytest.fixture
def denied():
    pytest.fail("missing pi:GetResourceMetrics", pytrace=False)


@pytest.mark.parametrize("target", ["1/r/a", "1/r/b", "1/r/c"])
def test_load(denied, target):
    pass


def test_waits(denied):
    pass


@pytest.fixture
def slow():
    pytest.fail("timed out\\x1b[2J", pytrace=False)


def test_slow(slow):
    pass


def test_well():
    assert [] == []
"""


def test_the_header_says_which_version_looks_where_as_whom_and_until_when(hear):
    view = """{
        "entrances": (
            Entrance("123456789012/eu-west-1", "arn:aws:iam::123456789012:user/me", "2026-03-04T13:00:00+00:00"),
            Entrance("210987654321/eu-west-1", "", blind="the role\\ncannot be assumed\\x1b[2J"),
            Entrance("333333333333/eu-west-1", ""),
        ),
        "endpoint": "http://127.0.0.1:4566",
        "scenario": "checkout-outage",
    }"""
    heard = hear("def test_well():\n    assert [] == []", view=view)
    head = heard.text.split("collected")[0]
    assert "vitals 9.9.9 · live checkout-outage · 2026-03-04 11:00–12:00 UTC (1 h) · " in head
    user = "arn:aws:iam::123456789012:user/me"
    assert f"place: 123456789012/eu-west-1 · {user} · credentials end 2026-03-04T13:00:00+00:00" in head
    assert "place: 210987654321/eu-west-1 · blind: the role cannot be assumed\\x1b[2J" in head
    assert "place: 333333333333/eu-west-1 · recorded" in head
    assert "endpoint: http://127.0.0.1:4566" in head


def test_many_blind_for_one_reason_are_one_line_with_a_count(hear):
    heard = hear(MANY_BLIND)
    assert "5 checks could not look" in heard.text
    assert heard.text.count("missing pi:GetResourceMetrics") == 2  # once folded, once in the coverage line
    assert "ERROR 4 checks: missing pi:GetResourceMetrics\n  test_load, test_waits" in heard.text
    assert "ERROR test_house.py::test_slow\n  timed out\\x1b[2J" in heard.text
    assert "coverage: 1 of 6 checked; 5 blind: missing pi:GetResourceMetrics (4); timed out\\x1b[2J (1)" in heard.text
    assert "exit:     6, nothing sick was found" in heard.text
    assert len([line for line in heard.checks.values() if line["reason"] == "missing pi:GetResourceMetrics"]) == 4


def test_the_cause_comes_first_then_what_hurts_now_then_the_rest(hear):
    checks = """
def test_a_hygiene():
    assert [finding("old", impact="hygiene")] == []


def test_b_soon():
    assert [finding("disk", impact="soon", cause="storage")] == []


def test_c_symptom():
    assert [finding("checkout", cause="timeout", resource="tg", depends_on=("sg-1",), onset=ago(9))] == []


def test_e_alone():
    assert [finding("stock", cause="timeout")] == []


def test_d_cause():
    assert [finding("way", cause="security_group", resource="sg-1", proven=True, why="no rule", onset=ago(10))] == []
"""
    text = hear(checks).text
    order = ["likeliest cause", "1. security_group: no rule", "5 checks failed", "test_c_symptom", "test_d_cause"]
    order += ["test_b_soon", "test_a_hygiene", "coverage:", "usage:", "report:", "exit:     1, something is sick"]
    places = [text.index(words, text.index("likeliest cause")) for words in order[:3]]
    after = text.index("5 checks failed")
    places += [text.index(f"FAILED test_house.py::{words}", after) for words in order[3:7]]
    places += [text.index(words, after) for words in order[7:]]
    assert places == sorted(places)
    assert "explains 1 of 3 other findings" in text
    assert "2. storage: disk: sick, expected well" in text
    assert "not explained by these: stock" in text


def test_without_a_proven_cause_none_is_named(hear):
    text = hear("def test_sick():\n    assert [finding()] == []").text
    assert "cause unknown: 1 finding, none of them more than a symptom" in text


def test_a_finding_alone_explains_no_others(hear):
    text = hear("def test_sick():\n    assert [finding(cause='lock', proven=True)] == []").text
    assert "the only finding · confidence 50%" in text


def test_a_command_that_cannot_be_used_is_not_told_as_nothing_checked(hear):
    heard = hear("def test_well():\n    assert [] == []", "test_house.py::test_gone")
    assert heard.code == 4
    assert "exit:     4, the command cannot be used" in heard.text


def test_a_healthy_run_has_no_sections_about_illness(hear):
    text = hear("def test_well():\n    assert [] == []").text
    assert not [word for word in ("likeliest cause", "failed", "could not look", "excused") if word in text]
    assert "exit:     0, healthy" in text


def test_what_was_asked_and_about_what_it_cost_is_said(hear):
    heard = hear("def test_well():\n    assert [] == []")
    assert "usage:    5 AWS calls, 2.5 GB of logs scanned, about $0.0325" in heard.text
    assert heard.summary["operations"] == {"ec2:DescribeVpcs": 3, "logs:StartQuery": 2}
    replay = hear("def test_well():\n    assert [] == []", view="{'mode': 'replay'}")
    assert "usage:" not in replay.text


def test_what_is_excused_and_when_that_ends_is_said(hear):
    soon = "Exemption('test_held', 'a', 'ana', 'moves in March', date(2026, 3, 8), 'memory')"
    over = "Exemption('test_other', '*', 'ana', 'gone', date(2026, 3, 3), 'memory')"
    checks = "def test_held(): pass\n@pytest.mark.parametrize('t', ['1/r/a'])\ndef test_held(t):\n"
    text = hear(
        f"{checks}    assert [finding(cause='memory')] == []\n", view=f"{{'exemptions': ({soon}, {over})}}"
    ).text
    assert "1 check excused" in text
    assert "accepted: moves in March (ana, until 2026-03-08)" in text
    assert "warning: accepted until 2026-03-08: test_held a: renew or mend" in text
    assert "warning: expired on 2026-03-03: test_other *: no longer accepted" in text


def test_skips_are_counted_apart_from_what_is_switched_off(hear):
    checks = (
        "def test_idle(): pytest.skip('no traffic')\ndef test_off(): pytest.skip('switched off: x (ana, until 1)')\n"
    )
    heard = hear(f"{checks}def test_well():\n    assert [] == []\n")
    assert heard.summary["coverage"] == "1 of 1 checked; 1 not applicable; 1 check switched off"


@pytest.mark.parametrize("words", [(), ("--tb=short", "-rA"), ("-v",), ("-q",)])
def test_no_finding_is_told_as_a_traceback_unless_asked(hear, words):
    text = hear("def test_sick():\n    assert [finding()] == []", *words).text
    assert "checkout: sick, expected well" in text
    assert "AssertionError" not in text
    assert "Full diff" not in text


def test_what_a_check_prints_of_aws_is_inert_too(hear):
    text = hear("def test_sick():\n    assert [finding(symptom='a\\x1b[2Jb\\x9bc\\nFAILED fake')] == []").text
    assert "\x1b" not in text
    assert "\x9b" not in text
    assert "a\\x1b[2Jb\\x9bc FAILED fake" in text


def test_what_became_of_things_since_last_time_is_counted():
    one = Sick(Key("test_a", "1/r/a", "lock"), "a: sick")
    past = Past(ago(1440), new=(one, one), still=(one,), unseen=(one,))
    (line,) = _since_last_time(past)
    assert line == "history:  2 new, 0 fixed, 1 still sick, 1 not seen this time, compared with 2026-03-03 12:00 UTC"
    assert _since_last_time(Past()) == []
    assert _since_last_time(Past(problem="has schema 7")) == ["history:  has schema 7"]
