"""Does the draft tell what happened in its order, with what is known and no more? And is it text, whatever AWS said?"""

from __future__ import annotations

import re

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from diagnosis.runs import RunView
from diagnosis.triage import Case
from diagnosis.windows import Window
from reports.history import Key, Past, Sick
from reports.postmortem.markdown import code, plain, row
from reports.postmortem.timeline import timeline
from tests.builders import NOW, ago, finding

BRIEF = settings(max_examples=150, deadline=None, derandomize=True)
pytest_plugins = "pytester"

INCIDENT = """
def test_targets():
    assert [finding("checkout", cause="health_check", symptom="checkout: 4 targets unhealthy", onset=ago(11),
                    depends_on=("sg-1",), resource="checkout")] == []


def test_path():
    assert [finding("way", cause="security_group", proven=True, resource="sg-1", symptom="way: blocked by sg-1",
                    why="sg-1 admits nothing", remedy="let tcp/8080 in", command="aws ec2 describe-security-groups",
                    link="https://eu-west-1.console.aws.amazon.com/vpc#sg-1")] == []


def test_alarm():
    assert [finding("checkout-5xx", cause="alarm", symptom="checkout-5xx: ALARM", onset=ago(7),
                    depends_on=("checkout",))] == []


def test_alarms_notify():
    assert [finding("checkout", cause="observability", impact="hygiene", symptom="checkout: no runbook",
                    remedy="write a runbook", resource="checkout")] == []


def test_retention():
    assert [finding("other", cause="observability", impact="hygiene", symptom="other: kept forever")] == []


@pytest.fixture
def denied():
    pytest.fail("missing logs:StartQuery", pytrace=False)


def test_blind(denied):
    pass
"""
CHANGED = """[
    Change(finding().place, "RevokeSecurityGroupIngress", ago(12), "maria", ("sg-1",)),
    Change(finding().place, "PutRule", ago(60 * 40), "old", ("rule",)),
    Change(finding().place, "DeleteVpc", ago(13), "refused", ("vpc",), True),
]"""


@pytest.fixture
def drafted(hear):
    def run(checks: str = INCIDENT, changed: str = CHANGED, *words: str) -> str:
        heard = hear(checks, "--postmortem", *words, changed=changed)
        path = heard.folder / "postmortem.md"
        assert "draft:" in heard.text
        return path.read_text(encoding="utf-8") if path.exists() else ""

    return run


def part(text: str, title: str) -> str:
    return text.split(f"## {title}\n", 1)[1].split("\n## ", 1)[0]


def test_the_timeline_goes_from_the_change_to_this_run(drafted):
    rows = [line for line in part(drafted(), "Timeline").splitlines() if line.startswith("| 2026")]
    kinds = [row.split("|")[2].strip() for row in rows]
    assert kinds == ["change", "first symptom", "detection", "detection"]
    assert "RevokeSecurityGroupIngress" in rows[0]
    assert "maria" in rows[0]
    assert "alarm: checkout-5xx" in rows[2]


def sick(name: str, cause: str) -> Sick:
    return Sick(Key("test_a", f"1/r/{name}", cause), f"{name}: sick")


def test_what_is_sick_for_another_cause_has_not_recovered():
    view = RunView("/x/run", "9.9.9", "live", NOW, Window(ago(60), NOW), ())
    cases = [Case("test_a", "1/r/a", finding("a", cause="timeout"))]
    past = Past(ago(1440), new=(sick("a", "timeout"),), fixed=(sick("a", "memory"), sick("b", "lock")))
    told = [line for line in timeline(view, cases, [], past) if "| recovery |" in line]
    assert len(told) == 2
    assert "well again since 2026-03-03 12:00 or later: b |" in told[0]
    assert "not seen by this run" in told[1]


def test_cause_impact_and_evidence(drafted):
    text = drafted()
    assert "sg-1 admits nothing" in part(text, "Root cause")
    assert "3 findings on 3 resources, 3 of them hurt now" in part(text, "Impact in numbers")
    evidence = part(text, "Evidence")
    assert "`aws ec2 describe-security-groups --region eu-west-1 --profile prod`" in evidence
    assert "(<https://eu-west-1.console.aws.amazon.com/vpc#sg-1>)" in evidence


def test_what_went_well_and_what_did_not(drafted):
    well, badly = part(drafted(), "Detection").split("### What did not")
    assert "rang 4 min after the first symptom" in well
    assert "this run found it 11 min after the first symptom" in well
    assert "missing logs:StartQuery (1)" in badly
    assert "no alarm" not in badly


def test_follow_ups_come_from_the_readiness_of_what_was_concerned(drafted):
    lines = part(drafted(), "Follow-ups").strip().splitlines()
    assert lines[0] == "- [ ] let tcp/8080 in"
    assert "write a runbook" in lines[1]
    assert "1 more readiness finding" in lines[2]
    assert "kept forever" not in "\n".join(lines)


def test_without_an_alarm_the_draft_says_so(drafted):
    text = drafted("def test_a():\n    assert [finding('a', cause='lock', proven=True)] == []", "[]")
    assert "no alarm that belongs to it" in part(text, "Detection")


def test_of_a_healthy_run_nothing_is_drafted(drafted):
    assert drafted("def test_a():\n    assert [] == []", "[]") == ""


def test_without_being_asked_nothing_is_drafted(hear):
    assert not (hear(INCIDENT).folder / "postmortem.md").exists()


@BRIEF
@given(st.text())
@example("<img src=x onerror=alert(1)>")
@example("[click](javascript:alert(1)) ![x](http://evil.example/x.png) <http://evil.example>")
@example("see www.evil.example, https://evil.example, mailto:a@b.example, @team, #12, `x`, $x$")
def test_any_text_is_only_text(text):
    said = plain(text)
    bare = re.sub(r"\\[\\`*_\[\]~$]", "", said)
    assert not re.search(r"[\\`*_\[\]~$<>@\n]", bare)
    assert not re.search(r"[a-zA-Z]://|www\.|mailto:", bare)


@BRIEF
@given(st.text())
@example("a `b` ``c``")
def test_code_ends_where_it_should(text):
    said = code(text)
    fence = re.match(r"`+", said).group()
    inside = said[len(fence) : -len(fence)]
    assert said.endswith(fence)
    assert fence not in re.findall(r"`+", inside)
    assert "\n" not in said


@BRIEF
@given(st.text(), st.text())
def test_a_row_has_the_cells_that_it_was_given(one, other):
    assert len(re.findall(r"(?<!\\)\|", row(plain(one), code(other).replace("\\", "")))) == 3
