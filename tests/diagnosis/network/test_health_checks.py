"""Is a health check judged as Route 53 judges it?"""

from __future__ import annotations

from dataclasses import replace

import pytest

from diagnosis.answers import CouldNotTellError
from diagnosis.network.health_checks import HealthCheck, WatchedRecord
from diagnosis.network.names import AMAZON, NameService, unresolved_names
from tests.builders import NOW, target

OK, TIMEOUT, ODD = "Success: HTTP Status Code 200, OK", "Failure: Connection timed out.", "Resolving"
WELL, SICK, UNKNOWN = (HealthCheck(name, (said,)) for name, said in (("w", OK), ("s", TIMEOUT), ("u", ODD)))


@pytest.mark.parametrize(
    ("check", "healthy"),
    [
        (HealthCheck("h", (OK,) * 16), True),
        (HealthCheck("h", (*(OK,) * 3, *(TIMEOUT,) * 13)), True),
        (HealthCheck("h", (*(OK,) * 2, *(TIMEOUT,) * 14)), False),
        (HealthCheck("h", (*(OK,) * 18, *(TIMEOUT,) * 82)), False),
        (HealthCheck("h", (*(OK,) * 19, *(TIMEOUT,) * 81)), True),
        (HealthCheck("h", (*(OK,) * 2, *(ODD,) * 1, *(TIMEOUT,) * 13)), None),
        (HealthCheck("h"), None),
        (HealthCheck("h", (TIMEOUT,), inverted=True), True),
        (HealthCheck("h", inverted=True), None),
        (HealthCheck("h", disabled=True), True),
        (HealthCheck("h", disabled=True, inverted=True), False),
        (HealthCheck("h", calculated=True, needed=1, children=(WELL, SICK)), True),
        (HealthCheck("h", calculated=True, needed=2, children=(WELL, SICK)), False),
        (HealthCheck("h", calculated=True, needed=2, children=(WELL, SICK, UNKNOWN)), None),
        (HealthCheck("h", calculated=True, needed=1, children=(WELL, UNKNOWN)), True),
        (HealthCheck("h", calculated=True, needed=0), True),
    ],
)
def test_the_verdict_of_route_53(check: HealthCheck, healthy: bool | None) -> None:
    assert check.healthy is healthy


VPC = NameService(
    target("vpc", "vpc-1", "vpc-1"), True, True, True, "dopt-1", (AMAZON,), ("internal",), (), None, None, (), NOW
)


def watched(check: HealthCheck) -> NameService:
    return replace(VPC, watched=(WatchedRecord("db.internal", "A", check),))


def test_a_record_whose_health_check_is_unhealthy() -> None:
    [found] = unresolved_names(watched(SICK))
    assert found.symptom == "vpc-1: the health check of db.internal A is unhealthy, expected healthy"
    assert found.evidence == ("s: 0 of 1 checkers succeed: Failure: Connection timed out.",)
    assert (found.cause, found.impact, found.resource) == ("health_check", "now", "s")
    assert found.command == "aws route53 get-health-check-status --health-check-id s"
    assert unresolved_names(watched(WELL)) == []


def test_a_health_check_of_which_nobody_knows_is_not_judged() -> None:
    with pytest.raises(CouldNotTellError, match=r"vpc-1: whether u of db.internal is healthy: 0 of 1 checkers succeed"):
        unresolved_names(watched(UNKNOWN))
