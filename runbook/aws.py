"""How does the runbook speak to AWS? By clients of its own, which may write where its roles let them.

The suite's guarded sessions are for reading production; nothing of them is used here.
"""

from __future__ import annotations

import os
from functools import lru_cache
from typing import Any

import boto3
from botocore.config import Config

_CONFIG = Config(
    connect_timeout=3,
    read_timeout=20,
    retries={"mode": "standard", "total_max_attempts": 5},
    user_agent_extra="vitals-runbook",
)


@lru_cache
def client(service: str) -> Any:
    """The process's client of a service: the region, credentials and endpoint are the environment's."""
    return boto3.client(service, config=_CONFIG)


def setting(name: str, default: str = "") -> str:
    """What the template says of this: `VITALS_<name>` in the environment; KeyError where it has to and does not."""
    value = os.environ.get(f"VITALS_{name}", default)
    if not value and not default:
        raise KeyError(f"VITALS_{name} is not set: the template's environment says it")
    return value


def optional(name: str) -> str:
    """The same, where it need not be set."""
    return os.environ.get(f"VITALS_{name}", "")
