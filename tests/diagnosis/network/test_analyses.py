"""Is Reachability Analyzer's word set beside the model's, and a disagreement shown as one?"""

from __future__ import annotations

import pytest

from diagnosis.answers import Blind, CouldNotTellError
from diagnosis.network.analyses import Analysis, FlowAnalysis, compared
from tests.builders import NOW, finding, target

PATH = target("path", "checkout to orders")
RED = finding("checkout to orders", cause="security_group", proven=True)


def said(*, found: bool, wanted: bool = True) -> Analysis:
    flow = FlowAnalysis(
        "nia-1", "eni-1 → eni-2 tcp/5432", found, () if found else ("ENI_SG_RULES_MISMATCH sg-1",), wanted
    )
    return Analysis(PATH, (flow,), (), NOW)


def test_agreement_changes_nothing_but_the_evidence() -> None:
    assert compared(PATH, [], said(found=True)) == []
    [agreed] = compared(PATH, [RED], said(found=False))
    assert agreed.proven
    assert agreed.evidence[-1] == "Reachability Analyzer agrees (nia-1)"


def test_a_path_that_only_the_model_misses_is_shown_as_a_disagreement_and_proves_nothing() -> None:
    [shown] = compared(PATH, [RED], said(found=True))
    assert shown.evidence[-1].startswith("disagreement: Reachability Analyzer finds")
    assert (shown.cause, shown.proven) == ("security_group", False)


def test_a_path_that_only_the_analyzer_misses_is_a_finding_of_its_own() -> None:
    [shown] = compared(PATH, [], said(found=False))
    assert (shown.cause, shown.proven, shown.resource) == ("network", False, "nia-1")
    assert shown.evidence == ("nia-1: ENI_SG_RULES_MISMATCH sg-1",)
    [opened] = compared(PATH, [], said(found=True, wanted=False))
    assert "a path that must not exist" in opened.symptom


def test_what_the_analyzer_cannot_tell_is_no_agreement() -> None:
    blind = Blind("denied", "missing ec2:StartNetworkInsightsAnalysis", "ec2:StartNetworkInsightsAnalysis")
    with pytest.raises(CouldNotTellError, match="StartNetworkInsightsAnalysis"):
        compared(PATH, [], blind)
    [kept] = compared(PATH, [RED], blind)
    assert kept.evidence[-1] == "Reachability Analyzer could not be asked: missing ec2:StartNetworkInsightsAnalysis"


def test_what_the_model_cannot_tell_stays_an_error_unless_the_analyzer_finds_it_broken() -> None:
    unknown = Blind("missing", "the way is unknown")
    with pytest.raises(CouldNotTellError, match="the way is unknown"):
        compared(PATH, unknown, said(found=True))
    [shown] = compared(PATH, unknown, said(found=False))
    assert "the model cannot tell" in shown.symptom
