"""Does GitHub show what was found, and nothing that somebody else wrote into a name?"""

from __future__ import annotations

from dataclasses import replace

from diagnosis.triage import triage
from reports.github import summary, workflow_commands
from reports.tally import Result, Tally
from tests.builders import case, finding


def tally(*results: Result) -> Tally:
    made = Tally(results=list(results), collected=len(results))
    made.triage = triage(made.cases())
    return made


def failed(**changes: str) -> Result:
    return Result("t.py::test_a[1/eu/web]", "test_a", "1/eu/web", "failed", findings=(finding("web", **changes),))


BLIND = Result("t.py::test_b[1/eu/db]", "test_b", "1/eu/db", "error", "missing rds:DescribeDBInstances")


def test_each_red_and_blind_check_is_an_annotation() -> None:
    lines = list(workflow_commands(tally(failed(), BLIND)))
    assert lines == [
        "::error title=test_a[1/eu/web]::web: sick, expected well (cause: unknown, now)%0Atry: mend it",
        "::warning title=test_b[1/eu/db]::missing rds:DescribeDBInstances",
    ]


def test_no_text_begins_a_command_of_its_own() -> None:
    (line,) = workflow_commands(tally(failed(symptom="x\n::set-output name=a::b%0A", remedy="r")))
    assert "\n" not in line
    assert line.count("::") == 2 + 2  # the command's own, and the text's, which stands inside a line
    assert "%250A" in line
    named = Result("n", "test_a", "1/eu/a:b,c", "failed", findings=(finding(),))
    assert "title=test_a[1/eu/a%3Ab%2Cc]::" in next(iter(workflow_commands(tally(named))))


def test_only_so_many_are_annotated() -> None:
    many = [replace(failed(), nodeid=f"t.py::test_a[{n}]") for n in range(30)]
    assert len(list(workflow_commands(tally(*many)))) == 10


def test_the_summary_has_verdict_table_notes_and_coverage() -> None:
    text = summary(tally(failed(), BLIND), 1, {"n": ["0 of 300 (0.00%) after, at most 0.99% (95 %)"]})
    assert text.startswith("## Vitals: ❌ something is sick\n")
    assert "| test_a `web` | web: sick, expected well | unknown | mend it |" in text
    assert "| test_b[1/eu/db] | missing rds:DescribeDBInstances |" in text
    assert "- 0 of 300 (0.00%) after, at most 0.99% (95 %)" in text
    assert "Coverage: 1 of 2 checked" in text
    assert summary(tally(), 0, {}).startswith("## Vitals: ✅ healthy")


def test_names_from_aws_make_no_table_html_or_mention() -> None:
    bad = failed(symptom="a|b <img src=x> @team [x](http://evil)")
    row = next(line for line in summary(tally(bad), 1, {}).splitlines() if line.startswith("| test_a"))
    assert row.replace("\\|", "").count("|") == 5
    assert "<img" not in row
    assert "@team" not in row
    assert "](http" not in row


def test_what_a_gate_lets_through_is_told_as_such() -> None:
    soon = replace(failed(), outcome="xfailed", findings=(case("web", impact="soon").finding,))
    assert "(soon, does not block)" in summary(tally(soon), 0, {})
