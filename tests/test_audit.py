"""Does the audit of dependencies tell weak from unseen?"""

from __future__ import annotations

import pytest

from tests.audit import verdict

WELL = {"name": "boto3", "version": "1.0", "vulns": []}
WEAK = {"name": "moto", "version": "5.0", "vulns": [{"id": "PYSEC-1", "fix_versions": ["5.1"]}]}
UNSEEN = {"name": "lark", "skip_reason": "not found"}


@pytest.mark.parametrize(
    ("answers", "code", "last"),
    [
        ([WELL], 0, "audit: 1 of 1 dependencies looked up, 0 weaknesses"),
        ([WELL, WELL], 0, "audit: 1 of 1 dependencies looked up, 0 weaknesses"),
        ([WELL, UNSEEN], 6, "audit: 1 of 2 dependencies looked up, 0 weaknesses; not looked up: lark"),
        ([WEAK, UNSEEN], 1, "audit: 1 of 2 dependencies looked up, 1 weaknesses; not looked up: lark"),
    ],
    ids=["well", "twice", "unseen", "weak"],
)
def test_what_was_not_looked_up_is_no_good_news(answers, code, last):
    found, lines = verdict(answers)
    assert (found, lines[-1]) == (code, last)


def test_a_weakness_says_where_it_is_mended():
    assert verdict([WEAK])[1][0] == "moto 5.0: PYSEC-1, mended in 5.1"
