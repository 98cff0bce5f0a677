"""Is every documented kind of message given its cause?"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from diagnosis.explain import FOLDED_CAUSES, KINDS, explain

EXAMPLES = Path(__file__).parent / "examples"


def read_examples() -> list[tuple[str, dict[str, Any]]]:
    return [
        (path.stem, json.loads(line))
        for path in sorted(EXAMPLES.glob("*.jsonl"))
        for line in path.read_text(encoding="utf-8").splitlines()
    ]


@pytest.mark.parametrize(("kind", "example"), read_examples())
def test_message_is_given_its_cause(kind: str, example: dict[str, Any]) -> None:
    explanation = explain(kind, example["message"], example.get("context"))
    assert explanation.cause == example["cause"]


@pytest.mark.parametrize(("kind", "example"), read_examples())
def test_answer_is_well_formed(kind: str, example: dict[str, Any]) -> None:
    explanation = explain(kind, example["message"], example.get("context"))
    assert explanation.cause in FOLDED_CAUSES
    assert 0 < explanation.confidence < 1
    assert explanation.remedy
    assert "\n" not in explanation.remedy


def test_every_kind_has_examples_of_several_causes() -> None:
    causes: dict[str, set[str]] = {}
    for kind, example in read_examples():
        causes.setdefault(kind, set()).add(example["cause"])
    assert causes.keys() == set(KINDS)
    assert all(len(found) >= 5 for found in causes.values())
    assert set.union(*causes.values()) == FOLDED_CAUSES
