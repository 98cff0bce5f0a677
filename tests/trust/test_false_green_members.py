"""Can an answer that came, but otherwise than expected, look like health?

Every member of an answer that a reader looks at is taken away, and each that is of an enumeration gets a value that
nobody knows yet. A check must not pass then whose outcome depends on the member: other values of it change the outcome.
"""

from __future__ import annotations

from typing import Any

import pytest

from fixtures import insights
from fixtures.target_lists import Unlisted
from tests.fixtures.house import LISTERS, READERS
from tests.trust.answers import NEW, changed, enumeration_of, is_required, member_of, noted, others, replaced, without
from tests.trust.excused import NOT_ASKED, SHORTER, may_pass_without
from tests.trust.matrix import Asked, asks_least


def calls() -> list[Any]:
    """Every reader with each of its operations. `make test` tries each operation with the reader that asks least."""
    found = [(one, call) for one in READERS.values() for call in dict.fromkeys(one.calls) if call not in NOT_ASKED]
    return [
        pytest.param(one, c, id=f"{one.name}-{c}", marks=[] if asks_least(c) == one.name else pytest.mark.long)
        for one, c in found
    ]


class Changer:
    """Lets one operation answer otherwise; all others answer as they did."""

    def __init__(self, asked: Asked, reader: Any, operation: str) -> None:
        self.asked, self.reader, self.operation = asked, reader, operation
        self.known = asked.judged({reader.name: asked.answers[reader.name]})

    def seen(self) -> list[str]:
        """The members of the operation's answers that reader and rules look at."""
        paths: set[str] = set()
        self._outcomes(lambda answer: noted(self.operation, answer, paths), whole=True)
        return sorted(paths)

    def outcomes(self, path: str, change: Any) -> dict[tuple[str, str], str]:
        return self._outcomes(lambda answer: changed(answer, path, change))

    def _outcomes(self, change: Any, *, whole: bool = False) -> dict[tuple[str, str], str]:
        memory = self.asked.world.memory
        memory.live = None
        memory.changes = lambda name, answer: change(answer) if name == self.operation else answer
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(insights, "DEADLINE_S", 0.01)  # an answer that is kept stays as it is
            try:
                changed = self.asked.again(self.reader, whole=whole)
                same = not whole and changed == {self.reader.name: self.asked.answers[self.reader.name]}
                return self.known if same else self.asked.judged(changed)
            finally:
                memory.live, memory.changes = "*", None

    def false_greens(self, path: str, change: Any) -> list[tuple[str, str]]:
        """Checks and targets that pass with the member changed so, though they depend on it."""
        before = self.asked.outcomes
        passed = {key for key, came in self.outcomes(path, change).items() if came == "passed"}
        found = {key for key in passed if before[key] != "passed"}
        doubtful = passed - found
        for other in others(member_of(self.operation, path)):
            if doubtful <= found:
                break
            came = self.outcomes(path, other)
            found |= {key for key in doubtful if came.get(key, "passed") in ("failed", "error")}
        return sorted(found)


@pytest.mark.long
@pytest.mark.parametrize(("reader", "operation"), [call for call in calls() if not call.marks])
def test_no_check_passes_without_a_member_that_it_depends_on(asked, tally, reader, operation):
    changer, found = Changer(asked, reader, operation), []
    for path in changer.seen():
        if is_required(operation, path):
            continue
        green = changer.false_greens(path, without)
        found += [(check, target, path) for check, target in green if not may_pass_without(check, operation, path)]
        tally("missing", excused=len({check for check, _ in green}))
    assert found == []


@pytest.mark.parametrize(("reader", "operation"), calls())
def test_no_check_passes_on_a_value_that_nobody_knows(asked, tally, reader, operation):
    changer, found = Changer(asked, reader, operation), []
    for path in changer.seen():
        if enumeration_of(member_of(operation, path)):
            green = changer.false_greens(path, replaced(NEW))
            found += [(c, t, path) for c, t in green if not may_pass_without(c, operation, path, unknown=True)]
            tally("unknown", excused=len({check for check, _ in green}))
    assert found == []


LISTED = [pytest.param(one, c, id=f"{one.kind}-{c}") for one in LISTERS.values() for c in dict.fromkeys(one.calls)]


@pytest.mark.long
@pytest.mark.parametrize(("lister", "operation"), LISTED)
def test_no_list_is_short_for_a_member_that_is_missing_or_not_known(asked, tally, lister, operation):
    known, found = {one.id for one in asked.targets[lister.kind]}, []
    paths: set[str] = set()
    listed(asked, lister, operation, lambda answer: noted(operation, answer, paths))
    for path in sorted(paths):
        unknown = [("unknown", replaced(NEW))] if enumeration_of(member_of(operation, path)) else []
        missing = [] if is_required(operation, path) else [("missing", without)]
        for kind, change in (*unknown, *missing):
            ids = listed(asked, lister, operation, lambda answer, p=path, c=change: changed(answer, p, c))
            short, reason = ids is not None and not ids >= known, SHORTER.get((lister.kind, operation, path))
            found += [f"{path} {kind}"] if short and not reason else []
            tally(kind, excused=int(short))
    assert found == []


def listed(asked: Asked, lister: Any, operation: str, change: Any) -> set[str] | None:
    """The ids of the list under a change; None where it says that it is not whole."""
    memory = asked.world.memory
    memory.live = None
    memory.changes = lambda name, answer: change(answer) if name == operation else answer
    try:
        found = list(lister.find(asked.world.ask()))
    except Exception:  # noqa: BLE001 - as discovery does: the kind is blind
        return None
    finally:
        memory.live, memory.changes = "*", None
    return None if any(isinstance(one, Unlisted) for one in found) else {one.id for one in found}
