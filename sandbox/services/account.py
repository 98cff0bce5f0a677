"""What does the sandbox complete in Account Management? Which regions an account can use, and opting in and out."""

from __future__ import annotations

import threading
from collections.abc import Iterable
from typing import Any

from sandbox.services import own
from sandbox.services.actions import Request, refusal

_ALWAYS = frozenset(
    f"{area}-{number}"
    for area, numbers in (
        ("ap-northeast", "123"), ("ap-south", "1"), ("ap-southeast", "12"), ("ca-central", "1"), ("eu-central", "1"),
        ("eu-north", "1"), ("eu-west", "123"), ("sa-east", "1"), ("us-east", "12"), ("us-west", "12"),
    )
    for number in numbers
)  # fmt: skip
"""Regions from before March 2019: nobody needs to opt in, or can opt out."""
_PAGE = 20

_lock = threading.Lock()
_opted: dict[str, set[str]] = {}


def _regions() -> Iterable[str]:
    from botocore.session import Session

    return sorted(Session().get_available_regions("ec2"))


def _account(request: Request) -> str:
    """The account that is meant: the caller's own must not be named."""
    named = request.get("AccountId")
    if named == request.account:
        raise refusal("ValidationException", "The accountId parameter cannot be the account of the caller.")
    return str(named or request.account)


def _status(account: str, region: str) -> str:
    if region in _ALWAYS:
        return "ENABLED_BY_DEFAULT"
    return "ENABLED" if region in _opted.get(account, ()) else "DISABLED"


def list_regions(request: Request) -> dict[str, Any]:
    """ListRegions, filtered by status, a page at a time."""
    account, wanted = _account(request), request.get("RegionOptStatusContains")
    with _lock:
        every = [{"RegionName": name, "RegionOptStatus": _status(account, name)} for name in _regions()]
    found = [one for one in every if not wanted or one["RegionOptStatus"] in wanted]
    start, size = int(request.get("NextToken") or 0), min(int(request.get("MaxResults") or _PAGE), 50)
    more = {"NextToken": str(start + size)} if start + size < len(found) else {}
    return {"Regions": found[start : start + size], **more}


def get_region_opt_status(request: Request) -> dict[str, Any]:
    """GetRegionOptStatus."""
    region = str(request.get("RegionName"))
    return {"RegionName": region, "RegionOptStatus": _status(_account(request), region)}


def _opt(request: Request, enabled: bool) -> None:
    account, region = _account(request), str(request.get("RegionName"))
    if region in _ALWAYS or region not in _regions():
        raise refusal("ValidationException", f"The region {region} cannot be enabled or disabled.")
    with _lock:
        opted = _opted.setdefault(account, set())
        opted.add(region) if enabled else opted.discard(region)


def enable_region(request: Request) -> None:
    """EnableRegion; what takes AWS minutes is done at once."""
    _opt(request, enabled=True)


def disable_region(request: Request) -> None:
    """DisableRegion."""
    _opt(request, enabled=False)


def install() -> None:
    """Serve what the fleet's list asks for."""
    own.serve(
        "account",
        {
            "ListRegions": list_regions,
            "GetRegionOptStatus": get_region_opt_status,
            "EnableRegion": enable_region,
            "DisableRegion": disable_region,
        },
    )
