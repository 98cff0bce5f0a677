"""Does each check come to its outcome, and the run to its exit code?"""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from reports.tally import Tally
from reports.verdicts import check_of

pytest_plugins = "pytester"

EVERY = """
from diagnosis.answers import Blind, CouldNotTellError


@pytest.fixture
def denied():
    pytest.fail("missing ec2:DescribeVpcs", pytrace=False)


@pytest.fixture
def idle():
    pytest.skip("no traffic")


@pytest.fixture
def broken():
    raise KeyError("Vpcs")


@pytest.fixture
def untidy():
    yield
    raise RuntimeError("could not tidy up")


def test_well():
    assert [] == []


def test_sick():
    assert [finding("checkout"), finding("catalog")] == []


def test_sick_without_a_finding():
    assert 1 == 2


def test_denied(denied):
    assert False


def test_idle(idle):
    assert False


def test_broken(broken):
    assert False


def test_rule_crashes():
    assert [1 / 0] == []


def test_rule_cannot_tell():
    raise CouldNotTellError(Blind("missing", "the way is unknown: no\\nroute table"))


def test_well_but_untidy(untidy):
    assert [] == []


def test_sick_and_untidy(untidy):
    assert [finding("stock")] == []
"""


def test_every_outcome_has_its_word_and_its_reason(hear):
    heard = hear(EVERY)
    assert {name: (line["outcome"], line["reason"]) for name, line in heard.checks.items()} == {
        "test_well": ("passed", ""),
        "test_sick": ("failed", "checkout: sick, expected well cause: unknown"),
        "test_sick_without_a_finding": ("failed", heard.checks["test_sick_without_a_finding"]["reason"]),
        "test_denied": ("error", "missing ec2:DescribeVpcs"),
        "test_idle": ("skipped", "no traffic"),
        "test_broken": ("error", "KeyError: 'Vpcs'"),
        "test_rule_crashes": ("error", "the check itself failed: ZeroDivisionError: division by zero"),
        "test_rule_cannot_tell": ("error", "the way is unknown: no route table"),
        "test_well_but_untidy": ("error", "RuntimeError: could not tidy up"),
        "test_sick_and_untidy": ("failed", "stock: sick, expected well cause: unknown"),
    }
    assert "1 == 2" in heard.checks["test_sick_without_a_finding"]["reason"]
    assert heard.code == heard.summary["exit"] == 1
    assert heard.summary["coverage"].startswith("4 of 9 checked; 5 blind: ")


def test_findings_travel_whole(hear):
    heard = hear("def test_sick():\n    assert [finding('a', onset=ago(7), depends_on=('x', 'y'), proven=True)] == []")
    (told,) = heard.checks["test_sick"]["findings"]
    assert told["subject"] == "a"
    assert told["onset"] == "2026-03-04T11:53:00+00:00"
    assert told["depends_on"] == ["x", "y"]
    assert told["place"] == "123456789012/eu-west-1"
    assert {"cause", "impact", "symptom", "evidence", "remedy"} <= set(told)


WELL, SICK = "def test_well():\n    assert [] == []\n", "def test_sick():\n    assert [finding()] == []\n"
SOON = "def test_soon():\n    assert [finding(impact='soon')] == []\n"
BLIND = "@pytest.fixture\ndef no():\n    pytest.fail('missing a:B', pytrace=False)\ndef test_blind(no): pass\n"
IDLE = "def test_idle():\n    pytest.skip('no traffic')\n"
CRASH = "def test_crash():\n    assert [1 / 0] == []\n"
HELD = "def test_accepted():\n    assert [finding(cause='memory')] == []\n"
RISK = "Exemption('test_accepted', '*', 'ana', 'known', date(2026, 3, 4), 'memory')"


@pytest.mark.parametrize(
    ("checks", "code"),
    [
        (WELL, 0),
        (WELL + IDLE, 0),
        (SICK, 1),
        (WELL + SICK + BLIND + CRASH, 1),
        (BLIND, 6),
        (WELL + BLIND, 6),
        (WELL + CRASH, 6),
        (IDLE, 5),
        (IDLE + BLIND, 6),
        (HELD, 0),
        (HELD + SICK, 1),
        (HELD + BLIND, 6),
        (WELL + SOON, 1),
        ("", 5),
    ],
)
def test_exit_codes(hear, checks, code):
    heard = hear(checks, view=f"{{'exemptions': ({RISK},)}}")
    assert heard.code == code
    if checks:
        assert heard.summary["exit"] == code


@pytest.mark.parametrize(
    ("checks", "code"),
    [(SOON, 0), (SOON + SICK, 1), (SOON + BLIND, 6), (SOON + CRASH, 6), (IDLE, 5), (SICK + BLIND, 1)],
)
def test_the_gate_blocks_on_what_hurts_now(hear, checks, code):
    heard = hear(checks, "--gate")
    assert heard.code == heard.summary["exit"] == code
    if "test_soon" in heard.checks:
        line = heard.checks["test_soon"]
        assert (line["outcome"], line["reason"]) == ("xfailed", "impact soon: reported, does not block the gate")
        assert line["findings"][0]["impact"] == "soon"


def test_one_finding_that_hurts_now_is_enough_for_the_gate(hear):
    heard = hear("def test_both():\n    assert [finding(impact='soon'), finding(impact='now')] == []", "--gate")
    assert heard.checks["test_both"]["outcome"] == "failed"


TARGETS = """
@pytest.mark.parametrize("target", ["1/r/web", "1/r/web-2", "1/r/api"])
def test_memory(target):
    assert [finding(target, cause="memory")] == []


@pytest.mark.parametrize("target", ["1/r/web"])
def test_other(target):
    assert [finding(target, cause="memory"), finding(target, cause="code")] == []
"""


@pytest.mark.parametrize(
    ("entry", "accepted"),
    [
        ("Exemption('test_memory', 'web', 'ana', 'known', date(2026, 3, 4), 'memory')", {"test_memory[1/r/web]"}),
        ("Exemption('test_memory', '1/r/api', 'ana', 'known', date(2030, 1, 1), 'memory')", {"test_memory[1/r/api]"}),
        (
            "Exemption('test_memory', 'web*', 'ana', 'known', date(2026, 3, 5), 'memory')",
            {"test_memory[1/r/web]", "test_memory[1/r/web-2]"},
        ),
        ("Exemption('test_memory', 'web', 'ana', 'known', date(2026, 3, 3), 'memory')", set()),
        ("Exemption('test_memory', 'web', 'ana', 'known', date(2026, 3, 4), 'code')", set()),
        ("Exemption('test_memory', 'web', 'ana', 'switched off', date(2026, 3, 4))", set()),
        ("Exemption('test_other', '*', 'ana', 'known', date(2026, 3, 4), 'memory')", set()),
    ],
    ids=["name", "id", "pattern", "yesterday", "another cause", "no risk", "one of two causes"],
)
def test_a_risk_is_accepted_for_its_check_target_cause_and_time(hear, entry, accepted):
    heard = hear(TARGETS, view=f"{{'exemptions': ({entry},)}}")
    assert {name for name, line in heard.checks.items() if line["outcome"] == "xfailed"} == accepted
    for name in accepted:
        assert heard.checks[name]["reason"].startswith("accepted: known (ana, until ")
        assert heard.checks[name]["findings"]
    assert heard.code == 1


def test_an_accepted_check_that_cannot_look_is_blind_all_the_same(hear):
    blind = BLIND.replace("test_blind", "test_accepted")
    assert hear(blind, view=f"{{'exemptions': ({RISK},)}}").code == 6


def test_what_is_accepted_is_no_candidate_for_the_cause(hear):
    heard = hear(HELD.replace("cause='memory'", "cause='memory', proven=True"), view=f"{{'exemptions': ({RISK},)}}")
    assert heard.summary["roots"] == []


def test_a_module_that_cannot_be_collected_is_not_healthy(hear, pytester):
    pytester.makepyfile(test_broken="import nothing_of_that_name")
    stopped = hear(WELL)
    assert stopped.code == stopped.summary["exit"] == 2
    assert "nothing_of_that_name" in stopped.text
    assert "exit:     2, interrupted" in stopped.text
    went_on = hear(WELL, "--continue-on-collection-errors")
    assert went_on.code == went_on.summary["exit"] == 6
    assert "test_broken.py" in went_on.text
    (line,) = [line for line in went_on.lines[:-1] if line["outcome"] == "error"]
    assert "nothing_of_that_name" in line["reason"]


def test_collecting_only_judges_nothing(hear):
    heard = hear(SICK, "--collect-only")
    assert heard.code == 0
    assert not (heard.folder / "results.jsonl").exists()


def test_an_interrupted_run_leaves_what_was_known(hear):
    heard = hear(WELL + "def test_stop():\n    raise KeyboardInterrupt\n" + SICK)
    assert heard.code == 2
    assert set(heard.checks) == {"test_well"}
    assert heard.summary["exit"] == 2


def test_results_are_written_as_they_become_known(hear):
    so_far = "Path('out/results.jsonl').read_text().count('\\n')"
    assert (
        hear(f"{WELL}{SICK}from pathlib import Path\ndef test_z():\n    assert {so_far} == 2\n").checks["test_z"][
            "outcome"
        ]
        == "passed"
    )


def report(**changes):
    known = {"nodeid": "t.py::test_a[1/r/x]", "when": "call", "user_properties": [], "duration": 0.0, "sections": []}
    known |= {"failed": False, "skipped": False, "passed": True, "longrepr": None, "longreprtext": ""}
    return SimpleNamespace(**known | changes)


@pytest.mark.parametrize(
    ("nodeid", "check", "target"),
    [
        ("checks/a.py::test_a[1/r/x]", "test_a", "1/r/x"),
        ("checks/a.py::test_a[1/r/x::y]", "test_a", "1/r/x::y"),
        ("checks/a.py::test_a[1/r/alarm [p99]]", "test_a", "1/r/alarm [p99]"),
        ("checks/a.py::test_a", "test_a", ""),
    ],
)
def test_a_report_without_properties_is_named_by_its_id(nodeid, check, target):
    """A worker that crashed leaves such a report behind."""
    assert check_of(report(nodeid=nodeid)) == (check, target)


def test_a_check_whose_worker_crashed_could_not_look():
    tally = Tally()
    crashed = report(
        when="???", failed=True, passed=False, longrepr="worker 'gw0' crashed", longreprtext="worker crashed"
    )
    assert tally.hear(crashed).outcome == "error"
    assert tally.exit_code() == 6
    assert tally.results[0].reason


def test_no_result_is_heard_twice():
    tally = Tally()
    for when in ("setup", "call", "teardown"):
        tally.hear(report(when=when))
    assert [result.outcome for result in tally.results] == ["passed"]


def test_reasons_for_blindness_are_counted(hear):
    many = "@pytest.mark.parametrize('n', range(5))\ndef test_many(n, no): pass\n"
    heard = hear(WELL + BLIND + many + CRASH)
    assert heard.summary["coverage"] == (
        "1 of 8 checked; 7 blind: missing a:B (6); the check itself failed: ZeroDivisionError: division by zero (1)"
    )
