"""Several places on several workers: each place's facts are gathered once, by one of them."""

from __future__ import annotations

import re
from collections import Counter

REGIONS = ("ap-northeast-1", "eu-west-1", "us-east-1")
WHERE = [word for region in REGIONS for word in ("--region", region)]


def asked(run) -> Counter:
    calls = Counter(run.summary["operations"])
    del calls["logs:GetQueryResults"]  # polled until the query is done
    return calls


def test_the_facts_of_each_place_are_gathered_once(suite):
    words = ("-m", "serverless", *WHERE)
    serial, spread = suite("lambda-timeout", *words), suite("lambda-timeout", *words, "-n", "2", "-v")
    assert not asked(spread) - asked(serial), "more is asked than by one process"
    assert spread.outcomes() == serial.outcomes()
    workers: dict[str, set[str]] = {}
    for worker, region in re.findall(r"\[(gw\d)\].*?\[\d{12}/([a-z0-9-]+)/", spread.stdout):
        workers.setdefault(region, set()).add(worker)
    assert set(workers) == set(REGIONS), spread.stdout
    assert all(len(names) == 1 for names in workers.values())
    assert {name for names in workers.values() for name in names} == {"gw0", "gw1"}
