"""What was asked for by a name that nothing has was not looked at, however well the rest is."""

from __future__ import annotations

import pytest


@pytest.mark.parametrize(
    ("words", "code", "told"),
    [
        (("--target", "orders"), 0, ""),
        (("--target", "orders", "--target", "ordres"), 6, "nothing is called --target ordres"),
        (("--target", "orders", "--target", "ordres", "-n", "2"), 6, "nothing is called --target ordres"),
        (("--service", "shop", "--service", "shpo"), 6, "nothing is called --service shpo"),
        (("--service", "catalog", "--service", "orders"), 0, ""),
        (("--target", "ordres"), 5, "nothing is called --target ordres"),
    ],
)
def test_a_slip_in_a_name_is_not_green(run_checks, words, code, told):
    run = run_checks("--sandbox", "healthy", "-m", "database", *words)
    assert run.code == code, run.stdout
    assert told in run.summary["coverage"]
    assert ("nothing is called" in run.summary["coverage"]) is bool(told)
