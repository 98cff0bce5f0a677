"""Verbs: IAM decides who may call what."""

from __future__ import annotations

from sandbox.world.base import Verbs


class PolicyVerbs(Verbs):
    """Verbs about permissions."""

    def policies_enforced(self) -> None:
        """From now on every call is judged by the caller's own policies, in all accounts.

        Who calls without a role is the user `vitals`, who may do everything until the scenario makes that user.
        """
        self.enforcement.switch(True)
