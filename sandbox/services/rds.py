"""What does the sandbox complete in RDS? Interfaces, ids, states, events and maintenance of instances."""

from __future__ import annotations

import copy
import hashlib
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from moto.core.utils import camelcase_to_underscores

from sandbox.services import actions, era, interfaces
from sandbox.services.actions import Request, epoch, refusal, utc

_CERTIFIED_FOR = timedelta(days=3650)
_DEFAULT_WINDOW_S = 3_600
_KEPT = timedelta(days=14)
_PAGE = 100


@dataclass(frozen=True)
class Event:
    """What RDS tells of an instance or a cluster. https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_Events.html"""

    source_type: str
    """db-instance or db-cluster."""
    source: str
    message: str
    categories: tuple[str, ...]
    date: datetime


@dataclass(frozen=True)
class Maintenance:
    """What RDS will do to an instance: the action, in its words, and when it is forced."""

    action: str
    description: str
    forced: datetime | None


_events: dict[tuple[str, str], list[Event]] = {}
_maintenance: dict[tuple[str, str], dict[str, list[Maintenance]]] = {}


def tell(account: str, region: str, event: Event) -> None:
    """RDS tells of an event."""
    _events.setdefault((account, region), []).append(event)


def schedule(account: str, region: str, arn: str, maintenance: Maintenance) -> None:
    """RDS has maintenance for an instance."""
    _maintenance.setdefault((account, region), {}).setdefault(arn, []).append(maintenance)


def instance(account: str, region: str, name: str) -> Any:
    """Moto's instance of this name. KeyError where there is none."""
    from moto.rds.models import rds_backends

    return rds_backends[account][region].databases[name]


def _given(request: Request, name: str, default: Any = None) -> Any:
    """A member of the input: moto's RDS keeps them by names of its own."""
    return request.get(camelcase_to_underscores(name), default)


def describe_events(request: Request) -> dict[str, Any]:
    """DescribeEvents: of the last hour unless told otherwise, at most 14 days back."""
    now = datetime.now(UTC)
    end = utc(epoch(_given(request, "EndTime"))) if _given(request, "EndTime") else now
    minutes = _given(request, "Duration")
    start = (
        utc(epoch(_given(request, "StartTime")))
        if _given(request, "StartTime")
        else end - timedelta(seconds=minutes * 60 if minutes else _DEFAULT_WINDOW_S)
    )
    found = [
        event
        for event in _events.get((request.account, request.region), [])
        if max(start, now - _KEPT) <= event.date <= min(end, now)
        and _given(request, "SourceType", event.source_type) == event.source_type
        and _given(request, "SourceIdentifier", event.source) == event.source
        and (not _given(request, "EventCategories") or set(_given(request, "EventCategories")) & set(event.categories))
    ]
    found.sort(key=lambda event: event.date)
    return _page(request, "Events", [_shown(request, event) for event in found])


def _shown(request: Request, event: Event) -> dict[str, Any]:
    kind = "db" if event.source_type == "db-instance" else "cluster"
    return {
        "SourceIdentifier": event.source,
        "SourceType": event.source_type,
        "SourceArn": f"arn:aws:rds:{request.region}:{request.account}:{kind}:{event.source}",
        "Message": event.message,
        "EventCategories": list(event.categories),
        "Date": event.date,
    }


def describe_pending_maintenance_actions(request: Request) -> dict[str, Any]:
    """DescribePendingMaintenanceActions, of one resource where it is named."""
    known = _maintenance.get((request.account, request.region), {})
    listed = [
        {
            "ResourceIdentifier": arn,
            "PendingMaintenanceActionDetails": [
                {"Action": one.action, "Description": one.description}
                | ({"ForcedApplyDate": one.forced, "CurrentApplyDate": one.forced} if one.forced else {})
                for one in actions_
            ],
        }
        for arn, actions_ in sorted(known.items())
        if _given(request, "ResourceIdentifier", arn) == arn
    ]
    return _page(request, "PendingMaintenanceActions", listed)


_MAX_CONNECTIONS = {
    "postgres": "LEAST({DBInstanceClassMemory/9531392},5000)",
    "mysql": "{DBInstanceClassMemory/12582880}",
}


def describe_db_parameters(request: Request) -> dict[str, Any]:
    """DescribeDBParameters: what was set in a group, and of the engine's defaults the number of connections."""
    from moto.rds.models import rds_backends

    name = str(_given(request, "DBParameterGroupName", ""))
    group = rds_backends[request.account][request.region].db_parameter_groups.get(name)
    if group is None and not name.startswith("default."):
        raise refusal("DBParameterGroupNotFound", f"DBParameterGroup not found: {name}")
    family = "postgres" if "postgres" in str(group.family if group else name) else "mysql"
    known = {"max_connections": {"ParameterValue": _MAX_CONNECTIONS[family], "Source": "system"}}
    for parameter, told in (group.parameters if group else {}).items():
        known[parameter] = {"ParameterValue": str(told.get("ParameterValue", "")), "Source": "user"}
    listed = [{"ParameterName": parameter, **told} for parameter, told in sorted(known.items())]
    return _page(request, "Parameters", listed)


def _page(request: Request, key: str, items: list[Any]) -> dict[str, Any]:
    start, size = int(_given(request, "Marker", 0) or 0), int(_given(request, "MaxRecords", _PAGE))
    more = {"Marker": str(start + size)} if start + size < len(items) else {}
    return {key: items[start : start + size], **more}


def _identify(database: Any) -> None:
    """Moto's instances all have one id."""
    name = f"{database.account_id}/{database.region}/{database.db_instance_identifier}"
    database.dbi_resource_id = f"db-{hashlib.sha256(name.encode()).hexdigest()[:26].upper()}"


def _complete(database: Any, db_kwargs: dict[str, Any]) -> None:
    """What moto leaves out of an instance."""
    _identify(database)
    database.performance_insights_enabled = bool(db_kwargs.get("enable_performance_insights"))
    made = era.moment()
    database.instance_create_time = made
    valid_till = made + _CERTIFIED_FOR
    database.certificate_details = {"CAIdentifier": "rds-ca-rsa2048-g1", "ValidTill": valid_till}
    database.autoscales = bool(db_kwargs.get("max_allocated_storage"))


def _most_storage(database: Any) -> int | None:
    """MaxAllocatedStorage: moto forgets it once the storage has grown to it."""
    most = getattr(database, "_max_allocated_storage", None)
    return most if getattr(database, "autoscales", False) else None


def _parameter_groups(database: Any) -> list[Any]:
    """The groups with their status for this instance alone: moto writes one into the group, which several share."""
    groups = [copy.copy(group) for group in database.db_parameter_groups()]
    for group in groups:
        group.ParameterApplyStatus = getattr(database, "parameters_are", "in-sync")
    return groups


def _of_cluster(backend: Any, db_kwargs: dict[str, Any]) -> dict[str, Any]:
    """A member stands in its cluster's subnet group, whatever it was created with."""
    cluster = backend.clusters.get(db_kwargs.get("db_cluster_identifier") or "")
    group_name = cluster.db_subnet_group_name if cluster else ""
    known = bool(group_name) and group_name in backend.subnet_groups
    return {**db_kwargs, "db_subnet_group_name": group_name} if known else db_kwargs


def _regroup(database: Any) -> None:
    """An instance's interface has the instance's groups."""
    if eni := getattr(database, "interface", None):
        interfaces.change(eni, list(database.vpc_security_group_ids), public=bool(database.publicly_accessible))


def install() -> None:
    """Give moto's instances their interfaces, and RDS what it tells of them."""
    from moto.rds.models import DBInstance, RDSBackend
    from moto.rds.responses import RDSResponse

    create = RDSBackend.create_db_instance

    def created(self: Any, db_kwargs: dict[str, Any]) -> Any:
        db_kwargs = _of_cluster(self, db_kwargs)
        group_name = db_kwargs.get("db_subnet_group_name")
        database: Any = create(self, db_kwargs)
        _complete(database, db_kwargs)
        if group_name and group_name in self.subnet_groups:
            subnet = self.subnet_groups[group_name]._subnets[0]
            database.interface = interfaces.attach(
                self.account_id,
                self.region_name,
                subnet.id,
                list(database.vpc_security_group_ids),
                "RDSNetworkInterface",
                "amazon-rds",
                public=bool(database.publicly_accessible),
            )
        return database

    modify = RDSBackend.modify_db_instance

    def modified(self: Any, db_instance_identifier: str, db_kwargs: dict[str, Any]) -> Any:
        database = modify(self, db_instance_identifier, db_kwargs)
        _regroup(database)
        return database

    modify_cluster = RDSBackend.modify_db_cluster

    def cluster_modified(self: Any, kwargs: dict[str, Any]) -> Any:
        cluster = modify_cluster(self, kwargs)
        for member in self.databases.values():
            if member.db_cluster_identifier == cluster.db_cluster_identifier:
                _regroup(member)
        return cluster

    replicate = RDSBackend.create_db_instance_read_replica

    def replicated(self: Any, db_kwargs: dict[str, Any]) -> Any:
        replica: Any = replicate(self, db_kwargs)
        _identify(replica)
        replica.status_infos = [{"StatusType": "read replication", "Normal": True, "Status": "replicating"}]
        return replica

    setting = vars(DBInstance)["max_allocated_storage"].fset
    actions.replace(DBInstance, "max_allocated_storage", property(_most_storage, setting))
    actions.replace(DBInstance, "db_parameter_group_status_list", property(_parameter_groups))
    actions.replace(RDSBackend, "create_db_instance", created)
    actions.replace(RDSBackend, "modify_db_instance", modified)
    actions.replace(RDSBackend, "modify_db_cluster", cluster_modified)
    actions.replace(RDSBackend, "create_db_instance_read_replica", replicated)
    operations = {
        "DescribeEvents": describe_events,
        "DescribeDBParameters": describe_db_parameters,
        "DescribePendingMaintenanceActions": describe_pending_maintenance_actions,
    }
    actions.add(RDSResponse, operations)
