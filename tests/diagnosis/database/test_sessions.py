"""Who is at the root of those who wait?"""

from __future__ import annotations

from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st

from diagnosis.database.inside import DatabaseSessions, Session
from diagnosis.database.sessions import blocking_sessions, long_queries
from diagnosis.places import Place
from diagnosis.targets import Target

NOW = datetime(2026, 3, 4, 12, 0, tzinfo=UTC)
ORDERS = Target(
    "database", Place("123456789012", "eu-west-1"), "orders", "arn:aws:rds:eu-west-1:123456789012:db:orders"
)


def session(pid, state="active", blocked_by=(), waits_s=None, query="UPDATE t", **more):
    given_ = {"user": "app", "application": "web", "database": "shop", "wait": "", "is_client": True, "state_s": 700}
    given_ |= {"query_s": 600.0} | more
    return Session(pid=pid, state=state, blocked_by=tuple(blocked_by), waits_s=waits_s, query=query, **given_)


def seen(*sessions, engine="postgres"):
    return DatabaseSessions(ORDERS, engine, sessions, NOW)


def test_a_queue_has_one_root_though_each_names_all_before_it():
    queue = [session(1, "idle in transaction")]
    queue += [session(pid, blocked_by=range(1, pid), waits_s=60) for pid in (2, 3, 4)]
    [finding] = blocking_sessions(seen(*queue))
    assert finding.subject == "orders session 1"
    assert "keeps 3 sessions waiting" in finding.symptom
    assert [line.count("· ") for line in finding.evidence] == [0, 1, 2, 3]


def test_short_waits_are_ordinary():
    assert blocking_sessions(seen(session(1), session(2, blocked_by=[1], waits_s=29))) == []


def test_a_prepared_transaction_is_a_root_without_a_session():
    [finding] = blocking_sessions(seen(session(2, blocked_by=[0], waits_s=99)))
    assert "a prepared transaction keeps 1 session waiting" in finding.symptom
    assert "pg_prepared_xacts" in finding.remedy


def test_an_open_transaction_that_nobody_waits_for_comes_soon():
    [finding] = blocking_sessions(seen(session(1, "idle in transaction (aborted)", state_s=301)))
    assert finding.impact == "soon"
    assert blocking_sessions(seen(session(1, "idle in transaction", state_s=299))) == []


def test_a_circle_has_no_root_and_no_end():
    assert blocking_sessions(seen(session(1, blocked_by=[2], waits_s=60), session(2, blocked_by=[1], waits_s=60))) == []


def test_an_active_root_is_cancelled_and_an_idle_one_ended():
    active, waits = session(1), session(2, blocked_by=[1], waits_s=60)
    assert "pg_cancel_backend(1)" in blocking_sessions(seen(active, waits))[0].remedy
    assert "KILL QUERY 1" in blocking_sessions(seen(active, waits, engine="mysql"))[0].remedy


def test_long_statements_are_those_that_work():
    long = session(1, query="SELECT count(*) FROM orders")
    others = (
        session(2, blocked_by=[9]),
        session(3, query="VACUUM orders"),
        session(4, application="pg_dump"),
        session(5, is_client=False),
        session(6, "idle"),
        session(7, query_s=299.0),
        session(8, query="CREATE INDEX CONCURRENTLY i ON orders (a)"),
    )
    assert [finding.subject for finding in long_queries(seen(long, *others))] == ["orders session 1"]
    assert long_queries(seen(long), max_minutes=11) == []


@given(st.lists(st.integers(0, 20), min_size=1, max_size=20))
def test_everybody_in_a_forest_is_kept_waiting_by_one_root(parents):
    """Session n + 1 waits for one of those before it, or, where that is 0, for nobody."""
    waits_for = {n + 1: min(parent, n) for n, parent in enumerate(parents)}
    sessions = [
        session(pid, blocked_by=[parent] if parent else [], waits_s=60 if parent else None)
        for pid, parent in waits_for.items()
    ]
    found = blocking_sessions(seen(*sessions))
    waiting = sum(parent > 0 for parent in waits_for.values())
    assert sum(int(f.symptom.split("keeps ")[1].split(" ")[0]) for f in found) == waiting
    roots = {f"orders session {pid}" for pid, parent in waits_for.items() if not parent}
    assert {finding.subject for finding in found} <= roots
