"""Verbs: what RDS and Performance Insights say of databases."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from sandbox.ago import Ago
from sandbox.errors import ScenarioError
from sandbox.series import Series, steady
from sandbox.world.base import Verbs

_SOURCES = ("db-instance", "db-cluster")


class DatabaseVerbs(Verbs):
    """`database_state`, `database_event`, `database_maintenance`, `database_load`."""

    def database_state(
        self,
        instance: str,
        status: str = "available",
        replication: str = "",
        certificate_days: float | None = None,
        parameters: str = "",
        account: str | None = None,
        region: str | None = None,
    ) -> None:
        """What RDS says of an instance: its DBInstanceStatus; its replication (`replicating`, `error`, `stopped`,
        `terminated`; nothing where it is no replica); in how many days its certificate ends; whether its parameters
        are `in-sync`, `applying` or `pending-reboot`.
        """
        database = self._database("database_state", instance, account, region)
        database.status = status
        if replication:
            is_normal = replication == "replicating"
            info = {"StatusType": "read replication", "Normal": is_normal, "Status": replication}
            database.status_infos = [info]
        if parameters:
            database.parameters_are = parameters
        if certificate_days is not None:
            until = self.now + timedelta(days=certificate_days)
            database.certificate_details = database.certificate_details | {"ValidTill": until}

    def database_event(
        self,
        source: str,
        message: str,
        categories: str | tuple[str, ...],
        at: Ago = "10m",
        source_type: str = "db-instance",
        account: str | None = None,
        region: str | None = None,
    ) -> None:
        """RDS told of an event, in its own words: `Multi-AZ instance failover started.` of category `failover`."""
        from sandbox.services import prepare, rds

        if source_type not in _SOURCES:
            raise ScenarioError(f"database_event: source_type {source_type!r}: write {' or '.join(_SOURCES)}")
        prepare("rds")
        words = (categories,) if isinstance(categories, str) else tuple(categories)
        event = rds.Event(source_type, source, message, words, self._moment(at))
        rds.tell(*self._place(account, region), event)

    def database_maintenance(
        self,
        instance: str,
        action: str = "system-update",
        description: str = "",
        forced_in_days: float | None = None,
        account: str | None = None,
        region: str | None = None,
    ) -> None:
        """RDS has maintenance for an instance (`system-update`, `db-upgrade`, `ca-certificate-rotation`, …), forced
        after so many days where it says when.
        """
        from sandbox.services import rds

        database = self._database("database_maintenance", instance, account, region)
        forced = None if forced_in_days is None else self.now + timedelta(days=forced_in_days)
        rds.schedule(
            *self._place(account, region), database.db_instance_arn, rds.Maintenance(action, description, forced)
        )

    def database_load(
        self,
        instance: str,
        sessions: Series | float,
        wait: str = "CPU",
        sql: str = "",
        user: str = "app",
        host: str = "10.0.10.4",
        account: str | None = None,
        region: str | None = None,
    ) -> None:
        """A part of the load of an instance that has Performance Insights: so many active sessions, as a number or a
        series, in one wait (`CPU`, `IO:DataFileRead`, `Lock:transactionid`), for one tokenized statement.
        """
        from sandbox.services import pi, prepare

        database = self._database("database_load", instance, account, region)
        if not database.performance_insights_enabled:
            raise ScenarioError(f"database_load: {instance!r} has no Performance Insights: enable them")
        prepare("pi")
        series = sessions if isinstance(sessions, Series) else steady(sessions)
        load = pi.Load(series, wait, sql, user, host, int(self.now.timestamp()))
        pi.tell(*self._place(account, region), database.dbi_resource_id, load)

    def _database(self, verb: str, instance: str, account: str | None, region: str | None) -> Any:
        from sandbox.services import prepare, rds

        prepare("rds")
        try:
            return rds.instance(*self._place(account, region), instance)
        except KeyError:
            raise ScenarioError(f"{verb}: no database instance {instance!r}: create it first") from None
