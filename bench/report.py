"""How large is the HTML report of many checks, and how soon is it open?

Runs that many checks, of which 3 in 100 are sick, 2 blind and 5 not applicable, through pytest with the house's
reports; then opens report.html, and for comparison an empty page, in Chromium five times. Printed are the medians until
all is drawn, and of the main thread's time on a processor, which does not depend on what else the machine does.

    python bench/report.py [checks, default 10000] [--list-passed]
"""

from __future__ import annotations

import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from playwright.sync_api import sync_playwright

ROOT = Path(__file__).resolve().parent.parent
KINDS = 100
"""So many different checks are asked of equally many targets each."""
CONFTEST = """
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from diagnosis.runs import Entrance, RunView, Usage
from diagnosis.windows import Window

pytest_plugins = ["reports.files", "reports.labels", "reports.verdicts", "reports.tally", "reports.history.plugin",
                  "reports.results", "reports.terminal"]
NOW = datetime(2026, 3, 4, 12, 0, tzinfo=UTC)


def pytest_addoption(parser):
    parser.addoption("--out", type=Path)
    parser.addoption("--list-passed", action="store_true")


def pytest_vitals_run(config):
    window = Window(NOW - timedelta(hours=1), NOW)
    places = (Entrance("123456789012/eu-west-1", "arn:aws:iam::123456789012:user/me"),)
    return RunView(str(config.option.out), "bench", "live", NOW, window, places)


def pytest_vitals_usage(config):
    return Usage({"cloudwatch:GetMetricData": 240, "ec2:DescribeInstances": 12}, 10**9, 40_000)
"""
MODULE = """
from datetime import UTC, datetime, timedelta

import pytest

from diagnosis.exhibits import Hop, Journey, Line, Timeline
from diagnosis.findings import Finding
from diagnosis.places import Place

NOW = datetime(2026, 3, 4, 12, 0, tzinfo=UTC)
CAUSES = ["security_group", "memory", "lock", "timeout", "certificate", "throttled"]


def sick(name, number):
    points = tuple((NOW - timedelta(minutes=60 - m), float((m * 7 + number) % 50 + m)) for m in range(60))
    shown = (Timeline("load", "sessions", (Line("load", points),), 60.0, (5.0, 40.0), NOW - timedelta(minutes=20)),)
    if number % 2:
        shown = (Journey("the way", (Hop("eni-1"), Hop("sg-1", "admits nothing"), Hop("eni-2"))),)
    return [Finding(
        subject=name, place=Place("123456789012", "eu-west-1"), cause=CAUSES[number % len(CAUSES)], impact="now",
        symptom=f"{name}: 97% of 512 MB used, expected below 90%", evidence=("Max Memory Used 497 MB",) * 3,
        remedy="raise the memory above 553 MB, or find what grows", why="the last deployment loads the whole catalogue",
        resource=name, command=f"aws lambda get-function-configuration --function-name {name}",
        link="https://eu-west-1.console.aws.amazon.com/lambda/home?region=eu-west-1#/functions/x", exhibits=shown)]


@pytest.fixture
def fact(target):
    kind, number = target.rsplit("-", 1)
    if int(number) % 100 in (50, 51):
        pytest.fail(f"missing pi:GetResourceMetrics for {kind}", pytrace=False)
    if int(number) % 100 in range(60, 65):
        pytest.skip("no such thing is configured")
    return sick(target, int(number)) if int(number) % 100 in (10, 11, 12) else []
"""
TEST = """

@pytest.mark.parametrize("target", [f"123456789012/eu-west-1/orders-service-{{n}}" for n in range({count})])
def test_resource_{kind:03}_has_headroom(fact, target):
    assert fact == []
"""


def main() -> int:
    """Print the size and both times."""
    numbers = [int(word) for word in sys.argv[1:] if word.isdigit()]
    words = [word for word in sys.argv[1:] if word.startswith("--")]
    wanted = numbers[0] if numbers else 10_000
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        out = folder / "out"
        out.mkdir()
        (folder / "pytest.ini").write_text("[pytest]\n", encoding="utf-8")
        (folder / "conftest.py").write_text(CONFTEST, encoding="utf-8")
        tests = "".join(TEST.format(kind=kind, count=wanted // KINDS) for kind in range(KINDS))
        (folder / "test_many.py").write_text(MODULE + tests, encoding="utf-8")
        took_s = run(folder, out, words)
        report = out / "report.html"
        print(f"{wanted:,} checks in {took_s:.1f} s: report.html {report.stat().st_size / 1e6:.2f} MB")
        empty = folder / "empty.html"
        empty.write_text("<!DOCTYPE html><title>empty</title>", encoding="utf-8")
        for page in (empty, report):
            waits, works = zip(*(load_s(page) for _ in range(5)), strict=True)
            print(
                f"{page.name} open after {statistics.median(waits):.2f} s ({min(waits):.2f} to {max(waits):.2f}), "
                f"{statistics.median(works):.2f} s of a processor"
            )
    return 0


def run(folder: Path, out: Path, words: list[str]) -> float:
    """Seconds that pytest takes, reports included."""
    began = time.monotonic()
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "--out", str(out), *words]
    subprocess.run(
        command, cwd=folder, env={"PYTHONPATH": str(ROOT), "PATH": ""}, stdout=subprocess.DEVNULL, check=False
    )
    return time.monotonic() - began


def load_s(report: Path) -> tuple[float, float]:
    """Seconds from the navigation's start until the page is loaded and a frame of it was drawn; and of a processor."""
    chromium = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        page = browser.new_page()
        devtools = page.context.new_cdp_session(page)
        devtools.send("Performance.enable", {"timeDomain": "threadTicks"})
        page.goto(report.as_uri(), wait_until="load")
        drawn_ms: float = page.evaluate("new Promise(done => requestAnimationFrame(() => done(performance.now())))")
        metrics = {one["name"]: one["value"] for one in devtools.send("Performance.getMetrics")["metrics"]}
        browser.close()
    return drawn_ms / 1000, metrics["TaskDuration"]


if __name__ == "__main__":
    sys.exit(main())
