"""Is an error that nobody has seen before named, and an old one left alone?"""

from __future__ import annotations

from dataclasses import replace

import pytest

from diagnosis.answers import Blind, CouldNotTellError
from diagnosis.logs.new_errors import ErrorKind, ErrorKinds, merged, new_error_types
from diagnosis.logs.words import error_type, signature
from tests.builders import NOW, ago, target

OLD = "ERROR CardRefusedError: card 5 refused"
NEW = "ERROR NullPointerException: discount is null in order 7"


def kind(line: str, hits: int = 9, **changes: object) -> ErrorKind:
    made = ErrorKind(signature(line), error_type(line), hits, ago(10), line, ("web/1",), 1)
    return replace(made, **changes)  # type: ignore[arg-type]


def kinds(
    *several: ErrorKind, known: tuple[str, ...] | Blind = (OLD,), days: tuple[str, ...] = ("1 d before",)
) -> ErrorKinds:
    signatures = known if isinstance(known, Blind) else tuple(signature(line) for line in known)
    return ErrorKinds(target("log_group", "/app"), several, signatures, days, NOW)


def test_only_what_is_new_is_found() -> None:
    [found] = new_error_types(kinds(kind(OLD, 5000), kind(NEW, 12, streams=("web/1", "web/9"), stream_count=4)))
    assert found.symptom == (
        "/app: new error “NullPointerException: discount is null in order #”, 12 times, expected none that is new"
    )
    assert found.evidence == (f"12 × since 11:50:00 UTC in web/1, web/9 and 2 more: {NEW}", "absent 1 d before")
    assert (found.cause, found.onset) == ("code", ago(10))


@pytest.mark.parametrize(("hits", "red"), [(4, False), (5, True)])
def test_five_times_is_a_pattern(hits: int, red: bool) -> None:
    assert bool(new_error_types(kinds(kind(NEW, hits)))) is red
    assert new_error_types(kinds(kind(NEW, hits)), min_hits=hits + 1) == []


def test_kinds_that_differ_by_a_name_count_together() -> None:
    several = [kind(f"ERROR no profile for user {name} in the directory", 2) for name in ("Ana", "Ben", "Cem")]
    assert [one.hits for one in merged(several)] == [6]
    [found] = new_error_types(kinds(*several))
    assert ", 6 times" in found.symptom
    assert new_error_types(kinds(*several, known=("ERROR no profile for user Zoe in the directory",))) == []


def test_several_new_ones_are_one_finding_the_most_frequent_first() -> None:
    [found] = new_error_types(kinds(kind(NEW, 7), kind("ERROR disk quota exceeded on volume data", 70, first=ago(3))))
    assert "disk quota exceeded" in found.symptom
    assert "and 1 more" in found.symptom
    assert len(found.evidence) == 3
    assert found.onset == ago(10)


def test_without_a_baseline_nobody_can_tell() -> None:
    with pytest.raises(CouldNotTellError, match="no baseline"):
        new_error_types(kinds(kind(NEW), days=()))
    with pytest.raises(CouldNotTellError, match="throttled"):
        new_error_types(kinds(kind(NEW), known=Blind("throttled", "logs:StartQuery throttled")))
    assert new_error_types(kinds(kind(NEW, 2), days=())) == []
