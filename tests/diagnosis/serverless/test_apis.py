"""Is a stage red that answers with errors or adds to the latency, and what is behind it?"""

from __future__ import annotations

from typing import Any

import pytest

from diagnosis.serverless.apis import ApiTraffic, failing_stage
from diagnosis.triage import Case, triage
from tests.builders import HERE, NOW, ago, case, series, target

ARN = f"arn:aws:apigateway:{HERE.region}::/restapis/a1b2/stages/prod"
FUNCTION = "arn:aws:lambda:x:1:function:f"


def traffic(requests: Any = (100, 100), errors: Any = (0, 0), **changes: Any) -> ApiTraffic:
    known: dict[str, Any] = {
        "latency_ms": series(80, 90),
        "integration_ms": series(70, 80),
        "functions": (),
        "function_errors": 0.0,
        "function_throttles": 0.0,
    }
    stage = target("api_stage", "shop/prod", ARN)
    return ApiTraffic(stage, series(*requests), series(*errors), as_of=NOW, **known | changes)


@pytest.mark.parametrize(
    ("requests", "errors", "red"),
    [((100,), (1,), False), ((100,), (2,), True), ((49,), (49,), False), ((50,), (1,), True), ((0,), (0,), False)],
)
def test_one_per_cent_of_fifty_requests_is_allowed(requests: Any, errors: Any, red: bool) -> None:
    assert bool(failing_stage(traffic(requests, errors))) is red


@pytest.mark.parametrize(
    ("changes", "cause"),
    [
        ({}, "dependency"),
        ({"function_errors": 20.0}, "code"),
        ({"function_errors": 5.0}, "dependency"),
        ({"function_throttles": 30.0, "function_errors": 20.0}, "throttled"),
        ({"integration_ms": series(70, 29_000)}, "timeout"),
        ({"refused": ((FUNCTION, "permission"),)}, "permission"),
        ({"refused": ((FUNCTION, "config"),)}, "config"),
        ({"refused": ((FUNCTION, "permission"),), "function_errors": 20.0}, "code"),
    ],
)
def test_the_cause_is_what_is_behind_the_stage(changes: dict[str, Any], cause: str) -> None:
    [found] = failing_stage(traffic(errors=(0, 40), functions=(FUNCTION,), **changes))
    assert (found.cause, found.impact, found.onset) == (cause, "now", ago(1))
    assert found.depends_on == (FUNCTION,)
    assert found.proven is (cause in ("permission", "config", "timeout"))


@pytest.mark.parametrize(("minutes", "overhead", "red"), [(5, 1001, True), (4, 1001, False), (5, 1000, False)])
def test_what_api_gateway_adds_is_red_when_it_lasts(minutes: int, overhead: float, red: bool) -> None:
    slow = {
        "latency_ms": series(*[70 + overhead] * minutes, 80),
        "integration_ms": series(*[70] * minutes, 75),
    }
    found = failing_stage(traffic(**slow))
    assert [(f.cause, f.impact) for f in found] == [("timeout", "soon")] * red


def test_the_command_fits_the_kind_of_api() -> None:
    [rest] = failing_stage(traffic(errors=(50, 50)))
    assert rest.command == "aws apigateway get-stages --rest-api-id a1b2"


def test_a_function_that_may_not_be_invoked_is_proven_and_mended_in_its_policy() -> None:
    [found] = failing_stage(traffic(errors=(0, 40), functions=(FUNCTION,), refused=((FUNCTION, "permission"),)))
    assert found.proven
    assert "does not let API Gateway invoke it" in found.why
    assert "add-permission" in found.remedy


def test_a_policy_that_could_not_be_read_is_told() -> None:
    [found] = failing_stage(traffic(errors=(0, 40), functions=(FUNCTION,), unread=("missing lambda:GetPolicy",)))
    assert found.cause == "dependency"
    assert "not known: missing lambda:GetPolicy" in found.evidence[-1]


def test_a_sick_target_behind_a_vpc_link_explains_the_stage() -> None:
    balancer = HERE.arn("elasticloadbalancing", "loadbalancer/app/shop/1f")
    [found] = failing_stage(traffic((100, 100), (40, 40), balancers=(balancer,)))
    group = HERE.arn("elasticloadbalancing", "targetgroup/checkout/2e")
    sick = case("checkout", cause="health_check", proven=True, resource=group, needed_by=(balancer,))
    [root] = triage([Case("test_api_gateway_is_healthy", "shop/prod", found), sick]).roots
    assert (root.case, [one.finding for one in root.explains]) == (sick, [found])
