"""Which keyword arguments does a rule get? Those that targets.toml sets; all others keep the rule's defaults."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

Limits = Mapping[str, Any]
"""Name of a rule's keyword-only parameter to its value; names and types were checked when targets.toml was read."""
