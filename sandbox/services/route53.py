"""What does the sandbox complete in Route 53? What its health checkers see."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from sandbox.services import actions
from sandbox.services.actions import Request, refusal

REGIONS = (
    "us-east-1", "us-west-1", "us-west-2", "eu-west-1",
    "ap-southeast-1", "ap-southeast-2", "ap-northeast-1", "sa-east-1",
)  # fmt: skip
"""Two checkers in each, unless a health check names regions of its own."""
_WELL = "Success: HTTP Status Code 200, OK"
_seen: dict[tuple[str, str], list[tuple[float, str, frozenset[str]]]] = {}


def see(account: str, check: str, since_s: float, said: str, regions: frozenset[str]) -> None:
    """From a moment on the checkers of some regions, or of all where none is named, report this."""
    _seen.setdefault((account, check), []).append((since_s, said, regions))


def known(account: str, check: str) -> Any:
    """Moto's health check of this id, or None."""
    from moto.route53.models import route53_backends

    return route53_backends[account]["aws"].health_checks.get(check)


def get_health_check_status(request: Request) -> dict[str, Any]:
    """GetHealthCheckStatus: what each checker saw last. Of a calculated check there is nothing to see."""
    identity = str(request.get("HealthCheckId", ""))
    check = known(request.account, identity)
    if check is None:
        raise refusal("NoSuchHealthCheck", f"No health check exists with the specified ID {identity}")
    if check.type_ == "CALCULATED":
        raise refusal("InvalidInput", "The status of a calculated health check cannot be retrieved")
    now = datetime.now(UTC)
    observations = []
    for number, region in enumerate(sorted([*(check.regions or REGIONS)] * 2)):
        report = {"Status": _said(request.account, identity, region, now.timestamp()), "CheckedTime": now}
        observations.append({"Region": region, "IPAddress": f"203.0.113.{number + 1}", "StatusReport": report})
    return {"HealthCheckObservations": observations}


def _said(account: str, check: str, region: str, now_s: float) -> str:
    told = [one for one in _seen.get((account, check), []) if one[0] <= now_s and (not one[2] or region in one[2])]
    return max(told, key=lambda one: one[0])[1] if told else _WELL


def install() -> None:
    """Give moto's health checks checkers that see different things; as in AWS a zone is private that has a VPC."""
    from moto.route53.responses import Route53

    create: Any = Route53.create_hosted_zone

    def created(self: Any) -> Any:
        if self._get_param("VPC.VPCId"):
            self.params["HostedZoneConfig"] = {**(self.params.get("HostedZoneConfig") or {}), "PrivateZone": True}
        return create(self)

    actions.replace(Route53, "create_hosted_zone", created)
    actions.add(Route53, {"GetHealthCheckStatus": get_health_check_status})
