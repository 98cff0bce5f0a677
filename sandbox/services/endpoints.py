"""What becomes of a VPC endpoint: its type, groups, private names and routes? moto forgets and mixes up."""

from __future__ import annotations

from typing import Any

from sandbox.services import actions


def install() -> None:
    """An endpoint without a type is a gateway endpoint, as in AWS, and what it is changed to follows."""
    from moto.ec2.models import EC2Backend
    from moto.ec2.models.managed_prefixes import ManagedPrefixList
    from moto.ec2.responses import EC2Response

    create, modify = EC2Backend.create_vpc_endpoint, EC2Response.modify_vpc_endpoint

    def created(self: Any, *args: Any, **kwargs: Any) -> Any:
        endpoint = create(self, *args, **kwargs)
        endpoint.vpc_endpoint_type = endpoint.vpc_endpoint_type or "Gateway"
        _guard(self, endpoint)
        return endpoint

    def modified(self: Any) -> Any:
        answer = modify(self)
        endpoint = self.ec2_backend.vpc_end_points[self._get_param("VpcEndpointId")]
        private = self._get_bool_param("PrivateDnsEnabled")
        if private is not None:
            endpoint.private_dns_enabled = private
        _guard(self.ec2_backend, endpoint)
        _route(self.ec2_backend, endpoint)
        return answer

    actions.replace(EC2Backend, "create_vpc_endpoint", created)
    actions.replace(EC2Response, "modify_vpc_endpoint", modified)
    ManagedPrefixList.cidrs = property(_cidrs)  # type: ignore[attr-defined]


def _guard(backend: Any, endpoint: Any) -> None:
    """Its interfaces have the endpoint's own groups."""
    groups = [backend.get_security_group_from_id(group) for group in endpoint.security_group_ids]
    for eni_id in endpoint.network_interface_ids or []:
        if groups and eni_id in backend.enis:
            backend.enis[eni_id]._group_set = groups


def _route(backend: Any, endpoint: Any) -> None:
    """The tables of a gateway endpoint, and no others, have a route to it."""
    destination, wanted = endpoint.destination_prefix_list_id, set(endpoint.route_table_ids or ())
    if not destination:
        return
    for table in backend.route_tables.values():
        has = any(route.gateway_id == endpoint.id for route in table._routes.values())
        if table.id in wanted and not has:
            backend.create_route(table.id, None, gateway_id=endpoint.id, destination_prefix_list_id=destination)
        elif has and table.id not in wanted:
            backend.delete_route(table.id, destination)


def _cidrs(prefix_list: Any) -> list[str]:
    """What DescribePrefixLists shows of AWS's own lists: the newest version's ranges."""
    versions = list(prefix_list.entries.values())
    return [entry["Cidr"] for entry in versions[-1]] if versions else []
