"""Which type does a VPC endpoint have, and which groups its interfaces? moto forgets and mixes up."""

from __future__ import annotations

from typing import Any

from sandbox.services import actions


def install() -> None:
    """An endpoint without a type is a gateway endpoint, as in AWS, and interfaces have the endpoint's own groups."""
    from moto.ec2.models import EC2Backend

    create = EC2Backend.create_vpc_endpoint

    def created(self: Any, *args: Any, **kwargs: Any) -> Any:
        endpoint = create(self, *args, **kwargs)
        endpoint.vpc_endpoint_type = endpoint.vpc_endpoint_type or "Gateway"
        groups = [self.get_security_group_from_id(group) for group in endpoint.security_group_ids]
        for eni_id in endpoint.network_interface_ids or []:
            if groups and eni_id in self.enis:
                self.enis[eni_id]._group_set = groups
        return endpoint

    actions.replace(EC2Backend, "create_vpc_endpoint", created)
