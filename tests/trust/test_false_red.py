"""Is an account that is well ever red? Accounts of all shapes: names, sizes, partitions, things too new for metrics."""

from __future__ import annotations

import ast
import inspect
import itertools
import json
import string
import textwrap
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from urllib.error import HTTPError
from urllib.request import Request, urlopen

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from diagnosis.places import Place
from diagnosis.windows import Window
from fixtures import insights, sessions
from fixtures.asking import Ask
from fixtures.sandbox import start_sandbox
from tests.fixtures.house import READERS, Memory, World, unhurried
from tests.trust import nursery
from tests.trust.matrix import CHECKS, Asked, facts_of, kind_of

REGIONS = ("ap-northeast-1", "us-east-1", "eu-central-1", "cn-north-1", "us-gov-west-1")
LETTERS = string.ascii_letters + string.digits
ACCOUNTS = (f"{number:012}" for number in itertools.count(300_000_000_000, 7))


def names(more: str = "", most: int = 24) -> st.SearchStrategy[str]:
    """Names of letters, digits and these characters, as short and as odd as AWS lets them be."""
    return st.builds(str.__add__, st.sampled_from(string.ascii_letters), st.text(LETTERS + more, max_size=most - 1))


def hyphenated(most: int) -> st.SearchStrategy[str]:
    return names("-", most).map(lambda name: name.strip("-").replace("--", "-").removeprefix("internal-"))


ODD = st.text(st.characters(codec="utf-8", exclude_categories=("Cc", "Cs", "Cn", "Co")), min_size=1, max_size=40)
THINGS: dict[str, st.SearchStrategy[dict[str, Any]]] = {
    "log_group": st.fixed_dictionaries({"name": names("/_-.#", 60), "lines": st.sampled_from([0, 1, 20])}),
    "function": st.fixed_dictionaries({"name": names("-_", 50), "state": st.sampled_from(["new", "quiet", "busy"])}),
    "alarm": st.fixed_dictionaries({"name": ODD.filter(str.strip), "heard": st.booleans()}),
    "target_group": st.fixed_dictionaries({"name": hyphenated(32), "targets": st.sampled_from([0, 0, 2])}),
    "balancer": st.fixed_dictionaries({"name": hyphenated(32), "kind": st.sampled_from(["application", "network"])}),
    "cluster": st.fixed_dictionaries(
        {"name": names("-_", 40), "services": st.lists(names("-_", 40), max_size=2, unique=True)}
    ),
    "table": st.fixed_dictionaries(
        {"name": names("-_.", 40).map(lambda n: f"{n}tbl"), "reads": st.sampled_from([0, 40])}
    ),
    "rest_api": st.fixed_dictionaries({"name": ODD.filter(str.strip)}),
    "queue": st.fixed_dictionaries({"name": names("-_", 60)}),
    "vpc": st.fixed_dictionaries({"name": ODD}),
}
ACCOUNT = st.fixed_dictionaries(
    {
        "region": st.sampled_from(REGIONS),
        "shop": st.booleans(),
        "things": st.fixed_dictionaries(
            {
                kind: st.lists(one, max_size=3, unique_by=lambda thing: thing["name"].lower())
                for kind, one in THINGS.items()
            }
        ),
    }
)


class Account(World):
    """A world of which targets.toml and the command line say nothing."""

    def ask(self, **more: Any) -> Ask:
        return Ask(self.place, Window(self.now - timedelta(hours=1), self.now), self.now, self.sessions, **more)


@dataclass(frozen=True)
class Nursery:
    """Where accounts grow."""

    endpoint: str
    address: str

    def grow(self, region: str, **told: Any) -> Account:
        account = next(ACCOUNTS)
        content = json.dumps({"account": account, "region": region, **told}).encode()
        try:
            urlopen(Request(self.address, content), timeout=60).close()
        except HTTPError as error:
            pytest.fail(error.read().decode())
        known, memory = unhurried(self.endpoint), Memory()
        known.base().set_credentials(account, "testing")
        place = Place(account, region)
        now = sessions.answered_at(known.client("sts", place).get_caller_identity())
        assert now is not None
        return Account(self.endpoint, place, known, now, memory)


@pytest.fixture(scope="module")
def grown(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Nursery]:
    folder = tmp_path_factory.mktemp("nursery")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv(nursery.ADDRESS, str(folder / "address"))
        running = start_sandbox(nursery.__file__, folder / "sandbox.log")
        patch.setattr(insights, "FIRST_POLL_S", 0.01)
        yield Nursery(running.endpoint, (folder / "address").read_text())
    running.stop()


def reds(account: Account) -> list[tuple[str, str, str]]:
    """What hurts in the account, or soon will: check, target, and the symptom. Listing and reading happen as in a run.

    What it lacks for the day of an incident (hygiene) is truly missing: nobody hears these alarms.
    """
    asked = Asked(account, whole=False)  # what nobody can look at is no finding
    red = [key for key, came in asked.outcomes.items() if came == "failed"]
    return [
        (check, target, said)
        for check, target in red
        for said in symptoms(asked, check, target)
        if said[:7] != "hygiene"
    ]


def symptoms(asked: Asked, check: str, target: str) -> list[str]:
    """What a red check found: the left side of its assertion, once more."""
    facts = {fact: asked.answers[fact] for fact in facts_of(check)}
    values = {f: answers.get(target if READERS[f].kind else asked.world.place.key) for f, answers in facts.items()}
    about = next(one for one in asked.targets[kind_of(check)] if one.id == target)
    (body,) = ast.parse(textwrap.dedent(inspect.getsource(CHECKS[check]))).body
    compared = next(node.test for node in ast.walk(body) if isinstance(node, ast.Assert))
    left = compile(ast.Expression(compared.left), check, "eval")
    found = eval(left, CHECKS[check].__globals__, {"limits": {}, kind_of(check): about, **values})
    return [f"{one.impact}: {one.symptom}" for one in found]


def of_any_shape(examples: int) -> Any:
    """A test of so many generated accounts."""
    few = settings(
        max_examples=examples, deadline=None, derandomize=True, phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )  # fmt: skip
    return lambda test: few(given(told=ACCOUNT)(test))


@of_any_shape(3)
def test_an_account_of_any_shape_is_well(grown, tally, told):
    tally("healthy")
    assert reds(grown.grow(**told)) == []


@pytest.mark.long
@of_any_shape(60)
def test_many_accounts_of_any_shape_are_well(grown, tally, told):
    tally("healthy")
    assert reds(grown.grow(**told)) == []
