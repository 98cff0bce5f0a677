"""Does a noisy AWS change a verdict? Three of ten calls throttled, one of ten failing, slow answers, all at once."""

from __future__ import annotations

import json

import pytest

from fixtures import sessions
from tests.suite.conftest import run_pytest

pytestmark = pytest.mark.long

PATIENCE_S = 900
NOISE = """
from sandbox.scenario import load

told = load({name!r})
EXPECTED, TARGETS, ARGS = list(told.expected), told.targets, list(told.args)


def build(world):
    told.build(world)
    world.throttle("*", share=0.3)
    world.fail("*", share=0.1)
    world.slow("*", milliseconds=100)
    world.slow("*", milliseconds=100, share=0.6)
    world.slow("*", milliseconds=150, share=0.3)
"""


def verdicts(run) -> dict[tuple[str, str], tuple[str, list[str]]]:
    """Outcome and causes, by check and target."""
    return {
        (line["check"], line["target"]): (line["outcome"], sorted(found["cause"] for found in line["findings"]))
        for line in run.checks
    }


@pytest.mark.parametrize("name", ["healthy", "checkout-outage"])
def test_noise_changes_no_verdict(suite, tmp_path, name):
    quiet = suite(name)
    scenario = tmp_path / f"{name.replace('-', '_')}.py"
    scenario.write_text(NOISE.format(name=name))
    noisy = run_pytest(tmp_path / "run", "checks", "--sandbox", str(scenario), timeout=PATIENCE_S)
    expected = verdicts(quiet)
    assert {key: came for key, came in verdicts(noisy).items() if came != expected.get(key)} == {}
    assert verdicts(noisy).keys() == expected.keys()
    assert noisy.code == quiet.code
    assert_bounded(quiet, noisy)


def assert_bounded(quiet, noisy) -> None:
    """As many calls as without noise, and of each so many attempts as four refusals in ten explain."""
    calls, plain = (sum(run.summary["operations"].values()) for run in (noisy, quiet))
    assert calls <= plain * 1.05
    sent = sum(run_usage(noisy)["sent"].values())
    assert calls * 1.2 < sent < calls * 2.2 < calls * sessions.ATTEMPTS


def run_usage(run) -> dict[str, dict[str, int]]:
    return json.loads((run.folder / "usage.json").read_text())
