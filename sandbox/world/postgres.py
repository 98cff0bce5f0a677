"""Verbs: what is in a database, and who holds what open in it. It is a real PostgreSQL."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from sandbox.ago import Ago
from sandbox.errors import ScenarioError
from sandbox.world.base import Verbs

if TYPE_CHECKING:
    from sandbox.postgres.server import Server


class PostgresVerbs(Verbs):
    """`postgres`, `sql`, `session`."""

    def postgres(
        self,
        instance: str,
        version: int = 18,
        database: str = "shop",
        monitor: bool = True,
        settings: Mapping[str, str] | None = None,
        account: str | None = None,
        region: str | None = None,
    ) -> str:
        """An RDS instance that exists has a PostgreSQL behind it from here on; its DSN, as the superuser.

        `version` is 18, 16, or another that Debian's packages have installed; `settings` are the server's own. A run
        against the sandbox reaches it as the role `vitals`, which is in pg_monitor where `monitor` says so.
        """
        from sandbox.postgres import clock, server

        place = self._place(account, region)
        known = self.client("rds", *place).describe_db_instances()["DBInstances"]
        if instance not in [one["DBInstanceIdentifier"] for one in known]:
            raise ScenarioError(f"postgres: no database instance {instance!r}: create it first")
        if (*place, instance) in server.running:
            raise ScenarioError(f"postgres: {instance!r} has its server already")
        made = server.start(version, database, settings)
        server.running[*place, instance] = made
        made.add_role(server.READER, *(["pg_monitor"] if monitor else []))
        clock.install(made, monitor)
        return made.dsn()

    def sql(
        self,
        instance: str,
        statements: str | Sequence[str],
        times: int = 1,
        user: str = "postgres",
        account: str | None = None,
        region: str | None = None,
    ) -> list[tuple[Any, ...]]:
        """Somebody ran these statements, each committed by itself, `times` over; the rows of the last one."""
        from sandbox.postgres.keeper import SUPERUSER

        made = self._server("sql", instance, account, region)
        if user != SUPERUSER:
            made.add_role(user, SUPERUSER)
        return made.run(statements, times, user)

    def session(
        self,
        instance: str,
        statements: str | Sequence[str] = (),
        at: Ago = 0,
        user: str = "app",
        application: str = "app",
        account: str | None = None,
        region: str | None = None,
    ) -> int:
        """A session ran these statements and is still open, in its transaction where it began one; its process id.

        The last statement may be one that runs on or waits for a lock. `at` is when all of it happened.
        """
        from sandbox.postgres import clock

        made = self._server("session", instance, account, region)
        held = made.hold(statements, user, application)
        clock.date_back(made, held.pid, self.now - self._moment(at))
        return held.pid

    def _server(self, verb: str, instance: str, account: str | None, region: str | None) -> Server:
        from sandbox.postgres import server

        try:
            return server.running[*self._place(account, region), instance]
        except KeyError:
            raise ScenarioError(f"{verb}: {instance!r} has no server: world.postgres starts one") from None
