"""What does the sandbox complete in Direct Connect? The virtual interfaces of its connections."""

from __future__ import annotations

import threading
import uuid
from typing import Any

from sandbox.services import actions
from sandbox.services.actions import Request, refusal

_places: dict[tuple[str, str], dict[str, dict[str, Any]]] = {}
_lock = threading.Lock()


def _kept(request: Request) -> dict[str, dict[str, Any]]:
    with _lock:
        return _places.setdefault((request.account, request.region), {})


def bring_into(account: str, region: str, interface: str, state: str) -> bool:
    """A virtual interface comes into a state; False where there is none of that id."""
    with _lock:
        known = _places.get((account, region), {}).get(interface)
        if known is not None:
            known["virtualInterfaceState"] = state
    return known is not None


def _create(request: Request, kind: str, given: dict[str, Any]) -> dict[str, Any]:
    known = ("virtualInterfaceName", "vlan", "asn", "virtualGatewayId", "directConnectGatewayId")
    made = {key: given[key] for key in known if key in given} | {
        "virtualInterfaceId": f"dxvif-{uuid.uuid4().hex[:8]}",
        "connectionId": request.get("connectionId", ""),
        "ownerAccount": request.account,
        "region": request.region,
        "virtualInterfaceType": kind,
        "virtualInterfaceState": "available",
        "tags": given.get("tags", []),
    }
    _kept(request)[made["virtualInterfaceId"]] = made
    return made


def create_private_virtual_interface(request: Request) -> dict[str, Any]:
    """CreatePrivateVirtualInterface; its BGP session comes up at once."""
    return _create(request, "private", request.get("newPrivateVirtualInterface", {}))


def describe_virtual_interfaces(request: Request) -> dict[str, Any]:
    """DescribeVirtualInterfaces, of one id or connection where given."""
    listed = list(_kept(request).values())
    for key in ("virtualInterfaceId", "connectionId"):
        if request.get(key):
            listed = [one for one in listed if one[key] == request.get(key)]
    return {"virtualInterfaces": listed}


def delete_virtual_interface(request: Request) -> dict[str, Any]:
    """DeleteVirtualInterface."""
    named = request.get("virtualInterfaceId", "")
    if _kept(request).pop(named, None) is None:
        raise refusal("DirectConnectClientException", f"Virtual Interface {named} does not exist.")
    return {"virtualInterfaceState": "deleting"}


def install() -> None:
    """Give moto's Direct Connect virtual interfaces."""
    from moto.directconnect.responses import DirectConnectResponse

    operations = {
        "CreatePrivateVirtualInterface": create_private_virtual_interface,
        "DeleteVirtualInterface": delete_virtual_interface,
        "DescribeVirtualInterfaces": describe_virtual_interfaces,
    }
    actions.add(DirectConnectResponse, operations)
