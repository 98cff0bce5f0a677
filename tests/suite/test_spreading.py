"""Several places on several workers: each place's facts are gathered once, by one of them."""

from __future__ import annotations

import re
from collections import Counter

from tests.suite.conftest import beyond

REGIONS = ("ap-northeast-1", "eu-west-1", "us-east-1")
WHERE = [word for region in REGIONS for word in ("--region", region)]


def asked(run) -> Counter:
    return Counter(run.summary["operations"])


def test_the_facts_of_each_place_are_gathered_once(suite):
    words = ("-m", "serverless", *WHERE)
    serial, spread = suite("lambda-timeout", *words), suite("lambda-timeout", *words, "-n", "2", "-v")
    assert beyond(asked(spread), asked(serial)) == Counter()
    assert spread.outcomes() == serial.outcomes()
    workers: dict[str, set[str]] = {}
    for worker, region in re.findall(r"\[(gw\d)\].*?\[\d{12}/([a-z0-9-]+)/", spread.stdout):
        workers.setdefault(region, set()).add(worker)
    assert set(workers) == set(REGIONS), spread.stdout
    assert all(len(names) == 1 for names in workers.values())
    assert {name for names in workers.values() for name in names} == {"gw0", "gw1"}
