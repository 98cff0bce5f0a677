"""What does a check belong to? Its domain, its target's kind, and the service that the target serves."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath

import pytest

from diagnosis.targets import Target
from diagnosis.topology import NAMING_TAGS

DOMAINS = ("logs", "deploy", "serverless", "network", "performance", "database", "readiness")
OTHER = "other"


@dataclass(frozen=True)
class Labels:
    """By what results are counted together; empty where it is not known."""

    domain: str = OTHER
    kind: str = ""
    service: str = ""


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: Sequence[pytest.Item]) -> None:
    """Write it on each item, so that it travels with the reports of workers."""
    for item in items:
        target = _target_of(item)
        labels = {"domain": _domain_of(item), "kind": target.kind if target else "", "service": _service_of(target)}
        item.user_properties += [(name, value) for name, value in labels.items() if value]


def _target_of(item: pytest.Item) -> Target | None:
    callspec = getattr(item, "callspec", None)
    return next((value for value in callspec.params.values() if isinstance(value, Target)), None) if callspec else None


def _domain_of(item: pytest.Item) -> str:
    """The first of its markers that is a domain."""
    return next((mark.name for mark in item.iter_markers() if mark.name in DOMAINS), "")


def domain_in(nodeid: str) -> str:
    """The domain that a module's folder is called by, for what has no marker: `checks/<domain>/test_….py`."""
    folders = PurePosixPath(nodeid.split("::", 1)[0]).parts[:-1]
    return next((folder for folder in reversed(folders) if folder in DOMAINS), OTHER)


def _service_of(target: Target | None) -> str:
    """The value of the tag that names a service; a service's own name without its cluster."""
    if target is None:
        return ""
    tagged = next((value for key in NAMING_TAGS if (value := target.tag(key))), "")
    return tagged or (target.name.rsplit("/", 1)[-1] if target.kind == "service" else "")
