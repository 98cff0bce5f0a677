"""Does somebody keep others waiting, or work for too long? The tree of blocked sessions, and statements that run on."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import timedelta

from diagnosis import console
from diagnosis.commands import aws
from diagnosis.database.inside import PREPARED, DatabaseSessions, Session
from diagnosis.findings import Finding
from diagnosis.windows import spoken

_MOST_LINES = 12
_UPKEEP = re.compile(r"\s*(?:vacuum|analyze|reindex|create\s+(?:unique\s+)?index|cluster|optimize)\b", re.IGNORECASE)
_DUMPS = ("pg_dump", "pg_basebackup", "mysqldump", "mariadb-dump")
_OWN = "vitals"


def long_queries(sessions: DatabaseSessions, *, max_minutes: float = 5) -> list[Finding]:
    """The client sessions whose statement has run for longer than `max_minutes`.

    Sessions that wait for another's lock are left to `blocking_sessions`, and upkeep (vacuum, index builds, dumps)
    takes as long as it takes.
    """
    return [
        Finding(
            subject=f"{sessions.target.name} session {session.pid}",
            place=sessions.target.place,
            cause="slow_query",
            impact="now",
            symptom=f"{sessions.target.name}: session {session.pid} has run one statement for "
            f"{_age(session.query_s)}, expected at most {max_minutes:g} min",
            evidence=(_described(session), f"query: {session.query}"),
            why=f"one statement of {session.user} runs on",
            remedy=f"look at its plan, and end it where it is not wanted: {_end(sessions.engine, session)}",
            resource=sessions.target.arn,
            onset=sessions.as_of - timedelta(seconds=session.query_s or 0),
            as_of=sessions.as_of,
            proven=True,
            link=console.database(sessions.target.place, sessions.target.name),
            command=_look(sessions),
        )
        for session in sorted(sessions.sessions, key=lambda s: -(s.query_s or 0))
        if _runs(session) and (session.query_s or 0) > max_minutes * 60
    ]


def _runs(session: Session) -> bool:
    if not session.is_client or session.state != "active" or session.blocked_by or session.application == _OWN:
        return False
    return session.application not in _DUMPS and not _UPKEEP.match(session.query)


def blocking_sessions(
    sessions: DatabaseSessions, *, max_blocked_s: float = 30, max_idle_minutes: float = 5
) -> list[Finding]:
    """The sessions at the root of those that have waited for a lock for longer than `max_blocked_s`, and those that
    have been idle in a transaction for longer than `max_idle_minutes` though nobody waits for them yet.

    `pg_blocking_pids` names waiters that are queued themselves; a root waits for nobody and holds what all of them
    want.
    """
    by_pid = {session.pid: session for session in sessions.sessions}
    victims = _victims(by_pid)
    roots = {root: waiting for root, waiting in victims.items() if _longest(waiting) > max_blocked_s}
    found = [_blocker(sessions, root, by_pid, waiting) for root, waiting in sorted(roots.items())]
    idle = [
        session
        for session in sessions.sessions
        if session.is_client
        and session.idles_in_transaction
        and (session.state_s or 0) > max_idle_minutes * 60
        and session.pid not in roots
    ]
    return found + [_idle(sessions, session, max_idle_minutes) for session in sorted(idle, key=lambda s: s.pid)]


def _victims(by_pid: Mapping[int, Session]) -> dict[int, list[Session]]:
    """By root: all sessions that wait for it, directly or in its queue."""
    found: dict[int, list[Session]] = {}
    for session in by_pid.values():
        for root in _roots(session, by_pid):
            found.setdefault(root, []).append(session)
    return found


def _roots(session: Session, by_pid: Mapping[int, Session]) -> set[int]:
    """Who, at the ends of the chains that begin with this session, waits for nobody."""
    seen: set[int] = {session.pid}
    frontier = set(session.blocked_by)
    roots: set[int] = set()
    while frontier:
        pid = frontier.pop()
        if pid in seen:
            continue
        seen.add(pid)
        blockers = by_pid[pid].blocked_by if pid in by_pid else ()
        roots |= set() if blockers else {pid}
        frontier |= set(blockers)
    return roots


def _longest(waiting: list[Session]) -> float:
    return max((_waited(session) for session in waiting), default=0.0)


def _waited(session: Session) -> float:
    return session.waits_s if session.waits_s is not None else (session.query_s or 0.0)


def _blocker(sessions: DatabaseSessions, root: int, by_pid: Mapping[int, Session], waiting: list[Session]) -> Finding:
    name, blocker = sessions.target.name, by_pid.get(root)
    count = f"{len(waiting)} session{'s' if len(waiting) > 1 else ''}"
    who = f"session {root}" if root != PREPARED else "a prepared transaction"
    state = f" ({blocker.state})" if blocker else ""
    return Finding(
        subject=f"{name} {who}",
        place=sessions.target.place,
        cause="lock",
        impact="now",
        symptom=f"{name}: {who}{state} keeps {count} waiting, for {_age(_longest(waiting))} at most, expected none",
        evidence=tuple(_tree(root, by_pid, waiting))[:_MOST_LINES],
        why=_because(who, blocker, count),
        remedy=f"end the root blocker: {_end(sessions.engine, blocker)}"
        if blocker
        else "commit or roll back the prepared transaction: SELECT * FROM pg_prepared_xacts",
        resource=sessions.target.arn,
        onset=sessions.as_of - timedelta(seconds=_longest(waiting)),
        as_of=sessions.as_of,
        proven=True,
        link=console.database(sessions.target.place, name),
        command=_look(sessions),
    )


def _because(who: str, blocker: Session | None, count: str) -> str:
    if blocker is None:
        return f"{who} holds locks that {count} wait for"
    if blocker.idles_in_transaction:
        left = f"{who} of {blocker.user} left its transaction open {_age(blocker.state_s)} ago"
        return f"{left}, with locks that {count} wait for"
    return f"{who} of {blocker.user} holds locks that {count} wait for, and is {blocker.state}"


def _tree(root: int, by_pid: Mapping[int, Session], waiting: list[Session]) -> Iterator[str]:
    """The root and who waits for whom below it, one line each, indented; nobody twice."""
    shown: set[int] = set()

    def below(pid: int, depth: int) -> Iterator[str]:
        if pid in shown:
            return
        shown.add(pid)
        session = by_pid.get(pid)
        yield ("· " * depth) + (_line(session) if session else f"{pid}: no session")
        for waiter in sorted(waiting, key=lambda s: (-_waited(s), s.pid)):
            if pid in waiter.blocked_by and not _nearer(waiter, pid, by_pid):
                yield from below(waiter.pid, depth + 1)

    return below(root, 0)


def _nearer(waiter: Session, pid: int, by_pid: Mapping[int, Session]) -> bool:
    """Whether the waiter also waits for somebody who waits for `pid`, and so stands below that one."""
    others = (by_pid[other] for other in waiter.blocked_by if other in by_pid and other != pid)
    return any(pid in other.blocked_by for other in others)


def _line(session: Session) -> str:
    waits = f", waits {_age(_waited(session))} for {session.wait}" if session.blocked_by else ""
    return f"{_described(session)}{waits}: {session.query}"


def _described(session: Session) -> str:
    state = f"{session.state} for {_age(session.state_s)}" if session.state_s is not None else session.state
    application = f" ({session.application})" if session.application else ""
    return f"{session.pid} {session.user}{application}, {state}"


def _idle(sessions: DatabaseSessions, session: Session, max_minutes: float) -> Finding:
    name = sessions.target.name
    return Finding(
        subject=f"{name} session {session.pid}",
        place=sessions.target.place,
        cause="lock",
        impact="soon",
        symptom=f"{name}: session {session.pid} idle in transaction for {_age(session.state_s)}, "
        f"expected at most {max_minutes:g} min",
        evidence=(_line(session),),
        why=f"session {session.pid} of {session.user} holds its locks, and keeps vacuum from removing rows",
        remedy=f"find out why {session.application or session.user} does not commit; "
        f"end the session: {_end(sessions.engine, session)}; set idle_in_transaction_session_timeout",
        resource=sessions.target.arn,
        onset=sessions.as_of - timedelta(seconds=session.state_s or 0),
        as_of=sessions.as_of,
        proven=True,
        link=console.database(sessions.target.place, name),
        command=_look(sessions),
    )


def _end(engine: str, session: Session) -> str:
    if engine != "postgres":
        return f"KILL {session.pid}" if session.state != "active" else f"KILL QUERY {session.pid}"
    action = "pg_cancel_backend" if session.state == "active" else "pg_terminate_backend"
    return f"SELECT {action}({session.pid})"


def _age(seconds: float | None) -> str:
    return "an unknown time" if seconds is None else spoken(timedelta(seconds=seconds))


def _look(sessions: DatabaseSessions) -> str:
    return aws("rds", "describe-db-instances", "--db-instance-identifier", sessions.target.name)
