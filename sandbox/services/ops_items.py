"""What does the sandbox complete in OpsCenter? OpsItems that somebody opens, changes and lists."""

from __future__ import annotations

import time
import uuid
from typing import Any

from sandbox.services.actions import Request, refusal, utc

_PAGE = 50
_KEYS = {"Status", "Source", "Priority", "Title", "OpsItemId", "Category", "Severity", "OpsItemType"}
_items: dict[tuple[str, str], dict[str, dict[str, Any]]] = {}


def create_ops_item(request: Request) -> dict[str, Any]:
    """CreateOpsItem: open, from now on."""
    item_id, now = f"oi-{uuid.uuid4().hex[:12]}", utc(time.time())
    told = {
        key: request.params[key] for key in ("Title", "Source", "Priority", "Category", "Severity") if request.get(key)
    }
    fixed = {"OpsItemId": item_id, "Status": "Open", "CreatedTime": now, "LastModifiedTime": now}
    _of(request)[item_id] = {"OpsItemType": "/aws/issue"} | told | fixed
    return {"OpsItemId": item_id, "OpsItemArn": f"arn:aws:ssm:{request.region}:{request.account}:opsitem/{item_id}"}


def update_ops_item(request: Request) -> dict[str, Any]:
    """UpdateOpsItem: its status, title or priority."""
    item = _of(request).get(request.get("OpsItemId", ""))
    if item is None:
        raise refusal("OpsItemNotFoundException", f"OpsItem {request.get('OpsItemId')} does not exist.")
    changed = {key: request.params[key] for key in ("Status", "Title", "Priority") if request.get(key)}
    item |= changed | {"LastModifiedTime": utc(time.time())}
    return {}


def describe_ops_items(request: Request) -> dict[str, Any]:
    """DescribeOpsItems: those that fit every filter, newest first, 50 a page."""
    filters = request.get("OpsItemFilters", [])
    for one in filters:
        if one["Key"] not in _KEYS or one.get("Operator") not in ("Equal", "Contains"):
            raise refusal(
                "OpsItemInvalidParameterException", f"The filter {one['Key']} {one.get('Operator')} is not valid."
            )
    found = [item for item in reversed(_of(request).values()) if all(_fits(item, one) for one in filters)]
    start, size = int(request.get("NextToken", 0) or 0), int(request.get("MaxResults", _PAGE) or _PAGE)
    more = {"NextToken": str(start + size)} if start + size < len(found) else {}
    return {"OpsItemSummaries": found[start : start + size], **more}


def _fits(item: dict[str, Any], wanted: dict[str, Any]) -> bool:
    value = str(item.get(wanted["Key"], ""))
    equal = wanted["Operator"] == "Equal"
    return any(value == one if equal else one in value for one in wanted["Values"])


def _of(request: Request) -> dict[str, dict[str, Any]]:
    return _items.setdefault((request.account, request.region), {})
