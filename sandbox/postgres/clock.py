"""How can a session be twelve minutes old in a server that is two seconds old? Its times are told as of then.

A server's clock cannot be set back. The role that looks sees `pg_stat_activity` and `pg_locks` through views of the
same names, which move the times of the sessions in a table; all else in them is the server's own, privileges included.
"""

from __future__ import annotations

from datetime import timedelta

from psycopg import sql

from sandbox.postgres.server import READER, Server

_SCHEMA = "sandbox_clock"
_TIMES = {
    "pg_stat_activity": ("backend_start", "xact_start", "query_start", "state_change"),
    "pg_locks": ("waitstart",),
}


def install(server: Server, monitor: bool) -> None:
    """Let the reader see times as they are told; let a monitor see sequences, which pg_monitor does not."""
    with server.connected() as connection:
        connection.execute(f"CREATE SCHEMA {_SCHEMA}")
        connection.execute(f"CREATE TABLE {_SCHEMA}.sessions (pid int PRIMARY KEY, older interval NOT NULL)")
        for view, times in _TIMES.items():
            asked = "SELECT attname FROM pg_attribute WHERE attrelid = %s::regclass AND attnum > 0 ORDER BY attnum"
            columns = [name for (name,) in connection.execute(asked, (f"pg_catalog.{view}",))]
            listed = ", ".join(
                f"a.{name} - coalesce(s.older, interval '0') AS {name}" if name in times else f"a.{name}"
                for name in columns
            )
            source = f"FROM pg_catalog.{view} a LEFT JOIN {_SCHEMA}.sessions s ON s.pid = a.pid"
            connection.execute(f"CREATE VIEW {_SCHEMA}.{view} AS SELECT {listed} {source}")
        reader = sql.Identifier(READER)
        schema = sql.Identifier(_SCHEMA)
        for statement in (
            "GRANT USAGE ON SCHEMA {schema} TO {reader}",
            "GRANT SELECT ON ALL TABLES IN SCHEMA {schema} TO {reader}",
            "ALTER ROLE {reader} SET search_path = {schema}, pg_catalog, public",
            *(["ALTER DEFAULT PRIVILEGES GRANT SELECT ON SEQUENCES TO {reader}"] if monitor else []),
        ):
            connection.execute(sql.SQL(statement).format(schema=schema, reader=reader))


def date_back(server: Server, pid: int, older: timedelta) -> None:
    """A session is so much older than the server says."""
    with server.connected() as connection:
        connection.execute(
            f"INSERT INTO {_SCHEMA}.sessions VALUES (%s, %s) ON CONFLICT (pid) DO UPDATE SET older = excluded.older",  # noqa: S608
            (pid, older),
        )
