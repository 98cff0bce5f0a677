"""What can a scenario do wrong?"""

from __future__ import annotations


class ScenarioError(Exception):
    """A scenario is unknown, cannot be read, or asks a verb for something that AWS could not bring about.

    The message is one line that names the fix.
    """
