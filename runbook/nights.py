"""Where does a night of the fleet keep what? One prefix for each night, and a word that says which one is complete."""

from __future__ import annotations

import re
from datetime import UTC, datetime

PREFIX = "fleet"
LATEST = f"{PREFIX}/latest.json"
"""Names the newest night whose report is complete."""


def night_of(execution: str, started: str) -> str:
    """A sortable name from the execution's start and its name: `20260304T030000Z-1f3a…`."""
    moment = datetime.fromisoformat(started).astimezone(UTC)
    return f"{moment:%Y%m%dT%H%M%SZ}-{re.sub(r'[^A-Za-z0-9-]', '-', execution)[:40]}"


def places_key(night: str) -> str:
    """The list of places: `[{"account", "region", "night"}, …]`."""
    return f"{PREFIX}/{night}/places.json"


def left_out_key(night: str) -> str:
    """What was left out and why: a list of texts."""
    return f"{PREFIX}/{night}/left-out.json"


def run_prefix(night: str, account: str, region: str) -> str:
    """The run folder of a place."""
    return f"{PREFIX}/{night}/places/{account}_{region}"


def blind_key(night: str, account: str, region: str) -> str:
    """Why a place's run came to nothing: `{"Error", "Cause"}`, as the state machine caught it."""
    return f"{PREFIX}/{night}/blind/{account}_{region}.json"


def report_prefix(night: str) -> str:
    """The merged report."""
    return f"{PREFIX}/{night}/report"
