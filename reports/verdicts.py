"""What came of a check? PASSED, FAILED, ERROR, SKIPPED or XFAIL, and which findings say so."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any, Literal

import pytest

from diagnosis.answers import CouldNotTellError
from diagnosis.exemptions import Exemption
from diagnosis.findings import Finding
from diagnosis.runs import RunView
from reports import hooks, words
from reports.labels import Labels, domain_in

Outcome = Literal["passed", "failed", "error", "skipped", "xfailed"]

VIEW = pytest.StashKey[RunView | None]()
_ITEM = pytest.StashKey[pytest.Item]()
_FINDINGS = pytest.StashKey[list[Finding]]()


def pytest_addhooks(pluginmanager: pytest.PytestPluginManager) -> None:
    """Declare what reports ask for."""
    pluginmanager.add_hookspecs(hooks)


def view_of(config: pytest.Config) -> RunView | None:
    """The run as reports see it, asked for once."""
    if VIEW not in config.stash:
        config.stash[VIEW] = config.hook.pytest_vitals_run(config=config)
    return config.stash[VIEW]


def forget_view(config: pytest.Config) -> None:
    """Let the view be asked for anew: the run's time has moved on."""
    if VIEW in config.stash:
        del config.stash[VIEW]


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call(item: pytest.Item) -> Any:
    """Remember whose assertion is being compared."""
    item.config.stash[_ITEM] = item
    return (yield)


def pytest_assertrepr_compare(config: pytest.Config, op: str, left: object, right: object) -> list[str] | None:
    """Keep the findings of `assert findings == []` with the check that made them."""
    if op != "==" or right != [] or not isinstance(left, list | tuple) or not left:
        return None
    if not all(isinstance(entry, Finding) for entry in left):
        return None
    item = config.stash[_ITEM]
    item.stash[_FINDINGS] = list(left)
    item.user_properties += [("finding", json.dumps(finding.to_dict())) for finding in left]
    return [finding.symptom for finding in left]


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item, call: pytest.CallInfo[None]) -> Any:
    """Turn an assertion with findings into what an engineer reads, and into XFAIL where that was agreed."""
    report = yield
    if not report.failed:
        return report
    if report.when != "call":
        if call.excinfo and not call.excinfo.errisinstance(pytest.fail.Exception):
            report.user_properties.append(("crash", words.one_line(call.excinfo.exconly())))
        return report
    findings = item.stash.get(_FINDINGS, [])
    view = view_of(item.config)
    if findings and view:
        report.longrepr = "\n".join(line for finding in findings for line in words.finding(finding, view.profile))
        excuse = _excuse(view, _property(report, "check"), _property(report, "target"), findings)
        if excuse:
            report.outcome, report.wasxfail = "skipped", excuse
    elif call.excinfo and not call.excinfo.errisinstance((AssertionError, pytest.fail.Exception)):
        report.user_properties.append(("crash", _told(call.excinfo)))
    return report


def _told(excinfo: pytest.ExceptionInfo[BaseException]) -> str:
    """Why a rule did not judge: its own reason, or what broke it."""
    if isinstance(excinfo.value, CouldNotTellError):
        return words.one_line(excinfo.value.blind.reason)
    return f"the check itself failed: {words.one_line(excinfo.exconly())}"


def _excuse(view: RunView, check: str, target: str, findings: Sequence[Finding]) -> str:
    """Why these findings do not fail the run; empty where at least one of them does."""
    accepted: list[Exemption | None] = [_accepted(view, check, target, finding) for finding in findings]
    open_findings = [finding for finding, risk in zip(findings, accepted, strict=True) if risk is None]
    if not open_findings:
        return "accepted: " + "; ".join(sorted({str(risk) for risk in accepted}))
    if view.gate and all(finding.impact != "now" for finding in open_findings):
        return f"impact {open_findings[0].impact}: reported, does not block the gate"
    return ""


def _accepted(view: RunView, check: str, target: str, finding: Finding) -> Exemption | None:
    return next(
        (
            risk
            for risk in view.exemptions
            if risk.cause == finding.cause and risk.covers(check, target) and not risk.expired(view.now)
        ),
        None,
    )


def forget_findings(item: pytest.Item) -> None:
    """Let an item begin anew: it is looked at again."""
    if _FINDINGS in item.stash:
        del item.stash[_FINDINGS]


def outcome_of(report: Any) -> Outcome | None:
    """What this report decides; None where a later phase of the same check does."""
    if report.failed:
        sick = report.when == "call" and not _property(report, "crash")
        return "failed" if sick else "error"
    if report.skipped:
        return "xfailed" if hasattr(report, "wasxfail") else "skipped"
    return "passed" if report.when == "call" else None


def _property(report: Any, name: str) -> str:
    said = getattr(report, "user_properties", ())  # a report of collecting has none
    return next((str(value) for key, value in said if key == name), "")


def check_of(report: Any) -> tuple[str, str]:
    """The check's function name and its target's id."""
    name, _, rest = report.nodeid.partition("[")  # a target's name may hold "::" and brackets
    check = _property(report, "check") or name.rsplit("::", 1)[-1]
    return check, _property(report, "target") or rest.removesuffix("]")


def labels_of(report: Any) -> Labels:
    """The domain of a check, the kind of its target, and the service that the target serves."""
    domain = _property(report, "domain") or domain_in(report.nodeid)
    return Labels(domain, _property(report, "kind"), _property(report, "service"))


def findings_of(report: Any) -> list[Finding]:
    """The findings that travelled with a report, from a worker too."""
    said = getattr(report, "user_properties", ())
    return [Finding.from_dict(json.loads(value)) for key, value in said if key == "finding"]


def reason_of(report: Any) -> str:
    """Why a check was an error, skipped or excused: one line."""
    if hasattr(report, "wasxfail"):
        return words.one_line(report.wasxfail)
    crash = _property(report, "crash")
    if crash:
        return crash
    if report.when == "collect":
        raised = [line[1:] for line in report.longreprtext.splitlines() if line.startswith("E ")]
        return f"could not be collected: {words.one_line(raised[-1]) if raised else words.first_line(text_of(report))}"
    if report.skipped and isinstance(report.longrepr, tuple):
        return words.one_line(report.longrepr[2]).removeprefix("Skipped: ")
    return words.first_line(text_of(report)) if report.failed else ""


def text_of(report: Any) -> str:
    """What a failed report says; without the line about its worker that `longreprtext` begins with under xdist."""
    return str(report.longrepr)


def pytest_report_teststatus(report: Any) -> tuple[str, str, str] | None:
    """A check whose rule crashed could not look: an error, not a sick target."""
    if report.when == "call" and report.failed and outcome_of(report) == "error":
        return "error", "E", "ERROR"
    return None
