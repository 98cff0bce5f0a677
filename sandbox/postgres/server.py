"""A database server and the sessions that a scenario holds open in it."""

from __future__ import annotations

import json
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psycopg
from psycopg import sql

from sandbox.errors import ScenarioError
from sandbox.postgres.keeper import SUPERUSER

ROOT = Path(__file__).resolve().parents[2]
READER = "vitals"
_SETTLED_S = 0.2
"""A statement that has waited for so long waits for what the scenario made it wait for."""
_PATIENCE_S = 20.0


@dataclass
class Session:
    """A session that is held open: its connection, and its process id in the server."""

    connection: psycopg.Connection[Any]
    pid: int
    worker: threading.Thread


@dataclass
class Server:
    """One PostgreSQL server, the keeper that ends it, and one database in it."""

    keeper: subprocess.Popen[str]
    said: dict[str, Any]
    database: str = "postgres"
    sessions: list[Session] = field(default_factory=list)

    def dsn(self, user: str = SUPERUSER, database: str | None = None) -> str:
        """Where the server is reached, password included: for clients, never for a file."""
        return f"postgresql://{user}:{self.said['password']}@127.0.0.1:{self.said['port']}/{database or self.database}"

    @contextmanager
    def connected(self, user: str = SUPERUSER, database: str | None = None) -> Iterator[psycopg.Connection[Any]]:
        """A connection that commits each statement."""
        with psycopg.connect(self.dsn(user, database), autocommit=True) as connection:
            yield connection

    def run(self, statements: str | Sequence[str], times: int = 1, user: str = SUPERUSER) -> list[tuple[Any, ...]]:
        """Run each statement, the whole list `times` over; the rows of the last one."""
        listed = [statements] if isinstance(statements, str) else statements
        rows: list[tuple[Any, ...]] = []
        with self.connected(user) as connection:
            for _ in range(times):
                for statement in listed:
                    cursor = connection.execute(statement.encode())
                    rows = cursor.fetchall() if cursor.description else []
        return rows

    def add_role(self, name: str, *grants: str) -> None:
        """A role that may log in, with the server's password, and is a member of these roles."""
        with self.connected() as connection:
            known = connection.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", (name,)).fetchone()
            role = sql.Identifier(name)
            if not known:
                statement = sql.SQL("CREATE ROLE {} LOGIN PASSWORD {}").format(role, sql.Literal(self.said["password"]))
                connection.execute(statement)
            for grant in grants:
                connection.execute(sql.SQL("GRANT {} TO {}").format(sql.Identifier(grant), role))

    def hold(self, statements: str | Sequence[str], user: str, application: str) -> Session:
        """Open a session, run the statements, and keep it. Returns when they are done, or the last of them waits."""
        # The password's owner may do what the owner of everything may, and counts as an ordinary user.
        self.add_role(user, SUPERUSER)
        connection = psycopg.connect(self.dsn(user), autocommit=True, application_name=application)
        listed = [statements] if isinstance(statements, str) else list(statements)
        begun: list[str] = []
        failed: list[Exception] = []

        def work() -> None:
            try:
                for statement in listed:
                    begun.append(statement)
                    connection.execute(statement.encode())
            except Exception as error:  # noqa: BLE001 - the scenario's author is told
                failed.append(error)

        session = Session(connection, connection.info.backend_pid, threading.Thread(target=work, daemon=True))
        session.worker.start()
        self._settle(session, lambda: len(begun) == len(listed))
        if failed:
            raise ScenarioError(f"session: {failed[0]}")
        self.sessions.append(session)
        return session

    def _settle(self, session: Session, is_last: Callable[[], bool]) -> None:
        """Wait until the session's statements are done, or it has been busy with the last of them, or waited for a
        lock, for a moment.
        """
        asked = (
            "SELECT wait_event_type = 'Lock' FROM pg_stat_activity "
            "WHERE pid = %s AND state = 'active' AND clock_timestamp() - query_start > %s * interval '1 s'"
        )
        deadline = time.monotonic() + _PATIENCE_S
        with self.connected() as connection:
            while session.worker.is_alive() and time.monotonic() < deadline:
                session.worker.join(0.02)
                row = connection.execute(asked, (session.pid, _SETTLED_S)).fetchone()
                if row and (is_last() or row[0]):
                    return

    def stop(self) -> None:
        """End the server, and with it what its sessions wait for. Without this it ends with its keeper's pipe."""
        if self.keeper.stdin:
            self.keeper.stdin.close()
        self.keeper.wait(10)
        for pipe in (self.keeper.stdout, self.keeper.stderr):
            if pipe:
                pipe.close()
        for session in self.sessions:
            session.worker.join(1)
            with suppress(psycopg.Error):
                session.connection.close()


running: dict[tuple[str, str, str], Server] = {}
"""The servers of this process by account, region and instance."""


def stop_all() -> None:
    """End every server of this process: an interpreter that leaves hangs on sessions that wait."""
    for one in running.values():
        one.stop()
    running.clear()


def start(version: int = 18, database: str = "postgres", settings: Mapping[str, str] | None = None) -> Server:
    """Start a server with one database. ScenarioError in one line where there can be none."""
    words = [f"{name}={value}" for name, value in (settings or {}).items()]
    keeper = subprocess.Popen(  # noqa: S603
        [sys.executable, "-m", "sandbox.postgres.keeper", str(version), *words],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
        cwd=ROOT,
    )
    line = keeper.stdout.readline() if keeper.stdout else ""
    if not line:
        said = (keeper.stderr.read() if keeper.stderr else "").strip().splitlines() or ["it ended without a word"]
        keeper.wait()
        raise ScenarioError(f"postgres: {said[-1]}")
    server = Server(keeper, json.loads(line))
    if database != "postgres":
        server.run(f'CREATE DATABASE "{database}"')
        server.database = database
    return server
