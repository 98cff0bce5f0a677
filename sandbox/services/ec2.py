"""What does the sandbox complete in EC2? Routes that lose their target, and interfaces where AWS has some."""

from __future__ import annotations

from typing import Any

from sandbox.services import actions, endpoints, era, insights_paths, interfaces, public_access, transit, vpn

_ACTIVE_PEERING = "active"


def _has_target(route: Any, backend: Any) -> bool:
    """Whether what the route leads to still exists and can carry traffic (DescribeRouteTables, Route.State)."""
    if route.nat_gateway is not None:
        return backend.nat_gateways.get(route.nat_gateway.id) is not None and route.nat_gateway.state == "available"
    if route.vpc_pcx is not None:
        return str(route.vpc_pcx._status.code) == _ACTIVE_PEERING
    if route.instance is not None:
        return str(route.instance.state) == "running"
    if route.interface is not None:
        return route.interface.id in backend.enis
    if route.transit_gateway is not None:
        return _transit_gateway_carries(route, backend)
    if route.egress_only_igw is not None:
        return route.egress_only_igw.id in backend.egress_only_internet_gateways
    return _gateway_attached(route, backend)


def _transit_gateway_carries(route: Any, backend: Any) -> bool:
    attachments = backend.transit_gateway_attachments.values()
    return route.transit_gateway.id in backend.transit_gateways and any(
        a.transit_gateway_id == route.transit_gateway.id
        and a.resource_id == route.route_table.vpc_id
        and a.state == "available"
        for a in attachments
    )


def _gateway_attached(route: Any, backend: Any) -> bool:
    if route.vpc_endpoint_id is not None:
        return route.vpc_endpoint_id in backend.vpc_end_points
    gateway = route.gateway
    if gateway is None:
        return True
    if gateway.id.startswith("igw-"):
        known = backend.internet_gateways.get(gateway.id)
        return known is not None and known.vpc is not None and known.vpc.id == route.route_table.vpc_id
    return gateway.id.startswith("vgw-") is False or gateway.id in backend.vpn_gateways


def _state(route: Any) -> str:
    if route.local:
        return "active"
    return "active" if _has_target(route, route.route_table.ec2_backend) else "blackhole"


def _gateway_interfaces() -> None:
    """A NAT gateway's interface says whose it is, and goes with it."""
    from moto.ec2.models import EC2Backend

    create, delete = EC2Backend.create_nat_gateway, EC2Backend.delete_nat_gateway

    def created(self: Any, *args: Any, **kwargs: Any) -> Any:
        gateway = create(self, *args, **kwargs)
        gateway._created_at = era.moment()
        eni = gateway._eni
        eni.description, eni.interface_type = f"Interface for NAT Gateway {gateway.id}", "nat_gateway"
        eni.status, eni.requester_managed, eni._group_set = "in-use", True, []
        return gateway

    def deleted(self: Any, nat_gateway_id: str) -> Any:
        gateway = delete(self, nat_gateway_id)
        self.enis.pop(gateway._eni.id, None)
        return gateway

    actions.replace(EC2Backend, "create_nat_gateway", created)
    actions.replace(EC2Backend, "delete_nat_gateway", deleted)


def _instance_profiles() -> None:
    """Every instance of a launch has its instance profile; moto gives it to the first one alone."""
    from moto.ec2.models import EC2Backend

    run = EC2Backend.run_instances
    named = ("iam_instance_profile_name", "iam_instance_profile_arn")

    def ran(self: Any, *args: Any, **kwargs: Any) -> Any:
        reservation = run(self, *args, **kwargs)
        profile = {name: kwargs[name] for name in named if kwargs.get(name)}
        for instance in reservation.instances[1:] if profile else ():
            self.associate_iam_instance_profile(instance_id=instance.id, **profile)
        return reservation

    actions.replace(EC2Backend, "run_instances", ran)


def _flow_log_groups() -> None:
    """A flow log makes the log group that it delivers to, where there is none."""
    from moto.ec2.models import EC2Backend
    from moto.logs.models import logs_backends

    create = EC2Backend.create_flow_logs

    def created(self: Any, *args: Any, **kwargs: Any) -> Any:
        name = kwargs.get("log_group_name")
        logs = logs_backends[self.account_id][self.region_name]
        if name and name not in logs.groups:
            logs.create_log_group(name, {})
        return create(self, *args, **kwargs)

    actions.replace(EC2Backend, "create_flow_logs", created)


def install() -> None:
    """Give moto's EC2 what it lacks."""
    from moto.ec2.models.route_tables import Route
    from moto.ec2.responses import EC2Response

    actions.replace(Route, "state", property(_state))
    actions.add(EC2Response, {**insights_paths.OPERATIONS, **public_access.OPERATIONS})
    interfaces.install()
    endpoints.install()
    vpn.install()
    transit.install()
    _gateway_interfaces()
    _flow_log_groups()
    _instance_profiles()
