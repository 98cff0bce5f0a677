"""Which modules of this room are plugins of pytest, in the order in which they are heard?

They are registered here and not each by `pytest_plugins`: for a name there pytest looks through all that is installed.
"""

import importlib

import pytest

PLUGINS = (
    "files",
    "labels",
    "verdicts",
    "tally",
    "history.plugin",
    "postmortem.plugin",
    "results",
    "metrics",
    "disk",
    "terminal",
    "progress",
    "notes",
    "github",
    "rounds",
)


def pytest_addhooks(pluginmanager: pytest.PytestPluginManager) -> None:
    """Register them."""
    for name in PLUGINS:
        pluginmanager.register(importlib.import_module(f"reports.{name}"), f"reports.{name}")
