"""What does the sandbox complete in Service Quotas? The quotas that a scenario states, and what measures their use."""

from __future__ import annotations

import hashlib
import threading
from dataclasses import dataclass
from typing import Any

from sandbox.services import actions
from sandbox.services.actions import Request, refusal

_PAGE = 100


@dataclass(frozen=True)
class Quota:
    """A quota's applied value, and the dimensions of the AWS/Usage metric that measures its use."""

    service: str
    name: str
    value: float
    metric: str
    statistic: str
    dimensions: tuple[tuple[str, str], ...]

    def shown(self, account: str, region: str) -> dict[str, Any]:
        """The quota as ListServiceQuotas lists it."""
        code = f"L-{hashlib.sha256(f'{self.service}/{self.name}'.encode()).hexdigest()[:8].upper()}"
        told: dict[str, Any] = {
            "ServiceCode": self.service,
            "ServiceName": self.service,
            "QuotaArn": f"arn:aws:servicequotas:{region}:{account}:{self.service}/{code}",
            "QuotaCode": code,
            "QuotaName": self.name,
            "Value": self.value,
            "Unit": "None",
            "Adjustable": True,
            "GlobalQuota": False,
        }
        used = {
            "MetricNamespace": "AWS/Usage",
            "MetricName": self.metric,
            "MetricDimensions": dict(self.dimensions),
            "MetricStatisticRecommendation": self.statistic,
        }
        return told | {"UsageMetric": used}


_quotas: dict[tuple[str, str], dict[tuple[str, str], Quota]] = {}
_lock = threading.Lock()


def state(account: str, region: str, quota: Quota) -> None:
    """Set a quota."""
    with _lock:
        _quotas.setdefault((account, region), {})[quota.service, quota.name] = quota


def list_service_quotas(request: Request) -> dict[str, Any]:
    """ListServiceQuotas of one service."""
    with _lock:
        known = list(_quotas.get((request.account, request.region), {}).values())
    found = [q for q in known if q.service == request.get("ServiceCode")]
    if not found:
        raise refusal("NoSuchResourceException", "The request failed because the specified service does not exist.")
    size, start = int(request.get("MaxResults", _PAGE)), int(request.get("NextToken", "0"))
    more = {"NextToken": str(start + size)} if start + size < len(found) else {}
    return {"Quotas": [q.shown(request.account, request.region) for q in found[start : start + size]], **more}


def install() -> None:
    """Give moto's Service Quotas the applied values."""
    from moto.servicequotas.responses import ServiceQuotasResponse

    actions.add(ServiceQuotasResponse, {"ListServiceQuotas": list_service_quotas})
