"""Is what is not recorded said, and nothing that is?"""

from __future__ import annotations

from dataclasses import replace

import pytest

from diagnosis.readiness.observation import (
    AccessLog,
    ClusterInsights,
    DatabaseObservation,
    Tracing,
    unlogged_access,
    unobserved_cluster,
    unobserved_database,
    untraced,
)
from tests.builders import HERE, NOW, target

BALANCER = target("front_door", "shop", HERE.arn("elasticloadbalancing", "loadbalancer/app/shop/2e"))
STAGE = target("front_door", "orders/v1", f"arn:aws:apigateway:{HERE.region}::/restapis/ab/stages/v1")
FUNCTION = target("traceable", "pay", HERE.arn("lambda", "function:pay"))
DATABASE = DatabaseObservation(target("database", "orders"), "postgres", True, 60, ("postgresql", "upgrade"), NOW)


def test_an_access_log_anywhere_is_enough() -> None:
    assert unlogged_access(AccessLog(BALANCER, "logs-bucket", NOW)) == []
    assert unlogged_access(AccessLog(STAGE, "arn:aws:firehose:…", NOW)) == []


@pytest.mark.parametrize(("door", "where"), [(BALANCER, "a bucket"), (STAGE, "a log group")])
def test_a_front_door_without_access_log_is_told_where_to_write_it(door, where) -> None:
    [sick] = unlogged_access(AccessLog(door, "", NOW))
    assert (sick.cause, sick.impact) == ("observability", "hygiene")
    assert sick.symptom == f"{door.name}: no access log, expected one"
    assert where in sick.remedy


@pytest.mark.parametrize(("setting", "sick"), [("enabled", 0), ("enhanced", 0), ("disabled", 1), ("", 1), ("new", 1)])
def test_container_insights_is_on_in_two_words(setting: str, sick: int) -> None:
    assert len(unobserved_cluster(ClusterInsights(target("cluster", "shop"), setting, NOW))) == sick


@pytest.mark.parametrize(
    ("subject", "mode", "other", "sick"),
    [
        (FUNCTION, "Active", "", 0),
        (FUNCTION, "PassThrough", "arn:aws:lambda:…:layer:aws-otel-python", 0),
        (FUNCTION, "PassThrough", "", 1),
        (STAGE, "Active", "", 0),
        (STAGE, "", "", 1),
    ],
)
def test_x_ray_or_open_telemetry_traces(subject, mode: str, other: str, sick: int) -> None:
    assert len(untraced(Tracing(subject, mode, other, NOW))) == sick


def test_a_database_needs_load_processes_and_its_log() -> None:
    assert unobserved_database(DATABASE) == []
    [sick] = unobserved_database(replace(DATABASE, performance_insights=False, monitoring_s=0, exports=("upgrade",)))
    assert sick.symptom.startswith("orders: no Performance Insights, no Enhanced Monitoring, no export of its postgres")
    assert '"EnableLogTypes":["postgresql"]' in sick.remedy


def test_enhanced_monitoring_may_be_renounced() -> None:
    without = replace(DATABASE, monitoring_s=0)
    assert unobserved_database(without) != []
    assert unobserved_database(without, enhanced_monitoring=False) == []


@pytest.mark.parametrize(
    ("engine", "exports", "sick"), [("mysql", ("error",), 0), ("mysql", (), 1), ("sqlserver-se", (), 0)]
)
def test_the_log_that_is_asked_for_depends_on_the_engine(engine: str, exports: tuple[str, ...], sick: int) -> None:
    assert len(unobserved_database(replace(DATABASE, engine=engine, exports=exports))) == sick
