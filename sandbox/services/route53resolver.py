"""What does the sandbox complete in Route 53 Resolver? Endpoints take addresses that nothing else has."""

from __future__ import annotations

from typing import Any

from sandbox.services import actions, interfaces


def install() -> None:
    """Give an endpoint's interfaces free addresses of their subnets, and the groups that were asked for."""
    from moto.route53resolver.models import ResolverEndpoint, Route53ResolverBackend

    create, attach = Route53ResolverBackend.create_resolver_endpoint, ResolverEndpoint.create_eni

    def created(self: Any, ip_addresses: list[dict[str, Any]], **kwargs: Any) -> Any:
        taken: set[str] = set()
        for wanted in ip_addresses:
            if not wanted.get("Ip"):
                subnet = self.ec2_backend.get_subnet(wanted["SubnetId"])
                wanted["Ip"] = interfaces.free_address(self.ec2_backend, subnet, taken)
            taken.add(wanted["Ip"])
        return create(self, ip_addresses=ip_addresses, **kwargs)

    def attached(self: Any) -> list[str]:
        made: list[str] = attach(self)
        for eni_id in made:
            eni = self.ec2_backend.enis[eni_id]
            eni.description = f"Route 53 Resolver: {self.id}:{eni_id}"
            eni.status, eni.requester_managed = "in-use", True
        return made

    actions.replace(Route53ResolverBackend, "create_resolver_endpoint", created)
    actions.replace(ResolverEndpoint, "create_eni", attached)
