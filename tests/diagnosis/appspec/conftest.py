"""Loads the real `diagnosis.appspec`: seen from tests/, this folder has the same dotted name and would hide it."""

from __future__ import annotations

import importlib
import sys

for name in ("diagnosis", "diagnosis.appspec"):
    if getattr(sys.modules.get(name), "__file__", None) is None:
        sys.modules.pop(name, None)
importlib.import_module("diagnosis.appspec")
