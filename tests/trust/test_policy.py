"""Is the printed policy enough, and is all of it needed? Asked of a sandbox that enforces it, action by action.

What the sandbox does not evaluate it says itself; services without enforcement there are none, for the decision is
made before any of them.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from diagnosis.answers import Blind
from fixtures.changes import LOOKUP
from fixtures.facts import Reader
from fixtures.failures import blind_for
from fixtures.operations import PAID, UNGUARDED_ACTIONS, iam_action
from fixtures.sandbox import start_sandbox
from fixtures.target_lists import Unlisted
from fixtures.targets import Lister
from tests.fixtures.house import LISTERS, READERS, ROOT, World
from tests.suite.conftest import run_pytest
from tests.trust.excused import NOT_ASKED, may_pass
from tests.trust.live import Live
from tests.trust.matrix import CHECKS, Asked, explains, facts_of, kind_of
from tests.trust.permissions import Permissions, actions_of, without

DOMAINS = ("logs", "deploy", "serverless", "network", "performance", "database", "readiness")
EVERYTHING = Path(__file__).parents[1] / "fixtures" / "everything.py"
TARGETS = """
[[database]]
target = "orders"
secret = "orders-login"
tls = "off"
"""
QUICKLY = 16
"""Of so many actions one is removed in `make test`; all of them by CI."""


def needs_of(domain: str) -> tuple[list[Lister], list[Reader]]:
    """The listers and readers of a domain's checks, those that readers ask themselves included."""
    names = {path.stem for path in (ROOT / "checks" / domain).glob("test_*.py")}
    checks = [name for name, check in CHECKS.items() if any(check.__module__.endswith(f"{domain}_{n}") for n in names)]
    wanted = [fact for check in checks for fact in facts_of(check)]
    for name in wanted:
        wanted += [also for also in READERS[name].also if also not in wanted]
    return [LISTERS[kind] for kind in sorted({kind_of(check) for check in checks})], [
        READERS[name] for name in dict.fromkeys(wanted)
    ]


@cache
def printed(folder: Path, *words: str) -> dict[str, Any]:
    """What `--iam-policy` prints for these words."""
    settings = folder / "targets.toml"
    settings.write_text(TARGETS, encoding="utf-8")
    run = run_pytest(folder / "policy", "checks", "--iam-policy", "--targets", str(settings), *words)
    assert run.code == 0, run.stdout + run.stderr
    policy: dict[str, Any] = json.loads(run.stdout)
    return policy


@pytest.fixture(scope="session")
def policy_of(tmp_path_factory: pytest.TempPathFactory) -> Callable[..., dict[str, Any]]:
    folder = tmp_path_factory.mktemp("policies")
    return lambda *words: printed(folder, *words)


@pytest.fixture
def permissions(world: World, asked: Asked) -> Iterator[Permissions]:
    given = Permissions(world.endpoint, world.place.region, world.place.account)
    yield given
    given.forget()
    world.memory.live = "*"


OPERATIONS = {call for made in (*READERS.values(), *LISTERS.values()) for call in made.calls} - set(PAID)
ACTIONS = sorted({iam_action(call) for call in OPERATIONS} - UNGUARDED_ACTIONS)


def test_the_policy_is_what_the_checks_declare(policy_of: Callable[..., dict[str, Any]]) -> None:
    assert actions_of(policy_of()) == {*ACTIONS, iam_action(LOOKUP)}


@pytest.mark.parametrize("domain", [pytest.param(d, marks=[pytest.mark.long] * (d != "serverless")) for d in DOMAINS])
def test_a_domain_needs_no_more_than_its_policy(
    domain: str,
    policy_of: Callable[..., dict[str, Any]],
    permissions: Permissions,
    asked: Asked,
) -> None:
    """Every list and every fact of the domain is read with exactly that policy, and not one call is refused."""
    listers, readers = needs_of(domain)
    assert readers
    permissions.grant(policy_of("-m", domain))
    asked.world.memory.live = "*"
    found = [one for lister in listers for one in lister.find(asked.world.ask())]
    assert [one.blind for one in found if isinstance(one, Unlisted)] == []
    denied = {reader.name: _denied(asked.read(reader)) for reader in readers}
    assert {name: blinds for name, blinds in denied.items() if blinds} == {}
    assert permissions.refused() == set()


def _denied(answers: dict[str, Any]) -> list[str]:
    return [a.reason for a in answers.values() if isinstance(a, Blind) and a.obstacle == "denied"]


@pytest.mark.parametrize(
    "action",
    [
        pytest.param(action, marks=[] if number % QUICKLY == 0 else [pytest.mark.long])
        for number, action in enumerate(ACTIONS)
    ],
)
def test_each_action_is_needed(
    action: str,
    policy_of: Callable[..., dict[str, Any]],
    permissions: Permissions,
    asked: Asked,
) -> None:
    """Without it, whoever makes its calls is blind and names it, and no check that rests on them passes."""
    calls = sorted(call for call in OPERATIONS if iam_action(call) == action)
    if all(call in NOT_ASKED for call in calls):
        pytest.skip(NOT_ASKED[calls[0]])
    permissions.grant(without(policy_of(), action))
    reasons = [reason for call in calls for reason in (*_blind_readers(asked, call), *_blind_lists(asked, call))]
    assert permissions.refused() == {action}
    assert set(reasons) == {f"missing {action}"}


def _missing(answer: Any) -> list[str]:
    """What an answer, be it Blind or a fact with a gap, says is missing."""
    return [answer.reason] if isinstance(answer, Blind) else re.findall(r"missing [a-z0-9-]+:\w+", repr(answer))


def _blind_readers(asked: Asked, call: str) -> Iterator[str]:
    """What the readers that make the call say is missing now."""
    for reader in (one for one in READERS.values() if call in asked.made[one.name]):
        asked.world.memory.live = call
        changed = asked.again(reader)
        known = asked.answers[reader.name]
        yield from (r for key, a in changed[reader.name].items() if a != known[key] for r in _missing(a))
        passed = [key for key, came in asked.judged(changed).items() if came == "passed"]
        assert [key for key in passed if asked.outcomes[key] != "passed"] == []
        own = [key for key in passed if reader.name in facts_of(key[0]) and key[0] not in _explained(reader)]
        unexcused = [key for key in own if not may_pass(*key, call, "deny")]
        assert not unexcused or changed[reader.name] == known or _partly(changed[reader.name], known), unexcused


def _explained(reader: Reader) -> set[str]:
    return {check for check in CHECKS if reader.name in facts_of(check) and explains(check, reader.name)}


def _partly(changed: dict[str, Any], known: dict[str, Any]) -> bool:
    """Does the reader answer for some targets as before? Those rest on other calls; the matrix asks about each."""
    return any(changed[key] == known[key] for key in known)


def _blind_lists(asked: Asked, call: str) -> Iterator[str]:
    """What the listers that make the call say is missing now."""
    for lister in (one for one in LISTERS.values() if call in one.calls):
        asked.world.memory.live = call
        try:
            found = list(lister.find(asked.world.ask()))
        except Exception as error:  # noqa: BLE001 - as discovery does
            yield blind_for(error).reason
            continue
        yield from (one.blind.reason for one in found if isinstance(one, Unlisted))


@pytest.fixture(scope="module")
def live(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Live]:
    """The same world, served on its own."""
    running = start_sandbox(str(EVERYTHING), tmp_path_factory.mktemp("live") / "log")
    yield Live(running)
    running.stop()


@pytest.mark.long
@pytest.mark.parametrize(
    ("domain", "action"),
    [
        ("logs", "logs:StartQuery"),
        ("deploy", "ecs:DescribeServices"),
        ("serverless", "lambda:GetFunctionConcurrency"),
        ("network", "ec2:DescribeRouteTables"),
        ("performance", "xray:GetServiceGraph"),
        ("database", "rds:DescribeEvents"),
        ("readiness", "cloudtrail:DescribeTrails"),
    ],
)
def test_a_whole_run_of_a_domain(
    domain: str, action: str, live: Live, policy_of: Callable[..., dict[str, Any]], tmp_path: Path
) -> None:
    """Through pytest and HTTP: nothing is refused with the policy; without one action, only that, and it is named."""
    settings = tmp_path / "targets.toml"
    settings.write_text(TARGETS, encoding="utf-8")
    account, region = (str(live.sandbox.announced[key]) for key in ("account", "region"))
    permissions = Permissions(live.sandbox.endpoint, region, account)
    words = ("-m", domain, "--targets", str(settings), "--since", "30m")
    permissions.grant(policy_of("-m", domain))
    whole = live.run(tmp_path / "whole", *words)
    assert permissions.refused() == set(), whole.stdout
    assert not [line for line in whole.checks if "missing " in (line["reason"] or "") and ":" in line["reason"]]
    permissions.grant(without(policy_of("-m", domain), action))
    less = live.run(tmp_path / "less", *words)
    assert permissions.refused() == {action}
    blind = {
        (c["check"], c["target"]) for c in less.checks if c["outcome"] == "error" and action in (c["reason"] or "")
    }
    assert blind, less.stdout
    assert action in less.stdout
    assert less.code in (1, 6)
    permissions.forget()
