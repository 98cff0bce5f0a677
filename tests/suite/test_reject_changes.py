"""Does a run that finds refused traffic say who changed the rule that refuses it, and when?"""

from __future__ import annotations

import re


def test_the_likeliest_cause_names_the_change_before_the_refusals(suite):
    run = suite("internal-reject-spike", "-m", "network")
    said = re.search(r"^1\. security_group: (.*)$", run.stdout, re.MULTILINE)
    assert said is not None, run.stdout
    assert re.search(r"no ingress rule of sg-\w+ admits tcp/8080 from [0-9.]+ ", said[1])
    assert re.search(r"; RevokeSecurityGroupIngress by jun\.watanabe 2[3-6] min ago$", said[1])
    [root] = run.summary["roots"]
    assert root["check"] == "test_no_reject_spike"
