"""Where do transit gateways send traffic? Associations, propagated routes and routes whose attachment is gone.

https://docs.aws.amazon.com/vpc/latest/tgw/how-transit-gateways-work.html
https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_SearchTransitGatewayRoutes.html
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from ipaddress import IPv4Network, IPv6Network, ip_network
from typing import Any

from sandbox.services import actions

_CARRIES = ("available", "modifying")
_Network = IPv4Network | IPv6Network
_BY_PREFIX: Mapping[str, Callable[[_Network, _Network], bool]] = {
    "route-search.exact-match": lambda route, asked: route == asked,
    "route-search.subnet-of-match": lambda route, asked: asked.supernet_of(route),  # type: ignore[arg-type]
    "route-search.supernet-of-match": lambda route, asked: route.supernet_of(asked),  # type: ignore[arg-type]
    "route-search.longest-prefix-match": lambda route, asked: route.supernet_of(asked),  # type: ignore[arg-type]
}
_BY_ATTACHMENT = {
    "attachment.transit-gateway-attachment-id": "transitGatewayAttachmentId",
    "attachment.resource-id": "resourceId",
    "attachment.resource-type": "resourceType",
}


def _search(backend: Any, table_id: str, filters: Mapping[str, list[str]]) -> list[dict[str, Any]]:
    table = backend.transit_gateways_route_tables.get(table_id)
    if table is None or table.state == "deleted":
        message = f"Transit Gateway Route Table {table_id} was deleted or does not exist."
        raise actions.refusal("InvalidRouteTableID.NotFound", message)
    routes = [route for route in _routes(backend, table) if _fits(route, filters)]
    if "route-search.longest-prefix-match" in filters and routes:
        longest = max(ip_network(route["destinationCidrBlock"]).prefixlen for route in routes)
        routes = [route for route in routes if ip_network(route["destinationCidrBlock"]).prefixlen == longest]
    return routes


def _routes(backend: Any, table: Any) -> Iterable[dict[str, Any]]:
    """The static routes, then the propagated ones: a static route goes before a propagated one of the same prefix."""
    for prefix, route in table.routes.items():
        attachment = route.get("transitGatewayAttachments") or {}
        if attachment:
            yield _route(backend, prefix, "static", attachment["transitGatewayAttachmentId"], attachment)
        else:
            yield {"destinationCidrBlock": prefix, "type": "static", "state": "blackhole"}
    for propagation in table.route_table_propagation:
        attachment = backend.transit_gateway_attachments.get(propagation.transitGatewayAttachmentId)
        for prefix in () if attachment is None else _propagated(backend, attachment):
            if prefix not in table.routes:
                of = {"resourceId": attachment.resource_id, "resourceType": attachment.resource_type}
                yield _route(backend, prefix, "propagated", attachment.id, of)


def _route(backend: Any, prefix: str, kind: str, attachment_id: str, of: Mapping[str, str]) -> dict[str, Any]:
    attachment = backend.transit_gateway_attachments.get(attachment_id)
    carries = attachment is not None and attachment.state in _CARRIES
    return {
        "destinationCidrBlock": prefix,
        "type": kind,
        "state": "active" if carries else "blackhole",
        "transitGatewayAttachments": [{**of, "transitGatewayAttachmentId": attachment_id}] if carries else [],
    }


def _propagated(backend: Any, attachment: Any) -> list[str]:
    """What an attachment announces: a VPC its CIDR blocks; what a VPN connection learns is not played here."""
    vpc = backend.vpcs.get(attachment.resource_id)
    blocks = [] if vpc is None else [*vpc.cidr_block_association_set, *vpc.ipv6_cidr_block_association_set]
    return [block["cidr_block"] for block in blocks]


def _fits(route: Mapping[str, Any], filters: Mapping[str, list[str]]) -> bool:
    """Whether a route passes each filter; one that is not known here passes nothing."""
    return all(_passes(route, name, values) for name, values in filters.items())


def _passes(route: Mapping[str, Any], name: str, values: list[str]) -> bool:
    if name in ("type", "state"):
        return route[name] in values
    if name in _BY_ATTACHMENT:
        attachments = route.get("transitGatewayAttachments", ())
        return any(attachment[_BY_ATTACHMENT[name]] in values for attachment in attachments)
    if name in _BY_PREFIX:
        own = ip_network(route["destinationCidrBlock"])
        asked = [network for network in map(ip_network, values) if network.version == own.version]
        return any(_BY_PREFIX[name](own, network) for network in asked)
    return False


def _association(attachment: Any) -> dict[str, str] | None:
    """The table that an attachment is associated with, whichever it was given."""
    tables = attachment.ec2_backend.transit_gateways_route_tables.values()
    table = next((t for t in tables if attachment.id in t.route_table_associations), None)
    return None if table is None else {"State": "associated", "TransitGatewayRouteTableId": table.id}


def _attach(backend: Any, attachment: Any) -> None:
    """A new attachment is associated with and propagates to the default table, where the gateway's options say so."""
    gateway = backend.transit_gateways[attachment.transit_gateway_id]
    table = gateway.default_route_table
    table.route_table_associations.pop(attachment.id, None)
    if gateway.options["DefaultRouteTableAssociation"] == "enable":
        backend.associate_transit_gateway_route_table(attachment.id, table.id)
    if gateway.options["DefaultRouteTablePropagation"] == "enable":
        backend.enable_transit_gateway_route_table_propagation(attachment.id, table.id)


def _detach(backend: Any, attachment_id: str) -> None:
    backend.transit_gateway_associations.pop(attachment_id, None)
    backend.transit_gateway_propagations.pop(attachment_id, None)
    for table in backend.transit_gateways_route_tables.values():
        table.route_table_associations.pop(attachment_id, None)
        table.route_table_propagation = [
            one for one in table.route_table_propagation if one.transitGatewayAttachmentId != attachment_id
        ]


def _associate(associate: Any) -> Any:
    """An attachment has one table: where AWS refuses a second (Resource.AlreadyAssociated), the sandbox moves it."""

    def associated(self: Any, transit_gateway_attachment_id: str, transit_gateway_route_table_id: str) -> Any:
        for table in self.transit_gateways_route_tables.values():
            table.route_table_associations.pop(transit_gateway_attachment_id, None)
        return associate(self, transit_gateway_attachment_id, transit_gateway_route_table_id)

    return associated


def install() -> None:
    """Give moto's transit gateways what they lack."""
    from moto.ec2.models import EC2Backend
    from moto.ec2.models.transit_gateway_attachments import TransitGatewayAttachment

    def then(name: str, also: Callable[..., None]) -> None:
        """After the operation `name`, what AWS does also."""
        original = getattr(EC2Backend, name)

        def both(self: Any, *args: Any, **kwargs: Any) -> Any:
            answer = original(self, *args, **kwargs)
            also(self, answer)
            return answer

        actions.replace(EC2Backend, name, both)

    def search(
        self: Any, transit_gateway_route_table_id: str, filters: Mapping[str, list[str]], max_results: Any = None
    ) -> Any:
        found = _search(self, transit_gateway_route_table_id, filters)
        return found[: int(max_results)] if max_results else found

    actions.replace(
        EC2Backend,
        "associate_transit_gateway_route_table",
        _associate(EC2Backend.associate_transit_gateway_route_table),
    )
    then("create_transit_gateway_vpc_attachment", _attach)
    then("create_transit_gateway_vpn_attachment", _attach)
    then("delete_transit_gateway_vpc_attachment", lambda self, attachment: _detach(self, attachment.id))
    actions.replace(EC2Backend, "search_transit_gateway_routes", search)
    vpc_attachments = EC2Backend.describe_transit_gateway_vpc_attachments
    actions.replace(
        EC2Backend,
        "describe_transit_gateway_vpc_attachments",
        lambda *args, **kwargs: [a for a in vpc_attachments(*args, **kwargs) if a.resource_type == "vpc"],
    )
    actions.replace(TransitGatewayAttachment, "association", property(_association))
