"""Does a noisy AWS change a verdict? Three of ten calls throttled, one of ten failing, slow answers, all at once."""

from __future__ import annotations

from collections import Counter

import pytest

from fixtures import sessions
from tests.trust.live import Live, live_sandbox

pytestmark = pytest.mark.long

PATIENCE_S = 1200


def verdicts(run) -> dict[tuple[str, str], tuple[str, list[str]]]:
    """Outcome and causes, by check and target."""
    return {
        (line["check"], line["target"]): (line["outcome"], sorted(found["cause"] for found in line["findings"]))
        for line in run.checks
    }


def make_noise(live: Live) -> None:
    """Throttled, failing, and 200 ms late on average, between 100 and 350."""
    live.fault("throttle", share=0.3)
    live.fault("fail", share=0.1)
    for milliseconds, share in ((100, 1.0), (100, 0.6), (150, 0.3)):
        live.fault("slow", milliseconds=milliseconds, share=share)


@pytest.mark.parametrize("name", ["healthy", "checkout-outage"])
def test_noise_changes_no_verdict(tmp_path, name):
    with live_sandbox(name, tmp_path) as live:
        quiet = live.run(tmp_path / "quiet", timeout=PATIENCE_S)
        plain = live.asked()
        live.control("DELETE", "requests")
        make_noise(live)
        noisy = live.run(tmp_path / "noisy", timeout=PATIENCE_S)
        sent = live.asked()
    expected, came = verdicts(quiet), verdicts(noisy)
    assert {key: found for key, found in came.items() if found != expected.get(key)} == {}
    assert came.keys() == expected.keys()
    assert noisy.code == quiet.code
    assert_bounded(Counter(noisy.summary["operations"]), sent, plain)


def assert_bounded(calls: Counter[str], sent: Counter[str], plain: Counter[str]) -> None:
    """As many calls as without noise, and of each so many attempts as four refusals in ten explain."""
    assert calls.total() <= plain.total() * 1.1
    assert sent.total() < calls.total() * 2.2
    too_often = {name: (sent[name], calls[name]) for name in calls if sent[name] > calls[name] * sessions.ATTEMPTS}
    assert too_often == {}
