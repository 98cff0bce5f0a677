"""What does the sandbox complete in RDS? An instance has an interface in its subnets."""

from __future__ import annotations

from typing import Any

from sandbox.services import actions, interfaces


def install() -> None:
    """Give moto's instances their interfaces."""
    from moto.rds.models import RDSBackend

    create = RDSBackend.create_db_instance

    def created(self: Any, db_kwargs: dict[str, Any]) -> Any:
        group_name = db_kwargs.get("db_subnet_group_name")
        database = create(self, db_kwargs)
        if group_name and group_name in self.subnet_groups:
            subnet = self.subnet_groups[group_name]._subnets[0]
            interfaces.attach(
                self.account_id,
                self.region_name,
                subnet.id,
                list(database.vpc_security_group_ids),
                "RDSNetworkInterface",
                "amazon-rds",
                public=bool(database.publicly_accessible),
            )
        return database

    actions.replace(RDSBackend, "create_db_instance", created)
