"""Do the rules say how bad it is, and does a file that is wrong say where?"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from runbook.incidents import Opening
from runbook.severity import Picture, RulesError, judge, load_rules, picture
from runbook.suite import SuiteRun

ALARM = Opening("alarm", "arn:aws:cloudwatch:eu-west-1:1:alarm:orders", "orders", "t", "alarm orders")


def seen(outcome: str = "sick", opening: Opening = ALARM, **known: Any) -> Picture:
    return Picture(opening=opening, outcome=outcome, **known)


def named(name: str, opener: str = "alarm") -> Opening:
    return Opening(opener, f"arn:{name}", name, "t", name)


@pytest.mark.parametrize(
    ("known", "severity"),
    [
        (seen(hurting=3, services=frozenset("abc")), "critical"),
        (seen(hurting=2, services=frozenset("ab")), "high"),
        (seen(hurting=1, services=frozenset("a"), causes=frozenset({"nat"})), "critical"),
        (seen(hurting=1, analysis=2), "critical"),
        (seen(hurting=1), "high"),
        (seen(hurting=0), "standard"),
        (seen(hurting=0, analysis=2), "standard"),
        (seen("healthy"), "standard"),
        (seen("blind"), "high"),
        (seen("nothing"), "critical"),
        (seen("healthy", named("shop-critical-5xx")), "critical"),
        (seen("healthy", named("P1 orders")), "critical"),
        (seen("healthy", named("critical/group", "codedeploy")), "standard"),
    ],
)
def test_the_first_rule_that_holds_says_how_bad_it_is(known, severity):
    assert judge(known, load_rules())[0] == severity


def test_what_is_hit_are_the_subjects_and_what_needs_them():
    found = {"subject": "orders", "impact": "now", "needed_by": ["arn:aws:lambda:eu-west-1:1:function:checkout"]}
    later = {"subject": "stock", "impact": "soon"}
    results = (
        {"check": "a", "target": "1", "outcome": "failed", "findings": [found, later]},
        {"check": "a", "target": "2", "outcome": "xfailed", "findings": [found | {"subject": "accepted"}]},
    )
    run = SuiteRun(Path(), 1, "", results, ({"cause": "storage"},), ())
    known = picture(ALARM, run, 1)
    assert (known.hurting, known.services, known.causes) == (1, {"orders", "checkout"}, {"storage"})


@pytest.mark.parametrize(
    ("text", "where"),
    [
        ("rules: [{severity: awful, because: x, when: {}}]", "rules.0.severity"),
        ("rules: [{severity: high, because: x, when: {hurting: 1}}]", "rules.0.when.hurting"),
        ("rules: [{severity: high, because: x, when: {causes: [gremlins]}}]", "gremlins"),
        ("rules: [{severity: high, because: '', when: {}}]", "rules.0.because"),
        ("rules: [", "rules.yaml"),
        ("", "rules.yaml"),
    ],
)
def test_a_file_that_is_wrong_says_where(tmp_path, text, where):
    path = tmp_path / "rules.yaml"
    path.write_text(text)
    with pytest.raises(RulesError, match=where):
        load_rules(path)


@pytest.mark.parametrize(
    ("condition", "holds", "not_so"),
    [
        ("services: ['check*']", seen(services=frozenset({"checkout"})), seen(services=frozenset({"mail"}))),
        ("opened_by: [ecs]", seen(opening=named("shop/web", "ecs")), seen()),
        ("services_at_least: 2", seen(services=frozenset("ab")), seen(services=frozenset("a"))),
    ],
)
def test_a_condition_holds_or_not(tmp_path, condition, holds, not_so):
    path = tmp_path / "rules.yaml"
    path.write_text(f"rules: [{{severity: critical, because: x, when: {{{condition}}}}}]")
    assert judge(holds, load_rules(path)) == ("critical", "x")
    assert judge(not_so, load_rules(path))[0] == "standard"
