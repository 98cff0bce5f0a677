"""Do databases have CPU, memory, credits, connections and copies that keep up?"""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from diagnosis.answers import Absent, Blind, CouldNotTellError
from diagnosis.database.availability import HEALTHY, DatabaseEvent, DatabaseState, unavailability
from diagnosis.database.classes import GIB, instance_class
from diagnosis.database.connections import DatabaseConnections, connection_exhaustion
from diagnosis.database.headroom import DatabaseGauges, DatabaseLatency, resource_exhaustion
from diagnosis.database.inside import (
    ConnectionUse,
    DatabaseCopies,
    DatabaseInside,
    DatabasesInside,
    DatabaseWaits,
    SlotUse,
    WaitShare,
)
from diagnosis.database.load import DatabaseLoad, StatementLoad, overload
from diagnosis.database.replication import DatabaseReplication, replication_trouble
from diagnosis.database.reported import reported
from diagnosis.database.upkeep import DatabaseUpkeep, PendingMaintenance, neglect
from diagnosis.database.waits import crowded_waits, meaning
from diagnosis.places import Place
from diagnosis.series import Series
from diagnosis.targets import Target
from diagnosis.triage import Case, triage

NOW = datetime(2026, 3, 4, 12, 0, tzinfo=UTC)
ORDERS = Target("database", Place("123456789012", "eu-west-1"), "orders", "arn:aws:rds:::db:orders")
NOTHING = Absent("not asked")


def series(*values):
    start = NOW - timedelta(minutes=len(values))
    return Series(60, tuple((start + timedelta(minutes=n), float(value)) for n, value in enumerate(values)))


def inside(**parts):
    names = ("sessions", "waits", "indexes", "vacuum", "copies", "connections", "cache")
    known = {"refused": ""} | dict.fromkeys(names, NOTHING) | parts
    return DatabasesInside({ORDERS.id: DatabaseInside(ORDERS, "postgres 18", NOW, **known)})


def gauges(**more):
    known = {
        "memory_bytes": 8 * GIB,
        "cpu_percent": series(*[30] * 20),
        "free_bytes": series(3e9),
        "swap_bytes": series(0),
        "cpu_credits": Series(60),
        "balances_percent": (),
        "latencies": (),
        "queue_depth": series(0.2),
    }
    return DatabaseGauges(ORDERS, "db.m6g.large", **(known | more), as_of=NOW)


@pytest.mark.parametrize(
    ("more", "cause"),
    [
        ({"cpu_percent": series(30, *[90] * 10)}, "cpu"),
        ({"free_bytes": series(3e8)}, "memory"),
        ({"cpu_credits": series(40, 9)}, "credits"),
        ({"balances_percent": (("BurstBalance", series(4)),)}, "credits"),
        ({"latencies": (DatabaseLatency("ReadLatency", series(*[0.012] * 5), 0.003),)}, "io"),
        ({"latencies": (DatabaseLatency("ReadLatency", series(*[0.04] * 5), None),)}, "io"),
    ],
)
def test_what_is_used_up_is_named(more, cause):
    assert [finding.cause for finding in resource_exhaustion(gauges(**more))] == [cause]


@pytest.mark.parametrize(
    "more",
    [
        {},
        {"cpu_percent": series(*[99] * 30, 20)},
        {"cpu_percent": series(*[99] * 9)},
        {"latencies": (DatabaseLatency("ReadLatency", series(*[0.009] * 5), 0.001),)},
        {"latencies": (DatabaseLatency("ReadLatency", series(*[0.02] * 5), 0.01),)},
        {"latencies": (DatabaseLatency("ReadLatency", series(*[0.5] * 4, 0.001), 0.001),)},
    ],
)
def test_what_is_over_or_usual_is_well(more):
    assert resource_exhaustion(gauges(**more)) == []


def test_an_unknown_class_is_no_health():
    with pytest.raises(CouldNotTellError):
        resource_exhaustion(gauges(memory_bytes=None))


@pytest.mark.parametrize(
    ("name", "vcpus", "gib"),
    [
        ("db.m6g.large", 2, 8), ("db.r6g.4xlarge", 16, 128), ("db.t4g.micro", 2, 1), ("db.t2.small", 1, 2),
        ("db.x2iedn.xlarge", 4, 128), ("db.r7g.16xlarge", 64, 512), ("db.r6i.2xlarge.tpc1.mem2x", 4, 128),
    ],
)  # fmt: skip
def test_classes_have_sizes(name, vcpus, gib):
    size = instance_class(name)
    assert (size.vcpus, size.memory_bytes) == (vcpus, gib * GIB)


@pytest.mark.parametrize("name", ["db.serverless", "db.q9.huge", "m6g.large", ""])
def test_other_classes_have_none(name):
    assert instance_class(name) is None


def use(*used, most=100.0):
    return DatabaseConnections(ORDERS, series(*used), most, "its parameter group", NOW)


def test_nine_tenths_of_the_connections_are_too_many():
    assert connection_exhaustion(use(40, 89), inside()) == []
    [finding] = connection_exhaustion(use(40, 90), inside())
    assert (finding.cause, finding.onset) == ("connections", NOW - timedelta(minutes=1))


def test_what_the_database_says_goes_before_the_parameter_group():
    told = inside(connections=ConnectionUse(50, 3, 46, (("idle", 46),)))
    assert "46 of 47 connections" in connection_exhaustion(use(40), told)[0].symptom
    assert connection_exhaustion(use(40), inside(connections=ConnectionUse(500, 3, 46))) == []


def test_a_database_that_refuses_connections_is_a_finding_of_its_own():
    [finding] = connection_exhaustion(use(40), inside(refused="SQLSTATE 53300: too many clients"))
    assert finding.evidence[0].startswith("SQLSTATE 53300")


def test_a_limit_that_nobody_knows_is_no_health():
    for unknown in (inside(), Blind("denied", "no entry")):
        with pytest.raises(CouldNotTellError):
            connection_exhaustion(use(40, most=None), unknown)


def load(*values, waits=(("CPU", 6.0),), statements=(), vcpus=2):
    told = tuple(WaitShare(*wait) for wait in waits)
    return DatabaseLoad(ORDERS, "db.m6g.large", vcpus, series(*values), told, statements, NOW)


@pytest.mark.parametrize(
    ("waits", "statements", "cause"),
    [
        ((("CPU", 6.0),), (), "cpu"),
        ((("CPU", 6.0),), (StatementLoad("SELECT ?", 5.0, "CPU"),), "slow_query"),
        ((("Lock:transactionid", 5.0), ("CPU", 1.0)), (StatementLoad("UPDATE", 5.0, "Lock"),), "lock"),
        ((("IO:DataFileRead", 5.0),), (), "io"),
    ],
)
def test_a_load_beyond_the_vcpus_has_a_cause(waits, statements, cause):
    assert [f.cause for f in overload(load(*[6] * 5, waits=waits, statements=statements))] == [cause]


def test_a_short_load_is_none_and_an_unknown_size_is_no_health():
    assert overload(load(6, 6, 1, 6, 6)) == []
    assert overload(load(6, 6, 6, 6)) == []
    with pytest.raises(CouldNotTellError):
        overload(load(*[1] * 5, vcpus=None))


def waits(*shares):
    return DatabaseWaits(ORDERS, "3 samples", tuple(WaitShare(*share) for share in shares), NOW)


def test_one_wait_of_most_sessions_is_crowded():
    assert [f.cause for f in crowded_waits(waits(("Lock:tuple", 4), ("CPU", 2)))] == ["lock"]
    assert crowded_waits(waits(("Lock:tuple", 2), ("CPU", 2))) == []
    assert crowded_waits(waits(("CPU", 50), ("IO:DataFileRead", 3))) == []
    assert crowded_waits(waits(("Lock:tuple", 3), ("CPU", 3))) == []
    assert crowded_waits(waits()) == []


def test_waits_of_every_engine_mean_something():
    for wait in ("IO:DataFileRead", "IO:XactSync", "LWLock:BufferIO", "wait/io/file/innodb/innodb_data_file"):
        assert meaning(wait)[0] == "io"
    assert meaning("Odd:Wait")[0] == "unknown"


def copy(*lag, source="orders-main", **more):
    known = {"slot_lag_bytes": Series(60), "log_bytes": Series(60), "allocated_bytes": 100e9} | more
    return DatabaseReplication(ORDERS, source, known.pop("trouble", ""), series(*lag), **known, as_of=NOW)


def standby(lag_s):
    return inside(copies=DatabaseCopies(ORDERS, True, lag_s, (), NOW))


def test_a_replica_that_stays_behind_is_found():
    assert [f.cause for f in replication_trouble(copy(1, 6, 7, 9), inside())] == ["replication"]
    assert replication_trouble(copy(9, 9, 5), inside()) == []
    assert replication_trouble(copy(9, 9), inside()) == []


def test_an_idle_primary_is_no_lag():
    assert replication_trouble(copy(60, 120, 180), standby(0)) == []
    assert len(replication_trouble(copy(60, 120, 180), standby(170))) == 1


def test_a_replica_that_stopped_says_so():
    assert "stopped" in replication_trouble(copy(-1, -1, -1), inside())[0].symptom
    assert replication_trouble(copy(0, trouble="error: no log"), inside())[0].evidence == ("error: no log",)


def test_a_slot_that_keeps_a_tenth_of_the_volume_comes_soon():
    told = inside(copies=DatabaseCopies(ORDERS, False, None, (SlotUse("old", False, 11e9),), NOW))
    [finding] = replication_trouble(copy(source=""), told)
    assert (finding.subject, finding.impact) == ("orders old", "soon")
    assert len(replication_trouble(copy(source="", slot_lag_bytes=series(11e9)), inside())) == 1
    assert replication_trouble(copy(source="", slot_lag_bytes=series(9e9)), inside()) == []


def test_a_slot_lies_behind_the_full_volume_and_not_the_other_way_round():
    [slot] = replication_trouble(copy(source="", slot_lag_bytes=series(11e9)), inside())
    full = reported(ORDERS, "storage", "soon", "5 % free", (), "grow it", as_of=NOW, proven=True)
    [root] = triage([Case("test_storage", "orders", full), Case("test_replicas", "orders", slot)]).roots
    assert (root.case.finding, [case.finding for case in root.explains]) == (slot, [full])


def state(status="available", *events):
    told = tuple(DatabaseEvent(NOW - timedelta(minutes=9), (category,), category) for category in events)
    return DatabaseState(ORDERS, "postgres", status, True, told, NOW)


@pytest.mark.parametrize("status", sorted(HEALTHY))
def test_states_in_which_it_serves(status):
    assert unavailability(state(status, "backup", "maintenance")) == []


@pytest.mark.parametrize(
    ("status", "cause"),
    [
        ("storage-full", "storage"),
        ("stopped", "config"),
        ("incompatible-network", "network"),
        ("of-tomorrow", "unknown"),
    ],
)
def test_other_states_are_never_green(status, cause):
    assert [f.cause for f in unavailability(state(status))] == [cause]


def test_a_failover_in_the_window_is_found():
    [finding] = unavailability(state("available", "failover", "availability"))
    assert (finding.cause, finding.onset) == ("aws_event", NOW - timedelta(minutes=9))


def test_what_happened_to_a_cluster_is_one_trouble_of_its_members():
    member = replace(state("available", "failover"), cluster="arn:cluster:aur", zones=("eu-west-1a",))
    told = replace(member, events=tuple(replace(event, of_cluster=True) for event in member.events))
    [finding] = unavailability(told)
    assert (finding.resource, finding.needed_by) == ("arn:cluster:aur", (ORDERS.arn,))
    assert finding.depends_on == ("eu-west-1a", ORDERS.arn)
    [alone] = unavailability(member)
    assert (alone.resource, alone.needed_by, alone.depends_on) == (ORDERS.arn, (), ("eu-west-1a",))


def upkeep(days=7, left=400, *pending):
    until = NOW + timedelta(days=left)
    return DatabaseUpkeep(ORDERS, days, "rds-ca-rsa2048-g1", until, pending, NOW)


def test_what_is_not_looked_after_is_found():
    assert neglect(upkeep()) == neglect(upkeep(None)) == []
    assert [f.impact for f in neglect(upkeep(0))] == ["hygiene"]
    assert [(f.cause, f.impact) for f in neglect(upkeep(7, 29))] == [("certificate", "soon")]
    assert [f.impact for f in neglect(upkeep(7, -1))] == ["now"]
    soon = PendingMaintenance("system-update", "a new system", NOW + timedelta(days=3))
    waits_ = PendingMaintenance("db-upgrade", "", None)
    assert [f.impact for f in neglect(upkeep(7, 400, soon, waits_))] == ["soon", "hygiene"]


@pytest.mark.parametrize("status", ["pending-reboot", "a word nobody knows"])
def test_parameters_that_do_not_hold_yet_are_told(status):
    assert neglect(replace(upkeep(), parameters=(("orders", "in-sync"), ("orders-15", "applying")))) == []
    [found] = neglect(replace(upkeep(), parameters=(("orders", status),)))
    assert (found.cause, found.impact) == ("config", "hygiene")
    assert found.symptom == f"orders: parameters of orders are {status}, expected in-sync"
