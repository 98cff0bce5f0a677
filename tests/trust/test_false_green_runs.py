"""Does a whole run say it, too? Every operation is denied once over HTTP, and pytest runs the checks that ask it."""

from __future__ import annotations

from typing import Any

import pytest

from fixtures.operations import iam_action
from fixtures.sandbox import Sandbox
from tests.fixtures.house import EXPECTED, FOLLOW, LISTERS, TOLD, World
from tests.suite.conftest import SuiteRun
from tests.trust.excused import TIDYING, may_pass
from tests.trust.grouping import calls_behind, calls_of, groups
from tests.trust.live import Live
from tests.trust.matrix import facts_of, kind_of
from tests.trust.test_false_green import rests_on

pytestmark = pytest.mark.long


def as_toml(settings: dict[str, Any]) -> str:
    """The text of a targets.toml: tables, and lists of tables, of plain values."""
    text = ""
    for name, tables in settings.items():
        head = f"[[{name}]]" if isinstance(tables, list) else f"[{name}]"
        for table in tables if isinstance(tables, list) else [tables]:
            text += head + "".join(f"\n{key} = {value!r}" for key, value in table.items()) + "\n"
    return text


@pytest.fixture
def live(world: World) -> Live:
    """The matrix's own world, as a run meets it."""
    place = {"endpoint": world.endpoint, "region": world.place.region}
    return Live(Sandbox(process=None, announced=place))  # type: ignore[arg-type]


@pytest.mark.parametrize("group", groups(), ids=lambda group: f"{next(iter(group))} and {len(group) - 1} more")
def test_what_is_denied_is_said_and_never_green(live, asked, tally, tmp_path, group):
    (tmp_path / "targets.toml").write_text(as_toml(TOLD))
    live.control("DELETE", "requests")
    for operation in group:
        live.fault("deny", operation)
    words = [f"--{kind}={value}" for kind, value in FOLLOW]
    checks = " or ".join(sorted(set(group.values())))
    try:
        run = live.run(
            tmp_path / "run", "-k", checks, "--targets", str(tmp_path / "targets.toml"),
            *words, "--ip", "10.9.0.8", "--expect", EXPECTED[0],
        )  # fmt: skip
        log = live.control("GET", "requests")["requests"]
    finally:
        live.heal()
    assert run.code in (1, 6), run.stdout
    refused = {f"{one['service']}:{one['operation']}" for one in log if one["status"] >= 400}
    assert group.keys() - refused == set(), "never asked"
    named = {line["reason"] for line in run.checks if line["outcome"] == "error"}
    for line in run.checks:
        denied = calls_of(line["check"]) & group.keys()
        if line["outcome"] == "passed":
            assert [one for one in denied if not excused(asked, run, line, one)] == [], line
    for operation in group:
        tally("runs", excused=int(not any(iam_action(operation) in reason for reason in named)))


def excused(asked, run: SuiteRun, line: dict[str, Any], operation: str) -> bool:
    """May the check pass without the operation, by what the matrix says of it? A list that is short says so itself."""
    check, target, kind = line["check"], line["target"], kind_of(line["check"])
    if (check, target) not in asked.outcomes:
        return False
    if operation in LISTERS[kind].calls and (kind, operation) not in TIDYING:
        told = [one["reason"] for one in run.checks if one["check"] == check and one["outcome"] == "error"]
        if not any(iam_action(operation) in reason for reason in told):
            return False
    changed = dict.fromkeys(fact for fact in facts_of(check) if operation in calls_behind(fact))
    return not rests_on(asked, check, target, operation, changed) or may_pass(check, target, operation, "deny")
