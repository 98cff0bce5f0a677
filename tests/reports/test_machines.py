"""Can other programs read what a run writes? JSON lines by their schema, OpenMetrics, CloudWatch's embedded metrics."""

from __future__ import annotations

import json
import re
from pathlib import Path
from xml.etree import ElementTree

import jsonschema
import pytest

import reports.results
from diagnosis.runs import Usage
from reports.metrics import embedded, openmetrics
from reports.tally import Tally
from tests.reports.test_history import VIEW, result
from tests.reports.test_html import EVIL

SCHEMA = json.loads(Path(reports.results.__file__).with_name("results.schema.json").read_text(encoding="utf-8"))
ALL = """
from diagnosis.exhibits import Bars


@pytest.fixture
def denied():
    pytest.fail("missing pi:GetResourceMetrics", pytrace=False)


def test_blind(denied):
    pass


def test_idle():
    pytest.skip("does not apply")


def test_well():
    assert [] == []


def test_sick():
    assert [finding("way", cause="route", proven=True, onset=ago(5), exhibits=(Bars("b", "MB", (("x", 1.0),)),))] == []
"""
pytest_plugins = "pytester"


@pytest.mark.parametrize("checks", [ALL, EVIL, "def test_well():\n    assert [] == []"])
def test_every_line_is_as_the_schema_says(hear, checks):
    validator = jsonschema.Draft202012Validator(SCHEMA)
    lines = hear(checks).lines
    assert [str(error.message) for line in lines for error in validator.iter_errors(line)] == []


def test_a_schema_that_takes_everything_would_be_none():
    validator = jsonschema.Draft202012Validator(SCHEMA)
    line = {"check": "test_a", "target": "", "outcome": "passed", "reason": "", "findings": []}
    assert validator.is_valid(line)
    for wrong in ({"outcome": "fine"}, {"findings": None}, {"check": ""}, {"outcome": "error"}):
        assert not validator.is_valid(line | wrong)
    assert not validator.is_valid({"run": {"exit": 9, "coverage": "", "roots": []}})


def test_gauges_of_a_run_in_prometheus_text():
    tally = Tally([result("a"), result("b"), result("c", "passed"), result("d", "error")])
    text = openmetrics(VIEW, tally, Usage({"ec2:DescribeVpcs": 3}, 10**9, 100), 1)
    lines = text.splitlines()
    sample = re.compile(r'[a-z_]+(\{[a-z]+="[^"\n]*"(,[a-z]+="[^"\n]*")*\})? -?[0-9.e+]+')
    assert all(line.startswith("# ") or sample.fullmatch(line) for line in lines)
    assert lines[-1] == "# EOF"
    assert 'vitals_checks{domain="other",outcome="failed"} 2' in lines
    assert 'vitals_findings{cause="memory",impact="now"} 2' in lines
    assert "vitals_exit_code 1" in lines
    assert f"vitals_run_timestamp_seconds {VIEW.now.timestamp()}" in lines
    named = [line.split()[2] for line in lines if line.startswith("# TYPE")]
    assert len(named) == len(set(named))


def test_every_metric_that_is_announced_to_cloudwatch_is_there():
    plain = embedded(VIEW, Tally([result("a"), result("b", "passed")]), Usage({"a:B": 2}), 1)
    (directive,) = plain["_aws"]["CloudWatchMetrics"]
    names = [metric["Name"] for metric in directive["Metrics"]]
    assert all(isinstance(plain[name], int) for name in names)
    assert all(isinstance(plain[dimension], str) for group in directive["Dimensions"] for dimension in group)
    assert (plain["failed"], plain["passed"], plain["findings_now"], plain["aws_calls"]) == (1, 1, 1, 2)
    assert len(names) <= 100
    assert "\n" not in json.dumps(plain)


def test_a_run_leaves_both_files(hear):
    heard = hear(ALL)
    assert "vitals_checks" in (heard.folder / "metrics.prom").read_text(encoding="utf-8")
    assert json.loads((heard.folder / "emf.json").read_text(encoding="utf-8"))["error"] == 1


def test_junit_is_xml_whatever_was_said(hear):
    """Control characters, an end of CDATA and markup arrive as text."""
    nasty = """
NASTY = "]]>" + chr(27) + "[2J" + chr(0) + chr(0x2028) + "<x a='" + chr(34) + "&"


@pytest.mark.parametrize("target", ["1/r/<script>"])
def test_sick(target):
    assert [finding("a", symptom=NASTY, evidence=(NASTY,), remedy=NASTY, why=NASTY)] == []
"""
    heard = hear(nasty)
    tree = ElementTree.parse(heard.folder / "junit.xml")
    (case,) = tree.iter("testcase")
    assert case.get("name") == "test_sick[1/r/<script>]"
    assert "]]>" in "".join(case.itertext())
    assert "\x1b" not in heard.text.replace("\x1b[31m", "").replace("\x1b[0m", "")
